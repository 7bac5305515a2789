"""The measure is measured first: each kind of mistake that a reader can make lowers the figure that it should."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.intake.corpus.truth import FOLDER, Truth, load, load_all
from tests.intake.scoring import Score, score, table

TRUTH = load(FOLDER / "docx_category_merged_down.yaml")


def perfect(truth: Truth) -> dict[str, Any]:
    """The draft of a reader that makes no mistake."""
    keys = ("title", "document_number", "region", "period", "form")
    indicators = [
        dict(zip(("name", "unit", "baseline", "comparator", "target", "kind"), row, strict=True))
        for row in truth.data.get("indicators", [])
    ]
    tasks = [
        {
            "ref": task.ref,
            "number": task.number,
            "section": task.section,
            "text": task.text,
            "leads": list(task.leads),
            "supports": list(task.supports),
            "joint": task.joint,
            "deadline": task.deadline.isoformat() if task.deadline else None,
        }
        for task in truth.tasks
    ]
    return {**{key: truth.data[key] for key in keys}, "indicators": indicators, "tasks": tasks, "warnings": []}


def spoiled(**change: Any) -> Score:
    """The score of a perfect draft whose first task was changed."""
    draft = perfect(TRUTH)
    draft["tasks"][0].update(change)
    return score(TRUTH, draft)


def test_a_perfect_draft_has_full_marks_and_no_fault():
    """Of every document of the corpus."""
    for truth in load_all():
        one = score(truth, perfect(truth))
        assert one.figures == (1, 1, 1, 1)
        assert not one.invented
        assert one.faults == []


def test_a_missed_task_lowers_what_is_found_and_not_what_is_right():
    draft = perfect(TRUTH)
    del draft["tasks"][3]
    one = score(TRUTH, draft)
    assert one.figures[0] == pytest.approx(19 / 20)
    assert one.figures[1] == 1
    assert one.figures[2] < 1 and one.figures[3] == 1
    assert any("is missing" in fault for fault in one.faults)


def test_a_task_too_many_lowers_what_is_right():
    draft = perfect(TRUTH)
    draft["tasks"].append({**copy.deepcopy(draft["tasks"][0]), "text": "各县（市、区）人民政府，市政府各部门："})
    one = score(TRUTH, draft)
    assert one.figures[:2] == (1, pytest.approx(20 / 21))
    assert one.figures[3] < 1


def test_the_same_task_twice_counts_once():
    draft = perfect(TRUTH)
    draft["tasks"].append(copy.deepcopy(draft["tasks"][0]))
    assert score(TRUTH, draft).figures[:2] == (1, pytest.approx(20 / 21))


def test_a_swapped_role_is_two_mistakes():
    task = TRUTH.tasks[0]
    one = spoiled(leads=[task.supports[0]], supports=[*task.leads, *task.supports[1:]])
    assert one.pairs_matched == one.pairs - 2 == one.pairs_read - 2
    assert not one.invented


def test_an_invented_unit_is_named():
    one = spoiled(supports=[*TRUTH.tasks[0].supports, "市机关事务管理局"])
    assert one.invented == {"市机关事务管理局"}
    assert one.figures[3] < 1


def test_two_units_run_together_are_invented():
    assert spoiled(supports=["市发展改革委市财政局"]).invented == {"市发展改革委市财政局"}


def test_white_space_in_a_text_is_nothing_and_a_few_letters_are_a_fault_that_still_matches():
    text = TRUTH.tasks[0].text
    assert spoiled(text=text[:9] + "\n " + text[9:]).faults == []
    one = spoiled(text=text[:-1])
    assert one.figures[0] == 1
    assert len(one.faults) == 1


def test_half_a_text_is_no_match():
    assert spoiled(text=TRUTH.tasks[0].text[:12]).figures[0] < 1


def test_a_wrong_truth_lowers_the_figure():
    """Were the truth itself wrong, a right draft would show it."""
    wrong = load(FOLDER / "md_pipe_table.yaml")
    assert score(TRUTH, perfect(wrong) | {"warnings": []}).figures == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"deadline": "2024-12-31"}, "1 deadline"),
        ({"joint": True}, "1 joint"),
        ({"section": None}, "1 section"),
        ({"number": "2"}, "1 number"),
    ],
)
def test_what_else_is_wrong_with_a_task_is_said(change: dict[str, Any], fault: str):
    assert [line for line in spoiled(**change).faults if line.startswith(fault)]


def test_a_wrong_head_an_indicator_and_too_many_warnings_are_said():
    draft = perfect(TRUTH) | {"title": "重点任务分工表", "period": None}
    draft["indicators"][0]["target"] = "96"
    draft["warnings"] = [{"line": 1, "message": "odd"}] * (TRUTH.data["doubts"] + 1)
    faults = score(TRUTH, draft).faults
    assert [fault for fault in faults if fault.startswith("title")]
    assert [fault for fault in faults if fault.startswith("period")]
    assert len([fault for fault in faults if fault.startswith("indicator")]) == 2
    assert [fault for fault in faults if fault.startswith("doubt")]


def test_the_table_has_a_line_a_document_and_the_sum():
    lines = table([(TRUTH, score(TRUTH, perfect(TRUTH))), (TRUTH, spoiled(leads=[]))])
    assert len(lines) == 4
    assert "100.0 100.0" in lines[1]
    assert lines[-1].split()[:2] == ["all", "40"]
