"""Reads of the outbox.  Whose mails somebody may read is a condition that the caller brings (directory.recipients)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, defer

from ..errors import NotFound
from .bounced import marks
from .models import BouncedAddress, OutboxMessage
from .reasons import WAY_CLOSED

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class MailPage:
    """One page of mails, newest first; ``counts`` are those of all states, whatever states are listed."""

    mails: tuple[OutboxMessage, ...]
    counts: dict[str, int]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first mail of this page, from 1; 0 where there is none."""
        return (self.number - 1) * self.size + 1 if self.mails else 0

    @property
    def last(self) -> int:
        """The place of the last mail of this page."""
        return (self.number - 1) * self.size + len(self.mails)


def mails_for(
    session: Session,
    readable: ColumnElement[bool],
    *,
    states: Collection[str] = (),
    number: int = 1,
    size: int = PAGE_SIZE,
) -> MailPage:
    """A page of the mails under ``readable`` in the given ``states`` (none given: all): two statements at any length.

    A page beyond the last is the last.
    """
    rows = session.execute(select(OutboxMessage.state, func.count()).where(readable).group_by(OutboxMessage.state))
    counts = {state: count for state, count in rows}
    total = sum(count for state, count in counts.items() if not states or state in states)
    number = min(max(number, 1), max(1, -(-total // size)))
    statement = (
        select(OutboxMessage)
        .where(readable)
        .options(defer(OutboxMessage.body_text), defer(OutboxMessage.body_html), defer(OutboxMessage.context))
        .order_by(OutboxMessage.not_before.desc(), OutboxMessage.id.desc())
        .offset((number - 1) * size)
        .limit(size)
    )
    if states:
        statement = statement.where(OutboxMessage.state.in_(states))
    return MailPage(tuple(session.scalars(statement)), counts, total, number, size)


def mail_for(session: Session, readable: ColumnElement[bool], message_id: int) -> OutboxMessage:
    """One mail.  Raises NotFound where there is none or it is not for this reader."""
    message = session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id, readable))
    if message is None:
        raise NotFound()
    return message


def due_mails(now: datetime, real: datetime) -> Select[OutboxMessage, BouncedAddress | None]:
    """The mails that are due, each with the mark of its address where that came back.

    ``now`` is on the business clock, ``real`` on real time.
    """
    return (
        select(OutboxMessage, BouncedAddress)
        .outerjoin(BouncedAddress, marks(OutboxMessage.to_address))
        .where(
            OutboxMessage.state == "pending",
            OutboxMessage.not_before <= now,
            or_(OutboxMessage.next_attempt_at.is_(None), OutboxMessage.next_attempt_at <= real),
        )
        .order_by(OutboxMessage.not_before, OutboxMessage.id)
    )


def sending_since(moment: datetime) -> Select[OutboxMessage]:
    """The mails that have been in ``sending`` since then or longer (real time)."""
    return select(OutboxMessage).where(OutboxMessage.state == "sending", OutboxMessage.sending_since <= moment)


def closed_way(session: Session) -> OutboxMessage | None:
    """The mail that was put off last because the way out is closed for every mail; None while it is open.

    Its ``reason`` says why (reasons.ADVICE).
    """
    return session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.state == "pending", OutboxMessage.reason.in_(WAY_CLOSED))
        .order_by(OutboxMessage.next_attempt_at.desc())
        .limit(1)
    )
