"""What commas in a single column of units mean: lead before and supporters behind, or nothing but the next name."""

from __future__ import annotations

from collections.abc import Sequence

from ..blocks import Cell
from ..names import split_units
from ..vocabulary import COLLECTIVE
from .entries import Entry

_PAIRS = {"（": "）", "(": ")", "《": "》", "“": "”"}
_MARKS = "，,；;"
_FEW = 2.5


def comma_parts(cells: Sequence[Cell]) -> list[list[str]]:
    """The names of a task by the parts that its commas or semicolons make."""
    parts = [split_units(part).names for cell in cells for part in _cut(cell.text)]
    return [part for part in parts if part]


def commas_divide(entries: Sequence[Entry]) -> bool:
    """Whether commas in a single column of units part leads from supporters.

    They do where other marks part the names of one side, few names stand before the comma, and what follows is mostly
    more than the local governments, which many tables set apart by a comma without meaning anything by it.
    """
    cells = [comma_parts(entry.cells(entry.layout.single)) for entry in entries if entry.layout.single]
    parted = [parts for parts in cells if len(parts) > 1]
    if not parted or not any(len(part) > 1 for parts in cells for part in parts):
        return False
    telling = [parts for parts in parted if any(not COLLECTIVE.match(name) for part in parts[1:] for name in part)]
    before = sum(len(parts[0]) for parts in parted) / len(parted)
    return 2 * len(telling) > len(parted) and before <= _FEW


def _cut(text: str) -> list[str]:
    """``text`` cut at commas and semicolons outside of brackets and quotation marks."""
    parts: list[str] = []
    closing: list[str] = []
    start = 0
    for place, letter in enumerate(text):
        if closing and letter == closing[-1]:
            closing.pop()
        elif letter in _PAIRS and _PAIRS[letter] in text[place:]:
            closing.append(_PAIRS[letter])
        elif not closing and letter in _MARKS:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]
