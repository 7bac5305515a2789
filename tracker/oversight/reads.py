"""What every oversight page starts from: a person's plans, their tasks, how each stands and who the person is to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor, Facts
from ..clock import local_day
from ..directory.queries import collectives_of
from ..evaluations.lamps import Standing, standing
from ..plans.models import Assignment, Instance, Plan, Round
from ..plans.policy import plan_facts
from ..plans.queries import TaskRow, current_rounds, task_rows
from ..workdays.calendar import Calendar
from ..workflows.policy import available_actions, task_facts
from ..workflows.queries import leading_since


@dataclass(frozen=True, slots=True)
class Task:
    """A task as one person sees it today.  ``today`` is the day in the plan's region, ``calendar`` its working days."""

    plan: Plan
    row: TaskRow
    standing: Standing
    facts: Facts
    round_: Round | None
    today: date
    calendar: Calendar

    @property
    def actions(self) -> tuple[str, ...]:
        """The triggers that the person can fire now; asked only where a page shows them."""
        return available_actions(self.plan.definition, self.facts)


def supervised(actor: Actor, plans: Sequence[Plan]) -> list[Plan]:
    """The plans that the person supervises."""
    return [plan for plan in plans if plan_facts(actor, plan).supervisor]


def involved_task_ids(session: Session, actor: Actor) -> list[int]:
    """The tasks that the person's units lead or support, themselves or as members of a collective unit."""
    units = actor.unit_ids
    if not units:
        return []
    statement = (
        select(Instance.task_id)
        .join(Assignment, Assignment.set_id == Instance.assignment_set_id)
        .where(Assignment.unit_id.in_(units | collectives_of(session, units)))
        .distinct()
    )
    return list(session.scalars(statement))


def day_in(plan: Plan, now: datetime) -> date:
    """The calendar day of ``now`` in the plan's region."""
    return local_day(now, plan.region.timezone)


def tasks_of(
    session: Session, actor: Actor, now: datetime, plans: Sequence[Plan], *, task_ids: Sequence[int] | None = None
) -> list[Task]:
    """The tasks of some plans (or some of their tasks) as the person sees them, in the order of the plans.

    Three statements a plan and four in all, whatever the number of tasks.
    """
    if task_ids is not None and not task_ids:
        return []
    rounds = current_rounds(session, [plan.id for plan in plans])
    by_plan: dict[int, list[TaskRow]] = {}
    for row in task_rows(session, [plan.id for plan in plans], task_ids=task_ids):
        by_plan.setdefault(row.plan_id, []).append(row)
    found = []
    for plan in plans:
        rows = by_plan.get(plan.id, [])
        if not rows:
            continue
        facts = task_facts(session, actor, plan, rows)
        zone, calendar = ZoneInfo(plan.region.timezone), plan.region.calendar
        today, round_ = day_in(plan, now), rounds.get(plan.id)
        found += [
            Task(
                plan=plan,
                row=row,
                standing=standing(row, today, round_, zone, calendar),
                facts=facts[row.task_id],
                round_=round_,
                today=today,
                calendar=calendar,
            )
            for row in rows
        ]
    return found


def given_to(session: Session, actor: Actor, tasks: Sequence[Task]) -> dict[int, datetime]:
    """Task id -> since when the person's lead unit has had to acknowledge: one statement.

    Of several units it is the first-named while the task is assigned, else the one that has had it longest.
    """
    mine = [task for task in tasks if task.facts.first_lead or task.facts.other_lead]
    if not mine:
        return {}
    ids = [task.row.task_id for task in mine]
    since = leading_since(session, {task.plan.id for task in mine}, task_ids=ids)
    found = {}
    for task in mine:
        units = [unit.unit_id for unit in task.row.leads if unit.unit_id in actor.unit_ids]
        if task.facts.first_lead:
            units = units[:1] if task.row.state == "assigned" or len(units) == 1 else units[1:]
        days = [since[task.row.task_id, unit_id] for unit_id in units if (task.row.task_id, unit_id) in since]
        if days:
            found[task.row.task_id] = min(days)
    return found


def units_of(actor: Actor, task: Task) -> set[int]:
    """The units through which the person has part in the task: their own, and collective units they belong to."""
    mine = actor.unit_ids
    return {unit.unit_id for unit in (*task.row.leads, *task.row.supports) if unit.unit_id in mine} | {
        unit.unit_id for unit in (*task.row.leads, *task.row.supports) if mine.intersection(unit.members)
    }
