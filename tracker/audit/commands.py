"""Adding to a chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor
from ..db import ORIGIN, insert_into
from .models import AuditEntry, AuditHead

SYSTEM_CHAIN = "system"
GENESIS = "0" * 64


def plan_chain(plan_id: int) -> str:
    """The chain that a plan's acts are recorded in."""
    return f"plan:{plan_id}"


def stamp(at: datetime) -> str:
    """An instant as the hashes cover it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def entry_hash(
    *,
    chain: str,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    data: str,
    previous: str,
    for_whom: str | None = None,
    origin: str | None = None,
) -> str:
    """SHA-256 over one line of canonical JSON that holds all of an entry and the hash before it.

    An entry from before ``for_whom`` and ``origin`` were recorded has neither, and its line ends before them.
    """
    values = [chain, seq, stamp(at), actor, action, subject, data, previous]
    if for_whom is not None or origin is not None:
        values += [for_whom, origin]
    line = json.dumps(values, ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


def record(
    session: Session,
    *,
    chain: str,
    actor: Actor,
    now: datetime,
    action: str,
    subject: str,
    data: Mapping[str, Any] | None = None,
    for_whom: str = "",
) -> AuditEntry:
    """Append an entry in the caller's transaction.  The chain's head row is locked until its commit.

    ``data`` tells what changed: the keys ``from`` and ``to``, or ``before`` and ``after``, where something had a value
    before.  ``for_whom``: the unit in whose name the actor acts, as ``unit:3``.  From where is the transaction's
    (:func:`tracker.db.coming_from`).
    """
    session.execute(insert_into(session, AuditHead).values(chain=chain, seq=0, hash=GENESIS).on_conflict_do_nothing())
    head = session.execute(
        select(AuditHead).where(AuditHead.chain == chain).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    text = json.dumps(data or {}, ensure_ascii=False, sort_keys=True, default=str)
    entry = AuditEntry(
        chain=chain,
        seq=head.seq + 1,
        at=now,
        actor=actor.key,
        for_whom=for_whom,
        origin=session.info.get(ORIGIN, ""),
        action=action,
        subject=subject,
        data=text,
        previous_hash=head.hash,
    )
    entry.hash = hash_of(entry, seq=entry.seq, previous=head.hash)
    session.add(entry)
    head.seq, head.hash = entry.seq, entry.hash
    session.flush()
    return entry


def hash_of(entry: Any, *, seq: int, previous: str) -> str:
    """The hash that an entry (or a row of its columns) must have as number ``seq`` after ``previous``."""
    return entry_hash(
        chain=entry.chain,
        seq=seq,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        data=entry.data,
        previous=previous,
        for_whom=entry.for_whom,
        origin=entry.origin,
    )


def note_export(session: Session, actor: Actor, now: datetime, *, chain: str, whole: bool) -> AuditEntry:
    """Record that somebody takes the audit with them: ``whole``, or this chain alone; before it is written out."""
    data = {"chains": "all" if whole else chain}
    return record(session, chain=chain, actor=actor, now=now, action="audit.export", subject=chain, data=data)
