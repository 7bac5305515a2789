"""The rows of a division put together to its numbered entries: what continues the row above, and what begins anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tracker.i18n import N_

from ..blocks import Cell, Doubt, Table
from . import numbering
from .columns import Layout, Row
from .rows import Kind, flow, kind, texts_of, title_of, units_of
from .words import Role

_MOST = 0.7


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a division, and the title of the section that stands above it where each section has a table."""

    table: Table
    layout: Layout
    first: int
    section: str | None = None


@dataclass(slots=True)
class Entry:
    """The rows under one number; ``number`` is None where none is printed."""

    layout: Layout
    number: str | None
    section: str | None
    group: int
    rows: list[Row] = field(default_factory=list)
    words: dict[int, str] = field(default_factory=dict)

    @property
    def line(self) -> int:
        """The line on which the entry begins: its number's, else its text's; a unit may be merged with one above."""
        row = self.rows[0]
        for columns in (self.layout.of(Role.NUMBER), self.layout.of(Role.TEXT), range(len(row))):
            lines = [row[column].line for column in columns if row[column].text.strip()]
            if lines:
                break
        return min(lines)

    def cells(self, columns: Sequence[int]) -> list[Cell]:
        """The filled cells of the columns from top to bottom, column by column, a merged one once."""
        found: list[Cell] = []
        for column in columns:
            for row in self.rows:
                if row[column].text.strip() and not any(row[column] is cell for cell in found):
                    found.append(row[column])
        return found

    def text(self, columns: Sequence[int]) -> str:
        """The words of the columns on one line."""
        return flow("\n".join(self.words.get(id(cell), cell.text) for cell in self.cells(columns)))


@dataclass(slots=True)
class Reading:
    """All entries of a division, the notes within its tables, and what was odd."""

    entries: list[Entry] = field(default_factory=list)
    notes: list[tuple[str, int]] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


class Assembler:
    """Goes through the rows of a division's tables in order and puts its entries together."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.reading = Reading()
        self._section: str | None = None
        self._group = 0
        self._number: Cell | None = None
        self._key: int | None = None
        self._numbered = False
        self._titles = {flow(cell.text) for part in parts for row in part.table.rows[: part.layout.top] for cell in row}

    def read(self) -> Reading:
        """The entries of all parts."""
        for part in self.parts:
            rows = part.table.rows[part.first :]
            self._key, self._numbered = number_column(rows, part.layout)
            if part.section is not None:
                self._open(part.section)
            for row in rows:
                self._take(row, part.layout)
        return self.reading

    def _take(self, row: Row, layout: Layout) -> None:
        what = kind(row, layout)
        line = min((cell.line for cell in row if cell.text.strip()), default=0)
        if what is Kind.SECTION:
            if flow(row[0].text) not in self._titles:
                self._open(title_of(row))
        elif what is Kind.NOTE:
            self.reading.notes.append((" ".join(flow(cell.text) for cell in dict.fromkeys(row)), line))
        elif what is Kind.ODD:
            message = N_("A row across the table was not read: %(words)s")
            self.reading.doubts.append(Doubt(line, message, {"words": flow(row[0].text)[:40]}))
        elif what is Kind.DATA:
            self._data(row, layout)

    def _open(self, title: str) -> None:
        self._section, self._number = title, None
        self._group += 1

    def _data(self, row: Row, layout: Layout) -> None:
        number, cell, rest = self._printed(row, layout)
        entries = self.reading.entries
        begins = cell is not None and cell is not self._number if self._numbered else self._stands_alone(row, layout)
        if begins and number and entries and self._repeats(number, row, entries[-1]):
            begins = False
        if begins or not entries or (entries[-1].group != self._group and texts_of(row, layout)):
            entries.append(Entry(layout, number if begins else None, self._section, self._group))
        entries[-1].rows.append(row)
        if cell is not None:
            self._number = cell
            if rest is not None:
                entries[-1].words[id(cell)] = rest

    def _printed(self, row: Row, layout: Layout) -> tuple[str | None, Cell | None, str | None]:
        """The number that the row bears, the cell it stands in, and what else that cell says."""
        if self._key is None:
            return None, None, None
        cell = row[self._key]
        if layout.roles[self._key] is not Role.NUMBER:
            found = numbering.leading(flow(cell.text))
            return (found[0], cell, found[1]) if found else (None, None, None)
        words = flow(cell.text).strip("*＊★☆▲△")
        if not words:
            return None, None, None
        return numbering.printed(words) or words, cell, None

    def _repeats(self, number: str, row: Row, last: Entry) -> bool:
        """Whether the row only repeats the number above, as a table does whose merged cells were taken apart."""
        if number != last.number or last.group != self._group:
            return False
        texts, above = texts_of(row, last.layout), last.cells(last.layout.of(Role.TEXT))
        return not texts or (bool(above) and texts[0].text == above[0].text)

    def _stands_alone(self, row: Row, layout: Layout) -> bool:
        """Whether a row of a table without numbers begins a task: with a text and units of its own."""
        texts = texts_of(row, layout)
        entries = self.reading.entries
        if not texts:
            return False
        if not entries:
            return True
        above = entries[-1].rows[-1]
        if texts[-1] is above[layout.of(Role.TEXT)[-1]]:
            return False
        ends = flow(texts_of(above, layout)[-1].text)[-1:] if texts_of(above, layout) else ""
        return bool(units_of(row, layout)) or ends in "。；;.!！"


def number_column(rows: Sequence[Row], layout: Layout) -> tuple[int | None, bool]:
    """The column whose numbers count the tasks, and whether rows without a number continue the row above.

    It is the column of numbers, of two the one that counts more, unless that counts the sections (一、二、…) or the
    measures bear numbers of their own that run on through the table.  Without such a column it is the text whose cells
    begin with a number.
    """
    data = [row for row in rows if kind(row, layout) is Kind.DATA]
    texts = layout.of(Role.TEXT)
    led = {column: _led(data, column) for column in texts}
    full = [column for column in texts if led[column] is not None]
    counted = {column: _printed_in(data, column) for column in layout.of(Role.NUMBER)}
    column = max(counted, key=lambda column: len(counted[column]), default=None)
    if column is not None and counted[column]:
        inner = [text for text in full if len(led[text] or ()) > len(counted[column])]
        if inner and (all(map(numbering.is_chinese, counted[column])) or _runs_on(led[inner[-1]] or [])):
            return inner[-1], True
        return column, True
    if not full:
        return None, False
    arabic = [column for column in full if not any(map(numbering.is_chinese, led[column] or ()))]
    return (arabic or full[::-1])[0], True


def _led(rows: Sequence[Row], column: int) -> list[str] | None:
    """The numbers that the cells of a column begin with; None where too few do."""
    cells = _distinct(rows, column)
    numbers = [found[0] for cell in cells if (found := numbering.leading(flow(cell.text)))]
    return numbers if len(cells) > 1 and len(numbers) >= _MOST * len(cells) else None


def _printed_in(rows: Sequence[Row], column: int) -> list[str]:
    """The numbers that the cells of a column hold."""
    numbers = (numbering.printed(flow(cell.text)) for cell in _distinct(rows, column))
    return [number for number in numbers if number]


def _runs_on(numbers: Sequence[str]) -> bool:
    values = [numbering.value(number) or 0 for number in numbers]
    return len(values) > 2 and all(after == before + 1 for before, after in pairwise(values))


def _distinct(rows: Sequence[Row], column: int) -> list[Cell]:
    cells: list[Cell] = []
    for row in rows:
        if row[column].text.strip() and (not cells or cells[-1] is not row[column]):
            cells.append(row[column])
    return cells
