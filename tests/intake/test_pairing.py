"""Which task of a new document is which: texts decide, numbers only among equals."""

from __future__ import annotations

from tracker.intake.pairing import Printed, pair
from tracker.intake.revision import segments_of


def printed(*texts: str, section: str | None = None) -> list[Printed]:
    """Tasks numbered from 1."""
    return [Printed(str(number), section, text) for number, text in enumerate(texts, 1)]


HOMES = "新建社区养老服务站二十个，覆盖全部街道。"
MEALS = "开展老年助餐服务，每年服务老年人一万人次。"
DOCTORS = "推进医养结合，二级以上医院普遍设立老年医学科。"


def test_a_task_put_in_before_the_others_renumbers_nobody() -> None:
    old, new = printed(HOMES, MEALS, DOCTORS), printed("成立规划实施专班，按季度调度进展。", HOMES, MEALS, DOCTORS)
    assert pair(old, new) == {1: 0, 2: 1, 3: 2}


def test_a_reworded_task_is_known_by_its_likeness_wherever_it_stands() -> None:
    old, new = printed(HOMES, MEALS, DOCTORS), printed(DOCTORS, HOMES.replace("二十个", "三十个"))
    assert pair(old, new) == {0: 2, 1: 0}


def test_of_equal_texts_the_one_at_the_same_place_is_meant() -> None:
    old = [*printed(MEALS, section="城市"), Printed("2-1", "农村", MEALS)]
    new = [Printed("2-1", "农村", MEALS), Printed("1", "城市", MEALS)]
    assert pair(old, new) == {0: 1, 1: 0}


def test_another_text_under_the_same_number_is_another_task() -> None:
    other = "组织开展全民健身运动会和龙舟赛事。"
    assert pair(printed(HOMES), printed(other)) == {}
    assert pair(printed(HOMES), [Printed("7", None, other)]) == {}


def test_a_key_from_an_exported_file_decides_over_the_text() -> None:
    old = printed(HOMES, MEALS)
    new = [Printed("1", None, MEALS, key="1"), Printed("2", None, HOMES, key="2"), Printed("3", None, HOMES, key="9")]
    assert pair(old, new) == {0: 0, 1: 1}


def test_white_space_and_width_are_no_change_of_a_text() -> None:
    assert pair(printed("建设（改造）20 个"), printed("建设(改造)20个")) == {0: 0}


def test_texts_are_compared_character_by_character() -> None:
    assert segments_of("新建二十个", "新建三十个") == (
        ("equal", "新建"), ("delete", "二"), ("insert", "三"), ("equal", "十个")
    )  # fmt: skip
