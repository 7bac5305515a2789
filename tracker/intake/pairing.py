"""Which task of a new document is which task of the plan.  Texts decide, for numbers move when a task is put in.

Pure: the caller gives both lists in the order of their documents and gets pairs of positions.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

SAME_TEXT = 60  # of 100: at least this like each other, and two texts are one task reworded
SAME_PLACE = 40  # enough where ref and section agree besides
CLOSER = 4  # what an agreeing number, and an agreeing section, count among several that are alike


@dataclass(frozen=True, slots=True)
class Printed:
    """A task as a document prints it.  ``key`` is a ref that is known to be the plan's own, from an exported file."""

    ref: str
    section: str | None
    text: str
    key: str | None = None


def bare(text: str | None) -> str:
    """A text without white space, full- and half-width forms made one: what two readers of one document agree on."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text or ""))


def pair(old: Sequence[Printed], new: Sequence[Printed]) -> dict[int, int]:
    """Position in ``new`` -> position in ``old``; a task without counterpart is absent.

    First keys, then equal texts (of several, those at the same place), then the most alike.
    """
    pairs: dict[int, int] = {}
    free = dict.fromkeys(range(len(old)))
    by_ref = {task.ref: position for position, task in enumerate(old)}
    for position, task in enumerate(new):
        known = by_ref.get(task.key) if task.key is not None else None
        if known is not None and known in free:
            pairs[position] = known
            del free[known]
    open_ = [position for position, task in enumerate(new) if position not in pairs and task.key is None]
    _pair_equal(old, new, open_, free, pairs)
    _pair_alike(old, new, [position for position in open_ if position not in pairs], free, pairs)
    return pairs


def _pair_equal(
    old: Sequence[Printed], new: Sequence[Printed], open_: list[int], free: dict[int, None], pairs: dict[int, int]
) -> None:
    waiting: dict[str, list[int]] = defaultdict(list)
    for position in free:
        waiting[bare(old[position].text)].append(position)
    for position in open_:
        same = waiting.get(bare(new[position].text), [])
        if same:
            best = max(same, key=lambda other: (_place(old[other], new[position]), -other))
            same.remove(best)
            pairs[position] = best
            del free[best]


def _pair_alike(
    old: Sequence[Printed], new: Sequence[Printed], open_: list[int], free: dict[int, None], pairs: dict[int, int]
) -> None:
    texts = {position: bare(old[position].text) for position in free}
    scored = []
    for position in open_:
        text = bare(new[position].text)
        for other, other_text in texts.items():
            place = _place(old[other], new[position])
            wanted = SAME_PLACE if place == 2 else SAME_TEXT
            ratio = fuzz.ratio(text, other_text, score_cutoff=wanted)
            if ratio >= wanted:
                scored.append((ratio + CLOSER * place, -other, -position))
    for _, other, position in sorted(scored, reverse=True):
        if -position not in pairs and -other in free:
            pairs[-position] = -other
            del free[-other]


def _place(old: Printed, new: Printed) -> int:
    return (old.ref == new.ref) + (bare(old.section) == bare(new.section))
