"""A plan back in the shape of the draft it was made from: what the document says, not how its tasks stand.

What a document says of units and deadlines is the import of each task, or the last revision that named it; a task that
a revision took out stands in the plan, terminated, and no longer in the document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from .models import (
    Assignment,
    AssignmentSet,
    DueDate,
    EvaluationClause,
    KeyTask,
    Plan,
    PlanRevision,
    PlanUnit,
    Project,
    Target,
)


@dataclass(slots=True)
class Stated:
    """What the document says of a task's units and deadline: names as printed, the day in ISO form."""

    leads: list[str] = field(default_factory=list)
    supports: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    deadline: str | None = None


def plan_document(session: Session, plan: Plan) -> dict[str, Any]:
    """The plan as JSON-ready data in the draft's shape: units and deadlines as the document gave them."""
    stated = stated_of(session, plan)
    removed = removed_by_revision(session, plan)
    tasks = session.scalars(
        select(KeyTask)
        .where(KeyTask.plan_id == plan.id)
        .options(joinedload(KeyTask.section), selectinload(KeyTask.targets))
        .order_by(KeyTask.position)
    )
    return {
        "title": plan.title,
        "document_number": plan.document_number,
        "issuer": plan.issuer,
        "issued_on": plan.issued_on.isoformat() if plan.issued_on is not None else None,
        "region": plan.region_as_printed,
        "period": [plan.first_year, plan.last_year],
        "form": plan.form,
        "tasks": [
            {
                "ref": task.ref,
                "number": task.number,
                "section": task.section.title if task.section is not None else None,
                "text": task.text,
                "leads": stated[task.ref].leads,
                "supports": stated[task.ref].supports,
                "others": stated[task.ref].others,
                "joint": task.joint,
                "deadline": stated[task.ref].deadline,
                "deadline_words": task.deadline_words,
                "remark": task.remark,
                "targets": [_target(target) for target in task.targets],
                "source_line": task.source_line,
            }
            for task in tasks
            if task.ref not in removed
        ],
        "indicators": [
            {
                "name": indicator.name,
                "unit": indicator.unit,
                "baseline": indicator.baseline,
                "target": indicator.target,
                "comparator": indicator.comparator,
                "kind": indicator.kind,
            }
            for indicator in plan.indicators
        ],
        "projects": [
            {"box": project.box, "number": project.number, "text": project.text}
            for project in _listed(session, Project, plan)
        ],
        "evaluations": [
            {"kind": clause.kind, "quote": clause.quote} for clause in _listed(session, EvaluationClause, plan)
        ],
        "units": [{"name": unit.name, "aliases": list(unit.aliases)} for unit in _listed(session, PlanUnit, plan)],
        "warnings": list(plan.warnings),
    }


def _listed(session: Session, model: type[Any], plan: Plan) -> list[Any]:
    return list(session.scalars(select(model).where(model.plan_id == plan.id).order_by(model.position)))


def _target(target: Target) -> dict[str, Any]:
    value = int(target.value) if target.value == int(target.value) else float(target.value)
    return {"comparator": target.comparator, "value": value, "unit": target.unit}


def stated_of(session: Session, plan: Plan) -> dict[str, Stated]:
    """Ref -> what the document says of the task: four statements at any number of tasks."""
    tasks = session.execute(select(KeyTask.id, KeyTask.ref).where(KeyTask.plan_id == plan.id))
    refs: dict[int, str] = {task_id: ref for task_id, ref in tasks}
    stated = {ref: Stated() for ref in refs.values()}
    sets: dict[int, int] = {}
    rows = session.execute(
        select(AssignmentSet.task_id, AssignmentSet.id, Assignment.role, Assignment.printed_name, Assignment.and_others)
        .outerjoin(Assignment, Assignment.set_id == AssignmentSet.id)
        .join(KeyTask, KeyTask.id == AssignmentSet.task_id)
        .where(KeyTask.plan_id == plan.id, AssignmentSet.act == "import")
        .order_by(AssignmentSet.task_id, AssignmentSet.number, Assignment.role, Assignment.position)
    )
    for task_id, set_id, role, printed_name, and_others in rows:
        if sets.setdefault(task_id, set_id) != set_id:  # a later import replaces the one before
            sets[task_id], stated[refs[task_id]] = set_id, Stated()
        if role is not None:
            entry = stated[refs[task_id]]
            (entry.leads if role == "lead" else entry.supports).append(printed_name)
            if and_others:
                entry.others.append(printed_name)
    days = session.execute(
        select(DueDate.task_id, DueDate.due_on)
        .join(KeyTask, KeyTask.id == DueDate.task_id)
        .where(KeyTask.plan_id == plan.id, DueDate.act == "import")
        .order_by(DueDate.task_id, DueDate.number)
    )
    for task_id, due_on in days:
        stated[refs[task_id]].deadline = due_on.isoformat()
    revisions = select(PlanRevision.stated).where(PlanRevision.plan_id == plan.id).order_by(PlanRevision.number)
    for revised in session.scalars(revisions):
        for ref, entry_now in revised.items():
            stated[ref] = Stated(**entry_now)  # type: ignore[arg-type]
    return stated


def removed_by_revision(session: Session, plan: Plan) -> set[str]:
    """The refs of the tasks that a changed document no longer names, and that were terminated for it."""
    summaries = session.scalars(select(PlanRevision.summary).where(PlanRevision.plan_id == plan.id))
    return {
        str(change["ref"])
        for summary in summaries
        for change in summary
        if change["kind"] == "removed" and change["done"]
    }
