"""Rows: sections across the table, heads repeated, rows that continue, merged cells, notes and sums."""

from __future__ import annotations

from tests.intake.annexes import doubted, read, read_blocks, told
from tests.intake.documents import table

HEAD = ("序号", "重点任务", "牵头单位", "配合单位")


def test_sections_across_the_table_and_numbers_that_start_again() -> None:
    division = read(
        HEAD,
        ("一、健全社会保障体系", "<", "<", "<"),
        ("1", "完善最低生活保障制度。", "市民政局", "市财政局"),
        ("2", "落实基本养老服务清单。", "市民政局", "市卫健委"),
        ("二、促进就业创业", "<", "<", "<"),
        ("1", "开发公益性岗位。", "市人社局", "市残联"),
        ("2", "组织技能培训。", "市人社局", "市教育局"),
    )
    assert told(division) == [
        "1-1 健全社会保障体系: 完善最低生活保障制度。 | 市民政局 | 市财政局",
        "1-2 健全社会保障体系: 落实基本养老服务清单。 | 市民政局 | 市卫健委",
        "2-1 促进就业创业: 开发公益性岗位。 | 市人社局 | 市残联",
        "2-2 促进就业创业: 组织技能培训。 | 市人社局 | 市教育局",
    ]
    assert [task.number for task in division.tasks] == ["1", "2", "1", "2"]
    assert doubted(division) == []


def test_section_rows_whose_merge_was_lost_and_numbers_that_run_on() -> None:
    division = read(
        HEAD,
        ("（一）完善教育体系。", "", "", ""),
        ("1", "扩大普惠性学前教育资源。", "县教育局", "县财政局"),
        ("（二）加强队伍建设。", "", "", ""),
        ("2", "落实教师待遇。", "县教育局", "县人社局"),
    )
    assert told(division) == [
        "1 完善教育体系: 扩大普惠性学前教育资源。 | 县教育局 | 县财政局",
        "2 加强队伍建设: 落实教师待遇。 | 县教育局 | 县人社局",
    ]
    assert doubted(division) == []


def test_section_with_its_numeral_in_the_column_of_numbers() -> None:
    division = read(
        HEAD,
        ("一", "综合治理（3项）", "", ""),
        ("1", "开展打通消防生命通道行动。", "市消防救援支队", "市城管局"),
        ("2", "整治电动自行车违规充电。", "市消防救援支队", "市公安局"),
        ("二", "基础建设", "", ""),
        ("3", "建设小型消防站。", "市住建局", "市消防救援支队"),
    )
    assert told(division) == [
        "1 综合治理: 开展打通消防生命通道行动。 | 市消防救援支队 | 市城管局",
        "2 综合治理: 整治电动自行车违规充电。 | 市消防救援支队 | 市公安局",
        "3 基础建设: 建设小型消防站。 | 市住建局 | 市消防救援支队",
    ]
    assert doubted(division) == []


def test_lead_units_on_rows_of_their_own_and_text_that_goes_on() -> None:
    division = read(
        HEAD,
        ("1", "落实信息消费支持，", "韶关移动", "市工信局"),
        ("", "合理降低资费。", "", ""),
        ("", "", "韶关电信", ""),
        ("", "", "韶关联通", "市残联"),
        ("2", "完善无障碍设施。", "市住建局", "市残联"),
    )
    assert told(division) == [
        "1: 落实信息消费支持，合理降低资费。 | 韶关移动、韶关电信、韶关联通 | 市工信局、市残联",
        "2: 完善无障碍设施。 | 市住建局 | 市残联",
    ]
    assert doubted(division) == []


def test_merged_units_pass_down_to_each_number() -> None:
    division = read(
        HEAD,
        ("1", "开展古树名木普查。", "市林业局", "市园林局"),
        ("2", "设立保护标识。", "^", "^"),
        ("3", "建立认养制度。", "^", "市财政局"),
    )
    assert told(division) == [
        "1: 开展古树名木普查。 | 市林业局 | 市园林局",
        "2: 设立保护标识。 | 市林业局 | 市园林局",
        "3: 建立认养制度。 | 市林业局 | 市财政局",
    ]
    assert doubted(division) == []


def test_number_merged_over_measures_is_one_task() -> None:
    division = read(
        ("序号", "重点任务", "具体措施", "牵头单位", "配合单位"),
        ("1", "推动老年助餐服务", "（1）新建社区食堂20个。", "市民政局", "市商务局"),
        ("^", "^", "（2）制定补贴办法。", "^", "市财政局"),
        ("2", "加强医养结合", "（1）支持医院开设安宁疗护科。", "市卫健委", "市医保局"),
    )
    assert told(division) == [
        "1: 推动老年助餐服务。（1）新建社区食堂20个。（2）制定补贴办法。 | 市民政局 | 市商务局、市财政局",
        "2: 加强医养结合。（1）支持医院开设安宁疗护科。 | 市卫健委 | 市医保局",
    ]


def test_measures_with_units_of_their_own_under_one_number_are_doubted_once() -> None:
    division = read(
        ("序号", "重点任务", "具体措施", "牵头单位", "配合单位"),
        ("1", "推动老年助餐服务", "新建社区食堂20个。", "市民政局", "市商务局"),
        ("^", "^", "制定补贴办法。", "市财政局", "市民政局"),
        ("2", "加强医养结合", "支持医院开设安宁疗护科。", "市卫健委", "市医保局"),
    )
    assert [task.leads for task in division.tasks] == [["市民政局", "市财政局"], ["市卫健委"]]
    assert doubted(division) == [
        "101: 市民政局 leads and supports the same task; it is read as lead unit.",
        "101: 1 task(s), such as 1, have several rows with units of their own; split where needed.",
    ]


def test_title_that_a_page_break_repeats_is_no_section() -> None:
    title = ("重点任务分工表", "<", "<", "<")
    rows = (("1", "甲事。", "市教育局", "市财政局"), title, HEAD, ("2", "乙事。", "市民政局", ""))
    assert told(read(title, HEAD, *rows)) == ["1: 甲事。 | 市教育局 | 市财政局", "2: 乙事。 | 市民政局 | "]


def test_heads_repeated_sums_notes_and_page_numbers_are_no_tasks() -> None:
    division = read(
        ("重点任务分工表", "<", "<", "<"),
        HEAD,
        ("（1）", "整治黑臭水体。", "市生态环境局", "市水利局"),
        ("- 2 -", "", "", ""),
        HEAD,
        ("（2）", "建设污水管网。", "市住建局", "市水利局"),
        ("合计", "2项", "", ""),
        ("备注：各项任务由牵头单位负总责。", "<", "<", "<"),
    )
    assert told(division) == [
        "1: 整治黑臭水体。 | 市生态环境局 | 市水利局",
        "2: 建设污水管网。 | 市住建局 | 市水利局",
    ]
    assert doubted(division) == []


def test_tables_of_one_section_each_make_one_division() -> None:
    first = table(HEAD, ("1", "甲事。", "市教育局", "市财政局"), ("2", "乙事。", "市教育局", ""), line=10)
    second = table(HEAD, ("1", "丙事。", "市卫健委", "市医保局"), ("2", "丁事。", "市卫健委", ""), line=20)
    division = read_blocks("附件\n重点任务分工表\n一、教育领域", first, "二、卫生健康领域", second)
    assert told(division) == [
        "1-1 教育领域: 甲事。 | 市教育局 | 市财政局",
        "1-2 教育领域: 乙事。 | 市教育局 | ",
        "2-1 卫生健康领域: 丙事。 | 市卫健委 | 市医保局",
        "2-2 卫生健康领域: 丁事。 | 市卫健委 | ",
    ]
    assert doubted(division) == []


def test_table_cut_by_a_page_break_goes_on_without_a_head() -> None:
    first = table(HEAD, ("1", "建立联席会议制度，", "市教育局", "市财政局"), line=10)
    second = table(("", "每季度召开一次。", "", "市民政局"), ("2", "乙事。", "市卫健委", "市医保局"), line=20)
    division = read_blocks("附件：重点任务分工表", first, "— 12 —", second)
    assert told(division) == [
        "1: 建立联席会议制度，每季度召开一次。 | 市教育局 | 市财政局、市民政局",
        "2: 乙事。 | 市卫健委 | 市医保局",
    ]
    assert doubted(division) == []


def test_same_as_above() -> None:
    division = read(
        HEAD,
        ("①", "甲事。", "市教育局", "市财政局"),
        ("②", "乙事。", "同上", "〃"),
    )
    assert told(division) == [
        "①: 甲事。 | 市教育局 | 市财政局",
        "②: 乙事。 | 市教育局 | 市财政局",
    ]
    assert doubted(division) == []
