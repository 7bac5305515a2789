"""Which mails went out, or wait to go out, because of a task: its notices, and the digests that reminded of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import Session

from ...directory.models import Unit, User
from ...outbox.models import OutboxMessage
from ...plans.models import Plan
from ...plans.notices import task_path
from ...plans.queries import TaskRow
from ...reminders.models import Reminder


@dataclass(frozen=True, slots=True)
class SentMail:
    """Mails of one kind and instant.  ``template`` names the notice, or ``digest``; ``kinds`` are a digest's reminders.

    ``at`` is when they went, or the opening of the window they wait for; ``names`` are the recipients.
    """

    at: datetime
    sent: bool
    template: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]


def mails_of(session: Session, plan: Plan, row: TaskRow, instants: Sequence[datetime]) -> list[SentMail]:
    """The mails of a task: notices queued at one of the ``instants`` of its history, and digests: two statements."""
    digests = select(Reminder.message_id).where(
        Reminder.subject == f"task:{row.task_id}", Reminder.message_id.is_not(None)
    )
    notices = and_(
        OutboxMessage.kind == "notice",
        OutboxMessage.created_at.in_(instants),
        OutboxMessage.context["slug"].as_string() == plan.slug,
    )
    statement = (
        select(OutboxMessage)
        .where(or_(notices, and_(OutboxMessage.kind == "digest", OutboxMessage.id.in_(digests))))
        .order_by(OutboxMessage.id)
    )
    path = task_path(plan, row.ref)
    messages = [(m, _entries(m, path)) for m in session.scalars(statement)]
    messages = [(message, entries) for message, entries in messages if entries]
    names = _names(session, {message.recipient for message, _ in messages})
    groups: dict[tuple[Any, ...], list[str]] = {}
    for message, entries in messages:
        kinds = tuple(str(entry["kind"]) for entry in entries) if message.kind == "digest" else ()
        key = (message.sent_at or message.not_before, message.state == "sent", message.template, kinds)
        groups.setdefault(key, []).append(names[message.recipient])
    return [
        SentMail(at, sent, template, kinds, tuple(recipients))
        for (at, sent, template, kinds), recipients in groups.items()
    ]


def _entries(message: OutboxMessage, path: str) -> list[dict[str, Any]]:
    """What a mail says of the task at ``path``: the task of a notice, those of a list, the entries of a digest."""
    context: dict[str, Any] = message.context
    said = [context["task"]] if "task" in context else [*context.get("tasks", []), *context.get("entries", [])]
    return [entry for entry in said if entry.get("path") == path]


def _names(session: Session, recipients: set[str]) -> dict[str, str]:
    """``user:7`` or ``unit:3`` -> the name."""
    if not recipients:
        return {}
    ids = {kind: [int(key[5:]) for key in recipients if key.startswith(f"{kind}:")] for kind in ("user", "unit")}
    people = select(literal("user:"), User.id, User.name).where(User.id.in_(ids["user"]))
    units = select(literal("unit:"), Unit.id, Unit.name).where(Unit.id.in_(ids["unit"]))
    return {f"{kind}{row_id}": name for kind, row_id, name in session.execute(people.union_all(units))}
