"""Rows out of an XLSX or CSV file that somebody sent.  The file is not trusted.

What really inflates is counted, entities are refused, and a formula is handed on as such: its value is not in the file.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl import load_workbook

from ..errors import InvalidInput
from ..i18n import N_

LARGEST_FILE = 2 * 1024 * 1024
LARGEST_CONTENT = 40 * 1024 * 1024
MOST_ENTRIES = 500
MOST_ROWS = 2000
LAST_ROW = 20_000  # blank ones counted: a row may give itself any number, and those before it are gone through
MOST_COLUMNS = 50

TOO_LARGE = N_("The file is too large: 2 MB and 2,000 rows are taken at once. Split it.")
NOT_READABLE = N_("The file cannot be read as a table. Save it as .xlsx or as .csv and choose it again.")
EMPTY = N_("The file is empty. Choose the file that holds the contacts.")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, without white space around it; of a formula the value is not known."""

    text: str = ""
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file that holds something, with its number as the office program shows it."""

    number: int
    cells: tuple[Cell, ...]


def read_lines(content: bytes) -> list[Line]:
    """The rows of a file, blank ones left out.  Raises InvalidInput (field ``file``) where it is none or too large."""
    if not content.strip():
        raise _refused(EMPTY)
    if len(content) > LARGEST_FILE:
        raise _refused(TOO_LARGE)
    if content.startswith(b"PK"):
        rows = _workbook_rows(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused(N_("This is a workbook of the old kind (.xls). Save it as .xlsx and choose it again."))
    else:
        rows = _text_rows(_decoded(content))
    lines = []
    for number, cells in rows:
        if number > LAST_ROW:
            raise _refused(TOO_LARGE)
        if any(cell.text or cell.formula for cell in cells):
            lines.append(Line(number, cells))
        if len(lines) > MOST_ROWS:
            raise _refused(TOO_LARGE)
    if not lines:
        raise _refused(EMPTY)
    return lines


def _refused(message: str) -> InvalidInput:
    return InvalidInput({"file": [message]}, message=message)


def _workbook_rows(content: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    try:
        _check_archive(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size proves nothing either
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            yield number, tuple(_cell(cell.value, cell.data_type in ("f", "e")) for cell in row)
    except InvalidInput:
        raise
    except Exception as error:  # the library raises whatever a broken file provokes
        raise _refused(NOT_READABLE) from error


def _check_archive(content: bytes) -> None:
    """Count the entries and the bytes that really inflate: what the archive says of itself proves nothing."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise _refused(TOO_LARGE)
        total = 0
        for entry in entries:
            with archive.open(entry) as stream:
                while block := stream.read(65536):
                    total += len(block)
                    if total > LARGEST_CONTENT:
                        raise _refused(TOO_LARGE)


def _decoded(content: bytes) -> str:
    """UTF-8 with or without mark, what Excel calls Unicode text, else GB 18030."""
    for encoding in ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refused(NOT_READABLE)


def _text_rows(text: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    first = next(line for line in text.splitlines() if line.strip())
    delimiter = max(",;\t，", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        start = 1
        for row in reader:
            yield start, tuple(_cell(value, value.lstrip().startswith("=")) for value in row[:MOST_COLUMNS])
            start = reader.line_num + 1
    except csv.Error as error:
        raise _refused(NOT_READABLE) from error


def _cell(value: object, formula: bool) -> Cell:
    text = "" if value is None else str(value)
    return Cell(text.replace("\u3000", " ").replace("\u00a0", " ").strip(), formula)
