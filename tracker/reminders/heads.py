"""The heads of the audit outside the database: a line in a file and a mail to the supervisors, once a working day.

docs/operations.md says what they prove.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..audit import SYSTEM_CHAIN, plan_chain
from ..audit.checking import Head, heads_now
from ..audit.commands import stamp
from ..audit.models import AuditMark
from ..clock import local_day
from ..config import INSTANCE, Settings
from ..db import insert_into
from ..directory.absences import supervisors_on
from ..outbox.commands import Recipient, enqueue
from ..outbox.models import OutboxMessage
from ..plans.models import Plan
from ..workdays.calendar import CHINA

Heads = Mapping[str, list[int | str]]


def heads_file(settings: Settings) -> Path:
    """Where the heads are appended: as set, else beside an SQLite database or in instance/."""
    url = urlsplit(settings.database_url)
    if settings.audit_heads:
        return Path(settings.audit_heads)
    beside = Path(url.path[1:]).with_suffix(".audit-heads.log") if url.scheme == "sqlite" and url.path[1:] else None
    return beside or INSTANCE / "audit-heads.log"


def take_heads(session: Session, now: datetime, settings: Settings) -> bool:
    """Append the heads of all chains to the file, at the first tick inside the window of a day after one grew.

    The row of the day keeps two schedulers from doing it twice; the line is on the disk before the row is committed, so
    that a process that dies in between leaves the line twice and never leaves it out.  Raises OSError.
    """
    heads = heads_now(session)
    taken = {head.chain: [head.seq, head.hash] for head in heads}
    if not taken or not CHINA.in_window(now, settings.zone) or taken == _last_taken(session):
        return False
    mark = insert_into(session, AuditMark).values(
        day=local_day(now, settings.zone), at=now, heads=taken, mailed=False
    )  # fmt: skip
    if session.scalar(mark.on_conflict_do_nothing().returning(AuditMark.day)) is None:
        return False
    path = heads_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(" ".join([stamp(now), *map(str, heads)]) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def _last_taken(session: Session, *, mailed: bool | None = None) -> Heads:
    statement = select(AuditMark.heads).order_by(AuditMark.day.desc()).limit(1)
    if mailed is not None:
        statement = statement.where(AuditMark.mailed.is_(mailed))
    return session.scalar(statement) or {}


def heads_to_mail(session: Session, now: datetime) -> dict[str, list[str]]:
    """The lines for supervisors, by recipient: the heads of their plans whose chain grew, and the system's."""
    taken = _last_taken(session, mailed=False)
    lines: dict[str, list[str]] = {}
    for plan, supervisors in _grown(session, taken, now):
        for recipient in supervisors:
            own = lines.setdefault(recipient.key, _line(taken, SYSTEM_CHAIN))
            own += _line(taken, plan_chain(plan.id))
    return lines


def _grown(session: Session, taken: Heads, now: datetime) -> list[tuple[Plan, tuple[Recipient, ...]]]:
    """The live plans whose chain grew since heads were mailed last, each with its supervisors, or who stands in."""
    before = _last_taken(session, mailed=True)
    grown = {chain for chain in taken if taken[chain] != before.get(chain)}
    plans = select(Plan).where(Plan.live_since.is_not(None)).order_by(Plan.id)
    found = [plan for plan in session.scalars(plans) if plan_chain(plan.id) in grown] if grown else []
    return [
        (plan, supervisors_on(session, plan.supervising_unit_id, local_day(now, plan.region.timezone)))
        for plan in found
    ]


def _line(taken: Heads, chain: str) -> list[str]:
    return [str(Head(chain, int(seq), str(digest))) for seq, digest in [taken[chain]]] if chain in taken else []


def tell_heads(session: Session, now: datetime) -> int:
    """Mail the newest heads for each plan none of whose supervisors has a digest that bears them; how many mails.

    They go to one supervisor: the proof needs one copy elsewhere, and the others are spared.
    """
    mark = session.scalars(
        select(AuditMark)
        .where(AuditMark.mailed.is_(False))
        .order_by(AuditMark.day.desc())
        .with_for_update(key_share=True)
    ).first()
    if mark is None:
        return 0
    digests = select(OutboxMessage.recipient, OutboxMessage.context).where(OutboxMessage.local_day == mark.day)
    borne = {recipient for recipient, context in session.execute(digests) if context.get("heads")}
    keepers: dict[str, tuple[Recipient, list[Plan]]] = {}
    for plan, supervisors in _grown(session, mark.heads, now):
        reached = [recipient for recipient in supervisors if recipient.reachable]
        if reached and not any(recipient.key in borne for recipient in reached):
            keepers.setdefault(reached[0].key, (reached[0], []))[1].append(plan)
    for recipient, plans in keepers.values():
        chains = [SYSTEM_CHAIN, *(plan_chain(plan.id) for plan in plans)]
        lines = [line for chain in chains for line in _line(mark.heads, chain)]
        enqueue(
            session,
            kind="notice",
            recipient=recipient,
            template="audit_heads",
            context={"day": mark.day.isoformat(), "heads": lines, "plans": [plan.title for plan in plans]},
            now=now,
            not_before=now,
        )
    session.execute(update(AuditMark).where(AuditMark.mailed.is_(False)).values(mailed=True))
    return len(keepers)
