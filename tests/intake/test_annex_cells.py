"""Who leads by the words within a cell, and by two columns."""

from __future__ import annotations

import pytest

from tests.intake.annexes import doubted, read, read_blocks, told
from tests.intake.documents import table

HEAD = ("序号", "重点任务", "责任单位")


CELLS = [
    ("市教育局牵头，市财政局、市残联配合", "市教育局", "市财政局、市残联"),
    ("市教育局、市民政局牵头，市财政局、市残联按职责分工负责", "市教育局、市民政局", "市财政局、市残联"),
    ("由市教育局牵头，会同市财政局、市残联", "市教育局", "市财政局、市残联"),
    ("市教育局牵头负责；市财政局、市残联参与", "市教育局", "市财政局、市残联"),
    ("市教育局牵头、市财政局配合", "市教育局", "市财政局"),
    ("牵头单位：市教育局；配合单位：市财政局、市残联", "市教育局", "市财政局、市残联"),
    ("牵头单位：市教育局\n配合单位：市财政局、市残联", "市教育局", "市财政局、市残联"),
    ("牵头：市教育局 配合：市财政局", "市教育局", "市财政局"),
    ("责任单位：市教育局；配合单位：市财政局", "市教育局", "市财政局"),
    ("牵头单位：市教育局；责任单位：市财政局、各县（市、区）政府", "市教育局", "市财政局、各县（市、区）政府"),
    ("市教育局（牵头）、市财政局、市残联", "市教育局", "市财政局、市残联"),
    ("市财政局、市教育局（牵头单位）", "市教育局", "市财政局"),
    ("各有关部门按职责分工负责", "各有关部门", ""),
    ("市教育局负责", "市教育局", ""),
    ("市教育局牵头，各县（市、区）政府具体落实", "市教育局", "各县（市、区）政府"),
    ("市教育局（市财政局、市残联配合）", "市教育局", "市财政局、市残联"),
    ("市教育局（牵头，市财政局配合）", "市教育局", "市财政局"),
    ("市教育局牵头（市财政局、市残联配合）", "市教育局", "市财政局、市残联"),
    ("市民政局会同市财政局、市残联", "市民政局", "市财政局、市残联"),
    ("市商务局牵头，市工商联配合", "市商务局", "市工商联"),
    ("市商务局商市财政局负责", "市商务局", "市财政局"),
    ("市教育局牵头\n市财政局配合", "市教育局", "市财政局"),
    ("主办：市教育局；协办：市财政局", "市教育局", "市财政局"),
    ("市级牵头单位：市教育局；县级责任单位：各县区", "市教育局", "各县区"),
]


@pytest.mark.parametrize(("cell", "leads", "supports"), CELLS)
def test_words_within_the_cell(cell: str, leads: str, supports: str) -> None:
    division = read(HEAD, ("1", "甲事。", cell))
    assert ("、".join(division.tasks[0].leads), "、".join(division.tasks[0].supports)) == (leads, supports)
    assert not division.tasks[0].joint
    assert doubted(division) == []


def test_verb_that_makes_all_responsible_says_nothing_of_a_lead() -> None:
    division = read(HEAD, ("1", "甲事。", "市教育局、市民政局按职责分工负责"))
    assert told(division) == ["1: 甲事。 | 市教育局、市民政局+ | "]
    assert len(doubted(division)) == 1


def test_words_of_the_cell_go_before_the_note() -> None:
    division = read(
        HEAD,
        ("1", "甲事。", "市财政局、市残联配合，市教育局牵头"),
        ("2", "乙事。", "市民政局、市残联"),
        below="注：列第一位的为牵头单位。",
    )
    assert told(division) == [
        "1: 甲事。 | 市教育局 | 市财政局、市残联",
        "2: 乙事。 | 市民政局 | 市残联",
    ]


def test_units_without_a_lead_among_them() -> None:
    division = read(
        ("序号", "任务", "牵头单位", "配合单位"), ("1", "甲事。", "", "市财政局"), ("2", "乙事。", "—", "/")
    )
    assert told(division) == ["1: 甲事。 |  | 市财政局", "2: 乙事。 |  | "]
    assert doubted(division) == [
        "101: Supporting units are named, but no lead unit.",
        "102: No unit is named.",
    ]


def test_cell_over_both_columns_holds_both_roles() -> None:
    division = read(
        ("序号", "任务", "牵头单位", "配合单位"),
        ("1", "甲事。", "市教育局", "市财政局"),
        ("2", "乙事。", "市民政局牵头，市残联配合", "<"),
    )
    assert told(division) == ["1: 甲事。 | 市教育局 | 市财政局", "2: 乙事。 | 市民政局 | 市残联"]
    assert doubted(division) == []


def test_column_of_all_responsible_units_repeats_the_lead() -> None:
    division = read(
        ("序号", "任务", "牵头单位", "责任单位"),
        ("1", "甲事。", "市教育局", "市教育局、市财政局"),
        ("2", "乙事。", "省民政厅", "民政厅、财政厅、各市人民政府"),
    )
    assert told(division) == ["1: 甲事。 | 市教育局 | 市财政局", "2: 乙事。 | 省民政厅 | 省财政厅、各市人民政府"]
    assert doubted(division) == []


def test_column_of_both_roles() -> None:
    rows = (("1", "甲事。", "牵头单位：市教育局\n配合单位：市财政局"), ("2", "乙事。", "牵头单位：市民政局"))
    division = read_blocks("附件", table(("序号", "任务", "牵头及配合单位"), *rows))
    assert told(division) == ["1: 甲事。 | 市教育局 | 市财政局", "2: 乙事。 | 市民政局 | "]
    assert division.form == "annex_one_column"
