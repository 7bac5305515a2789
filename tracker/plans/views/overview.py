"""The reads behind the list of plans and a plan's overview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...access import Actor, permitted
from ...clock import local_day
from ...directory.models import Unit
from ...evaluations.counting import last_report_acts
from ...evaluations.lamps import Standing
from ...evaluations.pace import term_passed
from ...workflows.definitions import STATE_LABELS, UNACKNOWLEDGED_AFTER
from ..models import EvaluationClause, Plan, Project, Round
from ..policy import plan_facts
from ..queries import TaskRow, plan_by_slug, rounds_of, task_rows, visible_plans
from .indicators import IndicatorLine, indicators_of
from .listing import SETTLED_STATES, Listed, RoundCard, current_ids, current_of, listed, owes, percent, round_card

ATTENTION_LIMIT = 12


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan in the list of plans: its tasks by state and lamp, and its round."""

    plan: Plan
    total: int
    states: Counter[str]
    lamps: Counter[str]
    round_: RoundCard | None


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """What a unit leads in a plan; a task that several units lead counts once for each."""

    unit_id: int
    name: str
    leads: int
    verified: int
    reported: int
    open_: int
    yellow: int
    red: int


@dataclass(frozen=True, slots=True)
class Concern:
    """A task that needs attention.  ``kind`` is overdue, silent (not acknowledged in time) or pending (without units).

    ``days`` counts the working days since its state was entered.
    """

    row: TaskRow
    standing: Standing
    kind: str
    days: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A plan at a glance.  ``hidden`` counts what needs attention beyond the list shown."""

    plan: Plan
    host: str | None
    today: date
    tasks: list[Listed]
    states: Counter[str]
    lamps: Counter[str]
    attention: list[Concern]
    hidden: int
    units: list[UnitLoad]
    round_: RoundCard | None
    rounds: Sequence[Round]
    settled: int
    settled_percent: int
    term_passed: int
    indicators: list[IndicatorLine]
    boxes: list[tuple[str, list[Project]]]
    clauses: list[tuple[str, list[str]]]
    may_go_live: bool
    may_dispatch: bool
    may_read_audit: bool


def plan_cards(session: Session, actor: Actor, now: datetime) -> list[PlanCard]:
    """The plans that the actor sees, with their figures: a fixed number of statements."""
    plans = visible_plans(session, actor)
    ids = [plan.id for plan in plans]
    rows: dict[int, list[TaskRow]] = {plan_id: [] for plan_id in ids}
    for row in task_rows(session, ids):
        rows[row.plan_id].append(row)
    rounds: dict[int, list[Round]] = {plan_id: [] for plan_id in ids}
    for round_ in rounds_of(session, ids):
        rounds[round_.plan_id].append(round_)
    acts = last_report_acts(session, current_ids(list(rounds.values())))
    cards = []
    for plan in plans:
        tasks = listed(plan, rows[plan.id], current_of(rounds[plan.id]), now)
        cards.append(
            PlanCard(
                plan=plan,
                total=len(tasks),
                states=_states(tasks),
                lamps=Counter(task.standing.lamp for task in tasks),
                round_=round_card(plan, rounds[plan.id], rows[plan.id], local_day(now, plan.region.timezone), acts),
            )
        )
    return cards


def _states(tasks: Sequence[Listed]) -> Counter[str]:
    return Counter({**dict.fromkeys(STATE_LABELS, 0), **Counter(task.row.state for task in tasks)})


def overview(session: Session, actor: Actor, now: datetime, slug: str) -> Overview:
    """Everything on a plan's page.  Raises NotFound."""
    plan = plan_by_slug(session, actor, slug)
    rows = task_rows(session, [plan.id])
    rounds = rounds_of(session, [plan.id])
    today = local_day(now, plan.region.timezone)
    tasks = listed(plan, rows, current_of(rounds), now)
    attention = needing_attention(tasks, plan, today)
    host_id = plan.supervising_unit.host_unit_id
    counted = sum(row.state != "terminated" for row in rows)
    settled = sum(row.state in SETTLED_STATES for row in rows)
    facts = plan_facts(actor, plan)
    return Overview(
        plan=plan,
        host=session.get_one(Unit, host_id).name if host_id is not None else None,
        today=today,
        tasks=tasks,
        states=_states(tasks),
        lamps=Counter(task.standing.lamp for task in tasks),
        attention=attention[:ATTENTION_LIMIT],
        hidden=max(0, len(attention) - ATTENTION_LIMIT),
        units=unit_loads(tasks),
        round_=round_card(plan, rounds, rows, today, last_report_acts(session, current_ids([rounds]))),
        rounds=rounds,
        settled=settled,
        settled_percent=percent(settled, counted),
        term_passed=term_passed(plan, today),
        indicators=indicators_of(session, [plan])[plan.id],
        boxes=_boxes(session, plan),
        clauses=_clauses(session, plan),
        may_go_live=plan.live_since is None and permitted("plan.go_live", facts),
        may_dispatch=plan.live_since is not None
        and any(row.state == "pending_dispatch" for row in rows)
        and permitted("task.dispatch", facts),
        may_read_audit=permitted("audit.read", facts),
    )


def needing_attention(tasks: Sequence[Listed], plan: Plan, today: date) -> list[Concern]:
    """Overdue tasks, longest first; those nobody acknowledged in time; and, once live, those without units."""
    concerns, calendar = [], plan.region.calendar
    for task in tasks:
        days = calendar.working_days_between(local_day(task.row.entered_at, plan.region.timezone), today)
        if task.standing.overdue:
            kind = "overdue"
        elif task.row.state == "assigned" and days >= UNACKNOWLEDGED_AFTER:
            kind = "silent"
        elif task.row.state == "pending_dispatch" and plan.live_since is not None:
            kind = "pending"
        else:
            continue
        concerns.append(Concern(task.row, task.standing, kind, days))
    order = ("overdue", "silent", "pending")
    return sorted(concerns, key=lambda c: (order.index(c.kind), c.standing.overdue_since or today, -c.days))


def unit_loads(tasks: Sequence[Listed]) -> list[UnitLoad]:
    """What each lead unit has, the greatest load first."""
    by_unit: dict[int, list[Listed]] = {}
    names: dict[int, str] = {}
    for task in tasks:
        if task.row.state == "terminated":
            continue
        for unit in task.row.leads:
            by_unit.setdefault(unit.unit_id, []).append(task)
            names[unit.unit_id] = unit.name
    loads = [
        UnitLoad(
            unit_id=unit_id,
            name=names[unit_id],
            leads=len(own),
            verified=sum(task.row.state in SETTLED_STATES for task in own),
            reported=sum(task.row.state == "reported" for task in own),
            open_=sum(owes(task.row) or task.row.state == "pending_dispatch" for task in own),
            yellow=sum(task.standing.lamp == "yellow" for task in own),
            red=sum(task.standing.lamp == "red" for task in own),
        )
        for unit_id, own in by_unit.items()
    ]
    return sorted(loads, key=lambda load: (-load.leads, -load.red, load.unit_id))


def _boxes(session: Session, plan: Plan) -> list[tuple[str, list[Project]]]:
    boxes: dict[str, list[Project]] = {}
    statement = select(Project).where(Project.plan_id == plan.id).order_by(Project.position)
    for project in session.scalars(statement):
        boxes.setdefault(project.box, []).append(project)
    return list(boxes.items())


def _clauses(session: Session, plan: Plan) -> list[tuple[str, list[str]]]:
    """What the plan says of evaluation: (quotation, the kinds it names), each quotation once."""
    found: dict[str, list[str]] = {}
    statement = select(EvaluationClause).where(EvaluationClause.plan_id == plan.id).order_by(EvaluationClause.position)
    for clause in session.scalars(statement):
        found.setdefault(clause.quote, []).append(clause.kind)
    return list(found.items())
