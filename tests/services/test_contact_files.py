"""The contacts file as it is read: every form of it, the numbers of its rows, and what is no contacts file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from tests.services.contact_files import GOOD, HEADINGS, text, workbook
from tracker.directory.contact_rows import entries_of
from tracker.directory.spreadsheet import LARGEST_CONTENT, LARGEST_FILE, LAST_ROW, MOST_ROWS, read_lines
from tracker.errors import InvalidInput


@pytest.mark.parametrize(
    "content",
    [
        workbook(*GOOD),
        text(*GOOD),
        text(*GOOD, encoding="utf-8-sig"),
        text(*GOOD, encoding="gb18030"),
        text(*GOOD, encoding="utf-16"),
        text(*GOOD, mark=";"),
        text(*GOOD, mark="\t"),
        workbook(*GOOD, headings=("Unit", "Name", "E-mail", "Role")),
        text(
            *[(role, mail, name, unit) for unit, name, mail, role in GOOD], headings=("角 色", "邮箱", "姓名", "单位")
        ),
    ],
    ids=["xlsx", "utf-8", "utf-8-sig", "gb18030", "utf-16", "semicolons", "tabs", "english headings", "other order"],
)
def test_every_form_of_the_file_reads_the_same(content: bytes) -> None:
    entries = entries_of(read_lines(content))
    assert [(e.row, e.unit, e.name, e.email, e.role) for e in entries] == [
        (2, "市体育局", "市体育局 经办人（二）", "sports@example.test", "handler"),
        (3, "市民政局", "市民政局 负责人（二）", "civil@example.test", "leader"),
        (4, "市教育局", "市教育局 联络员", "school@example.test", "handler"),
    ]


def test_rows_have_the_numbers_that_the_office_program_shows() -> None:
    title = ["韶关市各单位联系人"]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (title, [], HEADINGS, [None, "  ", None, None], GOOD[0], [], GOOD[1]):
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    assert [entry.row for entry in entries_of(read_lines(stream.getvalue()))] == [5, 7]
    lines = [
        "韶关市各单位联系人",
        "",
        "单位,姓名,邮箱,角色",
        '市体育局,"市体育局\n经办人",a@example.test,经办人',
        "市民政局,乙,b@example.test,负责人",
    ]
    assert [entry.row for entry in entries_of(read_lines("\n".join(lines).encode()))] == [4, 6]


def bomb() -> bytes:
    """A small archive whose content is larger than is taken."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (LARGEST_CONTENT + 1))
    return stream.getvalue()


def with_sheet(changed: Callable[[bytes], bytes]) -> bytes:
    """A small workbook whose sheet is changed."""
    source = zipfile.ZipFile(io.BytesIO(workbook(*GOOD)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, changed(content) if name == "xl/worksheets/sheet1.xml" else content)
    return stream.getvalue()


def with_entities() -> bytes:
    """A workbook whose sheet grows when its entities are read."""
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    row = b"<sheetData><row><c><v>&b;</v></c></row>"
    return with_sheet(lambda sheet: entities + sheet.replace(b"<sheetData>", row))


def with_last_row(number: int) -> bytes:
    """A small workbook whose last row says that it is the ``number``-th."""

    def moved(sheet: bytes) -> bytes:
        assert b'<row r="4"' in sheet
        return sheet.replace(b'<row r="4"', b'<row r="%d"' % number)

    return with_sheet(moved)


def test_blank_rows_in_between_are_passed_over() -> None:
    assert [entry.row for entry in entries_of(read_lines(with_last_row(LAST_ROW)))] == [2, 3, LAST_ROW]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"  \r\n ", "The file is empty."),
        (b",,,\n,,,\n", "The file is empty."),
        (b"PK\x03\x04 no archive", "cannot be read as a table"),
        (b"\xd0\xcf\x11\xe0 old workbook", "the old kind (.xls)"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "cannot be read as a table"),
        (bomb(), "The file is too large"),
        (with_entities(), "cannot be read as a table"),
        (b"x" * (LARGEST_FILE + 1), "The file is too large"),
        (text(*[GOOD[0]] * (MOST_ROWS + 1)), "The file is too large"),
        (with_last_row(1_048_576), "The file is too large"),
        (b"\n" * LAST_ROW + text(*GOOD), "The file is too large"),
        (workbook(*GOOD, headings=("单位", "姓名", "电话", "角色")), "No row with the headings"),
        (text(), "There is no row below the headings"),
    ],
    ids=[
        *("empty", "blank", "blank cells", "broken archive", "xls", "picture", "zip bomb", "entity bomb"),
        *("too many bytes", "too many rows", "a row far below", "blank rows", "no headings", "headings only"),
    ],
)
def test_what_is_no_contacts_file_is_refused_with_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        entries_of(read_lines(content))
    assert sentence in refused.value.fields["file"][0]
