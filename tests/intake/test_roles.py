"""Markers, with truth written by hand (cases/roles.txt)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.intake.roles import leading_places, read_roles

CASES = Path(__file__).parent / "cases" / "roles.txt"
LINES = [[part.strip() for part in line.split("|")] for line in CASES.read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0][:16])
def test_a_marker_says_who_leads_and_who_supports(line: list[str]) -> None:
    printed, leads, supports, more = line
    found = read_roles(printed.replace("\\n", "\n"))
    said = ["joint"] if found.joint else []
    said += [f"others={' '.join(found.others)}"] if found.others else []
    said += [f"time={found.time}"] if found.time else []
    said += ["plain"] if found.plain else []
    assert (found.leads, found.supports, said) == (leads.split(), supports.split(), more.split())
    assert found.doubts == []


def test_a_rule_of_the_document_decides_where_no_word_does() -> None:
    found = read_roles("责任单位：市教育局、市财政局、市民政局", first=2)
    assert (found.leads, found.supports, found.joint) == (["市教育局", "市财政局"], ["市民政局"], False)
    assert read_roles("市财政局牵头，市教育局配合", first=1).leads == ["市财政局"]


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("各项任务责任单位中列第一位的为牵头单位，下同", 1),
        ("排名第一的单位为牵头单位", 1),
        ("首位为主责单位", 1),
        ("列第一、二位的为牵头单位", 2),
        ("由第一副主任担任组长", None),
        ("市教育局为牵头单位", None),
    ],
)
def test_the_rule_on_who_leads_is_found(words: str, places: int | None) -> None:
    assert leading_places(words) == places


def test_what_holds_for_all_tasks_is_said_and_not_added() -> None:
    found = read_roles("责任单位：市教育局；以下各项任务均需各县区落实，不再列出", line=9)
    assert found.names == ["市教育局"]
    assert [doubt.line for doubt in found.doubts] == [9]


def test_support_without_a_lead_and_two_roles_at_once_are_doubted() -> None:
    alone = read_roles("配合单位：市教育局")
    twice = read_roles("牵头单位：市教育局；配合单位：市教育局、市财政局")
    assert (alone.leads, alone.supports, len(alone.doubts)) == ([], ["市教育局"], 1)
    assert (twice.leads, twice.supports, len(twice.doubts)) == (["市教育局"], ["市财政局"], 1)
