"""The hash chains and the days on which their heads were taken outside.  Rows are only ever added."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UTCDateTime


class AuditHead(Base):
    """The last entry of a chain: ``plan:<id>`` or ``system``.  Its row is locked while an entry is added."""

    __tablename__ = "audit_heads"

    chain: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


class AuditEntry(Base):
    """One act: who, for whom, from where, what, on what, when; ``hash`` covers all of it and the entry before.

    ``data`` is canonical JSON.  ``for_whom`` is the unit (``unit:3``) in whose name the actor acted, empty where it was
    their own; ``origin`` is what :func:`tracker.db.coming_from` was told.  Both are NULL in rows from before they were
    recorded, whose hashes do not cover them.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (UniqueConstraint("chain", "seq"), CheckConstraint("seq > 0", name="seq"))

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str]
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor: Mapped[str] = mapped_column(index=True)
    for_whom: Mapped[str | None]
    origin: Mapped[str | None]
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    data: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditMark(Base):
    """The heads of all chains as they were taken outside on a business day: ``{chain: [seq, hash]}``, once a day.

    ``mailed`` turns true when the supervisors' mails with them are queued.
    """

    __tablename__ = "audit_marks"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    heads: Mapped[dict[str, list[int | str]]] = mapped_column(JSON)
    mailed: Mapped[bool]
