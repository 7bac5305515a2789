"""Ways of tampering with an exported audit: each takes its lines and a source of chance, and returns other lines.

``EXPORTED`` rows are dicts in the order of the file.  A forger knows the script and can hash; what they cannot change
is what was kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from random import Random
from typing import Any

Rows = list[dict[str, Any]]
COVERED = ("chain", "at", "actor", "for_whom", "origin", "action", "subject", "data")


def hashed(row: dict[str, Any]) -> str:
    """The hash of a row, made as the product makes it but from this text alone."""
    values = [row[name] for name in ("chain", "seq", "at", "actor", "action", "subject", "data", "previous_hash")]
    if (row["for_whom"], row["origin"]) != (None, None):
        values += [row["for_whom"], row["origin"]]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def _changed(text: str | None, chance: Random) -> str:
    """The text with one character put in, taken out or exchanged."""
    if not text:
        return chance.choice("1a市")
    place, kind = chance.randrange(len(text)), chance.randrange(3)
    other = chance.choice([c for c in "0123456789abcdefuser:市 \u2028" if c != text[place]])
    return text[:place] + (other, other + text[place], "")[kind] + text[place + 1 :]


def _chain_of(rows: Rows, chance: Random, least: int = 2) -> list[int]:
    """The places of one chain's rows in the file; the chain has at least this many."""
    chains: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        chains.setdefault(row["chain"], []).append(place)
    return chance.choice([places for places in chains.values() if len(places) >= least])


def edit(rows: Rows, chance: Random) -> None:
    """One character of one field."""
    row = chance.choice(rows)
    name = chance.choice((*COVERED, "previous_hash", "hash"))
    row[name] = _changed(row[name], chance)


def edit_number(rows: Rows, chance: Random) -> None:
    """Another number of an entry."""
    row = chance.choice(rows)
    row["seq"] = chance.choice([row["seq"] + 1, row["seq"] - 1, float(row["seq"]), str(row["seq"]), None])


def edit_and_hash(rows: Rows, chance: Random) -> None:
    """One field, and the entry's own hash made anew; the entry behind it is left."""
    places = _chain_of(rows, chance)
    row = rows[chance.choice(places[:-1])]
    name = chance.choice(("actor", "action", "subject", "data", "origin", "for_whom", "at"))
    row[name] = _changed(row[name], chance)
    row["hash"] = hashed(row)


def forget_origin(rows: Rows, chance: Random) -> None:
    """From where and for whom are taken out, as if the entry were from before they were recorded."""
    row = chance.choice([row for row in rows if row["origin"] is not None])
    row["origin"] = row["for_whom"] = None


def delete(rows: Rows, chance: Random) -> None:
    """One entry, not the last of its chain."""
    del rows[chance.choice(_chain_of(rows, chance)[:-1])]


def repeat(rows: Rows, chance: Random) -> None:
    """One entry twice."""
    place = chance.randrange(len(rows))
    rows.insert(place, dict(rows[place]))


def swap(rows: Rows, chance: Random) -> None:
    """Two entries of a chain change places, with or without their numbers."""
    first, second = sorted(chance.sample(_chain_of(rows, chance), 2))
    rows[first], rows[second] = rows[second], rows[first]
    if chance.random() < 0.5:
        rows[first]["seq"], rows[second]["seq"] = rows[second]["seq"], rows[first]["seq"]


def add_field(rows: Rows, chance: Random) -> None:
    """Something that no hash covers."""
    chance.choice(rows)["note"] = "x"


def cut_the_tail(rows: Rows, chance: Random) -> None:
    """The last entries of a chain, up to all of it."""
    places = _chain_of(rows, chance, 1)
    for place in reversed(places[-chance.randint(1, len(places)) :]):
        del rows[place]


def forge(rows: Rows, chance: Random) -> None:
    """One entry is changed, put in or taken out, and the rest of its chain is numbered and hashed anew."""
    places = _chain_of(rows, chance)
    chain = [rows[place] for place in places]
    at, kind = chance.randrange(len(chain)), chance.randrange(3)
    if kind == 0:
        chain[at]["data"] = json.dumps({"forged": chance.random()})
    elif kind == 1:
        chain.insert(at, {**chain[at], "action": "task.verify", "data": "{}"})
    else:
        del chain[at]
    previous = "0" * 64
    for seq, row in enumerate(chain, 1):
        row["seq"], row["previous_hash"] = seq, previous
        row["hash"] = previous = hashed(row)
    others = [row for place, row in enumerate(rows) if place not in set(places)]
    rows[:] = others + chain


ALONE: tuple[Callable[[Rows, Random], None], ...] = (
    *(edit, edit_number, edit_and_hash, forget_origin, delete, repeat, swap, add_field),
)
"""What the chain itself shows."""
WITH_HEADS: tuple[Callable[[Rows, Random], None], ...] = (cut_the_tail, forge)
"""What only a head that was kept elsewhere shows."""
