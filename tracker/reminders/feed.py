"""A person's calendar (RFC 5545): their own reminders to come and the dates of the rounds of their plans.

Its address holds a secret of the person's own, which can be renewed; whoever has it reads the calendar and nothing
else.  It names nobody.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from ..clock import local_day
from ..db import insert_into
from ..directory.models import User
from ..directory.queries import actor_of
from ..errors import NotFound
from ..evaluations.rounds import ROUND_KIND_LABELS
from ..i18n import N_, translator
from ..plans.models import Plan
from ..plans.queries import rounds_of, visible_plans
from .lines import Entry, ahead, lines_of
from .models import CalendarLink
from .words import reminder_words

SECRET_LENGTH = 40  # hex digits: 160 bits
YEARS_AFTER = 1  # the end-of-term round lies in the year after the term
ROUND_DAYS = {
    "opens_on": N_("the round opens"),
    "report_due_on": N_("reports are due"),
    "verify_due_on": N_("verification is due"),
    "disclosure_on": N_("disclosure"),
}


def link_of(session: Session, user_id: int, secret_key: str) -> str | None:
    """The token of a person's calendar, None where they do not subscribe."""
    link = session.get(CalendarLink, user_id)
    return _token(user_id, link.number, secret_key) if link is not None else None


def renew_link(session: Session, actor: Actor, real_now: datetime, now: datetime) -> None:
    """Give the person a new address for their calendar; an older one stops working.  ``real_now`` is real time."""
    if actor.user_id is None:
        raise NotFound()
    statement = insert_into(session, CalendarLink).values(user_id=actor.user_id, number=1, made_at=real_now)
    renewed = {"number": CalendarLink.number + 1, "made_at": real_now}
    session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=renewed))
    audit.record(
        session,
        chain=audit.SYSTEM_CHAIN,
        actor=actor,
        now=now,
        action="calendar.renew",
        subject=f"user:{actor.user_id}",
        data={},
    )


def reader_of(session: Session, token: str, secret_key: str) -> User:
    """Whose calendar a token opens.  Raises NotFound for one that is wrong, renewed, or of a closed account."""
    number, _, _secret = token.partition("-")
    known = number.isascii() and number.isdecimal() and len(number) < 10
    link = session.get(CalendarLink, int(number)) if known else None
    if link is None or not hmac.compare_digest(token.encode(), _token(link.user_id, link.number, secret_key).encode()):
        raise NotFound()
    user = session.get_one(User, link.user_id)
    if not user.active:
        raise NotFound()
    return user


def _token(user_id: int, number: int, secret_key: str) -> str:
    told = f"calendar:{user_id}:{number}".encode()
    return f"{user_id}-{hmac.new(secret_key.encode(), told, hashlib.sha256).hexdigest()[:SECRET_LENGTH]}"


def calendar_of(session: Session, user: User, now: datetime, base_url: str) -> bytes:
    """The calendar of a person in their language: whole days, one event a mail to come and one a day of a round."""
    actor = actor_of(session, user)
    translate = translator(user.locale)
    calendar = Calendar()
    calendar.add("prodid", "-//Key Task Tracker//Reminders//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", translate(N_("Key Task Tracker: my reminders")))
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    plans = visible_plans(session, actor)
    if plans:
        calendar.add("x-wr-timezone", plans[0].region.timezone)
    host = urlsplit(base_url).hostname or "localhost"
    entries: list[Entry] = []
    for plan in plans:
        today = local_day(now, plan.region.timezone)
        entries += ahead(session, plan, now, today, date(plan.last_year + YEARS_AFTER, 12, 31), f"user:{user.id}")
    for day in sorted({entry.day for entry in entries}):
        found = [entry for entry in entries if entry.day == day]
        calendar.add_component(_mail_event(user, day, found, now, host, base_url))
    by_id = {plan.id: plan for plan in plans}
    for round_ in rounds_of(session, list(by_id)):
        if round_.state == "skipped":
            continue
        title = f"{by_id[round_.plan_id].region.short_name} {translate(ROUND_KIND_LABELS[round_.kind])}"
        for name, words in ROUND_DAYS.items():
            event = _event(f"round-{round_.id}-{name}@{host}", getattr(round_, name), now)
            event.add("summary", f"{title}: {translate(words)}")
            event.add("url", f"{base_url}/evaluations/{round_.id}")
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _mail_event(user: User, day: date, entries: list[Entry], now: datetime, host: str, base_url: str) -> Event:
    translate = translator(user.locale)
    event = _event(f"mail-{user.id}-{day.isoformat()}@{host}", day, now)
    lines = lines_of(entries)
    words = [_line(line.plan, reminder_words(line.kind, line.step, user.locale), line.refs) for line in lines]
    event.add("summary", translate(N_("Key tasks, %(num)s to remember: %(first)s"), num=len(words), first=words[0]))
    event.add("description", "\n".join(words))
    event.add("url", f"{base_url}/reminders?month={day.isoformat()[:7]}")
    return event


def _line(plan: Plan, words: str, refs: tuple[str, ...]) -> str:
    return f"{plan.region.short_name} {words} ({', '.join(refs[:12])}{'…' if len(refs) > 12 else ''})"


def _event(uid: str, day: date, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event
