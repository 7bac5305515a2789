"""Mails on their way.  ``OutboxMessage.state`` is written by ``outbox/states.py`` alone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UTCDateTime, one_of
from .reasons import with_code

KINDS = ("notice", "digest", "summary", "account")
STATES = ("pending", "sending", "sent", "unknown", "dead")


class OutboxMessage(Base):
    """One mail to one recipient.

    ``recipient`` is ``user:7`` or ``unit:3``.  A digest, or a weekly summary in its place, has its ``local_day``: a
    recipient gets one a day.
    ``not_before`` and ``sent_at`` are on the business clock; ``next_attempt_at`` is on real time.
    ``template`` and ``context`` say what is to be rendered; the rendered texts are kept once handed over.
    ``message_id`` stays the same over all attempts.
    ``last_error`` is what was answered last, ``reason`` a word of reasons.py for it.  ``archive`` is the address that
    the copy went to, None where there was none; ``resolved_by`` who recorded that an unknown mail had arrived.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        UniqueConstraint("recipient", "local_day"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("(kind IN ('digest', 'summary')) = (local_day IS NOT NULL)", name="digest_has_day"),
        Index("ix_outbox_messages_due", "state", "not_before"),
        Index("ix_outbox_messages_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    recipient: Mapped[str]
    to_address: Mapped[str]
    locale: Mapped[str]
    local_day: Mapped[date | None]
    template: Mapped[str]
    context: Mapped[dict[str, object]] = mapped_column(JSON)
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="pending")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    not_before: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sending_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str] = mapped_column(default="")
    reason: Mapped[str | None]
    archive: Mapped[str | None]
    resolved_by: Mapped[str | None]
    subject: Mapped[str | None]
    body_text: Mapped[str | None]
    body_html: Mapped[str | None]


class BouncedAddress(Base):
    """An address that mails came back from for good: nothing is sent to it until ``confirmed_at`` says otherwise.

    ``address`` is in small letters; ``code`` is an enhanced status code (5.1.1), ``text`` the words of the mail server.
    Both times are on the business clock.  A confirmed one stays, so that a bounce of an earlier mail does not count.
    """

    __tablename__ = "bounced_addresses"
    __table_args__ = (CheckConstraint("address = lower(address)", name="address_lower_case"),)

    address: Mapped[str] = mapped_column(primary_key=True)
    bounced_at: Mapped[datetime] = mapped_column(UTCDateTime)
    code: Mapped[str]
    text: Mapped[str]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def words(self) -> str:
        """What the mail server said, with the code where its words do not have it."""
        return with_code(self.code, self.text)


class MailboxMark(Base):
    """How far a mailbox has been read: up to ``uid``, while it keeps its ``uid_validity`` (RFC 3501, 2.3.1.1).

    ``read_at`` is on real time.
    """

    __tablename__ = "mailbox_marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
