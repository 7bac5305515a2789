"""Which days are worth a look: from dates alone, so that an ordinary day costs four small statements a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..evaluations.rounds import RoundRow, current, frozen
from ..plans.models import DueDate, Instance, KeyTask, Plan
from ..plans.queries import rounds_of
from ..workdays.calendar import Calendar
from ..workflows.definitions import UNACKNOWLEDGED_AFTER
from .rules import DEADLINE, REPORT_DUE, ROUND_OPENS, VERIFY_DUE, opens_week, step_on
from .snapshot import led_since


def days_worth_asking(session: Session, plan: Plan, days: Sequence[date]) -> list[date]:
    """Those of ``days`` on which the rules could find anything.

    A day that is left out has no reminder, whatever the states of the tasks are; one that is kept may have none.
    """
    calendar = plan.region.calendar
    working = [day for day in days if calendar.is_working(day)]
    if not working:
        return []
    round_ = current(frozen(rounds_of(session, [plan.id])))
    deadlines = session.scalars(
        select(DueDate.due_on)
        .join(Instance, Instance.due_date_id == DueDate.id)
        .join(KeyTask, KeyTask.id == Instance.task_id)
        .where(KeyTask.plan_id == plan.id)
        .distinct()
    ).all()
    given = {day for units in led_since(session, plan).values() for day in units.values()}
    reminded = {calendar.shift(day, UNACKNOWLEDGED_AFTER) for day in given}
    return [day for day in working if day in reminded or _worth(day, round_, deadlines, calendar)]


def _worth(day: date, round_: RoundRow | None, deadlines: Sequence[date], calendar: Calendar) -> bool:
    series: list[tuple[date, tuple[int, ...]]] = [(deadline, DEADLINE) for deadline in deadlines]
    passed = [deadline for deadline in deadlines if deadline < day]
    if round_ is not None:
        series.append((round_.opens_on, ROUND_OPENS))
        series.append((round_.report_due_on, REPORT_DUE))
        series.append((round_.verify_due_on, VERIFY_DUE))
        passed += [round_.report_due_on] if round_.report_due_on < day else []
    if passed and opens_week(day, calendar):
        return True
    return any(step_on(target, offsets, day, calendar) is not None for target, offsets in series)
