"""One column of units: who of the named leads."""

from __future__ import annotations

import pytest

from tests.intake.annexes import doubted, read, told

HEAD = ("序号", "重点任务", "责任单位")
ROWS = (
    ("1", "甲事。", "市教育局、市财政局、市残联"),
    ("2", "乙事。", "市民政局、市卫生健康委、各县区政府"),
    ("3", "丙事。", "市司法局"),
)
FIRST_LEADS = [
    "1: 甲事。 | 市教育局 | 市财政局、市残联",
    "2: 乙事。 | 市民政局 | 市卫生健康委、各县区政府",
    "3: 丙事。 | 市司法局 | ",
]
ALL_LEAD = [
    "1: 甲事。 | 市教育局、市财政局、市残联+ | ",
    "2: 乙事。 | 市民政局、市卫生健康委、各县区政府+ | ",
    "3: 丙事。 | 市司法局 | ",
]


@pytest.mark.parametrize(
    "note",
    [
        "注：责任单位中排在第一位的为牵头单位。",
        "备注：排名第一的单位为牵头单位，其他为配合单位。",
        "说明：列首位的为牵头单位，下同。",
        "注：1.各责任单位要切实履行职责。2.列第一位的责任单位为牵头单位或汇总单位。",
        "（注：首位为牵头单位）",
        "备注：责任单位第一个为牵头单位。",
        "注:加下划线的依据文件另发；第一责任单位为牵头单位。",
        "注：牵头单位排在第一位，其余为参与单位。",
        "注：前1位为牵头单位",
    ],
)
def test_note_below_the_table(note: str) -> None:
    division = read(HEAD, *ROWS, below=note)
    assert told(division) == FIRST_LEADS
    assert doubted(division) == []
    assert division.form == "annex_one_column"


def test_note_in_the_last_row_of_the_table() -> None:
    division = read(HEAD, *ROWS, ("备注：列在第一位的单位为牵头单位。", "<", "<"))
    assert told(division) == FIRST_LEADS
    assert doubted(division) == []


def test_rule_in_the_head_of_the_column() -> None:
    division = read(("序号", "重点任务", "责任单位\n（排在第一位的为牵头单位）"), *ROWS)
    assert told(division) == FIRST_LEADS
    assert doubted(division) == []


def test_rule_in_the_cover_notice() -> None:
    notice = (
        "各县区政府，市直各单位：\n现将规划印发给你们。责任分工中，列第一位的责任单位为牵头单位，要切实负起责任。\n附件"
    )
    division = read(HEAD, *ROWS, above=notice)
    assert told(division) == FIRST_LEADS
    assert doubted(division) == []


def test_rule_for_the_responsible_beside_a_column_of_supporters() -> None:
    division = read(
        ("序号", "工作任务", "责任科室", "配合科室"),
        ("1", "健全审核目录清单。", "法规科、监督科", "各执法大队"),
        ("2", "开展双随机检查。", "监督科", "监测站"),
        below="备注：责任科室有两个以上的，第一个为牵头科室。",
    )
    assert told(division) == [
        "1: 健全审核目录清单。 | 法规科 | 监督科、各执法大队",
        "2: 开展双随机检查。 | 监督科 | 监测站",
    ]


def test_no_word_on_who_leads_is_joint_and_one_doubt() -> None:
    division = read(HEAD, *ROWS, below="注：本表自印发之日起施行。")
    assert told(division) == ALL_LEAD
    assert doubted(division) == [
        "101: Nothing says who leads where several units are named: all lead in 2 task(s), such as 1."
    ]


@pytest.mark.parametrize(
    ("note", "leading"),
    [
        ("第1、3项责任单位中列第一、二位的为牵头单位，其余项责任单位中列第一位的为牵头单位", [2, 1, 2, 1]),
        ("注：第2—4项前两位为牵头单位，其他任务排第一的为牵头单位。", [1, 2, 2, 2]),
        ("注：序号1至2项列前三位的为牵头单位，其余列首位的为牵头单位。", [3, 3, 1, 1]),
        ("注：列第一位的为牵头单位，其中第4项第一、二、三位为牵头单位。", [1, 1, 1, 3]),
    ],
)
def test_notes_that_tell_rows_apart(note: str, leading: list[int]) -> None:
    units = "市教育局、市财政局、市残联、市民政局"
    division = read(HEAD, *((str(number), f"第{number}事。", units) for number in range(1, 5)), below=note)
    assert [len(task.leads) for task in division.tasks] == leading
    assert all(len(task.leads) + len(task.supports) == 4 for task in division.tasks)
    assert doubted(division) == []


def test_sign_at_the_names_that_lead() -> None:
    division = read(
        HEAD,
        ("1", "甲事。", "市财政局、*市教育局、市残联"),
        ("2", "乙事。", "市民政局*、市卫生健康委"),
        below="注：标*的为牵头单位。",
    )
    assert told(division) == [
        "1: 甲事。 | 市教育局 | 市财政局、市残联",
        "2: 乙事。 | 市民政局 | 市卫生健康委",
    ]
    assert doubted(division) == []


def test_type_faces_cannot_be_read() -> None:
    division = read(HEAD, *ROWS, below="注：加粗的为牵头单位。")
    assert told(division) == ALL_LEAD
    assert doubted(division) == [
        "1: Type faces say who leads here; they cannot be read. Choose the lead units by hand.",
        "101: Nothing says who leads where several units are named: all lead in 2 task(s), such as 1.",
    ]


@pytest.mark.parametrize("mark", ["，", "；", ";"])
def test_comma_parts_leads_from_supporters(mark: str) -> None:
    division = read(
        HEAD,
        ("1", "甲事。", f"市教育局{mark}市财政局、市残联"),
        ("2", "乙事。", f"市民政局、市卫生健康委{mark}市医保局、各县区政府"),
        ("3", "丙事。", f"市司法局{mark}市信访局"),
    )
    assert told(division) == [
        "1: 甲事。 | 市教育局 | 市财政局、市残联",
        "2: 乙事。 | 市民政局、市卫生健康委 | 市医保局、各县区政府",
        "3: 丙事。 | 市司法局 | 市信访局",
    ]
    assert doubted(division) == []


def test_comma_before_the_local_governments_alone_says_nothing() -> None:
    division = read(
        HEAD,
        ("1", "甲事。", "市教育局、市财政局、市残联，各县（市、区）政府"),
        ("2", "乙事。", "市民政局、市卫生健康委，各县（市、区）政府"),
    )
    assert [task.joint for task in division.tasks] == [True, True]
    assert len(doubted(division)) == 1


def test_commas_alone_only_part_names() -> None:
    division = read(HEAD, ("1", "甲事。", "市教育局，市财政局，市残联"), ("2", "乙事。", "市民政局，市卫生健康委"))
    assert [task.joint for task in division.tasks] == [True, True]


def test_comma_and_note_contradict_each_other() -> None:
    division = read(
        HEAD,
        ("1", "甲事。", "市教育局，市财政局、市残联"),
        ("2", "乙事。", "市民政局、市卫生健康委，市医保局、市残联"),
        below="注：列第一位的为牵头单位。",
    )
    assert told(division)[1] == "2: 乙事。 | 市民政局 | 市卫生健康委、市医保局、市残联"
    assert doubted(division) == [
        "102: By the note the first 1 lead, by the comma the first 2; the note was followed.",
    ]
