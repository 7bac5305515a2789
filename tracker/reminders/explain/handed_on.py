"""Reminders of somebody who was away, and to whom they went instead; for explaining."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...directory.recipients import names_of
from ...plans.models import Plan
from ...plans.queries import TaskRow
from ..models import Reminder
from .recorded import concerning


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A row of who stood in, and their name."""

    row: Reminder
    name: str

    def of(self, row: Reminder) -> bool:
        """Whether it is the same reminder as a row of the person who was away."""
        return (self.row.subject, self.row.kind, self.row.due_on) == (row.subject, row.kind, row.due_on)


def handed_on(session: Session, plan: Plan, task: TaskRow, recipient: str) -> list[HandedOn]:
    """The reminders of a recipient about a task, or a round of its plan, that others got in their place, by day."""
    statement = (
        select(Reminder)
        .where(
            Reminder.plan_id == plan.id,
            Reminder.instead_of == recipient,
            Reminder.state != "superseded",
            concerning(task.task_id),
        )
        .order_by(Reminder.due_on, Reminder.id)
    )
    rows = session.scalars(statement).all()
    names = names_of(session, {row.recipient for row in rows})
    return [HandedOn(row, names[row.recipient]) for row in rows]
