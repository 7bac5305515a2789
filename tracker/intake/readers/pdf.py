"""PDF files: text and tables, over all pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from tracker.i18n import N_
from tracker.intake.blocks import Document
from tracker.intake.faults import UnreadableDocument

from .archive import LOCKED
from .building import Box, Text, Writer, rectangle
from .pdf_columns import aligned_table
from .pdf_grid import Ruled, ruled_tables
from .pdf_joints import Sheet, joined_sheets
from .pdf_lines import Line, cell_text, lines_of
from .pdf_page import read_page
from .pdf_text import Margins, paragraph_text, without_furniture

_SCANNED = N_(
    "This PDF holds pictures of pages without text. Ask for the file it was printed from, or run it through text"
    " recognition first."
)
_LEAST = 15
"""Characters a page has on average in a PDF with text; a stamp or a page number on a picture is fewer."""


@dataclass(slots=True)
class _Leaf:
    """One page as read: tables, and the lines outside of them."""

    number: int
    tables: list[Ruled]
    lines: list[Line]
    top: float
    bottom: float


def read_pdf(data: bytes) -> Document:
    """The blocks of a PDF file.

    :raises UnreadableDocument: it is damaged, protected by a password, or holds pictures without text.
    """
    try:
        file = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableDocument(LOCKED) from error
        raise UnreadableDocument from error
    try:
        leaves = list(_leaves(file))
    finally:
        file.close()
    kept = without_furniture([(leaf.lines, leaf.top, leaf.bottom) for leaf in leaves])
    margins = Margins(line for lines in kept for line in lines)
    writer = Writer()
    parts = joined_sheets([part for leaf, lines in zip(leaves, kept, strict=True) for part in _parts(leaf, lines)])
    _write(writer, parts, margins)
    return Document("pdf", tuple(writer.blocks), tuple(writer.lines), dict(writer.places), tuple(writer.doubts))


def _leaves(file: pypdfium2.PdfDocument) -> Iterator[_Leaf]:
    characters = pictures = 0
    for index in range(len(file)):
        handle = pdfium.FPDF_LoadPage(file.raw, index)
        if not handle:
            continue
        try:
            page = read_page(handle)
        finally:
            pdfium.FPDF_ClosePage(handle)
        characters += len(page.glyphs)
        pictures += page.pictures
        tables = ruled_tables(page)
        free = [glyph for glyph in page.glyphs if not any(table.holds(glyph) for table in tables)]
        lines = lines_of(free)
        for line in lines:
            line.page = index + 1
        yield _Leaf(index + 1, tables, lines, page.top, page.bottom)
    if characters < _LEAST * len(file) and (pictures or not characters):
        raise UnreadableDocument(_SCANNED)


def _parts(leaf: _Leaf, lines: list[Line]) -> list[Line | Sheet]:
    """Lines and tables of a page in the order of reading."""
    parts: list[tuple[float, Line | Sheet]] = [(line.top, line) for line in lines]
    for table in leaf.tables:
        parts.append((table.ys[0], _sheet(table, leaf.number)))
    parts.sort(key=lambda part: part[0])
    return [part for _, part in parts]


def _sheet(table: Ruled, page: int) -> Sheet:
    rows, columns = table.size
    boxes: dict[tuple[int, int], Box] = {}
    for begin in sorted(set(table.owner.values())):
        text = cell_text(table.glyphs.get(begin, ()), *table.span(begin))
        boxes[begin] = Box([Text(text)] if text else [])
    grid = [[boxes[table.owner[row, column]] for column in range(columns)] for row in range(rows)]
    return Sheet(grid, table.xs, [page] * rows)


def _write(writer: Writer, parts: list[Line | Sheet], margins: Margins) -> None:
    index = 0
    paragraph: list[Line] = []

    def close() -> None:
        if paragraph:
            writer.text(Text(paragraph_text(paragraph)), f"p. {paragraph[0].page}")
            paragraph.clear()

    while index < len(parts):
        part = parts[index]
        if isinstance(part, Sheet):
            close()
            writer.table(rectangle(part.rows), [f"p. {page}" for page in part.pages])
            index += 1
            continue
        ahead = []
        for each in parts[index : index + 400]:
            if isinstance(each, Sheet):
                break
            ahead.append(each)
        found = aligned_table(ahead)
        if found:
            close()
            sheet, used = found
            writer.table(rectangle(sheet.rows), [f"p. {page}" for page in sheet.pages])
            index += used
            continue
        if paragraph and not margins.goes_on(paragraph[-1], part):
            close()
        paragraph.append(part)
        index += 1
    close()
