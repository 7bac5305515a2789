"""Tables of indicators in the shapes in which plans print them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.intake.documents import document, table
from tracker.intake.blocks import Table
from tracker.intake.context import Context
from tracker.intake.draft import DraftIndicator
from tracker.intake.figures import as_unit, compare, name_and_unit, read_figure
from tracker.intake.indicators import Indicators, read_indicators

TERM = Context((2021, 2025), "云泽县")


def read(*tables: Table, text: str = "", context: Context = TERM) -> Indicators:
    return read_indicators(document(text, *tables), context)


def figures(*tables: Table, context: Context = TERM) -> list[tuple[str | None, ...]]:
    return [
        (row.name, row.unit, row.baseline, row.comparator, row.target, row.kind)
        for row in read(*tables, context=context).rows
    ]


HEADS: list[tuple[Sequence[str], Sequence[str]]] = [
    (("指标", "2020年", "2025年", "属性"), ("1.参保率（%）", "91.8", "＞90", "预期性")),
    (("类别", "指标名称", "2020年", "2025年", "指标属性"), ("保障", "参保率（%）", "91.8", ">90%", "预期性")),
    (
        ("序号", "主要指标", "单位", "基期值", "目标值", "属性"),
        ("1", "参保率", "%", "91.8", "超过90", "预期性"),
    ),
    (
        ("序号", "指标", "指标属性", "2025年目标", "2020年实际", "计量单位"),
        ("1", "参保率", "预期性", ">90", "91.8", "%"),
    ),
    (("指标", "单位", "2020年", "2023年", "2025年", "属性"), ("参保率", "%", "91.8", "92", "高于90", "预期性")),
    (("指标", "单位", "2020年", "2025年", "2035年", "属性"), ("参保率", "%", "91.8", ">90", "99", "预期性")),
    (("指标", "单位", "2020年", "2025年", "年均增长", "属性"), ("参保率", "%", "91.8", ">90", "—", "预期性")),
    (
        ("领域", "一级指标", "二级指标", "单位", "现状值", "规划目标值", "指标性质"),
        ("保障", "保险", "参保率", "百分比", "91.8", ">90", "预期性"),
    ),
]


@pytest.mark.parametrize(("header", "row"), HEADS)
def test_columns_stand_in_any_order_and_under_many_names(header: Sequence[str], row: Sequence[str]) -> None:
    assert figures(table(header, row)) == [("参保率", "%", "91.8", ">", "90", "anticipatory")]


def test_a_header_on_two_levels() -> None:
    rows = table(
        ("序号", "指标", "单位", "基期", "目标值", "<", "属性"),
        ("^", "^", "^", "2020年", "2023年", "2025年", "^"),
        ("1", "公共充电桩数量", "个", "120", "300", "500", "约束性"),
    )
    assert figures(rows) == [("公共充电桩数量", "个", "120", ">=", "500", "binding")]


def test_a_name_column_that_spans_two_does_not_swallow_the_first_row() -> None:
    rows = table(
        ("指标", "<", "2020年", "2025年", "属性"),
        ("教育", "1.毛入学率（%）", "88.5", "92以上", "预期性"),
        ("^", "其中：公办（%）", "—", "[80]", "约束性"),
    )
    assert figures(rows) == [
        ("毛入学率", "%", "88.5", ">=", "92", "anticipatory"),
        ("其中：公办", "%", None, ">=", "80", "binding"),
    ]


def test_a_title_row_categories_and_a_repeated_header() -> None:
    rows = table(
        ("专栏1  “十四五”主要指标", "<", "<", "<"),
        ("指标", "2020年", "2025年", "属性"),
        ("一、教育", "<", "<", "<"),
        ("1. 毛入学率（%）", "88", "90", "预期性"),
        ("指标", "2020年", "2025年", "属性"),
        ("二、健康", "", "", ""),
        ("2. 人均预期寿命（岁）", "78.1", "79", "预期性"),
        ("注：带[]的为五年累计数。", "<", "<", "<"),
    )
    assert [row[:2] for row in figures(rows)] == [("毛入学率", "%"), ("人均预期寿命", "岁")]


def test_a_table_without_a_baseline_and_without_a_kind() -> None:
    rows = table(
        ("序号", "指标名称", "目标值"), ("1", "森林覆盖率", "达到38.5%以上"), ("2", "新增湿地", "不少于1200公顷")
    )
    assert figures(rows) == [
        ("森林覆盖率", "%", None, ">=", "38.5", None),
        ("新增湿地", "公顷", None, ">=", "1200", None),
    ]


def test_a_column_for_each_year_of_the_term_has_no_baseline() -> None:
    rows = table(("指标", "单位", "2023年", "2024年", "2025年"), ("建成站点", "个", "2", "4", "6"))
    assert figures(rows, context=Context((2023, 2025), None)) == [("建成站点", "个", None, ">=", "6", None)]


def test_a_row_broken_in_two_by_a_page_is_one() -> None:
    rows = table(
        ("类别", "指标", "2020年", "2025年", "属性"),
        ("保障", "1.残疾人城乡居民基本养老保险", "90", ">", "预"),
        ("", "参保率（%）", "", "90", "期性"),
        ("2.残疾人医疗保险参保率（%）", ">95", ">95", "预期性", ""),
    )
    assert figures(rows) == [
        ("残疾人城乡居民基本养老保险参保率", "%", "90", ">", "90", "anticipatory"),
        ("残疾人医疗保险参保率", "%", ">95", ">", "95", "anticipatory"),
    ]


def test_a_table_goes_on_behind_a_page_break_without_a_header() -> None:
    first = table(("指标", "2020年", "2025年", "属性"), ("学校数（所）", "3", "5", "预期性"))
    second = table(("床位数（张）", "30", "50", "预期性"), line=9)
    assert [row[0] for row in figures(first, second)] == ["学校数", "床位数"]


@pytest.mark.parametrize(
    ("caption", "header"),
    [
        ("“十三五”主要指标完成情况", ("序号", "指标", "目标", "属性", "完成情况")),
        ("主要指标", ("序号", "指标", "2020年目标", "属性", "2020年完成值")),
        ("表1 “十三五”规划主要指标", ("序号", "指标", "规划目标", "属性", "备注")),
    ],
)
def test_results_of_the_term_before_are_left_out_and_said(caption: str, header: Sequence[str]) -> None:
    rows = table(header, ("1", "脱贫率", "100%", "约束性", "100%"), line=4)
    found = read_indicators(document(caption, rows), TERM)
    assert found.rows == []
    assert [doubt.line for doubt in found.doubts] == [4]


@pytest.mark.parametrize(
    "header",
    [
        ("序号", "重点任务", "牵头单位", "配合单位"),
        ("序号", "工作任务", "目标", "责任单位", "完成时限"),
        ("序号", "重点任务", "指标任务", "2025年目标", "责任单位"),
        ("项目名称", "建设内容", "2025年", "责任单位"),
    ],
)
def test_other_tables_hold_no_indicators(header: Sequence[str]) -> None:
    found = read(table(header, ["1"] * len(header)))
    assert (found.rows, found.tables, found.doubts) == ([], [], [])


def test_a_part_that_two_indicators_have_is_kept_twice() -> None:
    rows = table(
        ("指标", "2020年", "2025年"),
        ("1.学校数（所）", "3", "5"),
        ("其中：农村（所）", "1", "2"),
        ("2.床位数（张）", "30", "50"),
        ("其中：农村（张）", "10", "20"),
    )
    assert [row[0] for row in figures(rows)] == ["学校数", "其中：农村", "床位数", "其中：农村"]


def test_an_indicator_that_comes_again_counts_once() -> None:
    rows = table(("指标", "2020年", "2025年"), ("学校数（所）", "3", "5"))
    again = table(("指标", "2020年", "2025年"), ("学校数（所）", "3", "6"), line=8)
    found = read(rows, rows, again)
    assert found.rows == [DraftIndicator("学校数", "所", "3", "5", ">=", None)]
    assert [(doubt.line, doubt.values["name"]) for doubt in found.doubts] == [(9, "学校数")]


@pytest.mark.parametrize(
    ("printed", "text", "comparator", "unit"),
    [
        (">85%", "85", ">", "%"),
        ("≥95", "95", ">=", None),
        ("≥ 95 ％", "95", ">=", "%"),
        ("85%以上", "85", ">=", "%"),
        ("不低于85%", "85", ">=", "%"),
        ("超过85%", "85", ">", "%"),
        ("力争达到85%以上", "85", ">=", "%"),
        ("控制在5.5%以内", "5.5", "<=", "%"),
        ("＜0.9", "0.9", "<", None),
        ("[5000]", "5000", None, None),
        ("5000〔五年累计〕", "5000", None, None),
        ("1,200人", "1,200", None, "人"),
        ("0.4万人", "0.4", None, "万人"),
        ("每年不少于500人次", "500", ">=", "人次"),
        ("下降33%", "下降33%", None, None),
        ("5.2人/千人", "5.2", None, "人/千人"),
        ("与GDP同步", "与GDP同步", "in_step_with", None),
        ("与国内生产总值增长基本同步", "与国内生产总值增长基本同步", "in_step_with", None),
        ("完成上级下达任务", "完成上级下达任务", None, None),
    ],
)
def test_a_figure(printed: str, text: str, comparator: str | None, unit: str | None) -> None:
    figure = read_figure(printed)
    assert figure is not None
    assert (figure.text, figure.comparator, figure.unit) == (text, comparator, unit)


@pytest.mark.parametrize("printed", ["", "—", "——", "— —", "-", "/", "无"])
def test_no_figure(printed: str) -> None:
    assert read_figure(printed) is None


@pytest.mark.parametrize(
    ("printed", "name", "unit"),
    [
        ("1．残疾人家庭人均收入年均增长（%）", "残疾人家庭人均收入年均增长", "%"),
        ("每千人口执业（助理）医师数（人）", "每千人口执业（助理）医师数", "人"),
        ("（3）农村公路里程(万公里)", "农村公路里程", "万公里"),
        ("PM2.5浓度（微克/立方米）", "PM2.5浓度", "微克/立方米"),
        ("孕产妇死亡率（1/10万）", "孕产妇死亡率", "1/10万"),
        ("护理型床位占比（公办）", "护理型床位占比（公办）", None),
        ("新增就业[五年累计]（万人）", "新增就业", "万人"),
    ],
)
def test_name_and_unit(printed: str, name: str, unit: str | None) -> None:
    assert name_and_unit(printed) == (name, unit)


@pytest.mark.parametrize(
    ("figure", "name", "unit", "baseline", "comparator"),
    [
        ("100", "覆盖率", "%", "98", "="),
        ("100", "培训人数", "人", "98", ">="),
        ("90", "参保率", "%", "91.8", ">="),
        ("8", "孕产妇死亡率", "1/10万", "10", "<="),
        ("15", "能耗强度降低", "%", "16", ">="),
    ],
)
def test_how_a_bare_figure_is_meant(figure: str, name: str, unit: str, baseline: str, comparator: str) -> None:
    read = read_figure(figure)
    assert read is not None
    assert compare(read, name, unit, baseline) == comparator


def test_what_is_a_unit_and_what_is_not() -> None:
    assert [as_unit(text) for text in ("％", "单位：人", "万亩", "助理", "含城镇", "不含市辖区")] == [
        "%",
        "人",
        "万亩",
        None,
        None,
        None,
    ]
