"""What the reader of one kind of text table hands back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.intake.blocks import Block, Cell, Doubt, Table


@dataclass(slots=True)
class Found:
    """``blocks`` read from lines up to ``stop`` (the index of the first line that is not theirs).

    Without blocks it says that no table begins before ``stop``.
    """

    blocks: list[Block]
    stop: int
    doubts: list[Doubt] = field(default_factory=list)


def rectangle(rows: Sequence[Sequence[Cell]]) -> Table:
    """A table of ``rows``, short ones filled with empty cells; the table stands where its first cell does."""
    columns = max(map(len, rows))
    filled = tuple(
        (*row, *(Cell("", row[0].line if row else 0) for _ in range(columns - len(row)))) for row in rows if row
    )
    return Table(filled, filled[0][0].line)
