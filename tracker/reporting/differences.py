"""What changed between two texts, character by character, in pieces that a person can read."""

from __future__ import annotations

from dataclasses import dataclass

from diff_match_patch import diff_match_patch

LONGEST = 0.5  # seconds for one text; what is left then stands as one piece
KINDS = {-1: "removed", 0: "same", 1: "added"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is the ``same`` in both, or was ``removed`` or ``added``."""

    kind: str
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """The pieces that lead from ``old`` to ``new``: all but the added make up ``old``, all but the removed ``new``.

    Scattered single characters that happen to be alike are merged into their surroundings (semantic clean-up).
    """
    engine = diff_match_patch()
    engine.Diff_Timeout = LONGEST
    found = engine.diff_main(old, new)
    engine.diff_cleanupSemantic(found)
    return [Piece(KINDS[kind], text) for kind, text in found]
