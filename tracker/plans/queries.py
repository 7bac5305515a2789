"""Reads of plans.  What a person sees ends at their regions; a list costs as many statements at any length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from ..access import Actor
from ..directory.models import Region, Unit
from ..directory.queries import members_of
from ..errors import NotFound
from .models import Assignment, DueDate, Instance, KeyTask, Plan, Round, Section

LIVE_ROUND_STATES = ("open", "reviewing")


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit as a task names it."""

    unit_id: int
    name: str
    printed_name: str
    and_others: bool
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A key task with where it stands and who has part in it: what lists, lamps, rules and reminders look at.

    ``deadline`` is the task's own, in the region's zone, or None.
    """

    task_id: int
    plan_id: int
    ref: str
    number: str
    text: str
    section_id: int | None
    section: str | None
    joint: bool
    state: str
    suspended_from: str | None
    version: int
    entered_at: datetime
    dispatched_at: datetime | None
    deadline: date | None
    completion_verified: bool
    current_report_id: int | None
    assignment_set_id: int | None
    leads: tuple[UnitRef, ...]
    supports: tuple[UnitRef, ...]

    @property
    def first_lead(self) -> UnitRef | None:
        """The first-named lead unit."""
        return self.leads[0] if self.leads else None


def visible_plans(session: Session, actor: Actor) -> list[Plan]:
    """The plans of the actor's regions, oldest first."""
    region = joinedload(Plan.region).options(selectinload(Region.day_overrides))
    statement = select(Plan).options(region, joinedload(Plan.supervising_unit)).order_by(Plan.id)
    if not (actor.administrator or actor.is_system):
        statement = statement.where(Plan.region_id.in_(actor.region_ids))
    return list(session.scalars(statement))


def plan_by_slug(session: Session, actor: Actor, slug: str) -> Plan:
    """Raises NotFound where there is none or it lies outside the actor's regions."""
    plan = session.scalar(
        select(Plan).where(Plan.slug == slug).options(joinedload(Plan.region), joinedload(Plan.supervising_unit))
    )
    if plan is None or not actor.sees_region(plan.region_id):
        raise NotFound()
    return plan


def task_id_of(session: Session, plan: Plan, ref: str) -> int:
    """Raises NotFound."""
    task_id = session.scalar(select(KeyTask.id).where(KeyTask.plan_id == plan.id, KeyTask.ref == ref))
    if task_id is None:
        raise NotFound()
    return task_id


def task_rows(session: Session, plan_ids: Iterable[int], *, task_ids: Sequence[int] | None = None) -> list[TaskRow]:
    """Tasks of some plans (all or ``task_ids``), in the order of the plan: three statements at any number."""
    statement = (
        select(KeyTask, Instance, Section.title, DueDate.due_on)
        .join(Instance, Instance.task_id == KeyTask.id)
        .outerjoin(Section, Section.id == KeyTask.section_id)
        .outerjoin(DueDate, DueDate.id == Instance.due_date_id)
        .where(KeyTask.plan_id.in_(list(plan_ids)))
        .order_by(KeyTask.plan_id, KeyTask.position)
    )
    if task_ids is not None:
        statement = statement.where(KeyTask.id.in_(task_ids))
    found = session.execute(statement).all()
    units = _units_of_sets(session, plan_ids, task_ids)
    return [
        TaskRow(
            task_id=task.id,
            plan_id=task.plan_id,
            ref=task.ref,
            number=task.number,
            text=task.text,
            section_id=task.section_id,
            section=section,
            joint=task.joint,
            state=instance.state,
            suspended_from=instance.suspended_from,
            version=instance.version,
            entered_at=instance.entered_at,
            dispatched_at=instance.dispatched_at,
            deadline=due_on,
            completion_verified=instance.completion_verified,
            current_report_id=instance.current_report_id,
            assignment_set_id=instance.assignment_set_id,
            leads=tuple(units.get((task.id, "lead"), ())),
            supports=tuple(units.get((task.id, "support"), ())),
        )
        for task, instance, section, due_on in found
    ]


def task_row(session: Session, plan: Plan, ref: str) -> TaskRow:
    """One task.  Raises NotFound."""
    return task_rows(session, [plan.id], task_ids=[task_id_of(session, plan, ref)])[0]


def _units_of_sets(
    session: Session, plan_ids: Iterable[int], task_ids: Sequence[int] | None
) -> dict[tuple[int, str], list[UnitRef]]:
    statement = (
        select(
            Instance.task_id,
            Assignment.role,
            Assignment.printed_name,
            Assignment.and_others,
            Unit.id,
            Unit.name,
            Unit.kind,
        )
        .join(Assignment, Assignment.set_id == Instance.assignment_set_id)
        .join(KeyTask, KeyTask.id == Instance.task_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(KeyTask.plan_id.in_(list(plan_ids)))
        .order_by(Instance.task_id, Assignment.role, Assignment.position)
    )
    if task_ids is not None:
        statement = statement.where(Instance.task_id.in_(task_ids))
    rows = session.execute(statement).all()
    collective = {row.id for row in rows if row.kind == "collective"}
    members = members_of(session, collective) if collective else {}
    units: dict[tuple[int, str], list[UnitRef]] = {}
    for task_id, role, printed, others, unit_id, name, _kind in rows:
        unit = UnitRef(unit_id, name, printed, others, tuple(members.get(unit_id, ())))
        units.setdefault((task_id, role), []).append(unit)
    return units


def current_rounds(session: Session, plan_ids: Iterable[int]) -> dict[int, Round]:
    """Plan id -> its current round: the newest that is open or reviewing; a plan without one is absent."""
    statement = (
        select(Round)
        .where(Round.plan_id.in_(list(plan_ids)), Round.state.in_(LIVE_ROUND_STATES))
        .order_by(Round.plan_id, Round.opens_on, Round.id)
    )
    return {round_.plan_id: round_ for round_ in session.scalars(statement)}


def rounds_of(session: Session, plan_ids: Iterable[int]) -> list[Round]:
    """Every round of some plans by plan and opening day."""
    statement = select(Round).where(Round.plan_id.in_(list(plan_ids))).order_by(Round.plan_id, Round.opens_on, Round.id)
    return list(session.scalars(statement))


def due_dates_of(session: Session, task_id: int) -> list[DueDate]:
    """Every deadline that a task has had, the first one first."""
    return list(session.scalars(select(DueDate).where(DueDate.task_id == task_id).order_by(DueDate.number)))
