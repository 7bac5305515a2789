"""Lists of units, with truth written by hand (cases/names.txt), and every list of the five plans."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.intake.seeds import seed_tasks
from tracker.intake.names import split_units

CASES = Path(__file__).parent / "cases" / "names.txt"


def cases() -> Iterator[tuple[str, list[str], list[str]]]:
    """The lines of cases/names.txt."""
    for line in CASES.read_text(encoding="utf-8").splitlines()[1:]:
        printed, names, others = (part.strip() for part in line.split("|") + [""] * (2 - line.count("|")))
        yield printed.replace("\\n", "\n"), names.split(), others.split()


@pytest.mark.parametrize(("printed", "names", "others"), list(cases()))
def test_a_list_is_taken_apart(printed: str, names: list[str], others: list[str]) -> None:
    found = split_units(printed)
    assert (found.names, found.others) == (names, others)


@pytest.mark.parametrize("between", ["、", "，", ",", " ", "\n"])
def test_every_list_of_the_five_plans_comes_back(between: str) -> None:
    """Whatever stands between the names; none of them is doubted."""
    for task in seed_tasks():
        printed = task["leads"] + task["supports"]
        marked = [f"{name}等" if name in task["others"] else name for name in printed]
        found = split_units(between.join(marked))
        assert (found.names, found.others, found.doubts) == (printed, task["others"], [])


def test_a_list_broken_at_any_place_by_the_layout_is_the_same_list() -> None:
    printed = "市人力资源社会保障局、市卫生健康委、各县（市、区）政府、市文化广电旅游体育局"
    names = [*printed.split("、")[:2], "各县（市、区）政府", "市文化广电旅游体育局"]
    for place in range(1, len(printed)):
        assert split_units(f"{printed[:place]}\n{printed[place:]}").names == names


def test_a_note_gives_a_name_its_role() -> None:
    found = split_units("市教育局（牵头）、市财政局(配合)、市民政局")
    assert found.names == ["市教育局", "市财政局", "市民政局"]
    assert found.roles == {"市教育局": "lead", "市财政局": "support"}


def test_the_level_in_force_goes_on_to_the_next_list() -> None:
    first = split_units("市教育局")
    assert split_units("财政局、宣传部", level=first.level).names == ["市财政局", "市委宣传部"]


def test_a_known_name_is_never_split_or_changed() -> None:
    known = ("县、乡、村三级专班", "发展和市场委 改革专班")
    assert split_units("市教育局、县、乡、村三级专班", known).names == ["市教育局", "县、乡、村三级专班"]


@pytest.mark.parametrize("printed", ["详见附件二", "市教育局、组织开展宣传活动"])
def test_what_does_not_read_as_a_unit_is_doubted(printed: str) -> None:
    assert split_units(printed, line=7).doubts[0].line == 7


def test_a_name_that_stands_twice_is_kept_once_and_said() -> None:
    found = split_units("市教育局、市财政局、市教育局")
    assert found.names == ["市教育局", "市财政局"]
    assert len(found.doubts) == 1
