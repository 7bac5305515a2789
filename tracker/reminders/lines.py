"""Reminders as a reader sees them: what the ledger has and what is still to come, in lines of one kind and day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..clock import local_day
from ..outbox.models import OutboxMessage
from ..plans.models import KeyTask, Plan, Round
from ..reporting.request_models import InputRequest
from ..workflows.models import Extension, Objection
from .models import Reminder
from .rehearsal import Rehearsed, rehearse
from .series import digest_day
from .waiting import weekly_readers

ROUND_KINDS = ("round_opens", "report_due", "verify_due")


@dataclass(frozen=True, slots=True)
class Entry:
    """One reminder to one recipient; ``digest_on`` is the day of the digest it goes into, where that is known.

    ``status``: sent, on_its_way, unknown, dead (of its mail), waiting, superseded, no_address, or ahead (computed, not
    stored).  ``ref`` is empty for a reminder of a round.
    """

    day: date
    plan: Plan
    kind: str
    step: int
    target_on: date
    refs: tuple[str, ...]
    round_kind: str | None
    recipient: str
    status: str
    message_id: int | None = None
    digest_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The reminders of one plan, day, kind, step and status; ``refs`` are the tasks they are about.

    ``digest_on`` is the day of the weekly digest that they wait for, None where they go on their day.
    """

    day: date
    plan: Plan
    kind: str
    step: int
    round_kind: str | None
    status: str
    refs: tuple[str, ...]
    recipients: tuple[str, ...]
    message_ids: tuple[int, ...]
    digest_on: date | None = None

    @property
    def late(self) -> bool:
        """Whether it says that a day has passed."""
        return self.kind == "overdue"

    @property
    def of_round(self) -> bool:
        """Whether it is about a round."""
        return self.kind in ROUND_KINDS


MAIL_STATUS = {"sent": "sent", "unknown": "unknown", "dead": "dead"}


def recorded(
    session: Session, plans: Sequence[Plan], first: date, last: date, recipient: str | None = None
) -> list[Entry]:
    """The ledger's rows of some plans from ``first`` to ``last``, of one recipient or of all: three statements."""
    by_id = {plan.id: plan for plan in plans}
    statement = (
        select(Reminder, OutboxMessage.state)
        .outerjoin(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .where(Reminder.plan_id.in_(list(by_id)), Reminder.due_on >= first, Reminder.due_on <= last)
        .order_by(Reminder.due_on, Reminder.id)
    )
    if recipient is not None:
        statement = statement.where(Reminder.recipient == recipient)
    rows = session.execute(statement).all()
    refs = _refs(session, (row.subject for row, _ in rows))
    kinds = _round_kinds(session, (row.subject for row, _ in rows))
    weekly = weekly_readers(session, {row.recipient for row, _ in rows if row.state == "waiting"})
    return [
        Entry(
            day=row.due_on,
            plan=by_id[row.plan_id],
            kind=row.kind,
            step=row.step,
            target_on=row.target_on,
            refs=refs.get(row.subject, ()),
            round_kind=kinds.get(row.subject),
            recipient=row.recipient,
            status=MAIL_STATUS.get(state, "on_its_way") if row.state == "in_digest" else row.state,
            message_id=row.message_id,
            digest_on=_waits_for(row, by_id[row.plan_id], weekly) if row.state == "waiting" else None,
        )
        for row, state in rows
    ]


def _waits_for(row: Reminder, plan: Plan, weekly: Collection[str]) -> date:
    return digest_day(row.due_on, row.target_on, plan.region.calendar, weekly=row.recipient in weekly)


TASK_OF: dict[str, type[InputRequest | Extension | Objection]] = {
    "request": InputRequest,
    "extension": Extension,
    "objection": Objection,
}
"""What a subject that is something about a task names."""


def _refs(session: Session, subjects: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Subject -> the task it is about: a statement for each sort of subject that there is."""
    ids: dict[str, set[int]] = {}
    for subject in subjects:
        sort, _, number = subject.partition(":")
        ids.setdefault(sort, set()).add(int(number))
    tasks = select(KeyTask.id, KeyTask.ref).where(KeyTask.id.in_(ids.get("task", ())))
    found: dict[str, tuple[str, ...]] = {f"task:{task_id}": (ref,) for task_id, ref in session.execute(tasks)}
    for sort, model in TASK_OF.items():
        if sort in ids:
            about = select(model.id, KeyTask.ref).join(KeyTask, KeyTask.id == model.task_id)
            rows = session.execute(about.where(model.id.in_(ids[sort])))
            found |= {f"{sort}:{number}": (ref,) for number, ref in rows}
    return found


def _round_kinds(session: Session, subjects: Iterable[str]) -> dict[str, str]:
    ids = {int(subject.removeprefix("round:")) for subject in subjects if subject.startswith("round:")}
    statement = select(Round.id, Round.kind).where(Round.id.in_(ids))
    return {f"round:{round_id}": kind for round_id, kind in session.execute(statement)}


def ahead(
    session: Session,
    plan: Plan,
    now: datetime,
    first: date,
    last: date,
    recipient: str | None = None,
    known: Iterable[tuple[str, str, date]] = (),
    *,
    as_if_live: bool = False,
) -> list[Entry]:
    """What would go out from today on, in ``first`` to ``last``, if nobody acted: the rehearsal's own steps.

    ``known`` are (recipient, kind, day) of the ledger, which are not to come.  A plan that is not live has none, or
    (``as_if_live``) what it would have if it went live today.
    """
    today = local_day(now, plan.region.timezone)
    if (plan.live_since is None and not as_if_live) or last < today:
        return []
    recorded_keys = set(known)
    return [
        Entry(
            day=row.due.due_on,
            plan=plan,
            kind=row.due.kind,
            step=row.due.step,
            target_on=row.due.target_on,
            refs=tuple(task.ref for task in row.due.tasks),
            round_kind=row.due.round_.kind if row.due.round_ is not None and row.of_round else None,
            recipient=row.due.recipient.key,
            status=status,
            digest_on=row.day,
        )
        for row in rehearse(session, plan, today, last)
        if row.due.due_on >= first
        and recipient in (None, row.due.recipient.key)
        and (row.due.due_on > today or (row.due.recipient.key, row.due.kind, row.due.due_on) not in recorded_keys)
        and (status := _status_ahead(row)) is not None
    ]


def _status_ahead(row: Rehearsed) -> str | None:
    """None where a later step comes before the digest does: nothing goes."""
    if row.day is not None:
        return "ahead"
    return "no_address" if not row.due.recipient.reachable else None


def lines_of(entries: Iterable[Entry]) -> list[Line]:
    """Entries of one plan, day, kind, step and status in one line, by day."""
    groups: dict[tuple[date, int, str, int, str, date | None], list[Entry]] = {}
    for entry in entries:
        later = entry.digest_on if entry.digest_on != entry.day else None
        groups.setdefault((entry.day, entry.plan.id, entry.kind, entry.step, entry.status, later), []).append(entry)
    lines = []
    for (day, _, kind, step, status, digest_on), found in groups.items():
        lines.append(
            Line(
                day=day,
                plan=found[0].plan,
                kind=kind,
                step=step,
                round_kind=found[0].round_kind,
                status=status,
                refs=tuple(dict.fromkeys(ref for entry in found for ref in entry.refs)),
                recipients=tuple(dict.fromkeys(entry.recipient for entry in found)),
                message_ids=tuple(dict.fromkeys(e.message_id for e in found if e.message_id is not None)),
                digest_on=digest_on,
            )
        )
    return sorted(lines, key=lambda line: (line.day, line.plan.id))
