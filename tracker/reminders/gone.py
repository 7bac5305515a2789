"""What has gone out already on another day, because the calendar was another then: nobody gets it twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..plans.models import Plan
from .models import Reminder
from .rules import Due

Step = tuple[str, str, date, str, int | date]


def went_out(session: Session, plan: Plan, dues: Iterable[Due]) -> Callable[[Due], frozenset[date]]:
    """The scheduled days under which a reminder went into a digest already: the same step towards the same date.

    One statement, whatever ``dues`` are.
    """
    targets = {due.target_on for due in dues}
    statement = select(Reminder).where(
        Reminder.plan_id == plan.id, Reminder.state == "in_digest", Reminder.target_on.in_(targets)
    )
    return days_by_step(session.scalars(statement))


def days_by_step(rows: Iterable[Reminder]) -> Callable[[Due], frozenset[date]]:
    """The same from rows of the ledger that are in digests.

    The ledger's key holds the scheduled day, and a calendar that is changed moves that; the step stays.  Of
    ``overdue``, which may begin anew, it is the calendar week that stays.
    """
    days: dict[Step, frozenset[date]] = {}
    for row in rows:
        step = _step(row.subject, row.kind, row.target_on, row.recipient, row.step, row.due_on)
        days[step] = days.get(step, frozenset()) | {row.due_on}

    def days_of(due: Due) -> frozenset[date]:
        step = _step(due.subject, due.kind, due.target_on, due.recipient.key, due.step, due.due_on)
        return days.get(step, frozenset())

    return days_of


def in_ledger(rows: Sequence[Reminder]) -> Callable[[Due], bool]:
    """Whether one recipient's rows hold a reminder: under its day, or in a digest under another."""
    known = {(row.subject, row.kind, row.due_on) for row in rows}
    days_of = days_by_step(row for row in rows if row.state == "in_digest")
    return lambda due: (due.subject, due.kind, due.due_on) in known or bool(days_of(due))


def not_yet(session: Session, plan: Plan, dues: Sequence[Due]) -> list[Due]:
    """Those of ``dues`` that have not gone out under another day."""
    days_of = went_out(session, plan, dues) if dues else None
    return [due for due in dues if days_of is not None and due.due_on in (days_of(due) or {due.due_on})]


def _step(subject: str, kind: str, target_on: date, recipient: str, step: int, due_on: date) -> Step:
    of_week = due_on - timedelta(days=due_on.weekday())
    return subject, kind, target_on, recipient, of_week if kind == "overdue" else step
