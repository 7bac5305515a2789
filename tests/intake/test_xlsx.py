"""Workbooks: merged cells, titles and notes, dates and formats as printed, what Excel hides, absurd ranges."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.worksheet.worksheet import Worksheet

from tests.intake.wordfiles import zipped
from tracker.intake.blocks import Document, Heading, Paragraph, Table
from tracker.intake.readers import read_document

HEADER = ["序号", "重点任务", "牵头单位", "配合单位"]


def saved(book: Workbook) -> bytes:
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def book_of(*rows: list[Any], dress: Callable[[Worksheet], object] = lambda sheet: None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    dress(sheet)
    return saved(book)


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    """``data`` with the XML of one part changed."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    assert old.encode() in contents[part]
    contents[part] = contents[part].replace(old.encode(), new.encode())
    return zipped(contents)


def read(data: bytes) -> Document:
    return read_document("plan.xlsx", data)


def tables(document: Document) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row] for row in block.rows] for block in document.blocks if isinstance(block, Table)
    ]


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading | Paragraph)]


def messages(document: Document) -> list[str]:
    return [doubt.message % doubt.values for doubt in document.doubts]


def test_title_and_notes_are_paragraphs_and_merged_cells_one_object() -> None:
    def dress(sheet: Worksheet) -> None:
        for span in ("A1:D1", "A3:A4", "C3:D3", "A5:D5", "A6:A7", "A8:D8"):
            sheet.merge_cells(span)

    data = book_of(
        ["重点任务分工表"],
        ["", "", "", "2022年3月"],
        ["序号", "重点任务", "责任单位", None],
        [None, "名称", "牵头单位", "配合单位"],
        ["一、康复"],
        [1, "提高康复服务水平", "市残联", "市卫健局\n市民政局"],
        [None, "完善补贴制度", "市民政局", "市财政局"],
        ["注：排在第一位的为牵头单位。"],
        dress=dress,
    )
    document = read(data)
    assert texts(document) == ["重点任务分工表", "2022年3月", "注：排在第一位的为牵头单位。"]
    table = document.blocks[2]
    assert isinstance(table, Table)
    assert tables(document)[0][3] == ["1", "提高康复服务水平", "市残联", "市卫健局\n市民政局"]
    assert table.rows[0][0] is table.rows[1][0]
    assert table.rows[0][2] is table.rows[0][3]
    assert table.rows[2][0] is table.rows[2][3]
    assert table.rows[3][0] is table.rows[4][0]
    assert document.lines[2] == "序号\t重点任务\t责任单位\t"
    assert document.places == {line: f"Sheet!A{line}" for line in range(1, 9)}


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (date(2023, 12, 31), "yyyy-mm-dd", "2023年12月31日"),
        (45291.35, "yyyy/m/d h:mm", "2023年12月31日"),
        (date(2023, 12, 1), 'yyyy"年"m"月"', "2023年12月"),
        (date(2023, 12, 1), '[$-804]yyyy"年"m"月"d"日";@', "2023年12月1日"),
        (date(2025, 1, 1), "yyyy", "2025年"),
        (date(2023, 6, 30), 'm"月"d"日"', "6月30日"),
        (0.5, "h:mm", "12:00"),
        ("2023年6月底前", "General", "2023年6月底前"),
        (1.0, "General", "1"),
        (0.1 + 0.2, "General", "0.3"),
        (123456789012, "General", "123456789012"),
        (1e-7, "General", "0.0000001"),
        (0.85, "0%", "85%"),
        (0.8549, "0.0%", "85.5%"),
        (12.5, "0.00", "12.50"),
        (12.5, "0.##", "12.5"),
        (1234567, "#,##0", "1234567"),
        (-3, "0_ ;[Red]-0", "-3"),
        (95, '"≥"0"%"', "≥95%"),
        (7, "000", "007"),
        (10, '0"项"', "10项"),
        (1e300, "yyyy-mm-dd", "1" + "0" * 39),
        (True, "General", "TRUE"),
        ("01", "@", "01"),
        ("_x000D_换行", "General", "换行"),
    ],
)
def test_values_are_read_as_they_are_printed(value: object, form: str, text: str) -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["B1"].value = value  # type: ignore[assignment]
        sheet["B1"].number_format = form

    assert tables(read(book_of(["时限"], dress=dress))) == [[["时限", text]]]


def test_formats_that_no_file_spells_out_and_days_counted_from_1904() -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["B1"].number_format = '0"x"'

    data = book_of(["时限", 45291], dress=dress)
    chinese = changed(data, "xl/styles.xml", 'numFmtId="164" fontId', 'numFmtId="31" fontId')
    assert tables(read(chinese)) == [[["时限", "2023年12月31日"]]]
    book = Workbook()
    book.epoch = MAC_EPOCH
    assert isinstance(book.active, Worksheet)
    book.active.append(["时限", date(2023, 12, 31)])
    assert tables(read(saved(book))) == [[["时限", "2023年12月31日"]]]


def test_a_formula_without_a_result_and_an_error_are_said() -> None:
    document = read(book_of(["序号", "任务"], [1, "=A2&B1"], [2, "#REF!"]))
    assert tables(document) == [[["序号", "任务"], ["1", ""], ["2", ""]]]
    assert messages(document) == [
        "Cell B2 of sheet “Sheet” holds a formula without a result. Fill it in by hand.",
        "Cell B3 of sheet “Sheet” holds the error #REF!. Fill it in by hand.",
    ]


def test_the_stored_result_of_a_formula_is_read() -> None:
    data = changed(book_of(["序号", "=1+1"]), "xl/worksheets/sheet1.xml", "<v></v></c>", "<v>2</v></c>")
    document = read(data)
    assert tables(document) == [[["序号", "2"]]]
    assert document.doubts == ()


def test_hidden_rows_and_columns_are_read_and_said_and_hidden_sheets_left_out() -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (HEADER, [1, "甲", "市残联", ""], [2, "乙", "市残联", ""], [3, "丙", "市残联", ""]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    lists = book.create_sheet("名单")
    lists.append(["暗"])
    lists.sheet_state = "hidden"
    document = read(saved(book))
    assert len(tables(document)[0]) == 4
    assert messages(document) == [
        "Sheet “名单” is hidden and was left out.",
        "Rows 2–3 of sheet “Sheet” are hidden in Excel; they were read all the same.",
        "Columns C of sheet “Sheet” are hidden in Excel; they were read all the same.",
    ]


def test_several_sheets_keep_their_order_and_bear_their_names() -> None:
    book = Workbook()
    for name in ("经济发展", "Sheet9", "社会民生"):
        book.create_sheet(name).append([name, "甲"])
    document = read(saved(book))
    assert texts(document) == ["经济发展", "社会民生"]
    assert tables(document) == [[["经济发展", "甲"]], [["Sheet9", "甲"]], [["社会民生", "甲"]]]
    assert document.places[2] == "经济发展!A1"


def test_two_tables_below_each_other_are_two_and_an_empty_row_within_one_is_nothing() -> None:
    rows = [HEADER, [1, "甲", "市残联", ""], [], ["二、社会"], [2, "乙", "市残联", ""], [], ["表2 主要指标"]]
    rows += [["指标", "单位", "2020年", "2025年"], ["康复率", "%", 80, 85]]
    document = read(book_of(*rows))
    assert [len(table) for table in tables(document)] == [4, 2]
    assert texts(document) == ["表2 主要指标"]


def test_a_column_of_text_is_read_as_paragraphs() -> None:
    document = read(book_of(["一、总体要求"], ["（一）目标"], [], ["1.完善制度"]))
    assert texts(document) == ["一、总体要求", "（一）目标", "1.完善制度"]


def test_an_enormous_range_does_not_hang() -> None:
    def dress(sheet: Worksheet) -> None:
        sheet["XFD1048576"].number_format = "0.00"
        sheet["XFC1048575"].value = "远"
        sheet.merge_cells("F1:G2")

    data = book_of(HEADER, [1, "甲", "市残联", ""], dress=dress)
    data = changed(data, "xl/worksheets/sheet1.xml", "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    data = changed(data, "xl/worksheets/sheet1.xml", "F1:G2", "F1:XFD1048576")
    started = time.process_time()
    assert tables(read(data))[0][1] == ["1", "甲", "市残联", "", ""]
    assert time.process_time() - started < 2


@pytest.mark.parametrize("row", ["99999999999999999999", "0", "-1", "x", ""])
def test_absurd_row_numbers_do_no_harm(row: str) -> None:
    data = changed(book_of(HEADER), "xl/worksheets/sheet1.xml", '<row r="1"', f'<row r="{row}"')
    assert tables(read(data)) == [[HEADER]]


def test_styles_that_nobody_else_reads_are_no_hindrance() -> None:
    data = changed(book_of(HEADER), "xl/styles.xml", '<family val="2"', '<family val="9999"')
    assert tables(read(data)) == [[HEADER]]


def test_texts_in_pieces_and_reading_aids() -> None:
    rich = "<is><r><t>市残</t></r><r><t>联</t></r><rPh><t>shi</t></rPh></is>"
    data = changed(book_of(["序号", "x"]), "xl/worksheets/sheet1.xml", "<is><t>x</t></is>", rich)
    assert tables(read(data)) == [[["序号", "市残联"]]]


def test_shared_texts_are_looked_up_and_one_that_is_missing_is_empty() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = "".join(f'<row><c t="s"><v>{key}</v></c><c><v>1</v></c></row>' for key in ("0", "1", "2", "x"))
    data = changed(book_of(["x"]), "xl/worksheets/sheet1.xml", "</sheetData>", f"{rows}</sheetData>")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="/xl/sharedStrings.xml"/></Relationships>'
    data = changed(data, "xl/_rels/workbook.xml.rels", "</Relationships>", relation)
    with zipfile.ZipFile(BytesIO(data)) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    contents["xl/sharedStrings.xml"] = f'<sst xmlns="{main}"><si><t>甲</t></si><si><t>乙</t></si></sst>'.encode()
    assert tables(read(zipped(contents))) == [[["甲", "1"], ["乙", "1"], ["", "1"], ["", "1"]]]


def test_2000_rows_are_read_in_less_than_10_seconds() -> None:
    rows = [
        [n, "完善残疾人基本生活保障制度，" * 4, "市民政局", "市残联、市财政局", date(2025, 12, 31)] for n in range(2000)
    ]
    data = book_of([*HEADER, "时限"], *rows)
    started = time.process_time()
    assert len(tables(read(data))[0]) == 2001
    assert time.process_time() - started < 10
