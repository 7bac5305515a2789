"""The checks of the work: who ticks, which days are known, whom nobody reaches, what cannot be verified or sent."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..clock import local_day
from ..directory.models import Region, Unit
from ..lease import SCHEDULER_LEASE, held
from ..outbox.models import BouncedAddress, OutboxMessage
from ..oversight.queue import CHECKERS, checkers_of
from ..oversight.unreached import unreached_units
from ..plans.models import Assignment, Instance, KeyTask, Plan
from ..reminders.models import Heartbeat
from ..workflows.definitions import OPEN_STATES
from . import words
from .findings import FAILED, OK, WARNING, Circumstances, Finding

HEARTBEAT_LATE = timedelta(minutes=5)
MAIL_LATE = timedelta(minutes=30)
COMMAND = "flask --app wsgi scheduler"
ANNOUNCED_FROM = (12, 1)
"""Month and day after which the next year's days should be known: the State Council announces them in November."""


def scheduler(given: Circumstances) -> Finding:
    """Somebody ticks, and the last tick did all of its work."""
    beat = given.session.get(Heartbeat, 1)
    if beat is None:
        return Finding(FAILED, words.NEVER_TICKED, {"command": COMMAND})
    age = given.real - beat.at
    if age > HEARTBEAT_LATE:
        values = {"command": COMMAND, "minutes": int(age.total_seconds() // 60)}
        return Finding(FAILED, words.TICKED_LONG_AGO, values)
    if beat.failures:
        first = beat.failures[0]
        step = " ".join(filter(None, (first["step"], first["plan"])))
        error = (first["error"] or "").splitlines()[0]
        return Finding(WARNING, words.TICK_FAILED, {"number": len(beat.failures), "step": step, "error": error})
    lease = held(given.session, SCHEDULER_LEASE)
    values = {"seconds": max(0, round(age.total_seconds())), "took": f"{beat.seconds:.1f}"}
    if lease is None or not lease.valid:
        return Finding(OK, words.TICKS_WITHOUT_LEASE, values)
    return Finding(OK, words.TICKS, {**values, "holder": lease.holder})


def holiday_data(given: Circumstances) -> Finding:
    """Every region knows the adjusted days of this year and, once they are announced, of the next."""
    day = local_day(given.now, given.settings.zone)
    regions = list(given.session.scalars(select(Region).order_by(Region.id)))
    lacks = {year: [r.name for r in regions if r.calendar.is_provisional(year)] for year in (day.year, day.year + 1)}
    announced = (day.month, day.day) >= ANNOUNCED_FROM
    for year, names in lacks.items():
        if names and (year == day.year or announced):
            return Finding(WARNING, words.DAYS_UNKNOWN, {"year": year, "number": len(names)}, tuple(names))
    known = words.DAYS_KNOWN_SO_FAR if lacks[day.year + 1] else words.DAYS_KNOWN
    return Finding(OK, known, {"year": day.year})


def supervisors(given: Circumstances) -> Finding:
    """Every plan that lives has a supervisor, and two where the host unit leads open tasks."""
    statement = select(Plan).where(Plan.live_since.is_not(None)).options(joinedload(Plan.supervising_unit))
    plans = list(given.session.scalars(statement.order_by(Plan.id)))
    checkers, hosted = checkers_of(given.session, plans), _led_by_hosts(given)
    short = [plan for plan in plans if len(checkers[plan.id]) < (CHECKERS if plan.id in hosted else 1)]
    if not short:
        return Finding(OK, words.SUPERVISED)
    return Finding(FAILED, words.SUPERVISORS_WANTED, {"number": len(short)}, tuple(plan.title for plan in short))


def _led_by_hosts(given: Circumstances) -> set[int]:
    """The plans with an open task that the host of the supervising unit leads, first-named or not."""
    statement = (
        select(KeyTask.plan_id)
        .join(Instance, Instance.task_id == KeyTask.id)
        .join(Assignment, Assignment.set_id == Instance.assignment_set_id)
        .join(Plan, Plan.id == KeyTask.plan_id)
        .join(Unit, Unit.id == Plan.supervising_unit_id)
        .where(Instance.state.in_(OPEN_STATES), Assignment.role == "lead", Assignment.unit_id == Unit.host_unit_id)
        .distinct()
    )
    return set(given.session.scalars(statement))


def orphaned_tasks(given: Circumstances) -> Finding:
    """Open tasks whose units no person reads mails for."""
    found = unreached_units(given.session)
    if not found:
        return Finding(OK, words.ALL_REACHED)
    values = {
        "number": len(found),
        "never": sum(not one.ever for one in found),
        "nobody": sum(one.reach == "nobody" for one in found),
    }
    names = tuple(f"{one.unit.region.short_name} {one.unit.name}" for one in found)
    return Finding(WARNING, words.UNREACHED, values, names)


def outbox(given: Circumstances) -> Finding:
    """What waits too long, and what waits for somebody's decision."""
    rows = given.session.execute(
        select(OutboxMessage.state, func.count(), func.min(OutboxMessage.not_before))
        .where(OutboxMessage.state.in_(("pending", "unknown", "dead")))
        .group_by(OutboxMessage.state)
    )
    counts, oldest = {}, given.now
    for state, count, first in rows:
        counts[state] = count
        oldest = first if state == "pending" else oldest
    if given.now - oldest > MAIL_LATE:
        minutes = int((given.now - oldest).total_seconds() // 60)
        return Finding(WARNING, words.MAILS_LATE, {"minutes": minutes})
    unknown, dead = counts.get("unknown", 0), counts.get("dead", 0)
    if unknown or dead:
        return Finding(WARNING, words.MAILS_TO_DECIDE, {"unknown": unknown, "dead": dead})
    return Finding(OK, words.MAILS_FINE)


def addresses(given: Circumstances) -> Finding:
    """Addresses that mails came back from, to which nothing is sent until somebody mends or confirms them."""
    bounced = select(BouncedAddress.address).where(BouncedAddress.confirmed_at.is_(None))
    found = list(given.session.scalars(bounced.order_by(BouncedAddress.address)))
    if not found:
        return Finding(OK, words.ADDRESSES_FINE)
    return Finding(WARNING, words.ADDRESSES_BOUNCED, {"number": len(found)}, tuple(found))
