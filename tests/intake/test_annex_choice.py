"""Which table is the division, and which only look like one."""

from __future__ import annotations

import pytest

from tests.intake.annexes import CONTEXT, doubted, made_of, read_blocks, told
from tests.intake.documents import table
from tracker.intake.annex import read_annex

HEAD = ("序号", "重点任务", "牵头单位", "配合单位")
TASKS = table(HEAD, ("1", "甲事。", "市教育局", "市财政局"), ("2", "乙事。", "市民政局", "市残联"), line=200)
READ = ["1: 甲事。 | 市教育局 | 市财政局", "2: 乙事。 | 市民政局 | 市残联"]

INDICATORS = table(
    ("序号", "指标名称", "单位", "2020年", "2025年", "属性", "责任单位"),
    ("1", "学前三年毛入园率", "%", "90", "95", "预期性", "市教育局"),
    ("2", "每千人口执业医师数", "人", "2.8", "3.2", "预期性", "市卫健委"),
    ("3", "城镇登记失业率", "%", "3.5", "＜5", "约束性", "市人社局"),
)
GROUPED_INDICATORS = table(
    ("类别", "主要指标", "2020年基期值", "2025年目标值", "指标属性", "牵头部门"),
    ("社会保障", "基本养老保险参保率", "92%", "95%", "预期性", "市人社局"),
    ("^", "基本医疗保险参保率", "98%", "98%", "约束性", "市医保局"),
)
PROJECTS = table(
    ("序号", "项目名称", "建设地点", "建设内容及规模", "总投资（万元）", "建设年限", "责任单位"),
    ("1", "市老年活动中心", "城东新区", "建筑面积2万平方米", "12000", "2021—2023", "市民政局"),
    ("2", "市第二福利院", "城西", "床位500张", "9000", "2022—2024", "市民政局"),
    ("3", "市特殊教育学校", "城北", "扩建", "6000", "2022—2025", "市教育局"),
)
CONTACTS = table(
    ("单位", "姓名", "职务", "联系电话"),
    ("市教育局", "某某", "科长", "12345"),
    ("市民政局", "某某", "科长", "12346"),
)
MEMBERS = table(
    ("成员单位", "主要职责"),
    ("市教育局", "负责特殊教育。"),
    ("市民政局", "负责社会救助。"),
)
STATISTICS = table(
    ("年份", "学校数（所）", "在校生（人）"),
    ("2019", "12", "3000"),
    ("2020", "13", "3100"),
)
CONTENTS = table(("目录", "页码"), ("一、总体要求", "1"), ("二、重点任务", "5"), ("附件 重点任务分工表", "20"))
FIGURES_BY_YEAR = table(
    ("序号", "项目", "2020年", "2023年", "2025年", "责任单位"),
    ("1", "养老床位", "3200张", "4000张", "5000张", "市民政局"),
    ("2", "养老护理员", "800", "1200", "1500", "市民政局"),
)
OTHERS = {
    "figures by year": FIGURES_BY_YEAR,
    "indicators": INDICATORS,
    "grouped indicators": GROUPED_INDICATORS,
    "projects": PROJECTS,
    "contacts": CONTACTS,
    "members": MEMBERS,
    "statistics": STATISTICS,
    "contents": CONTENTS,
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_table_of_another_kind_is_no_division(other: object) -> None:
    assert read_annex(made_of("某市规划", other), CONTEXT) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_table_of_another_kind_does_not_disturb(other: object) -> None:
    before = read_blocks("某市规划", other, "附件1\n重点任务分工表", TASKS)  # type: ignore[arg-type]
    after = read_blocks("附件1\n重点任务分工表", TASKS, "附件2", other)  # type: ignore[arg-type]
    assert told(before) == told(after) == READ
    assert doubted(before) == doubted(after) == []


def test_of_tasks_and_key_projects_the_tasks_are_taken_and_the_others_doubted() -> None:
    projects = table(
        ("序号", "工程名称", "牵头单位", "配合单位"),
        ("1", "阳光家园工程", "市残联", "市财政局"),
        ("2", "康复提升工程", "市残联", "市卫健委"),
        ("3", "融合教育工程", "市教育局", "市残联"),
        line=300,
    )
    division = read_blocks("附件1\n重点任务分工表", TASKS, "附件2\n重点工程清单", projects)
    assert told(division) == READ
    assert doubted(division) == [
        "300: This table names units too but was left out; the tasks are those of line 200 on."
    ]


def test_key_projects_alone_are_the_division() -> None:
    projects = table(
        ("序号", "工程名称", "主要内容", "牵头单位", "配合单位"),
        ("1", "阳光家园工程", "补贴托养机构。", "市残联", "市财政局"),
    )
    assert told(read_blocks("重点工程责任分工", projects)) == [
        "1: 阳光家园工程。补贴托养机构。 | 市残联 | 市财政局",
    ]


def test_sheets_whose_titles_begin_alike_are_sections() -> None:
    first = table(HEAD, ("1", "甲事。", "市教育局", ""), line=10)
    second = table(HEAD, ("1", "乙事。", "市民政局", ""), line=20)
    titles = ("某新区营商环境任务清单（政务环境）", "某新区营商环境任务清单（市场环境）")
    assert told(read_blocks(titles[0], first, titles[1], second)) == [
        "1-1 政务环境: 甲事。 | 市教育局 | ",
        "2-1 市场环境: 乙事。 | 市民政局 | ",
    ]


def test_count_in_the_title_is_compared() -> None:
    assert doubted(read_blocks("附件\n重点任务分工表（共3项）", TASKS)) == [
        "2: The title says 3 tasks, the table has 2.",
    ]
    assert doubted(read_blocks("附件\n重点任务分工表（共2项）", TASKS)) == []


def test_document_without_tables_has_no_annex() -> None:
    assert read_annex(made_of("某市规划\n一、总体要求"), CONTEXT) is None
