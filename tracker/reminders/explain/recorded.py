"""The ledger's rows for one task and recipient, with the mails that they went into, and those still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session, defer

from ...outbox.models import OutboxMessage
from ...plans.models import Plan
from ...plans.queries import TaskRow
from ..gone import in_ledger
from ..lines import TASK_OF
from ..models import Reminder
from ..rehearsal import Rehearsed, rehearsed
from .past import Past

YEARS_AHEAD = 3  # a round of the last year may lie this long after the term


@dataclass(frozen=True, slots=True)
class Recorded:
    """A row of the ledger with its mail; ``others``: how many reminders that mail holds, ``refs`` which tasks."""

    row: Reminder
    mail: OutboxMessage | None
    others: int
    refs: frozenset[str] | None

    @property
    def day(self) -> date:
        """The day of the digest that it went into; the scheduled day where it went into none."""
        return self.mail.local_day if self.mail is not None and self.mail.local_day is not None else self.row.due_on


def recorded_rows(session: Session, plan: Plan, row: TaskRow, recipient: str) -> list[Recorded]:
    """The rows about a task, and those about rounds of its plan, oldest first: five statements."""
    statement = (
        select(Reminder, OutboxMessage)
        .outerjoin(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .options(defer(OutboxMessage.body_text), defer(OutboxMessage.body_html))
        .where(
            Reminder.plan_id == plan.id,
            Reminder.recipient == recipient,
            concerning(row.task_id),
        )
        .order_by(Reminder.due_on, Reminder.id)
    )
    found: list[Any] = list(session.execute(statement))  # a row in no digest has no mail, which the types hide
    ids = {entry.message_id for entry, _ in found}
    counted = select(Reminder.message_id, func.count()).where(Reminder.message_id.in_(ids))
    counts = {message_id: number for message_id, number in session.execute(counted.group_by(Reminder.message_id))}
    return [
        Recorded(entry, mail, counts.get(entry.message_id, 0), _refs(entry, mail, plan.slug)) for entry, mail in found
    ]


def concerning(task_id: int) -> ColumnElement[bool]:
    """The condition on rows about a task, what was asked and contested on it, and the rounds of its plan."""
    return (
        Reminder.subject.like("round:%")
        | (Reminder.subject == f"task:{task_id}")
        | Reminder.subject.in_(_subjects_of(task_id))
    )


def _subjects_of(task_id: int) -> CompoundSelect[tuple[str]]:
    """The subjects of what was asked and contested on a task."""
    return union_all(
        *(
            select(literal(f"{sort}:").concat(cast(model.id, String))).where(model.task_id == task_id)
            for sort, model in TASK_OF.items()
        )
    )


def _refs(row: Reminder, mail: OutboxMessage | None, slug: str) -> frozenset[str] | None:
    """Which tasks the mail names in this reminder of a round; None where nothing says so."""
    if mail is None or not row.subject.startswith("round:"):
        return None
    entries: Any = mail.context.get("entries", ())
    for entry in entries:
        if (entry["slug"], entry["kind"], entry["due_on"]) == (slug, row.kind, row.due_on.isoformat()):
            return frozenset(task["ref"] for task in entry["tasks"])
    return None


def coming_rows(past: Past, plan: Plan, recipient: str, rows: Sequence[Recorded], now: datetime) -> list[Rehearsed]:
    """What is still to come about this task for the recipient, by day."""
    if plan.live_since is None:
        return []
    known = in_ledger([entry.row for entry in rows])
    last = date(plan.last_year + YEARS_AHEAD, 12, 31)
    return [
        coming
        for coming in rehearsed(past.snapshot, past.day_of(now), last)
        if recipient in (coming.due.recipient.key, *(absent.key for absent in coming.due.recipient.instead_of))
        and any(task.task_id == past.row.task_id for task in coming.due.tasks)
        and not known(coming.due)
    ]
