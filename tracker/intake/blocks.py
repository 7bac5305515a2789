"""The neutral model that every reader gives.  From here on no code knows the file type.

A place is a line number, counted from 1, into ``Document.lines``: the source as a person is shown it beside the draft.
For a text file these are its own lines.  For any other file the reader writes them: one line a paragraph, one a row of
a table with its cells separated by tabs; ``Document.places`` says where such a line stands in the file (page 12, sheet
and row) where the reader knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that the file itself marks as a heading, by style or by markup; ``level`` counts from 1.

    A line that only looks like one (第一章 …, 一、…) stays a paragraph: what it means is asked in ``outline.py``.
    """

    text: str
    level: int
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, without the white space around it; lines broken by the layout alone are joined."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell of a table.  Paragraphs within it are separated by line feeds.

    A merged cell is one and the same object at every position it covers, so ``is`` tells a merge from a repetition.
    """

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a rectangle of cells: every row has the same number of them, absent ones are empty cells.

    A table that a page break cut in two is one table where the reader can tell; a header row that was repeated for the
    new page stays in ``rows``.
    """

    rows: tuple[tuple[Cell, ...], ...]
    line: int


Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a reader or an interpreter was not sure of, for a person to look at.

    ``message`` is a gettext id (marked with ``N_``), ``values`` fill its placeholders; ``line`` is None where the doubt
    is about the whole document, ``ref`` names the task it is about where there is one.
    """

    line: int | None
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader gives.  ``kind`` is docx, xlsx, html, pdf or txt and is for display only."""

    kind: str
    blocks: tuple[Block, ...]
    lines: tuple[str, ...]
    places: Mapping[int, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
