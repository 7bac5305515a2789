"""Numbers of rows: where they stand, what they count, where they are missing."""

from __future__ import annotations

import pytest

from tests.intake.annexes import doubted, read, told
from tracker.intake.annex import numbering

HEAD = ("序号", "重点任务", "牵头单位", "配合单位")


def test_chinese_numbers_count_the_sections_where_measures_bear_their_own() -> None:
    division = read(
        ("序号", "主要任务", "工作措施", "牵头单位", "责任单位"),
        ("一", "夯实数字底座", "1.建设政务云平台。", "市政数局", "市财政局"),
        ("^", "^", "2.升级电子政务外网。", "市政数局", "市保密局"),
        ("二", "优化政务服务", "1.推进一网通办。", "市行政审批局", "市政数局"),
        ("^", "^", "2.推广掌上办理。", "市行政审批局", "各县区政府"),
    )
    assert told(division) == [
        "1-1 夯实数字底座: 建设政务云平台。 | 市政数局 | 市财政局",
        "1-2 夯实数字底座: 升级电子政务外网。 | 市政数局 | 市保密局",
        "2-1 优化政务服务: 推进一网通办。 | 市行政审批局 | 市政数局",
        "2-2 优化政务服务: 推广掌上办理。 | 市行政审批局 | 各县区政府",
    ]
    assert doubted(division) == []


def test_number_without_units_above_numbers_of_two_parts_is_a_section() -> None:
    division = read(
        HEAD,
        ("1", "生态保护", "", ""),
        ("1.1", "开展国土绿化。", "市林业局", "市财政局"),
        ("1.2", "保护候鸟栖息地。", "市林业局", "市公安局"),
        ("2", "水安全", "", ""),
        ("2.1", "整治入河排污口。", "市生态环境局", "市水利局"),
    )
    assert told(division) == [
        "1.1 生态保护: 开展国土绿化。 | 市林业局 | 市财政局",
        "1.2 生态保护: 保护候鸟栖息地。 | 市林业局 | 市公安局",
        "2.1 水安全: 整治入河排污口。 | 市生态环境局 | 市水利局",
    ]
    assert doubted(division) == []


def test_numbers_in_the_texts_where_there_is_no_column_of_numbers() -> None:
    division = read(
        ("工作内容", "责任部门", "协办单位", "完成时间"),
        ("1.开展耕地质量提升。", "区农业农村局", "区财政局", "全年"),
        ("2.建设高标准农田1万亩。", "区农业农村局", "区水利局", "全年"),
    )
    assert told(division) == [
        "1: 开展耕地质量提升。 | 区农业农村局 | 区财政局",
        "2: 建设高标准农田1万亩。 | 区农业农村局 | 区水利局",
    ]
    assert doubted(division) == []


def test_no_numbers_at_all_are_running_numbers_and_one_doubt() -> None:
    division = read(
        ("工作任务", "牵头单位", "配合单位"),
        ("建设口袋公园。", "区城管局", "各街道办事处"),
        ("改造背街小巷。", "区住建局", "区城管局"),
    )
    assert told(division) == [
        "1: 建设口袋公园。 | 区城管局 | 各街道办事处",
        "2: 改造背街小巷。 | 区住建局 | 区城管局",
    ]
    assert doubted(division) == ["101: The table numbers no tasks; they were numbered in their order."]


def test_row_without_number_in_the_room_of_one_missing_number_is_a_task() -> None:
    division = read(
        HEAD,
        ("1", "开展普法宣传。", "市司法局", "各有关单位"),
        ("", "建设公共法律服务站。", "市司法局", "市民政局"),
        ("3", "培养法律明白人。", "市司法局", "市农业农村局"),
    )
    assert told(division) == [
        "1: 开展普法宣传。 | 市司法局 | 各有关单位",
        "2: 建设公共法律服务站。 | 市司法局 | 市民政局",
        "3: 培养法律明白人。 | 市司法局 | 市农业农村局",
    ]
    assert doubted(division) == ["102: This row bears no number; it was read as task 2."]


def test_missing_and_repeated_numbers_stay_and_are_doubted() -> None:
    division = read(
        HEAD,
        ("1", "甲事。", "市司法局", ""),
        ("2", "乙事。", "市民政局", ""),
        ("2", "丙事。", "市财政局", ""),
        ("6", "丁事。", "市教育局", ""),
    )
    assert [task.ref for task in division.tasks] == ["1", "2", "2-2", "6"]
    assert doubted(division) == [
        "103: Number 2 is there more than once.",
        "104: The last number is 6, but there are 4 tasks: 3—5 missing.",
    ]


@pytest.mark.parametrize(
    ("printed", "number", "value"),
    [
        ("1", "1", 1),
        ("12.", "12", 12),
        ("（3）", "3", 3),
        ("(４)", "4", 4),
        ("一", "一", 1),
        ("（十）", "十", 10),
        ("二十一、", "二十一", 21),
        ("一百零五", "一百零五", 105),
        ("十十", "十十", None),
        ("⑳", "⑳", 20),
        ("2-1", "2-1", None),
        ("第7项", "7", 7),
    ],
)
def test_number_alone_in_a_cell(printed: str, number: str, value: int | None) -> None:
    assert numbering.printed(printed) == number
    assert numbering.value(number) == value


@pytest.mark.parametrize("text", ["2025年", "市教育局", "", "1万亩", "一是加强领导"])
def test_what_is_no_number(text: str) -> None:
    assert numbering.printed(text) is None
    assert numbering.leading(text) is None


def test_a_code_in_the_column_of_numbers_counts_nothing() -> None:
    division = read(HEAD, ("1", "甲事。", "市司法局", ""), ("99999999999", "乙事。", "市民政局", ""))
    assert [task.ref for task in division.tasks] == ["1", "99999999999"]
    assert doubted(division) == []
