"""The page of reminders: a month with what went out, what is to come, and what could not be sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor
from ..clock import local_day
from ..directory.models import Membership, Unit, User
from ..directory.recipients import readable_by
from ..outbox.models import OutboxMessage
from ..plans.models import Plan
from ..workdays.calendar import CHINA, Calendar
from .lines import Entry, Line, ahead, lines_of, recorded
from .scope import Asked, Choices, Scope, choices_of, scope_of

ONE_DAY = timedelta(days=1)
YEARS = range(2000, 2101)
NOTHING_ASKED = Asked()


@dataclass(frozen=True, slots=True)
class Day:
    """A cell of the month.  ``lines`` are its events, each with how many people they go to.

    ``working``: in one of the regions at least, where plans of several are shown.
    """

    date: date
    inside: bool
    working: bool
    today: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """The page.  ``names`` says in words who a recipient key is; ``choices`` are what it can be narrowed to.

    ``readable`` are the mails the person may read.
    """

    first: date
    today: date
    weeks: tuple[tuple[Day, ...], ...]
    lines: tuple[Line, ...]
    unreached: tuple[str, ...]
    names: dict[str, str]
    scope: Scope
    choices: Choices
    readable: frozenset[int]
    provisional: bool
    previous: date | None
    following: date | None

    def number(self, *statuses: str) -> int:
        """How many reminders of the month have one of these statuses."""
        return sum(len(line.recipients) for line in self.lines if line.status in statuses)

    @property
    def mails(self) -> int:
        """How many digests the month's reminders went into."""
        return len({message_id for line in self.lines for message_id in line.message_ids})

    @property
    def next_day(self) -> date | None:
        """The next day in the month on which something goes out."""
        return min((line.day for line in self.lines if line.status == "ahead" and line.day > self.today), default=None)

    def words(self, line: Line) -> list[str]:
        """Who a line goes to: units, people where they have none, each once."""
        return list(dict.fromkeys(self.names.get(key, key) for key in line.recipients))


def month_of(text: str | None, today: date) -> date:
    """The first day of the month that ``text`` ("2023-08", within YEARS) names, else of today's."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return first if first.year in YEARS else today.replace(day=1)


def reminders_page(
    session: Session, actor: Actor, now: datetime, *, month: str | None = None, asked: Asked = NOTHING_ASKED
) -> Month:
    """A month of reminders: one's own, or all of a plan for those who look over it.

    The number of statements depends on the number of plans, never on that of tasks.
    """
    scope = scope_of(session, actor, asked)
    shown, plans = scope.asked, scope.plans
    today = local_day(now, shown[0].region.timezone) if shown else now.date()
    calendars = list({plan.region_id: plan.region.calendar for plan in shown}.values()) or [CHINA]
    first = month_of(month, today)
    last = _next_month(first) - ONE_DAY
    entries = recorded(session, shown, first, last, scope.recipient)
    known = {(entry.recipient, entry.kind, entry.day) for entry in entries if entry.day == today}
    for plan in shown:
        entries += ahead(session, plan, now, first, last, scope.recipient, known)
    names = names_of_recipients(session, entries)
    choices = choices_of(session, shown, entries) if scope.whole else Choices()
    entries = scope.of(entries)
    lines = lines_of(entries)
    return Month(
        first=first,
        today=today,
        weeks=_weeks(first, last, today, lines, calendars),
        lines=tuple(lines),
        unreached=tuple(dict.fromkeys(names[e.recipient] for e in entries if e.status == "no_address")),
        names=names,
        scope=scope,
        choices=choices,
        readable=_readable(session, actor, entries),
        provisional=any(calendar.is_provisional(first.year) for calendar in calendars),
        previous=(first - ONE_DAY).replace(day=1) if not plans or first.year >= _first_year(plans) else None,
        following=_next_month(first) if not plans or first.year <= _last_year(plans) else None,
    )


def coming(session: Session, actor: Actor, now: datetime, plans: Sequence[Plan], working_days: int = 10) -> list[Line]:
    """The person's own reminders of the next working days, in some plans."""
    entries: list[Entry] = []
    for plan in plans:
        today = local_day(now, plan.region.timezone)
        entries += ahead(
            session,
            plan,
            now,
            today + ONE_DAY,
            plan.region.calendar.shift(today, working_days),
            f"user:{actor.user_id}",
        )
    return lines_of(entries)


def _readable(session: Session, actor: Actor, entries: Iterable[Entry]) -> frozenset[int]:
    ids = {entry.message_id for entry in entries if entry.message_id is not None}
    statement = select(OutboxMessage.id).where(OutboxMessage.id.in_(ids), readable_by(actor, OutboxMessage.recipient))
    return frozenset(session.scalars(statement))


def _first_year(plans: Iterable[Plan]) -> int:
    return min(plan.first_year for plan in plans)


def _last_year(plans: Iterable[Plan]) -> int:
    return max(plan.last_year for plan in plans)


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _weeks(
    first: date, last: date, today: date, lines: Sequence[Line], calendars: Sequence[Calendar]
) -> tuple[tuple[Day, ...], ...]:
    by_day: dict[date, list[Line]] = {}
    for line in lines:
        by_day.setdefault(line.day, []).append(line)
    day = first - timedelta(days=first.weekday())
    weeks = []
    while day <= last:
        week = [day + timedelta(days=number) for number in range(7)]
        weeks.append(
            tuple(
                Day(
                    date=d,
                    inside=d.month == first.month,
                    working=any(calendar.is_working(d) for calendar in calendars),
                    today=d == today,
                    lines=tuple(_events(by_day.get(d, ()))),
                )
                for d in week
            )
        )
        day += timedelta(days=7)
    return tuple(weeks)


def _events(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.status != "superseded"]


def names_of_recipients(session: Session, entries: Sequence[Entry]) -> dict[str, str]:
    """Recipient key -> the unit that it stands for in a list, the person's name where they have none."""
    users = {int(e.recipient.removeprefix("user:")) for e in entries if e.recipient.startswith("user:")}
    units = {int(e.recipient.removeprefix("unit:")) for e in entries if e.recipient.startswith("unit:")}
    regions = {entry.plan.region_id for entry in entries}
    people = session.execute(select(User.id, User.name).where(User.id.in_(users)))
    mailboxes = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units)))
    names = {f"user:{user_id}": name for user_id, name in people}
    names |= {f"unit:{unit_id}": name for unit_id, name in mailboxes}
    statement = (
        select(Membership.user_id, Unit.name)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.user_id.in_(users), Membership.region_id.in_(regions), Membership.ended_at.is_(None))
        .order_by((Membership.role != "supervisor"), Membership.id)
    )
    return names | {f"user:{user_id}": name for user_id, name in session.execute(statement)}
