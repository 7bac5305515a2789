"""A supervisor's week, in one small part of a mail: what was sent, what failed, whom nobody reaches, what is long late.

It stands at the foot of the supervisor's digest of the week's first working day, or of the day on which the scheduler
comes to it.  Who has no digest that day gets a mail of its own, if something presses: a mail that waits for a decision,
somebody who is not reached, a task overdue beyond the weeks in which its unit is reminded.  Unique on (recipient, local
day) as digests are, it stands in the place of that day's digest.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from ..clock import local_day
from ..db import insert_into
from ..directory.absences import supervisors_on
from ..directory.models import Region
from ..directory.recipients import names_of, of_regions
from ..evaluations.lamps import standing
from ..outbox.commands import Recipient, enqueue
from ..outbox.models import OutboxMessage
from ..plans.models import Plan
from ..plans.notices import task_path
from ..plans.queries import current_rounds, task_rows
from .heads import heads_to_mail
from .in_force import rules_in_force
from .models import Reminder, WeeklyMark
from .ruleset import DEFAULTS

log = logging.getLogger(__name__)

WEEK = timedelta(weeks=1)
LONG_OVERDUE = timedelta(weeks=4)
SHOWN = 10
LONG_AGO = date(1970, 1, 1)
FAILED = ("unknown", "dead")


@dataclass(frozen=True, slots=True)
class Week:
    """What one supervisor is told on ``day``; ``context`` is for the mail's template, ``plans`` whom it is about."""

    recipient: Recipient
    day: date
    plans: tuple[int, ...]
    context: Mapping[str, Any]

    @property
    def presses(self) -> bool:
        """Whether it says more than that mails went out."""
        return bool(self.context["failed"] or self.context["unreached"] or self.context["overdue"])


def weeks_to_tell(session: Session, now: datetime) -> dict[str, Week]:
    """Recipient key -> the week that a supervisor of a live plan is to be told of at ``now`` (aware, business clock).

    Empty outside the window, and once the week has been told: one statement then.
    """
    plans = _untold(session, now)
    people: dict[str, tuple[Recipient, list[Plan]]] = {}
    for plan in plans:
        for recipient in supervisors_on(session, plan.supervising_unit_id, _day(plan, now)):
            if recipient.address is not None:
                people.setdefault(recipient.key, (recipient, []))[1].append(plan)
    parts = {plan.id: _part(session, plan, now) for plan in plans} if people else {}
    return {
        key: Week(
            recipient,
            _day(own[0], now),
            tuple(plan.id for plan in own),
            _context(session, own, [parts[plan.id] for plan in own], _monday(own[0], now)),
        )
        for key, (recipient, own) in people.items()
    }


def tell_weeks(session: Session, now: datetime) -> int:
    """Queue the mails of those whose week presses and stands in no digest, and note that the week is told.

    Not of those whose digest of the day is still to come: a mail of its own would take that digest's place.
    """
    plans, told = _untold(session, now), 0
    if not plans:
        return 0
    weeks = weeks_to_tell(session, now)
    borne, heads = _borne(session, weeks), heads_to_mail(session, now)
    pressing = {key: week for key, week in weeks.items() if week.presses and key not in borne}
    later = _digest_to_come(session, list(pressing), now)
    for key, week in pressing.items():
        if key not in later:
            told += _tell(session, week, now, heads.get(key))
    open_still = {plan_id for key in later for plan_id in pressing[key].plans}
    for plan in plans:
        if plan.id in open_still:
            continue
        mark = insert_into(session, WeeklyMark).values(plan_id=plan.id, week=_monday(plan, now))
        values = {"week": _monday(plan, now)}
        session.execute(mark.on_conflict_do_update(index_elements=["plan_id"], set_=values))
    return told


def _tell(session: Session, week: Week, now: datetime, heads: list[str] | None) -> int:
    context: dict[str, Any] = {"day": week.day.isoformat(), "week": dict(week.context)}
    if heads is not None:
        context["heads"] = heads
    try:
        with session.begin_nested():
            enqueue(
                session,
                kind="summary",
                recipient=week.recipient,
                template="weekly_summary",
                context=context,
                now=now,
                not_before=now,
                local_day=week.day,
            )
            session.flush()
    except IntegrityError:
        log.info("%s has had a digest on %s", week.recipient.key, week.day)
        return 0
    return 1


def _digest_to_come(session: Session, recipients: Sequence[str], now: datetime) -> set[str]:
    """For which of these reminders wait whose plan's hours of mailing open later today."""
    waiting = session.execute(
        select(Reminder.recipient, Reminder.plan_id, Region.timezone)
        .join(Plan, Plan.id == Reminder.plan_id)
        .join(Region, Region.id == Plan.region_id)
        .where(Reminder.state == "waiting", Reminder.recipient.in_(recipients))
        .distinct()
    ).all()
    rules = rules_in_force(session, {plan_id for _, plan_id, _ in waiting})
    return {
        recipient
        for recipient, plan_id, zone in waiting
        if now.astimezone(ZoneInfo(zone)).time() < rules.get(plan_id, DEFAULTS).opens
    }


def _untold(session: Session, now: datetime) -> list[Plan]:
    """The live plans in whose region mails may go out now and whose week has not been told yet."""
    statement = (
        select(Plan, func.coalesce(WeeklyMark.week, LONG_AGO))
        .outerjoin(WeeklyMark, WeeklyMark.plan_id == Plan.id)
        .where(Plan.live_since.is_not(None))
        .where(or_(WeeklyMark.week.is_(None), WeeklyMark.week <= (now - WEEK + timedelta(days=1)).date()))
        .options(joinedload(Plan.region))
        .order_by(Plan.id)
    )
    return [
        plan
        for plan, told in session.execute(statement)
        if told < _monday(plan, now) and plan.region.calendar.in_window(now, ZoneInfo(plan.region.timezone))
    ]


def _day(plan: Plan, now: datetime) -> date:
    return local_day(now, plan.region.timezone)


def _monday(plan: Plan, now: datetime) -> date:
    day = _day(plan, now)
    return day - timedelta(days=day.weekday())


def _borne(session: Session, weeks: Mapping[str, Week]) -> set[str]:
    """Who has the week already: in a digest, or in a mail of its own."""
    first = min((week.day - timedelta(days=week.day.weekday()) for week in weeks.values()), default=date.max)
    statement = select(OutboxMessage.recipient, OutboxMessage.context).where(
        OutboxMessage.recipient.in_(list(weeks)), OutboxMessage.local_day >= first
    )
    return {recipient for recipient, context in session.execute(statement) if context.get("week")}


def _part(session: Session, plan: Plan, now: datetime) -> dict[str, Any]:
    """Of one plan: the reminders that went out last week, in how many mails; who was not reached; what is long late."""
    zone, monday = ZoneInfo(plan.region.timezone), _monday(plan, now)
    begun, ended = (datetime.combine(day, time(0), zone) for day in (monday - WEEK, monday))
    reminders, mails = session.execute(
        select(func.count(Reminder.id), func.count(Reminder.message_id.distinct()))
        .join(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .where(Reminder.plan_id == plan.id, OutboxMessage.sent_at >= begun, OutboxMessage.sent_at < ended)
    ).one()
    unreached = session.scalars(
        select(Reminder.recipient)
        .where(Reminder.plan_id == plan.id, Reminder.state == "no_address")
        .where(Reminder.created_at >= begun, Reminder.created_at < ended)
        .distinct()
    )
    return {
        "reminders": reminders,
        "mails": mails,
        "unreached": list(unreached),
        "overdue": _overdue(session, plan, now),
    }


def _overdue(session: Session, plan: Plan, now: datetime) -> list[dict[str, Any]]:
    """The tasks overdue beyond the weeks in which their units are reminded, longest first."""
    today, zone, calendar = _day(plan, now), ZoneInfo(plan.region.timezone), plan.region.calendar
    round_ = current_rounds(session, [plan.id]).get(plan.id)
    found = []
    for row in task_rows(session, [plan.id]):
        since = standing(row, today, round_, zone, calendar).overdue_since
        if since is not None and today - since > LONG_OVERDUE:
            lead = row.first_lead.name if row.first_lead is not None else ""
            path = task_path(plan, row.ref)
            found.append({"ref": row.ref, "text": row.text, "path": path, "since": since.isoformat(), "unit": lead})
    return sorted(found, key=lambda task: str(task["since"]))


def _context(
    session: Session, plans: Sequence[Plan], parts: Sequence[Mapping[str, Any]], monday: date
) -> dict[str, Any]:
    """Of all plans of a supervisor; a mail that failed belongs to a region, whatever plan it was about."""
    regions = {plan.region_id for plan in plans}
    failed = session.scalars(
        select(OutboxMessage.recipient)
        .where(OutboxMessage.state.in_(FAILED), of_regions(regions, OutboxMessage.recipient))
        .distinct()
    )
    keys, unreached = list(failed), list(dict.fromkeys(key for part in parts for key in part["unreached"]))
    names = names_of(session, {*keys, *unreached})
    overdue = sorted((task for part in parts for task in part["overdue"]), key=lambda task: str(task["since"]))
    return {
        "first": (monday - WEEK).isoformat(),
        "last": (monday - timedelta(days=1)).isoformat(),
        "reminders": sum(part["reminders"] for part in parts),
        "mails": sum(part["mails"] for part in parts),
        "failed": sorted(names.get(key, key) for key in keys),
        "unreached": sorted(names.get(key, key) for key in unreached),
        "overdue": overdue[:SHOWN],
        "more": len(overdue[SHOWN:]),
        "plans": [plan.title for plan in plans],
    }
