"""The address of each task within its plan."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

_NOT_IN_A_REF = re.compile(r"[^\w.-]+")


def give_refs(rows: Sequence[dict[str, Any]]) -> None:
    """Set ``ref`` of every row: the number where it is unique in the plan, else section-number (``3-2``).

    Sections count from 1 in the order of the rows.  Numbers that repeat within a section get a further ``-2``, ``-3``.
    """
    numbers = [_plain(row["number"]) for row in rows]
    repeated = {number for number, times in Counter(numbers).items() if times > 1}
    sections: dict[str | None, int] = {}
    for row in rows:
        if row["section"] is not None:
            sections.setdefault(row["section"], len(sections) + 1)
    taken: set[str] = set()
    for row, number in zip(rows, numbers, strict=True):
        ref = f"{sections.get(row['section'], 0)}-{number}" if number in repeated else number
        unique, further = ref, 2
        while unique in taken:
            unique, further = f"{ref}-{further}", further + 1
        taken.add(unique)
        row["ref"] = unique


def _plain(number: str) -> str:
    """The number as part of an address: letters, digits, points and hyphens."""
    text = unicodedata.normalize("NFKC", number)
    return _NOT_IN_A_REF.sub("-", text).strip("-.") or "0"
