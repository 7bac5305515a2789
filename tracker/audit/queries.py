"""Reads of the chains."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from .commands import stamp
from .models import AuditEntry

AT_ONCE = 2000
FIELDS = (
    *("chain", "seq", "at", "actor", "for_whom", "origin", "action", "subject", "data", "previous_hash", "hash"),
)  # fmt: skip


def entries(session: Session, chains: Collection[str] | None = None) -> Iterator[Row[Any]]:
    """The rows of all chains, or of some, chain by chain in order; as columns, and never all in memory at once."""
    statement = select(*(getattr(AuditEntry, name) for name in FIELDS)).order_by(AuditEntry.chain, AuditEntry.seq)
    if chains is not None:
        statement = statement.where(AuditEntry.chain.in_(chains))
    yield from session.execute(statement.execution_options(yield_per=AT_ONCE))


def exported(session: Session, chains: Collection[str] | None = None) -> Iterator[str]:
    """The chains as JSON lines, with all that the hashes cover: what ``verify_audit.py`` reads."""
    for entry in entries(session, chains):
        values = {**entry._mapping, "at": stamp(entry.at)}  # noqa: SLF001  (SQLAlchemy's name for a row as a mapping)
        yield json.dumps(values, ensure_ascii=False) + "\n"
