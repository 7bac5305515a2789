"""Writes of a plan's document and of who is responsible for a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from ..directory.models import Region
from ..directory.queries import units_by_name
from ..errors import InvalidInput
from ..i18n import N_
from .models import (
    Assignment,
    AssignmentSet,
    DueDate,
    EvaluationClause,
    Indicator,
    Instance,
    KeyTask,
    Plan,
    PlanUnit,
    Project,
    Section,
    Target,
)


@dataclass(frozen=True, slots=True)
class Assignee:
    """A unit in a role.  ``printed_name`` is the spelling of the document; ``and_others``: 等 stood behind it."""

    unit_id: int
    role: str
    printed_name: str
    and_others: bool = False


def load_plan(
    session: Session, actor: Actor, now: datetime, region: Region, document: Mapping[str, Any]
) -> tuple[Plan, bool]:
    """Make a plan of a loaded PlanDocumentSchema document.  Returns (plan, whether it is new); an existing slug stays.

    Every task starts in pending_dispatch.  Raises InvalidInput, naming every unit that the region does not know.
    """
    existing = session.scalar(select(Plan).where(Plan.slug == document["slug"]))
    if existing is not None:
        return existing, False
    known = units_by_name(session, region.id)
    _check_units(document, known)
    plan = Plan(
        region_id=region.id,
        supervising_unit_id=known[document["supervising_unit"]],
        slug=document["slug"],
        title=document["title"],
        document_number=document["document_number"],
        issuer=document["issuer"],
        issued_on=document["issued_on"],
        region_as_printed=document["region"],
        first_year=document["period"][0],
        last_year=document["period"][1],
        form=document["form"],
        definition=document["definition"],
        warnings=document["warnings"],
        created_at=now,
    )
    session.add(plan)
    session.flush()
    _add_lists(session, plan, document)
    sections: dict[str, Section] = {}
    for position, entry in enumerate(document["tasks"]):
        title = entry["section"]
        if title is not None and title not in sections:
            sections[title] = Section(plan_id=plan.id, position=len(sections), title=title)
            session.add(sections[title])
            session.flush()
        section = sections[title] if title is not None else None
        add_task(session, actor, now, plan, section, position, entry, known)
    session.flush()
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action="plan.load",
        subject=f"plan:{plan.id}",
        data={"slug": plan.slug, "title": plan.title, "tasks": len(document["tasks"])},
    )
    return plan, True


def _check_units(document: Mapping[str, Any], known: Mapping[str, int]) -> None:
    named = [document["supervising_unit"]]
    for task in document["tasks"]:
        named += [*task["leads"], *task["supports"]]
    unknown = sorted({name for name in named if name not in known})
    if unknown:
        raise InvalidInput(
            message=N_("%(plan)s names units that the region does not know: %(names)s. Add them to its units file."),
            plan=document["slug"],
            names="、".join(unknown),
        )


def _add_lists(session: Session, plan: Plan, document: Mapping[str, Any]) -> None:
    lists: Sequence[tuple[str, type[Any]]] = (
        ("indicators", Indicator),
        ("projects", Project),
        ("evaluations", EvaluationClause),
        ("units", PlanUnit),
    )
    for name, model in lists:
        for position, entry in enumerate(document[name]):
            session.add(model(plan_id=plan.id, position=position, **entry))


def add_task(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    section: Section | None,
    position: int,
    entry: Mapping[str, Any],
    known: Mapping[str, int],
) -> KeyTask:
    """Add one loaded TaskSchema entry, pending; ``known`` leads its names to units.  ``position`` must be free."""
    task = KeyTask(
        plan_id=plan.id,
        section_id=section.id if section is not None else None,
        position=position,
        number=entry["number"],
        ref=entry["ref"],
        text=entry["text"],
        joint=entry["joint"],
        deadline_words=entry["deadline_words"],
        remark=entry["remark"],
        source_line=entry["source_line"],
    )
    session.add(task)
    session.flush()
    add_targets(session, task.id, entry["targets"])
    instance = Instance(task_id=task.id, entered_at=now)
    assignees = assignees_of(entry, known)
    if assignees:
        instance.assignment_set_id = assign(session, actor, now, task.id, assignees, act="import").id
    if entry["deadline"] is not None:
        instance.due_date_id = move_due_date(session, actor, now, task.id, entry["deadline"], act="import").id
    session.add(instance)
    session.flush()
    return task


def add_targets(session: Session, task_id: int, targets: Sequence[Mapping[str, Any]]) -> None:
    """Add the targets that a task's text states, in the order given."""
    for place, target in enumerate(targets):
        session.add(
            Target(
                task_id=task_id,
                position=place,
                comparator=target["comparator"],
                value=Decimal(str(target["value"])),
                unit=target["unit"],
            )
        )
    session.flush()


def assignees_of(entry: Mapping[str, Any], known: Mapping[str, int]) -> list[Assignee]:
    """The units of a loaded TaskSchema entry, leads first; ``known`` leads its names to units."""
    return [
        Assignee(known[name], role, name, name in entry["others"])
        for role, names in (("lead", entry["leads"]), ("support", entry["supports"]))
        for name in names
    ]


def assign(
    session: Session, actor: Actor, now: datetime, task_id: int, assignees: Sequence[Assignee], *, act: str
) -> AssignmentSet:
    """Add an assignment set to a task, each role in the order given.  The caller points the instance at it."""
    last = session.scalar(
        select(AssignmentSet.number)
        .where(AssignmentSet.task_id == task_id)
        .order_by(AssignmentSet.number.desc())
        .limit(1)
    )
    new = AssignmentSet(task_id=task_id, number=(last or 0) + 1, act=act, from_at=now, actor_id=actor.user_id)
    session.add(new)
    session.flush()
    places = {"lead": 0, "support": 0}
    for assignee in assignees:
        session.add(
            Assignment(
                set_id=new.id,
                unit_id=assignee.unit_id,
                role=assignee.role,
                position=places[assignee.role],
                printed_name=assignee.printed_name,
                and_others=assignee.and_others,
            )
        )
        places[assignee.role] += 1
    session.flush()
    return new


def note_export(session: Session, actor: Actor, now: datetime, plan: Plan, kind: str) -> None:
    """Record that somebody takes a plan with them as a file of this kind."""
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action="plan.export",
        subject=f"plan:{plan.id}",
        data={"kind": kind},
    )


def move_due_date(session: Session, actor: Actor, now: datetime, task_id: int, due_on: date, *, act: str) -> DueDate:
    """Append the next deadline of a task (a day in the region's zone).  The instance must be pointed at it."""
    last = session.scalar(select(func.max(DueDate.number)).where(DueDate.task_id == task_id))
    due = DueDate(task_id=task_id, number=(last or 0) + 1, due_on=due_on, act=act, from_at=now, actor_id=actor.user_id)
    session.add(due)
    session.flush()
    return due
