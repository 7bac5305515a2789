"""A document as a whole becomes a draft that its schema accepts."""

from __future__ import annotations

from datetime import date

import pytest

from tests.intake.documents import document, table
from tracker.intake.blocks import Document, Doubt
from tracker.intake.faults import UnreadableDocument
from tracker.intake.reading import read_plan
from tracker.plans.schemas import PlanDraftSchema

HEAD = "云泽县“十四五”教育发展规划\n一、总体要求\n对规划实施情况开展中期评估。"
ANNEX = table(
    ("序号", "重点任务", "牵头单位", "配合单位", "完成时限"),
    ("1", "新建学校2所。", "县教育局", "县发改局", "2023年12月底前"),
    ("2", "培训教师。", "县教育局", "县发展改革局", "2031年底前"),
    line=20,
)


def plain(message: str, **values: object) -> str:
    return message % values if values else message


def test_a_draft_holds_all_parts_and_obeys_its_schema() -> None:
    draft = read_plan(document(HEAD, ANNEX))
    loaded = PlanDraftSchema().load(draft.as_json(plain))
    assert (loaded["title"], loaded["region"], loaded["period"]) == (
        "云泽县“十四五”教育发展规划",
        "云泽县",
        [2021, 2025],
    )
    assert loaded["form"] == "annex_two_columns"
    assert [(task["ref"], task["leads"], task["deadline"]) for task in loaded["tasks"]] == [
        ("1", ["县教育局"], date(2023, 12, 31)),
        ("2", ["县教育局"], None),
    ]
    assert loaded["units"] == [
        {"name": "县教育局", "aliases": []},
        {"name": "县发展改革局", "aliases": ["县发改局"]},
    ]
    assert [clause["kind"] for clause in loaded["evaluations"]] == ["mid_term"]


def test_a_deadline_outside_the_years_of_the_plan_is_kept_in_words_and_said() -> None:
    draft = read_plan(document(HEAD, ANNEX))
    assert draft.tasks[1].deadline_words is not None
    assert [(doubt.ref, doubt.line) for doubt in draft.doubts] == [("2", 22)]


def test_doubts_come_once_and_in_the_order_of_their_lines() -> None:
    printed = document("教育方案", ANNEX)
    doubt = Doubt(4, "x")
    source = Document(printed.kind, printed.blocks, printed.lines, doubts=(doubt, Doubt(2, "y"), doubt))
    lines = [found.line for found in read_plan(source).doubts if found.message in ("x", "y")]
    assert lines == [2, 4]


def test_units_behind_the_text_of_a_plan_with_an_annex_are_said() -> None:
    text = f"{HEAD}\n1．新建学校。（牵头单位：县教育局）\n2．培训教师。（县教育局负责）"
    draft = read_plan(document(text, ANNEX))
    assert draft.form == "annex_two_columns"
    assert [(doubt.line, doubt.values) for doubt in draft.doubts if "count" in doubt.values] == [(4, {"count": 2})]


def test_an_annex_that_is_named_and_absent_is_said() -> None:
    tasks = "1．新建学校。（牵头单位：县教育局）\n2．培训教师。（牵头单位：县教育局）"
    text = f"{HEAD}\n二、主要任务\n{tasks}\n附件：重点任务分工表"
    draft = read_plan(document(text))
    assert draft.form == "inline"
    assert [doubt.values["annex"] for doubt in draft.doubts if "annex" in doubt.values] == ["附件：重点任务分工表"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "云泽县教育规划\n目录\n一、总体要求\t1\n附件：重点任务分工表\t40",
            "announces an annex (“附件：重点任务分工表”)",
        ),
        ("云泽县教育规划\n目录\n一、总体要求……1\n二、主要任务……5", "Only a table of contents"),
        ("云泽县教育规划\n今年的工作要抓紧抓好。", "No numbered task was found"),
    ],
)
def test_a_document_without_a_task_gets_one_clear_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_plan(document(text))
    assert sentence in caught.value.text(plain)
