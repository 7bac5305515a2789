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
from .ruleset import KINDS, RuleSet
from .series import opens_week, step_after, step_on
from .snapshot import led_since
from .unanswered import days_of_what_waits


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
    dates = [("unacknowledged", day) for day in given] + days_of_what_waits(session, plan)
    dates += [("deadline", day) for day in deadlines]
    return [day for day in working if _worth(day, round_, dates, rules, calendar)]


def _worth(
    day: date, round_: RoundRow | None, dates: Sequence[tuple[str, date]], rules: RuleSet, calendar: Calendar
) -> bool:
    """``dates``: kind -> a day that its steps count to or from."""
    passed = any(kind == "deadline" and deadline < day for kind, deadline in dates)
    towards = list(dates)
    if round_ is not None:
        towards.append(("round_opens", round_.opens_on))
        towards.append(("report_due", round_.report_due_on))
        towards.append(("verify_due", round_.verify_due_on))
        passed = passed or round_.report_due_on < day
    if passed and opens_week(day, calendar):
        return True
    return any(_steps(kind, target, day, rules, calendar) for kind, target in set(towards))


def _steps(kind: str, target: date, day: date, rules: RuleSet, calendar: Calendar) -> bool:
    step_of = step_on if KINDS[kind].counts == "before" else step_after
    return step_of(target, rules.offsets(kind), day, calendar) is not None
