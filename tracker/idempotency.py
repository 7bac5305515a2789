"""A form sent twice is done once: the key of the first sending stands in the database with its answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, UTCDateTime, insert_into
from .errors import KeyReused

Answer = dict[str, Any]


class IdempotencyKey(Base):
    """A key of one sender (``user:7``), what came with it, and what was answered."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("sender", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[str]
    answer: Mapped[Answer | None] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of a request's content in canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def once(
    session: Session,
    *,
    sender: str,
    key: str | None,
    content: Mapping[str, Any],
    now: datetime,
    work: Callable[[], Answer],
) -> Answer:
    """Do ``work`` unless this sender's ``key`` was seen; then return the stored answer.

    Without a key the work is simply done.  Two at once: the second waits in the database for the first.
    Raises KeyReused where the key came with other content.
    """
    if key is None:
        return work()
    mark = fingerprint(content)
    row = {"sender": sender, "key": key, "fingerprint": mark, "answer": None, "at": now}
    statement = (
        insert_into(session, IdempotencyKey).values(row).on_conflict_do_nothing(index_elements=["sender", "key"])
    )
    fresh = session.execute(statement.returning(IdempotencyKey.id)).scalar_one_or_none()
    if fresh is None:
        stored = session.query(IdempotencyKey).filter_by(sender=sender, key=key).one()
        if stored.fingerprint != mark:
            raise KeyReused()
        return stored.answer or {}
    answer = work()
    session.get_one(IdempotencyKey, fresh).answer = answer
    return answer
