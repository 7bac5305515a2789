"""One sheet of a workbook: the cells that hold something, whatever range the file claims to use."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from tracker.i18n import N_
from tracker.intake.blocks import Doubt
from tracker.intake.faults import UnreadableDocument

from .archive import Package
from .building import MAX_CELLS, TOO_LARGE, Box, Text
from .cellvalues import Formats, local_text
from .officexml import Element, attribute, child, local, number

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SPAN = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")


@dataclass(slots=True)
class Sheet:
    """What was read: ``cells`` by row and column, counted from 1; only those that hold text."""

    name: str
    cells: dict[int, dict[int, Box]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    doubts: list[Doubt] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """What the sheets of a workbook share."""

    package: Package
    strings: Sequence[str]
    formats: Formats


def read_sheet(book: Book, part: str, name: str) -> Sheet:
    """The cells of a sheet that hold text.

    :raises UnreadableDocument: damaged, or more than :data:`building.MAX_CELLS` of them.
    """
    sheet = Sheet(name)
    last = 0
    for element in book.package.elements(part, frozenset(("col", "row", "mergeCell"))):
        if local(element) == "row":
            last = number(element, name="r") or last + 1
            _read_row(book, sheet, element, last)
        elif local(element) == "mergeCell":
            if merge := _SPAN.fullmatch(attribute(element, "ref") or ""):
                left, top, right, bottom = _column(merge[1]), int(merge[2]), _column(merge[3]), int(merge[4])
                sheet.merges.append((top, left, bottom, right))
        elif attribute(element, "hidden") in ("1", "true"):
            first, end = number(element, 0, name="min") or 0, number(element, 0, name="max") or 0
            sheet.hidden_columns |= set(range(first, min(end, 16_384) + 1))
    return sheet


def grid(sheet: Sheet) -> tuple[list[int], list[int], list[list[Box | None]]]:
    """The numbers of the rows and of the columns that hold something, and their boxes, merged ones repeated."""
    rows = sorted(sheet.cells)
    columns = sorted({column for row in sheet.cells.values() for column in row})
    if len(rows) * len(columns) > MAX_CELLS:
        raise UnreadableDocument(TOO_LARGE, limit=MAX_CELLS)
    boxes: list[list[Box | None]] = [[sheet.cells[row].get(column) for column in columns] for row in rows]
    covered = 0
    for top, left, bottom, right in sheet.merges:
        box = sheet.cells.get(top, {}).get(left)
        if box is None:
            continue
        down = range(bisect_left(rows, top), bisect_right(rows, bottom))
        across = range(bisect_left(columns, left), bisect_right(columns, right))
        covered += len(down) * len(across)
        if covered > MAX_CELLS:
            raise UnreadableDocument(TOO_LARGE, limit=MAX_CELLS)
        for row in down:
            for column in across:
                boxes[row][column] = box
    return rows, columns, boxes


def hidden(sheet: Sheet, columns: Iterable[int]) -> list[Doubt]:
    """What is read though Excel does not show it."""
    values = {"sheet": sheet.name}
    doubts = []
    if rows := [row for row in sheet.hidden_rows if row in sheet.cells]:
        message = N_("Rows %(rows)s of sheet “%(sheet)s” are hidden in Excel; they were read all the same.")
        doubts.append(Doubt(None, message, {**values, "rows": _listed(rows)}))
    if letters := [get_column_letter(column) for column in columns if column in sheet.hidden_columns]:
        message = N_("Columns %(columns)s of sheet “%(sheet)s” are hidden in Excel; they were read all the same.")
        doubts.append(Doubt(None, message, {**values, "columns": ", ".join(letters)}))
    return doubts


def _read_row(book: Book, sheet: Sheet, element: Element, row: int) -> None:
    column = 0
    for cell in element:
        if local(cell) != "c":
            continue
        reference = _REFERENCE.fullmatch(attribute(cell, "r") or "")
        column = _column(reference[1]) if reference else column + 1
        text = _text(book, sheet, cell, f"{get_column_letter(min(column, 18_278))}{row}")
        if text.strip():
            sheet.cells.setdefault(row, {})[column] = Box([Text(text)])
            sheet.size += 1
            if sheet.size > MAX_CELLS:
                raise UnreadableDocument(TOO_LARGE, limit=MAX_CELLS)
    if attribute(element, "hidden") in ("1", "true"):
        sheet.hidden_rows.append(row)


def _text(book: Book, sheet: Sheet, cell: Element, address: str) -> str:
    kind = attribute(cell, "t") or "n"
    stored = child(cell, "v")
    value = (stored.text or "") if stored is not None else ""
    values = {"sheet": sheet.name, "cell": address}
    if child(cell, "f") is not None and not value and kind != "str":
        message = N_("Cell %(cell)s of sheet “%(sheet)s” holds a formula without a result. Fill it in by hand.")
        sheet.doubts.append(Doubt(None, message, values))
    if kind == "s":
        return book.strings[int(value)] if re.fullmatch("[0-9]{1,8}", value) and int(value) < len(book.strings) else ""
    if kind == "inlineStr":
        return local_text(child(cell, "is"))
    if kind == "e":
        message = N_("Cell %(cell)s of sheet “%(sheet)s” holds the error %(error)s. Fill it in by hand.")
        sheet.doubts.append(Doubt(None, message, {**values, "error": value[:20]}))
        return ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    return value if kind == "str" else _amount(book, value, kind, number(cell, name="s"))


def _amount(book: Book, value: str, kind: str, style: int | None) -> str:
    if kind == "d" and (day := re.match(r"(\d{4})-(\d{2})-(\d{2})", value)):
        return f"{int(day[1])}年{int(day[2])}月{int(day[3])}日"
    return book.formats.text(value, style) if value else ""


def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _listed(rows: Sequence[int]) -> str:
    """5–7, 9."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1][1:] = [row]
        else:
            runs.append([row])
    return ", ".join("–".join(map(str, run)) for run in runs[:20]) + (" …" if len(runs) > 20 else "")
