"""Mails for tests of the delivery: queued to made-up recipients, read back, handed over at a fixed instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tracker.config import Settings
from tracker.db import db, transaction
from tracker.i18n import CHINESE
from tracker.outbox.commands import Recipient, enqueue
from tracker.outbox.delivery import deliver
from tracker.outbox.models import OutboxMessage

NOW = datetime(2023, 8, 30, 1, 0, tzinfo=UTC)
REAL = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
TASK = {
    "ref": "27",
    "text": "实施巩固提高项目，安置。",
    "path": "/plans/shaoguan/tasks/27",
    "leads": [],
    "deadline": None,
}
CONTEXT = {"task": TASK, "reason": ".点在行首\n..两点", "actor": "督查专员", "plan": "规划", "region": "韶关"}


def queue(*addresses: str, not_before: datetime = NOW, **more: Any) -> list[int]:
    """Queue a notice to each address; the ids."""
    values = {"kind": "notice", "template": "returned", "context": CONTEXT, **more}
    with transaction() as session:
        rows = [
            enqueue(
                session,
                recipient=Recipient(f"user:{number}", address, CHINESE, "经办人"),
                now=NOW,
                not_before=not_before,
                **values,
            )
            for number, address in enumerate(addresses, 1)
        ]
        session.flush()
        return [row.id for row in rows]


def row(number: int) -> OutboxMessage:
    """A mail as the database has it now."""
    mail = db.session.get_one(OutboxMessage, number)
    db.session.close()
    return mail


def run(settings: Settings, real: datetime = REAL, **more: Any) -> dict[str, int]:
    """One delivery; the results that there were, with their numbers."""
    clock: Callable[[], datetime] = lambda: real  # noqa: E731
    counts = deliver(NOW, clock, settings, **more)
    return {result: count for result, count in counts.items() if count}
