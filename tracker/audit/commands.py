"""Adding to a chain and checking it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor
from ..db import insert_into
from .models import AuditEntry, AuditHead

SYSTEM_CHAIN = "system"
GENESIS = "0" * 64


def plan_chain(plan_id: int) -> str:
    """The chain that a plan's acts are recorded in."""
    return f"plan:{plan_id}"


def entry_hash(
    *, chain: str, seq: int, at: datetime, actor: str, action: str, subject: str, data: str, previous: str
) -> str:
    """SHA-256 over one line of canonical JSON that holds all of an entry and the hash before it."""
    stamp = at.astimezone(UTC).isoformat(timespec="microseconds")
    line = json.dumps([chain, seq, stamp, actor, action, subject, data, previous], ensure_ascii=False)
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
) -> AuditEntry:
    """Append an entry in the caller's transaction.  The chain's head row is locked until its commit."""
    session.execute(insert_into(session, AuditHead).values(chain=chain, seq=0, hash=GENESIS).on_conflict_do_nothing())
    head = session.execute(
        select(AuditHead).where(AuditHead.chain == chain).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    text = json.dumps(data or {}, ensure_ascii=False, sort_keys=True, default=str)
    seq = head.seq + 1
    digest = entry_hash(
        chain=chain, seq=seq, at=now, actor=actor.key, action=action, subject=subject, data=text, previous=head.hash
    )
    entry = AuditEntry(
        chain=chain,
        seq=seq,
        at=now,
        actor=actor.key,
        action=action,
        subject=subject,
        data=text,
        previous_hash=head.hash,
        hash=digest,
    )
    session.add(entry)
    head.seq, head.hash = seq, digest
    session.flush()
    return entry


def broken_chains(session: Session) -> list[tuple[str, int]]:
    """The chains that do not hold, each with the first sequence number that is wrong or missing.

    Entries whose chain has no head are a broken chain too.
    """
    broken = []
    heads = {head.chain: (head.seq, head.hash) for head in session.scalars(select(AuditHead))}
    for chain in sorted({*heads, *session.scalars(select(AuditEntry.chain).distinct())}):
        seq, previous = 0, GENESIS
        fault = None
        entries = session.scalars(select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.seq))
        for entry in entries:
            seq += 1
            expected = entry_hash(
                chain=entry.chain,
                seq=seq,
                at=entry.at,
                actor=entry.actor,
                action=entry.action,
                subject=entry.subject,
                data=entry.data,
                previous=previous,
            )
            if entry.seq != seq or entry.hash != expected or entry.previous_hash != previous:
                fault = seq
                break
            previous = entry.hash
        if fault is None and heads.get(chain) != (seq, previous):
            fault = seq + 1
        if fault is not None:
            broken.append((chain, fault))
    return broken
