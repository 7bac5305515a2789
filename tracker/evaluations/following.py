"""Rounds follow the calendar: a planned round whose days nobody set has the defaults of the calendar as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from ..clock import local_day
from ..plans.models import Plan, Round
from ..workdays.calendar import Calendar
from .commands import DATES
from .dates import RoundDates, default_dates


@dataclass(frozen=True, slots=True)
class MovedRound:
    """A round and the days that it gets; ``changed`` names those that are others: (name, before, after)."""

    round_id: int
    plan_id: int
    kind: str
    year: int
    dates: RoundDates
    changed: tuple[tuple[str, date, date], ...]


def moved_rounds(rounds: Iterable[Round], calendar: Calendar, today: date) -> list[MovedRound]:
    """Those of the rounds that ``calendar`` moves.

    One whose days a person set stays, and so does one that would open on a day that has passed.
    """
    found = []
    for round_ in rounds:
        dates = default_dates(round_.kind, round_.year, calendar)
        days = [(name, getattr(round_, name), getattr(dates, name)) for name in DATES]
        changed = tuple((name, before, after) for name, before, after in days if before != after)
        if round_.state == "planned" and round_.dates_are_default and changed and dates.opens_on >= today:
            found.append(MovedRound(round_.id, round_.plan_id, round_.kind, round_.year, dates, changed))
    return found


def follow_calendar(
    session: Session, actor: Actor, now: datetime, *, region_id: int, calendar: Calendar
) -> list[MovedRound]:
    """Move the planned rounds of a region's plans to the defaults that ``calendar`` gives; returns those moved.

    Only called with the change of the calendar, in its transaction and after its authorisation.
    """
    statement = (
        select(Round, Plan)
        .join(Plan, Plan.id == Round.plan_id)
        .where(Plan.region_id == region_id, Round.state == "planned", Round.dates_are_default.is_(True))
        .order_by(Round.id)
        .with_for_update(key_share=True, of=Round)
        .execution_options(populate_existing=True)
    )
    rows = {round_.id: (round_, plan) for round_, plan in session.execute(statement)}
    moved = []
    for round_, plan in rows.values():
        moved += moved_rounds([round_], calendar, local_day(now, plan.region.timezone))
    for entry in moved:
        round_, plan = rows[entry.round_id]
        for name, _, day in entry.changed:
            setattr(round_, name, day)
        audit.record(
            session,
            chain=audit.plan_chain(plan.id),
            actor=actor,
            now=now,
            action="round.follow_calendar",
            subject=f"round:{round_.id}",
            data={
                "before": {name: before.isoformat() for name, before, _ in entry.changed},
                "after": {name: after.isoformat() for name, _, after in entry.changed},
            },
        )
    session.flush()
    return moved
