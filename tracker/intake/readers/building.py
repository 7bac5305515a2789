"""From paragraphs and grids, nested as the file has them, to the flat blocks of a document.

The readers of Word files and of web pages say what stands where; what a layout table is, how a nested table is read and
where a table goes on after a page break is decided here, once for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

from tracker.i18n import N_
from tracker.intake.blocks import Block, Cell, Doubt, Heading, Paragraph, Table
from tracker.intake.faults import UnreadableDocument

from .breaks import paragraphs, tidy
from .wrapping import join


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or with ``level`` a heading; a line feed is a break within it (w:br, <br>)."""

    text: str
    level: int | None = None


@dataclass(slots=True, eq=False)
class Box:
    """A cell with what stands in it."""

    parts: list[Part] = field(default_factory=list)

    def text(self) -> str:
        """All of its text, a line each paragraph and break; a nested table gives a line each row."""
        lines = (tidy(line).replace("\t", " ") for part in self.parts for line in _lines(part))
        return "\n".join(line for line in lines if line)


@dataclass(slots=True, eq=False)
class Grid:
    """A table: a rectangle of boxes, None where the file has no cell."""

    rows: list[list[Box | None]]

    def boxes(self) -> list[Box]:
        """Each box once, in the order of reading."""
        seen: dict[int, Box] = {}
        for row in self.rows:
            for box in row:
                if box is not None:
                    seen.setdefault(id(box), box)
        return list(seen.values())

    def lines(self) -> list[str]:
        """A line each row, cells separated by tabs; a merged cell's text stands where it begins."""
        seen: set[int] = set()
        written = []
        for row in self.rows:
            texts = []
            for box in row:
                texts.append("" if box is None or id(box) in seen else " ".join(box.text().split()))
                seen.add(id(box))
            written.append("\t".join(texts))
        return written


Part = Text | Grid
MAX_CELLS = 1_000_000
"""Positions of one table; the division of 2,000 tasks takes some 12,000."""
TOO_LARGE = N_("A table of this document has more than %(limit)d cells. Save the annex by itself and upload that.")

# What stands between the halves of a table that goes on over the page, and says no more than that it does.
_CONTINUED = re.compile(r"[（(]?续(?:上|前)?(?:表|页)?\s*\d*[)）]?|.{0,12}[（(]续[表\d]*[)）]")
_LONG = 60
"""Characters above which a whole sentence in a heading's style is body text all the same."""
# A grid that holds so much of a text is the frame of a page, not a table.
_FRAME = 0.5
_FRAMED = 12
"""Paragraphs that a cell holds where it frames a page; a box (专栏) of a short text has fewer."""


def _lines(part: Part) -> list[str]:
    return [" ".join(line.split()) for line in part.lines()] if isinstance(part, Grid) else part.text.split("\n")


def plain(part: Part) -> str:
    """The text of ``part`` without any white space, to compare and to measure."""
    text = part.text if isinstance(part, Text) else "".join(box.text() for box in part.boxes())
    return "".join(text.split())


def settled(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with the frames taken off and with a paragraph for each broken line that is one to the eye."""
    total = sum(len(plain(part)) for part in parts)
    return [whole for part in parts for inner in _unframed(part, total) for whole in _whole(inner)]


def _whole(part: Part) -> list[Part]:
    if isinstance(part, Grid):
        return [part]
    lines = paragraphs(part.text)
    if part.level is None or (len(part.text) > _LONG and "。" in part.text):
        return [Text(line) for line in lines]
    return [Text(reduce(join, lines), part.level)] if lines else []


def _unframed(part: Part, total: int) -> Iterator[Part]:
    if isinstance(part, Text) or not _is_frame(part, total):
        yield part
        return
    for box in part.boxes():
        for inner in box.parts:
            yield from _unframed(inner, total)


def _is_frame(grid: Grid, total: int) -> bool:
    """Whether ``grid`` only lays out the page: nested tables fill it, or its one row or column holds half the text."""
    boxes = grid.boxes()
    nested = [inner for box in boxes for inner in box.parts if isinstance(inner, Grid)]
    if nested and sum(len(plain(inner)) for inner in nested) > _FRAME * len(plain(grid)):
        return True
    if len(grid.rows) > 1 and len(grid.rows[0]) > 1:
        return False
    large = [box for box in boxes if len("".join(box.text().split())) > _FRAME * total]
    return any(len(box.parts) >= _FRAMED or any(isinstance(inner, Grid) for inner in box.parts) for box in large)


def joined(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with the halves of tables put together: two with nothing between them are one where the second
    repeats the header or goes on counting.
    """
    found: list[Part] = []
    between = 0
    for part in parts:
        above = found[-1 - between] if len(found) > between else None
        if isinstance(part, Text):
            between = between + 1 if isinstance(above, Grid) and _CONTINUED.fullmatch(part.text) else 0
            found.append(part)
            continue
        if isinstance(above, Grid) and _goes_on(above, part):
            del found[len(found) - between :]
            above.rows.extend(part.rows)
        else:
            found.append(part)
        between = 0
    return found


def _goes_on(above: Grid, below: Grid) -> bool:
    width = len(above.rows[0]) if above.rows else 0
    if width < 2 or not below.rows or len(below.rows[0]) != width:
        return False
    first = _keys(below.rows[0])
    if any(first) and first in map(_keys, above.rows[:3]):
        return True
    numbers = [key for row in above.rows if re.fullmatch(r"\d{1,4}", key := _keys(row[:1])[0])]
    return bool(numbers) and first[0] == str(int(numbers[-1]) + 1)


def _keys(row: Sequence[Box | None]) -> list[str]:
    return ["".join(box.text().split()) if box else "" for box in row]


def rectangle(rows: Sequence[Sequence[Box | None]]) -> Grid:
    """A grid of equally long rows: columns that repeat the one before in every row are taken out, empty rows too.

    :raises UnreadableDocument: it has more than :data:`MAX_CELLS` positions.
    """
    width = max(map(len, rows), default=0)
    if width * len(rows) > MAX_CELLS:
        raise UnreadableDocument(TOO_LARGE, limit=MAX_CELLS)
    full = [[*row, *[None] * (width - len(row))] for row in rows]
    full = [row for row in full if any(box is not None for box in row)]
    kept = [
        column
        for column in range(width)
        if column == 0 or any(row[column] is not None and row[column] is not row[column - 1] for row in full)
    ]
    return Grid([[row[column] for column in kept] for row in full])


class Writer:
    """Gives each block its line, and keeps the lines as a person is shown them."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.lines: list[str] = []
        self.places: dict[int, str] = {}
        self.doubts: list[Doubt] = []

    def write(self, parts: Iterable[Part]) -> None:
        """Add ``parts`` as blocks; what holds no text is left out."""
        for part in parts:
            if isinstance(part, Grid):
                self.table(part)
            elif part.text:
                self.text(part)

    def text(self, part: Text, place: str | None = None) -> None:
        """Add a paragraph or a heading, with its ``place`` in the file where that is known."""
        line = self._line(part.text, place)
        text = part.text
        self.blocks.append(Paragraph(text, line) if part.level is None else Heading(text, part.level, line))

    def table(self, grid: Grid, places: Sequence[str] | None = None) -> None:
        """Add a table, with the place of each row where that is known."""
        if not any(box.text() for box in grid.boxes()):
            return
        start = len(self.lines) + 1
        cells: dict[int, Cell] = {}
        rows = []
        for offset, row in enumerate(grid.rows):
            line = start + offset
            for box in row:
                if box is not None and id(box) not in cells:
                    cells[id(box)] = Cell(box.text(), line)
            rows.append(tuple(Cell("", line) if box is None else cells[id(box)] for box in row))
        for offset, text in enumerate(grid.lines()):
            self._line(text, places[offset] if places else None)
        self.blocks.append(Table(tuple(rows), start))

    def _line(self, text: str, place: str | None) -> int:
        self.lines.append(" ".join(text.split("\n")))
        if place is not None:
            self.places[len(self.lines)] = place
        return len(self.lines)
