"""A plan back in the shape of the draft it was made from: what the document says, not how its tasks stand."""

from __future__ import annotations

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
    PlanUnit,
    Project,
    Target,
)


def plan_document(session: Session, plan: Plan) -> dict[str, Any]:
    """The plan as JSON-ready data in the draft's shape: units and deadlines as the document gave them."""
    units = _imported_units(session, plan)
    deadlines = _imported_deadlines(session, plan)
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
                "leads": units.get((task.id, "lead"), []),
                "supports": units.get((task.id, "support"), []),
                "joint": task.joint,
                "deadline": deadlines.get(task.id),
                "targets": [_target(target) for target in task.targets],
                "source_line": task.source_line,
            }
            for task in tasks
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


def _imported_units(session: Session, plan: Plan) -> dict[tuple[int, str], list[str]]:
    rows = session.execute(
        select(AssignmentSet.task_id, Assignment.role, Assignment.printed_name)
        .join(Assignment, Assignment.set_id == AssignmentSet.id)
        .join(KeyTask, KeyTask.id == AssignmentSet.task_id)
        .where(KeyTask.plan_id == plan.id, AssignmentSet.act == "import")
        .order_by(AssignmentSet.task_id, Assignment.role, Assignment.position)
    )
    units: dict[tuple[int, str], list[str]] = {}
    for task_id, role, printed_name in rows:
        units.setdefault((task_id, role), []).append(printed_name)
    return units


def _imported_deadlines(session: Session, plan: Plan) -> dict[int, str]:
    rows = session.execute(
        select(DueDate.task_id, DueDate.due_on)
        .join(KeyTask, KeyTask.id == DueDate.task_id)
        .where(KeyTask.plan_id == plan.id, DueDate.act == "import")
    )
    return {task_id: due_on.isoformat() for task_id, due_on in rows}
