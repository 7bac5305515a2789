"""Text and Markdown: characters, headings, paragraphs, and tables with pipes, tabs or spaces."""

from __future__ import annotations

import time

import pytest

from tracker.intake.blocks import Document, Heading, Paragraph, Table
from tracker.intake.faults import UnreadableDocument
from tracker.intake.readers.text import read_text


def read(text: str) -> Document:
    return read_text(text.encode())


def tables(text: str) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row] for row in block.rows] for block in read(text).blocks if isinstance(block, Table)
    ]


def paragraphs(text: str) -> list[str]:
    return [block.text for block in read(text).blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_usual_encoding_and_line_end_gives_the_same_lines(encoding: str, end: str) -> None:
    lines = ("某市养老服务“十四五”规划", "", "一、总体要求", "到2025年，建成社区食堂50个。")
    document = read_text((end.join(lines) + end).encode(encoding))
    assert document.lines == lines
    assert [block.line for block in document.blocks] == [1, 3, 4]


def test_an_encoding_of_elsewhere_is_recognised() -> None:
    text = "重點任務分工表\n完善長期照顧服務體系，建立社區關懷據點，提供老人營養餐飲服務。\n" * 8
    assert read_text(text.encode("big5")).lines[0]


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "\ufeff\n".encode(), b"\xff\xfe"])
def test_a_file_without_text_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="no text in this file"):
        read_text(data)


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="not a text file"):
        read_text(bytes(range(256)) * 40)


def test_markdown_marks_are_taken_off() -> None:
    document = read(
        "# **总体要求**\n\n## 一、目标 ##\n\n- 1\\.建设[海绵城市](https://example.org/a)：**试点**。\n\n"
        "[bookmark: _Toc1]二、任务\n"
    )
    assert document.blocks == (
        Heading("总体要求", 1, 1),
        Heading("一、目标", 2, 3),
        Paragraph("1.建设海绵城市：试点。", 5),
        Paragraph("二、任务", 7),
    )
    assert document.lines[4].startswith("- 1\\.")


def test_pipe_tables_know_escapes_breaks_and_gaps() -> None:
    assert tables(
        "| 序号 | 重点任务 | 牵头单位 | 配合单位 |\n|:--:|---|---|---|\n"
        "| 1 | 建设**海绵城市** | 市住建局<br>市水务局 | 市财政局 |\n"
        "| 2 | A\\|B 两类试点 | 市发改委 | |\n\n| 3 | 其他 | 市科技局 | 无 |\n"
    ) == [
        [
            ["序号", "重点任务", "牵头单位", "配合单位"],
            ["1", "建设海绵城市", "市住建局\n市水务局", "市财政局"],
            ["2", "A|B 两类试点", "市发改委", ""],
            ["3", "其他", "市科技局", "无"],
        ]
    ]


def test_a_row_between_pipes_may_be_broken_within_a_cell() -> None:
    broken = (
        "| 序号 | 任务 | 单位 |\n|---|---|---|\n"
        "| 4 | 新建消防站：\n1.城区6个；\n2.各县9个。 | 市公安局 |\n| 5 | 修路 | 市交通局 |\n"
    )
    assert tables(broken)[0][1:] == [
        ["4", "新建消防站：\n1.城区6个；\n2.各县9个。", "市公安局"],
        ["5", "修路", "市交通局"],
    ]


def test_a_pipe_table_without_outer_pipes_keeps_its_empty_cells() -> None:
    assert tables(
        "序号 | 任务 | 责任单位\n--- | --- | ---\n1 | 扩大免疫规划 | 市卫健委\n | 补种补登 | 市疾控中心\n"
    ) == [[["序号", "任务", "责任单位"], ["1", "扩大免疫规划", "市卫健委"], ["", "补种补登", "市疾控中心"]]]


def test_a_tab_table_holds_cells_of_several_lines() -> None:
    head = "序号\t重点任务\t牵头单位\t配合单位\n"
    quoted = f'{head}1\t"建设社区食堂\n培训厨师"\t市民政局\t"市商务局\n市人社局"\n2\t发展老年教育\t市教育局\t\n'
    assert tables(quoted)[0][1:] == [
        ["1", "建设社区食堂\n培训厨师", "市民政局", "市商务局\n市人社局"],
        ["2", "发展老年教育", "市教育局", ""],
    ]
    bare = f"{head}1\t建设城市书房\t市文旅局\n市图书馆\t市财政局\n2\t举办读书节\t市委宣传部\t市文旅局\n团市委\n"
    assert tables(bare)[0][1:] == [
        ["1", "建设城市书房", "市文旅局\n市图书馆", "市财政局"],
        ["2", "举办读书节", "市委宣传部", "市文旅局\n团市委"],
    ]


def test_a_row_behind_a_category_may_break_in_several_cells() -> None:
    broken = (
        "类别\t序号\t任务\t牵头处室\t配合处室\t时限\n"
        "慢病\t1\t规范管理高血压患者，\n管理率达到65%。\t疾控局\t基层处、\n省疾控中心\t2024年\n"
        "\t2\t高危人群筛查20万人。\t疾控局\t医政处\t2025年\n"
    )
    assert tables(broken)[0][1:] == [
        ["慢病", "1", "规范管理高血压患者，\n管理率达到65%。", "疾控局", "基层处、\n省疾控中心", "2024年"],
        ["", "2", "高危人群筛查20万人。", "疾控局", "医政处", "2025年"],
    ]


def test_a_title_in_the_first_row_of_a_tab_table_is_a_paragraph() -> None:
    text = "数字政府主要指标\t\t\n指标\t2020年\t2025年\n1.网上可办率（%）\t80\t95\n2.好差评主动评价率（%）\t—\t99\n"
    assert paragraphs(text) == ["数字政府主要指标"]
    assert tables(text)[0][0] == ["指标", "2020年", "2025年"]


def test_rows_that_lost_a_merged_cell_are_put_under_their_columns() -> None:
    text = (
        "类别\t指标\t2020年\t2025年\t属性\n就业\t1.新增就业（人）\t300\t500\t预期性\n2.培训人次（人）\t20\t50\t预期性\n"
        "3.参保率（%）\t＞90\t95\t约束性\n"
    )
    assert [row[0] for row in tables(text)[0]] == ["类别", "就业", "", ""]
    assert tables(text)[0][3] == ["", "3.参保率（%）", "＞90", "95", "约束性"]


def test_a_row_cut_in_two_by_the_capture_is_one_again() -> None:
    text = "指标\t2020年\t2025年\t属性\n"
    text += "1.基本养老\t90\t>\t约束性\n\n保险参保率（%）\t\t95\t束性\n2.毛入学率（%）\t80\t85\t预期性\n"
    assert tables(text)[0][1] == ["1.基本养老保险参保率（%）", "90", ">95", "约束性"]
    assert len(tables(text)[0]) == 3


def test_tabs_before_every_row_make_no_column() -> None:
    assert tables("\t序号\t重点任务\t责任单位\n\t1\t发展县域商业\t市商务局\n") == [
        [["序号", "重点任务", "责任单位"], ["1", "发展县域商业", "市商务局"]]
    ]


def test_a_list_of_contents_is_no_table() -> None:
    text = "目  录\n一、总体要求\t1\n二、主要任务\t3\n三、保障措施\t9\n附件：重点任务分工表\t12\n"
    assert not tables(text)
    assert len(paragraphs(text)) == 5


def test_a_table_held_apart_by_spaces_goes_by_its_columns() -> None:
    text = """序  号    重点任务                          牵头单位        配合单位              完成时限
1         建设城市生命线安全监测平台        市住建局        市应急局、市水务局    2024年底
2         开展城市体检                      市住建局                              每年
3         改造老旧小区，惠及居民2万户，     市住建局        市发改委、市财政局、  2025年
          同步加装电梯                                      市残联

以上任务由市住建局统筹。
"""
    assert tables(text)[0][1:] == [
        ["1", "建设城市生命线安全监测平台", "市住建局", "市应急局、市水务局", "2024年底"],
        ["2", "开展城市体检", "市住建局", "", "每年"],
        ["3", "改造老旧小区，惠及居民2万户，同步加装电梯", "市住建局", "市发改委、市财政局、市残联", "2025年"],
    ]
    assert paragraphs(text) == ["以上任务由市住建局统筹。"]


def test_full_width_spaces_hold_cells_apart() -> None:
    assert tables("序号　　重点任务　　责任单位\n1　　推进垃圾分类　　市城管局、市生态环境局\n") == [
        [["序号", "重点任务", "责任单位"], ["1", "推进垃圾分类", "市城管局、市生态环境局"]]
    ]


def test_numbers_of_pages_are_left_out() -> None:
    assert paragraphs("第一条内容。\n— 12 —\n第二条内容。\n- 13 -\n第 14 页 共 20 页\n") == [
        "第一条内容。",
        "第二条内容。",
    ]


def test_strange_text_takes_no_longer_than_its_length() -> None:
    noise = "\n".join(
        ("#" * 100_000, " " * 100_000 + "x", "# a" + " " * 100_000 + "b", "市教育局、" * 50_000, "\t".join("ab" * 9))
    )
    start = time.process_time()
    read("\n".join([noise, *["甲\t乙", "甲\t\t丙"] * 2_000]))
    assert time.process_time() - start < 5
