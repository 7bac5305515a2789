"""Queueing: a mail is a row in the same transaction as the act that causes it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from .models import OutboxMessage


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who is away up to and including ``until``, and in whose place another gets a mail."""

    key: str
    name: str
    until: date


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail goes to: ``key`` is ``user:7``, or ``unit:3`` for a unit's mailbox; without address none can go.

    ``weekly``: what is not due within a week comes once a week.  ``instead_of``: those who are away and for whom this
    one stands in; empty where the mail is theirs anyway.  ``bounced``: mails to the address came back; a notice to it
    is kept as one that could not be delivered, to be sent once the address is mended, and reminders reach nobody.
    """

    key: str
    address: str | None
    locale: str
    name: str
    weekly: bool = False
    instead_of: tuple[Absent, ...] = ()
    bounced: bool = False

    @property
    def reachable(self) -> bool:
        """Whether a reminder would reach anybody."""
        return self.address is not None and not self.bounced


def enqueue(
    session: Session,
    *,
    kind: str,
    recipient: Recipient,
    template: str,
    context: Mapping[str, Any],
    now: datetime,
    not_before: datetime,
    local_day: date | None = None,
) -> OutboxMessage:
    """Queue one mail.  ``template`` names a folder of templates/email/; ``context`` must be JSON.

    ``not_before`` is on the business clock.  The recipient must have an address.
    """
    if recipient.address is None:
        raise ValueError(f"{recipient.key} has no address")
    message = OutboxMessage(
        kind=kind,
        recipient=recipient.key,
        to_address=recipient.address,
        locale=recipient.locale,
        local_day=local_day,
        template=template,
        context=dict(context),
        message_id=f"<{uuid.uuid4().hex}@key-task-tracker>",
        created_at=now,
        not_before=not_before,
    )
    session.add(message)
    return message
