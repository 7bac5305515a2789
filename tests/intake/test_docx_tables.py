"""Tables of a Word file: merged cells, numbers in cells, nested tables, frames, tables that a page break cut."""

from __future__ import annotations

import time

from tests.intake.wordfiles import level, numbering, p, r, tbl, tc, tr, word_file
from tracker.intake.blocks import Document, Paragraph, Table
from tracker.intake.readers.docx import read_docx

HEADER = ("序号", "重点任务", "牵头单位", "配合单位")


def only_table(document: Document) -> Table:
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert len(tables) == 1
    return tables[0]


def texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_a_merged_cell_is_one_object_at_every_position_it_covers() -> None:
    body = tbl(
        tr(tc("一、康复", span=3)),
        tr(tc("1", merge="restart"), "甲", "市残联"),
        tr(tc(merge="continue"), "乙", "市残联"),
        tr("2", "丙", "市残联"),
    )
    table = only_table(read_docx(word_file(body)))
    assert texts(table) == [["一、康复"] * 3, ["1", "甲", "市残联"], ["1", "乙", "市残联"], ["2", "丙", "市残联"]]
    assert table.rows[0][0] is table.rows[0][2]
    assert table.rows[1][0] is table.rows[2][0]
    assert table.rows[1][2] is not table.rows[2][2]
    assert [cell.line for cell in table.rows[2]] == [2, 3, 3]


def test_the_lines_show_a_merged_cell_once() -> None:
    body = p("分工表") + tbl(tr(tc("甲", merge="restart"), "1"), tr(tc(merge="continue"), "2"))
    assert read_docx(word_file(body)).lines == ("分工表", "甲\t1", "\t2")


def test_a_block_merged_both_ways_and_rows_that_begin_late() -> None:
    body = tbl(
        tr(tc("甲", span=2, merge="restart"), "1"),
        tr(tc(span=2, merge="continue"), "2"),
        tr("乙", "3", properties='<w:gridBefore w:val="1"/>'),
        tr("丙", "丁", "4"),
    )
    table = only_table(read_docx(word_file(body)))
    assert texts(table) == [["甲", "甲", "1"], ["甲", "甲", "2"], ["", "乙", "3"], ["丙", "丁", "4"]]
    assert table.rows[0][0] is table.rows[1][1]


def test_a_merge_without_a_beginning_is_a_cell_of_its_own() -> None:
    body = tbl(tr(tc("甲", merge="continue"), "1"), tr("乙", "2"))
    assert texts(only_table(read_docx(word_file(body)))) == [["甲", "1"], ["乙", "2"]]


def test_a_column_that_every_row_spans_is_no_column() -> None:
    body = tbl(tr(tc("序号", span=2), "任务"), tr(tc("1", span=2), "甲"))
    assert texts(only_table(read_docx(word_file(body)))) == [["序号", "任务"], ["1", "甲"]]


def test_automatic_numbers_stand_in_cells_even_without_text() -> None:
    rows = [
        tr(tc(p(numbered=(1, 0))), tc(p("完善制度", numbered=(2, 0)) + p("落实补贴", numbered=(2, 0)))) for _ in "ab"
    ]
    table = only_table(
        read_docx(word_file(tbl(*rows), numbering(level(0, "decimal", "%1"), level(0, "decimal", "（%1）"))))
    )
    assert texts(table) == [["1", "（1）完善制度\n（2）落实补贴"], ["2", "（3）完善制度\n（4）落实补贴"]]


def test_paragraphs_and_breaks_within_a_cell_are_separated_by_line_feeds() -> None:
    cell = tc(p("市残联") + p() + p(r("市民政局") + "<w:r><w:br/></w:r>" + r("市财政局")))
    assert texts(only_table(read_docx(word_file(tbl(tr("1", cell)))))) == [["1", "市残联\n市民政局\n市财政局"]]


def test_a_row_that_was_deleted_in_a_tracked_change_is_gone() -> None:
    body = tbl(tr("1", "甲"), tr("2", "乙", properties="<w:del/>"), tr("3", "丙", properties="<w:ins/>"))
    assert texts(only_table(read_docx(word_file(body)))) == [["1", "甲"], ["3", "丙"]]


def test_content_controls_around_rows_and_cells_are_read_through() -> None:
    row = "<w:sdt><w:sdtContent>" + tr("2", "乙") + "</w:sdtContent></w:sdt>"
    cell = "<w:tr><w:sdt><w:sdtContent>" + tc("1") + "</w:sdtContent></w:sdt>" + tc("甲") + "</w:tr>"
    assert texts(only_table(read_docx(word_file(tbl(cell, row))))) == [["1", "甲"], ["2", "乙"]]


def test_a_small_table_within_a_cell_is_text_of_that_cell() -> None:
    inner = tbl(tr("指标", "85%"), tr("补贴", "100%"))
    body = tbl(tr(*HEADER), tr("1", tc(p("提高康复服务的水平和覆盖面，做到应康尽康") + inner), "市残联", "市卫健局"))
    table = only_table(read_docx(word_file(body)))
    assert table.rows[1][1].text == "提高康复服务的水平和覆盖面，做到应康尽康\n指标 85%\n补贴 100%"


def test_a_table_that_only_frames_another_is_taken_off() -> None:
    inner = tbl(tr(*HEADER), tr("1", "提高康复服务水平", "市残联", "市卫健局"))
    document = read_docx(word_file(tbl(tr(tc(p("附件") + inner)))))
    assert document.blocks[0] == Paragraph("附件", 1)
    assert texts(only_table(document))[1] == ["1", "提高康复服务水平", "市残联", "市卫健局"]


def test_a_table_that_frames_a_whole_document_is_taken_off() -> None:
    paragraphs = "".join(p(f"第{n}段的正文。") for n in range(20))
    assert len(read_docx(word_file(tbl(tr(tc(paragraphs))))).blocks) == 20


def test_a_box_of_one_cell_stays_a_table() -> None:
    body = p("正文" * 100) + tbl(tr(tc(p("专栏1") + p("1.甲工程") + p("2.乙工程"))))
    assert texts(only_table(read_docx(word_file(body)))) == [["专栏1\n1.甲工程\n2.乙工程"]]


def test_a_table_that_goes_on_after_a_page_break_is_one_table() -> None:
    first = tbl(tr(*HEADER), tr("1", "甲", "市残联", ""))
    second = tbl(tr(*HEADER), tr("2", "乙", "市民政局", ""))
    breaks = p('<w:r><w:br w:type="page"/></w:r>') + p("续表") + p()
    table = only_table(read_docx(word_file(first + breaks + second)))
    assert [row[0].text for row in table.rows] == ["序号", "1", "序号", "2"]


def test_a_table_that_goes_on_counting_without_a_header_is_one_table() -> None:
    first = tbl(tr(*HEADER), tr("1", "甲", "市残联", ""))
    assert len(only_table(read_docx(word_file(first + p() + tbl(tr("2", "乙", "市民政局", ""))))).rows) == 3


def test_two_tables_with_words_between_them_are_two() -> None:
    first = tbl(tr(*HEADER), tr("1", "甲", "市残联", ""))
    assert len(read_docx(word_file(first + p("附件2") + first)).blocks) == 3
    assert len(read_docx(word_file(first + tbl(tr("指标", "单位", "2020年", "2025年")))).blocks) == 2


def test_2000_rows_are_read_in_less_than_10_seconds() -> None:
    row = tr(
        tc(p(numbered=(1, 0))), "完善残疾人基本生活保障制度，" * 4, "市民政局", "市残联、市财政局", "2025年12月底前"
    )
    data = word_file(tbl(tr(*HEADER, "时限"), *[row] * 2000), numbering(level(0, "decimal", "%1")))
    started = time.process_time()
    table = only_table(read_docx(data))
    assert time.process_time() - started < 10
    assert len(table.rows) == 2001
    assert table.rows[-1][0].text == "2000"
