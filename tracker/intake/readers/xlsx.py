"""Excel workbooks (.xlsx).

The XML is read, not openpyxl's cells: that library builds every cell of the range a file claims to use, and gives up on
styles that WPS writes.  Its knowledge of number formats is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.i18n import N_
from tracker.intake.blocks import Document, Doubt

from .archive import Package
from .breaks import paragraphs
from .building import Box, Grid, Text, Writer, rectangle
from .cellvalues import Formats, local_text
from .officexml import Element, attribute, child, inside, local
from .sheets import Book, Sheet, grid, hidden, read_sheet

_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)
_NOTE = re.compile(r"(?:附?注|备注|说明|填[报表]|制表|审核|[*＊※])")
_HEADER = 16
"""Characters that the longest words above a column have."""


def read_xlsx(data: bytes) -> Document:
    """The sheets of a workbook, in their order; hidden ones are left out and said.

    :raises UnreadableDocument: damaged, encrypted, or unpacking to too much.
    """
    package = Package(data)
    main = next((part for _, part in package.related("").get("officeDocument", ())), "xl/workbook.xml")
    workbook, related = package.xml(main), package.related(main)
    part = {kind: targets[0][1] for kind, targets in related.items()}
    mac = attribute(child(workbook, "workbookPr"), "date1904") in ("1", "true")
    strings = part.get("sharedStrings")
    book = Book(
        package,
        [local_text(item) for item in package.elements(strings, frozenset(("si",)))]
        if strings in package.names
        else [],
        Formats.of(package.optional_xml(part.get("styles")), mac),
    )
    writer = Writer()
    sheets = []
    for name, path, shown in _listed(workbook, dict(related.get("worksheet", ()))):
        sheet = read_sheet(book, path, name)
        if shown:
            sheets.append(sheet)
        elif sheet.cells:
            writer.doubts.append(Doubt(None, N_("Sheet “%(sheet)s” is hidden and was left out."), {"sheet": name}))
    filled = [sheet for sheet in sheets if sheet.cells]
    for sheet in filled:
        _write(writer, sheet, headed=len(filled) > 1 and not _UNNAMED.fullmatch(sheet.name))
    return Document("xlsx", tuple(writer.blocks), tuple(writer.lines), writer.places, tuple(writer.doubts))


def _listed(workbook: Element, targets: dict[str, str]) -> list[tuple[str, str, bool]]:
    """Name, part and whether it is shown, of each sheet that holds cells."""
    found = []
    for sheet in inside(workbook, "sheets"):
        path = targets.get(attribute(sheet, "id") or "")
        if local(sheet) == "sheet" and path is not None:
            state = attribute(sheet, "state") or "visible"
            found.append((attribute(sheet, "name") or "", path, state == "visible"))
    return found


def _write(writer: Writer, sheet: Sheet, headed: bool) -> None:
    numbers, columns, boxes = grid(sheet)
    if headed:
        writer.text(Text(sheet.name, 1), sheet.name)
    for first, last in _tables(numbers, boxes):
        _write_table(writer, [f"{sheet.name}!A{row}" for row in numbers[first:last]], boxes[first:last])
    writer.doubts += [*sheet.doubts, *hidden(sheet, columns)]


def _tables(numbers: Sequence[int], boxes: Sequence[Sequence[Box | None]]) -> list[tuple[int, int]]:
    """Where tables that stand below each other begin and end: at an empty row with a header behind it."""
    starts = [0]
    for index in range(1, len(numbers)):
        if numbers[index] > numbers[index - 1] + 1:
            ahead = next((row for row in boxes[index : index + 5] if not _alone(row)), None)
            if ahead is not None and _is_header(ahead):
                starts.append(index)
    return list(zip(starts, [*starts[1:], len(numbers)], strict=True))


def _write_table(writer: Writer, places: Sequence[str], boxes: Sequence[list[Box | None]]) -> None:
    """A table, with the title above it and the notes below it as paragraphs."""
    first, last = 0, len(boxes)
    while first < last and _alone(boxes[first]):
        _write_text(writer, boxes[first], places[first])
        first += 1
    while last > first and _is_note(boxes[last - 1]):
        last -= 1
    if last > first:
        writer.table(rectangle(boxes[first:last]), places[first:last])
    for row, place in zip(boxes[last:], places[last:], strict=True):
        _write_text(writer, row, place)


def _write_text(writer: Writer, row: Sequence[Box | None], place: str) -> None:
    for line in paragraphs(Grid([list(row)]).boxes()[0].text()):
        writer.text(Text(line), place)


def _alone(row: Sequence[Box | None]) -> bool:
    """Whether one box is all that stands in a row."""
    return len({id(box) for box in row if box is not None}) == 1


def _is_note(row: Sequence[Box | None]) -> bool:
    if not _alone(row):
        return False
    box = next(box for box in row if box is not None)
    return row.count(box) * 2 > len(row) or _NOTE.match(box.text()) is not None


def _is_header(row: Sequence[Box | None]) -> bool:
    texts = [box.text() for box in row if box is not None]
    return len(texts) > 1 and all(len(text) <= _HEADER and not re.search(r"^\d+$|[。；]", text) for text in texts)
