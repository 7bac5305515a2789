"""Which days are worth a look: from dates alone, so that an ordinary day costs a few small statements a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..evaluations.rounds import RoundRow, current, frozen
from ..plans.models import DueDate, Instance, KeyTask, Plan
from ..plans.queries import rounds_of
from ..workdays.calendar import Calendar
from .in_force import rules_of_plan
from .ruleset import RuleSet
from .series import opens_week, step_after, step_on
from .snapshot import led_since


def days_worth_asking(session: Session, plan: Plan, days: Sequence[date]) -> list[date]:
    """Those of ``days`` on which the rules could find anything.

    A day that is left out has no reminder, whatever the states of the tasks are; one that is kept may have none.
    """
    calendar = plan.region.calendar
    working = [day for day in days if calendar.is_working(day)]
    if not working:
        return []
    rules = rules_of_plan(session, plan.id)
    round_ = current(frozen(rounds_of(session, [plan.id])))
    deadlines = session.scalars(
        select(DueDate.due_on)
        .join(Instance, Instance.due_date_id == DueDate.id)
        .join(KeyTask, KeyTask.id == Instance.task_id)
        .where(KeyTask.plan_id == plan.id)
        .distinct()
    ).all()
    given = {day for units in led_since(session, plan).values() for day in units.values()}
    return [day for day in working if _worth(day, round_, deadlines, given, rules, calendar)]


def _worth(
    day: date,
    round_: RoundRow | None,
    deadlines: Sequence[date],
    given: set[date],
    rules: RuleSet,
    calendar: Calendar,
) -> bool:
    towards: list[tuple[date, str]] = [(deadline, "deadline") for deadline in deadlines]
    passed = [deadline for deadline in deadlines if deadline < day]
    if round_ is not None:
        towards.append((round_.opens_on, "round_opens"))
        towards.append((round_.report_due_on, "report_due"))
        towards.append((round_.verify_due_on, "verify_due"))
        passed += [round_.report_due_on] if round_.report_due_on < day else []
    if passed and opens_week(day, calendar):
        return True
    away = rules.offsets("unacknowledged")
    if any(step_after(since, away, day, calendar) is not None for since in given):
        return True
    return any(step_on(target, rules.offsets(kind), day, calendar) is not None for target, kind in towards)
