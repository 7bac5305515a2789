"""Tables flattened to one cell a line are put together again, whatever the capture left of their layout."""

from __future__ import annotations

import pytest

from tests.intake.flattening import SHEETS, STYLES, Sheet, flatten, merged, without_numbers
from tracker.intake.blocks import Document, Paragraph, Table
from tracker.intake.readers.text import read_text

ALL = (*SHEETS, *without_numbers(SHEETS), *merged(SHEETS))


def rows_of(document: Document) -> list[tuple[str, ...]]:
    """The rows of all tables but their headers."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    rows = [tuple(cell.text for cell in row) for table in tables for row in table.rows]
    return [row for row in rows if row != rows[0]]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("each", ALL, ids=lambda each: each.name)
def test_a_flattened_table_has_its_rows_and_columns_again(each: Sheet, style: str) -> None:
    document = read_text(flatten(each, style).encode())
    assert rows_of(document) == list(each.rows)
    texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert texts == [
        "某市重点任务分工表",
        "附件2",
        "各有关单位要切实加强组织领导，明确工作责任，确保各项任务落到实处。",
        "抄送：市委办公室。",
    ]


def test_a_planted_swap_of_two_columns_is_noticed() -> None:
    document = read_text(flatten(SHEETS[0], "tabs").replace("\t市妇联\n", "\t2025年\n", 1).encode())
    assert rows_of(document) != list(SHEETS[0].rows)


@pytest.mark.parametrize("style", ["bare", "a gap a row", "a gap a cell"])
def test_units_that_only_guesses_parted_are_doubted(style: str) -> None:
    rescue = next(each for each in SHEETS if each.name == "rescue")
    document = read_text(flatten(rescue, style).encode())
    assert len(document.doubts) == 3
    assert all(document.lines[(doubt.line or 0) - 1] in "124" for doubt in document.doubts)
    assert not read_text(flatten(rescue, "tabs").encode()).doubts


def table(text: str) -> list[list[str]]:
    document = read_text(text.encode())
    return [[cell.text for cell in row] for block in document.blocks if isinstance(block, Table) for row in block.rows]


def test_sections_stand_across_the_table_and_numbers_may_begin_again() -> None:
    rows = table(
        "序号\n任务\n责任单位\n一、加强耕地保护\n1\n严守耕地红线\n市自然资源局\n2\n建设高标准农田10万亩\n市农业农村局\n"
        "二、发展种业\n1\n建设制种基地\n市农业农村局\n2\n培育种业企业5家\n市农业农村局、市科技局\n"
    )
    assert [row[0] for row in rows] == ["序号", "一、加强耕地保护", "1", "2", "二、发展种业", "1", "2"]
    assert rows[1][1:] == ["", ""]


def test_lines_broken_within_cells_are_joined() -> None:
    rows = table(
        "序号\n重点任务\n责任单位\n完成时限\n1\n加强生物多样性保护优先区域监管，开展生物多样性本底\n调查、观测和评估。\n"
        "市生态环境局、市林业局、市农\n业农村局\n2025年\n2\n严厉打击非法野生动物交易\n市林业局、\n市公安局\n长期\n"
    )
    assert rows[1] == [
        "1",
        "加强生物多样性保护优先区域监管，开展生物多样性本底调查、观测和评估。",
        "市生态环境局、市林业局、市农业农村局",
        "2025年",
    ]
    assert rows[2] == ["2", "严厉打击非法野生动物交易", "市林业局、市公安局", "长期"]


@pytest.mark.parametrize("tab", ["", "\t"])
def test_numbered_measures_stay_in_one_cell(tab: str) -> None:
    cells = [
        "1",
        "完善养老服务体系",
        "1.建设养老服务中心。",
        "2.发展农村互助养老。",
        "市民政局",
        "市财政局、市自然资源局",
    ]
    cells += ["2", "强化医养结合", "1.设立老年医学科。", "2.为老人建立健康档案。", "市卫生健康委", "市医保局"]
    lines = (
        ["序号\t重点任务\t具体措施\t牵头单位\t配合单位"]
        if tab
        else ["序号", "重点任务", "具体措施", "牵头单位", "配合单位"]
    )
    lines += [cell if cell.startswith("2.") else tab + cell for cell in cells]
    rows = table("\n".join(lines))
    assert rows[1] == [
        "1",
        cells[1],
        "1.建设养老服务中心。\n2.发展农村互助养老。",
        "市民政局",
        "市财政局、市自然资源局",
    ]
    assert rows[2] == ["2", cells[7], "1.设立老年医学科。\n2.为老人建立健康档案。", "市卫生健康委", "市医保局"]


@pytest.mark.parametrize(
    "head",
    [
        "序号\n重点任务\n责任分工\n完成时限\n牵头单位\n配合单位",
        "序\n号\n重点\n任务\n牵头\n单位\n配合\n单位\n完成\n时限",
        "序 号\n重 点 任 务\n牵头单位\n配合单位\n完成时限",
    ],
)
def test_a_header_of_two_levels_or_of_broken_words_is_one_header(head: str) -> None:
    rows = table(f"{head}\n1\n推进政务服务“跨省通办”\n市行政审批局\n市公安局、市人社局\n2023年底\n")
    assert ["".join(word.split()) for word in rows[0]] == ["序号", "重点任务", "牵头单位", "配合单位", "完成时限"]
    assert rows[1] == ["1", "推进政务服务“跨省通办”", "市行政审批局", "市公安局、市人社局", "2023年底"]


def test_an_absent_unit_is_an_empty_cell_and_doubted() -> None:
    text = "序号\n重点任务\n牵头单位\n配合单位\n\n"
    text += "1\n开展全民国防教育活动。\n市委宣传部\n\n2\n落实兵役登记制度。\n军分区\n无\n"
    assert table(text)[1:] == [
        ["1", "开展全民国防教育活动。", "市委宣传部", ""],
        ["2", "落实兵役登记制度。", "军分区", "无"],
    ]
    assert [doubt.line for doubt in read_text(text.encode()).doubts] == [6]


def test_prose_behind_the_table_is_not_the_tables() -> None:
    text = (
        "重点工作\n责任部门\n完成时间\n建立防灾减灾科普基地\n市应急管理局\n2024年\n修订自然灾害应急预案\n市应急管理局、市气象局\n"
        "2023年6月\n各部门要按照分工抓紧推进，每季度末报送进展情况，市减灾委办公室适时开展督导检查。\n"
    )
    document = read_text(text.encode())
    assert len(rows_of(document)) == 2
    assert document.blocks[-1] == Paragraph(text.splitlines()[-1], 10)


def test_header_words_in_prose_make_no_table() -> None:
    text = "主要任务\n\n重点任务\n\n（一）加强领导。各单位要高度重视。\n\n牵头单位：市民政局\n\n责任单位：市残联\n"
    assert not table(text)


def test_main_responsible_is_a_column_of_units_and_office_holders_are_people() -> None:
    rows = table(
        "序号\n目标与任务\n分管县领导\n主要责任单位\n协同配合单位\n"
        "1\n加大普惠性托育供给，新增托位400个。\n副县长（分管教育）\n县教育局\n县卫健委、县财政局\n"
        "2\n探索职业教育赋能发展路径。\n县委常委、常务副县长；副县长（分管教育）\n县教育局\n县人社局\n"
    )
    assert rows[1:] == [
        ["1", "加大普惠性托育供给，新增托位400个。", "副县长（分管教育）", "县教育局", "县卫健委、县财政局"],
        ["2", "探索职业教育赋能发展路径。", "县委常委、常务副县长；副县长（分管教育）", "县教育局", "县人社局"],
    ]


def test_numbers_of_two_levels_count_the_rows() -> None:
    rows = table(
        "序号\n任务\n牵头部门\n参与部门\n1\n夯实水网基础\n1.1\n建成引调水干线120公里，新增供水1.8亿立方米。\n市水利局\n市发改委\n"
        "1.2\n实施中型灌区改造5处。\n市水利局\n市农业农村局\n2\n保障饮水安全\n2.1\n自来水普及率达到95%。\n市水利局\n市卫健委\n"
    )
    assert [row for row in rows if "." in row[0]] == [
        ["1.1", "建成引调水干线120公里，新增供水1.8亿立方米。", "市水利局", "市发改委"],
        ["1.2", "实施中型灌区改造5处。", "市水利局", "市农业农村局"],
        ["2.1", "自来水普及率达到95%。", "市水利局", "市卫健委"],
    ]


def test_a_header_with_nothing_below_it_is_no_table() -> None:
    document = read_text("重点任务\n牵头单位\n配合单位\n".encode())
    assert [block for block in document.blocks if isinstance(block, Table)] == []
