"""Spellings of one unit are found, and two units are not made one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tracker.intake.abbreviations import is_short_for
from tracker.intake.blocks import Doubt
from tracker.intake.draft import DraftTask, DraftUnit
from tracker.intake.units import plan_units


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("市卫健局", "市卫生健康局"),
        ("市卫健委", "市卫生健康委员会"),
        ("市发改局", "市发展改革局"),
        ("市发改委", "市发展和改革委员会"),
        ("市人社局", "市人力资源社会保障局"),
        ("市人力资源社会保障局", "市人力资源和社会保障局"),
        ("市住建局", "市住房城乡建设局"),
        ("市文广旅体局", "市文化广电旅游体育局"),
        ("市政数局", "市政务服务数据管理局"),
        ("市应急局", "市应急管理局"),
        ("县退役军人局", "县退役军人事务局"),
        ("区医保局", "区医疗保障局"),
        ("市国资委", "市国有资产监督管理委员会"),
        ("市残联", "市残疾人联合会"),
        ("市妇联", "市妇女联合会"),
        ("团市委", "共青团韶关市委员会"),
        ("市委编办", "市委机构编制委员会办公室"),
        ("市委网信办", "市委网络安全和信息化委员会办公室"),
        ("市政府办", "市政府办公室"),
        ("市政府办", "韶关市人民政府办公室"),
        ("市民政局", "韶关市民政局"),
        ("市法院", "市中级人民法院"),
        ("市检察院", "市人民检察院"),
        ("自治区民政厅", "自治区民政厅"),
        ("发改局", "发展改革局"),
    ],
)
def test_a_short_form_of_a_name(short: str, long: str) -> None:
    assert is_short_for(short, long, "韶关市")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("市教育局", "市体育局"),
        ("市体育局", "市教育体育局"),
        ("市水务局", "市水利局"),
        ("市公安局", "市公安局交警支队"),
        ("市民政局", "县民政局"),
        ("市委办", "市委网信办"),
        ("市政府办", "市政府外事办"),
        ("市委", "市委政法委"),
        ("市民政局", "市民族宗教事务局"),
        ("各县政府", "各县（市、区）政府"),
        ("市水务局", "市水务集团"),
        ("韶关移动", "韶关电信"),
        ("苍山学院", "苍山职业技术学院"),
        ("城投公司", "城市建设投资公司"),
    ],
)
def test_another_unit(short: str, long: str) -> None:
    assert not is_short_for(short, long, "韶关市")


def units(*names: Sequence[str], doubts: list[Doubt] | None = None) -> list[DraftUnit]:
    tasks = [
        DraftTask(str(place), "…", place, leads=list(row[:1]), supports=list(row[1:]))
        for place, row in enumerate(names, 1)
    ]
    return plan_units(tasks, "韶关市", doubts if doubts is not None else [])


def test_units_stand_in_the_order_in_which_the_plan_first_names_them() -> None:
    assert [unit.name for unit in units(["市民政局", "市财政局"], ["市残联", "市民政局"])] == [
        "市民政局",
        "市财政局",
        "市残联",
    ]


def test_the_spelling_that_is_printed_most_names_the_unit() -> None:
    found = units(["市卫健局"], ["市财政局", "市卫生健康局"], ["市卫生健康局"])
    assert found == [DraftUnit("市卫生健康局", ("市卫健局",)), DraftUnit("市财政局")]
    assert units(["市卫健局"], ["市卫健局"], ["市卫生健康局"]) == [DraftUnit("市卫健局", ("市卫生健康局",))]


def test_three_spellings_are_one_unit() -> None:
    found = units(["市人社局"], ["市人力资源社会保障局"], ["市人力资源和社会保障局"])
    assert [len(unit.aliases) for unit in found] == [2]


def test_a_short_form_of_two_names_is_left_alone_and_said() -> None:
    doubts: list[Doubt] = []
    found = units(["市文旅局"], ["市文化旅游局"], ["市文物保护和旅游局"], doubts=doubts)
    assert [unit.name for unit in found] == ["市文旅局", "市文化旅游局", "市文物保护和旅游局"]
    assert [(doubt.line, doubt.values["name"]) for doubt in doubts] == [(1, "市文旅局")]
