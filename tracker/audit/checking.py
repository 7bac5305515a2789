"""Whether the chains hold, by themselves and against heads that were recorded outside the database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from .commands import GENESIS, hash_of
from .models import AuditHead
from .queries import entries

HEAD = re.compile(r"\b(system|plan:\d+)\s+(\d+)\s+([0-9a-f]{64})\b")


class Head(NamedTuple):
    """The end of a chain at some time: entry ``seq`` had this hash."""

    chain: str
    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.chain} {self.seq} {self.hash}"


def heads_in(text: str) -> list[Head]:
    """Every head that a text names as ``chain number hash``: lines of the file of heads, or the text of a mail."""
    return [Head(chain, int(seq), digest) for chain, seq, digest in HEAD.findall(text)]


def heads_now(session: Session) -> list[Head]:
    """The end of every chain."""
    return [Head(row.chain, row.seq, row.hash) for row in session.scalars(select(AuditHead).order_by(AuditHead.chain))]


def broken_chains(session: Session, outside: Iterable[Head] = ()) -> list[tuple[str, int]]:
    """The chains that do not hold, each with the first sequence number that is wrong or missing.

    Entries whose chain has no head are a broken chain too.  ``outside``: heads that were recorded elsewhere; a chain
    that lacks one of them, or has another hash there, was cut or written anew.
    """
    heads = {head.chain: head for head in heads_now(session)}
    ends = {chain: Head(chain, 0, GENESIS) for chain in heads}
    wanted: dict[tuple[str, int], set[str]] = {}
    for head in outside:
        wanted.setdefault((head.chain, head.seq), set()).add(head.hash)
    broken: dict[str, int] = {}
    for entry in entries(session):
        end = ends.get(entry.chain, Head(entry.chain, 0, GENESIS))
        seq = end.seq + 1
        expected = hash_of(entry, seq=seq, previous=end.hash)
        recorded = wanted.pop((entry.chain, seq), {expected})
        if (entry.seq, entry.previous_hash, entry.hash) != (seq, end.hash, expected) or recorded != {expected}:
            broken.setdefault(entry.chain, seq)
        ends[entry.chain] = Head(entry.chain, seq, entry.hash)
    for chain, end in ends.items():
        if heads.get(chain) != end:
            broken.setdefault(chain, end.seq + 1)
    for chain, seq in sorted(wanted):
        broken.setdefault(chain, min(seq, ends[chain].seq + 1) if chain in ends else 1)
    return sorted(broken.items())
