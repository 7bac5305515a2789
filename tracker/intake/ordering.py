"""The order of a plan's tasks and sections after a revision put some in or moved them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..plans.models import KeyTask, Plan, Section
from .pairing import bare


def section_titled(session: Session, plan: Plan, title: str | None) -> Section | None:
    """The section of the plan with this title, made where there is none; None for no title."""
    if title is None:
        return None
    sections = session.scalars(select(Section).where(Section.plan_id == plan.id)).all()
    for section in sections:
        if bare(section.title) == bare(title):
            return section
    last = max((section.position for section in sections), default=-1)
    made = Section(plan_id=plan.id, position=last + 1, title=title)
    session.add(made)
    session.flush()
    return made


def put_in_order(session: Session, plan: Plan, wanted: Sequence[str]) -> None:
    """Bring the tasks whose refs are ``wanted`` into that order; any other stays behind the task it stands behind.

    Sections follow the order in which their tasks come; those without a task go last.
    """
    statement = select(KeyTask).where(KeyTask.plan_id == plan.id).order_by(KeyTask.position)
    tasks = list(session.scalars(statement))
    by_ref = {task.ref: task for task in tasks}
    kept = set(wanted)
    order = list(wanted)
    before: str | None = None
    for task in tasks:
        if task.ref not in kept:
            order.insert(order.index(before) + 1 if before is not None else 0, task.ref)
        before = task.ref
    _number(session, [by_ref[ref] for ref in order])
    sections = {section.id: section for section in session.scalars(select(Section).where(Section.plan_id == plan.id))}
    met = dict.fromkeys(by_ref[ref].section_id for ref in order)
    first = [sections.pop(section_id) for section_id in met if section_id is not None]
    _number(session, [*first, *sorted(sections.values(), key=lambda section: section.position)])


def _number(session: Session, rows: Sequence[KeyTask | Section]) -> None:
    """Positions from 0 on, in two steps: no two rows of a plan may have one position at any moment."""
    beyond = max((row.position for row in rows), default=0) + len(rows) + 1
    for step in (beyond, 0):
        for position, row in enumerate(rows):
            row.position = step + position
        session.flush()
