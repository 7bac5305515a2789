"""My work: what waits for one person, grouped by the day it is due, and what stands beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ..access import Actor
from ..evaluations.counting import last_report_acts
from ..plans.models import Plan
from ..plans.queries import visible_plans
from ..workflows.definitions import REPORT_ACTS
from ..workflows.queries import last_acts
from .duties import item_of
from .grouping import SHOWN, Group, groups_of
from .items import Acts, Item
from .parts import parts_owed, requests_owed
from .reads import Task, given_to, involved_task_ids, supervised, tasks_of, units_of
from .requests import drafted, request_items, urged
from .rounds import RoundCard, round_card
from .unreached import Unreached, unreached_units

CARDS = 3


@dataclass(frozen=True, slots=True)
class PlanDuty:
    """What a whole plan wants of its supervisor: ``go_live``, or ``dispatch`` of ``number`` tasks."""

    kind: str
    plan: Plan
    number: int


@dataclass(frozen=True, slots=True)
class Side:
    """The side column: rounds, and the tasks of the person's units (or plans) by part and lamp.

    ``lamps`` counts "green", "yellow", "red", "none".  ``slug`` and ``unit_id`` say which list the counts lead to; they
    are empty where the tasks lie in several plans or the person has several units.
    """

    rounds: tuple[RoundCard, ...]
    lead: int
    support: int
    lamps: Counter[str]
    slug: str | None
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Work:
    """The page.  ``plans`` are those of its tasks; ``several``: more than one, so each task names its plan.

    ``unreached`` are the units of the supervisor's regions whose open tasks reach no person.
    """

    plans: tuple[Plan, ...]
    plan_duties: tuple[PlanDuty, ...]
    unreached: tuple[Unreached, ...]
    groups: tuple[Group, ...]
    done: tuple[Item, ...]
    side: Side
    several: bool
    supervises: bool

    @property
    def number(self) -> int:
        """How many things wait."""
        return sum(group.number for group in self.groups if not group.quiet) + len(self.plan_duties)

    @property
    def late(self) -> int:
        """How many of them are past their day."""
        return sum(group.number for group in self.groups if group.late)

    @property
    def nearest(self) -> date | None:
        """The nearest day still to come."""
        days = [group.day for group in self.groups if group.day is not None and not (group.late or group.quiet)]
        return min(days, default=None)


def works_on_tasks(session: Session, actor: Actor) -> bool:
    """Whether anything can wait for this person: they are handler, leader or supervisor somewhere."""
    return bool(actor.unit_ids) or bool(supervised(actor, visible_plans(session, actor)))


def my_work(session: Session, actor: Actor, now: datetime) -> Work:
    """What waits for the actor at ``now`` (aware, business clock).

    The number of statements depends on the number of the person's plans, never on the number of tasks.
    """
    plans = visible_plans(session, actor)
    own = supervised(actor, plans)
    tasks, items = everything(session, actor, now, plans)
    done = sorted((i for i in items if i.kind == "done"), key=lambda i: i.since or date.min, reverse=True)
    regions = {plan.region_id for plan in own}
    return Work(
        plans=tuple({task.plan.id: task.plan for task in tasks}.values()),
        plan_duties=tuple(_plan_duties(own, tasks, items)),
        unreached=tuple(unreached_units(session, regions)) if regions else (),
        groups=tuple(groups_of(items)),
        done=tuple(done[:SHOWN]),
        side=_side(session, actor, tasks, own),
        several=len({task.plan.id for task in tasks}) > 1,
        supervises=bool(own),
    )


def everything(session: Session, actor: Actor, now: datetime, plans: Sequence[Plan]) -> tuple[list[Task], list[Item]]:
    """The tasks of the actor among some plans, and all that stands in their list, quiet or not."""
    own = supervised(actor, plans)
    tasks = tasks_of(session, actor, now, own)
    others = [plan for plan in plans if plan not in own]
    if actor.unit_ids and others:
        tasks += tasks_of(session, actor, now, others, task_ids=involved_task_ids(session, actor))
    ids = [task.row.task_id for task in tasks]
    reported = last_acts(session, ids, REPORT_ACTS) if ids else {}
    acts = Acts(
        report=reported,
        decline=last_acts(session, ids, ("decline",)) if ids and own else {},
        given=given_to(session, actor, tasks),
        parts=parts_owed(session, actor, tasks, reported),
        asked=requests_owed(session, actor, tasks),
    )
    items = [item for item in (item_of(task, acts) for task in tasks) if item is not None]
    return tasks, drafted(session, actor, urged(session, items)) + request_items(session, actor, tasks)


def _plan_duties(own: Sequence[Plan], tasks: Sequence[Task], items: Sequence[Item]) -> list[PlanDuty]:
    alone = {item.task.row.task_id for item in items if item.kind == "decide"}
    found = []
    for plan in own:
        waiting = [
            task
            for task in tasks
            if task.plan is plan and task.row.state == "pending_dispatch" and task.row.task_id not in alone
        ]
        if plan.live_since is None:
            found.append(PlanDuty("go_live", plan, len(waiting)))
        elif waiting:
            found.append(PlanDuty("dispatch", plan, len(waiting)))
    return found


def _side(session: Session, actor: Actor, tasks: Sequence[Task], own: Sequence[Plan]) -> Side:
    plans = {task.plan.id: task.plan for task in tasks}
    acts = last_report_acts(session, {task.round_.id for task in tasks if task.round_ is not None})
    cards = []
    for plan in plans.values():
        found = [task for task in tasks if task.plan is plan]
        counted = found if plan in own else [t for t in found if t.facts.first_lead or t.facts.other_lead]
        if found[0].round_ is not None and counted:
            cards.append(round_card(plan, found[0].round_, counted, found[0].today, acts))
    units = {unit for task in tasks for unit in units_of(actor, task)}
    return Side(
        rounds=tuple(cards[:CARDS]),
        lead=sum(task.facts.first_lead or task.facts.other_lead for task in tasks),
        support=sum(task.facts.supporting or task.facts.collective_member for task in tasks),
        lamps=Counter(task.standing.lamp for task in tasks if task.facts.involved or task.facts.supervisor),
        slug=next(iter(plans.values())).slug if len(plans) == 1 else None,
        unit_id=next(iter(units)) if len(units) == 1 and not own else None,
    )
