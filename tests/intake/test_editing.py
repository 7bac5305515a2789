"""Every change that the check page makes to a draft, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.drafting import row_data, small_draft, small_stored
from tracker.errors import InvalidInput, StaleVersion
from tracker.intake.editing import rows, whole
from tracker.intake.editing.forms import names_text, split_names, targets_text
from tracker.intake.editing.refs import give_refs
from tracker.intake.editing.stored import Stored, open_doubts, plan_draft, row_of, spans, stored_draft
from tracker.plans.schemas import PlanDraftSchema


def tasks(draft: Stored) -> list[tuple[str, str, list[str], list[str]]]:
    return [(row["ref"], row["text"], row["leads"], row["supports"]) for row in draft["tasks"]]


def test_doubts_find_the_row_they_are_about() -> None:
    draft = small_stored()
    assert [(doubt["key"], doubt["row"]) for doubt in draft["warnings"]] == [(4, None), (5, 2), (6, 3)]


def test_a_doubt_without_a_ref_finds_its_row_by_the_line_and_a_footnote_finds_none() -> None:
    doubts = [{"line": line, "message": "x", "values": {}, "ref": None} for line in (3, 4, 5, 6, 1)]
    draft = stored_draft(small_draft(), doubts)
    assert [doubt["row"] for doubt in draft["warnings"]] == [1, 2, 3, None, None]


def test_a_row_takes_the_lines_up_to_the_next() -> None:
    places = [{"source_line": line} for line in (5, 9, 40, 41, 7)]
    assert [(s.start, s.stop) for s in spans(places)] == [(5, 9), (9, 21), (40, 41), (41, 42), (7, 8)]


def test_saving_a_row_takes_everything_that_was_typed() -> None:
    draft = small_stored()
    typed = row_data(
        2,
        number="2",
        section="新章节",
        text="培训护理员。",
        leads="市民政局\n市教育局",
        supports="市财政局等、各县（市、区）政府",
        deadline="2024-06-30",
        deadline_words="持续推进",
        remark="新增",
        targets="≥ 85 %\n> 1000 人",
        settle=True,
    )
    row = rows.save_row(draft, typed)
    assert (row["leads"], row["supports"]) == (["市民政局", "市教育局"], ["市财政局", "各县（市、区）政府"])
    assert (row["others"], row["deadline"], row["section"]) == (["市财政局"], "2024-06-30", "新章节")
    assert row["targets"] == [
        {"comparator": ">=", "value": 85, "unit": "%"},
        {"comparator": ">", "value": 1000, "unit": "人"},
    ]
    assert row["version"] == 1
    assert [doubt["key"] for doubt in open_doubts(draft)] == [4, 6]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": " "}, "text"),
        ({"number": ""}, "number"),
        ({"leads": "市民政局", "supports": "市民政局"}, "supports"),
        ({"leads": "市民政局\n市民政局"}, "leads"),
        ({"joint": True}, "joint"),
        ({"deadline": "31.12.2023"}, "deadline"),
        ({"deadline": "2031-12-31"}, "deadline"),
        ({"targets": "很多"}, "targets"),
    ],
)
def test_a_row_that_does_not_hold_is_refused_at_its_field(values: dict[str, Any], field: str) -> None:
    draft = small_stored()
    before = tasks(draft)
    with pytest.raises(InvalidInput) as refused:
        rows.save_row(draft, row_data(2, **values))
    assert list(refused.value.fields) == [field]
    assert tasks(draft) == before


def test_a_row_that_somebody_changed_or_removed_is_stale() -> None:
    draft = small_stored()
    rows.save_row(draft, row_data(1, number="1"))
    with pytest.raises(StaleVersion):
        rows.save_row(draft, row_data(1, number="1"))
    rows.save_row(draft, row_data(1, version=1, number="1"))
    rows.remove_row(draft, {"row": 2, "version": 0})
    with pytest.raises(StaleVersion):
        row_of(draft, 2)
    assert [doubt["key"] for doubt in draft["warnings"]] == [4, 6]


def test_a_row_is_added_behind_another_and_at_the_top() -> None:
    draft = small_stored()
    added = rows.add_row(draft, row_data(1, number="1-1"))
    rows.add_row(draft, row_data(1, number="0") | {"row": None})
    assert [ref for ref, *_ in tasks(draft)] == ["0", "1", "1-1", "2", "3"]
    assert added["source_line"] == 3


def test_a_row_is_split_at_the_empty_line() -> None:
    draft = small_stored()
    text = "建设社区食堂。\n\n4．开办老年大学。"
    second = rows.split_row(draft, row_data(1, number="1", text=text, supports="市财政局"))
    assert tasks(draft)[:2] == [
        ("1", "建设社区食堂。", ["市民政局"], ["市财政局"]),
        ("4", "开办老年大学。", ["市民政局"], ["市财政局"]),
    ]
    assert [doubt["row"] for doubt in open_doubts(draft)].count(second["key"]) == 1
    with pytest.raises(InvalidInput):
        rows.split_row(draft, row_data(3, number="3", text="没有空行。"))


def test_the_second_half_without_a_number_gets_a_free_one() -> None:
    draft = small_stored()
    assert rows.split_row(draft, row_data(3, number="3", section="队伍", text="甲。\n\n乙。"))["number"] == "4"
    again = rows.split_row(draft, row_data(3, version=1, number="3", section="队伍", text="甲。\n\n丙。"))
    assert again["number"] == "3-2"


def test_a_row_is_merged_with_the_one_above() -> None:
    draft = small_stored()
    rows.merge_row(draft, {"row": 3, "version": 0})
    assert tasks(draft)[1] == (
        "2",
        "培训护理员，到2023年培训1000人。开展适老化改造。",
        ["市教育局"],
        ["市民政局", "市卫生健康局"],
    )
    assert [doubt["row"] for doubt in draft["warnings"]] == [None, 2, 2]
    assert draft["tasks"][1]["joint"] is False
    with pytest.raises(InvalidInput):
        rows.merge_row(draft, {"row": 1, "version": 0})


def test_a_section_is_led_by_the_units_named() -> None:
    draft = small_stored()
    draft["tasks"][2] |= {"leads": [], "joint": False}
    assert whole.lead_section(draft, {"section": "队伍", "leads": "市残联、市民政局等", "scope": "without"}) == 1
    assert (draft["tasks"][1]["leads"], draft["tasks"][2]["leads"]) == (["市教育局"], ["市残联", "市民政局"])
    assert draft["tasks"][2]["others"] == ["市民政局"]
    assert whole.lead_section(draft, {"section": "队伍", "leads": "市民政局", "scope": "all"}) == 2
    assert draft["tasks"][1]["leads"] == ["市民政局"]
    assert draft["tasks"][1]["supports"] == ["市教育局", "市卫生健康局"]
    with pytest.raises(InvalidInput):
        whole.lead_section(draft, {"section": "队伍", "leads": "市民政局", "scope": "without"})


def test_where_nobody_leads_the_first_can_be_let_lead() -> None:
    draft = small_stored()
    assert whole.first_leads(draft, {"row": None, "version": 0}) == 1
    assert tasks(draft)[2] == ("3", "开展适老化改造。", ["市民政局"], ["市教育局"])


def test_doubts_are_settled_one_by_one_or_all_that_are_alike() -> None:
    draft = small_stored()
    draft["warnings"][0]["message"] = draft["warnings"][2]["message"]
    assert whole.settle(draft, {"doubt": 4, "alike": True, "settled": True}) == 2
    assert [doubt["key"] for doubt in open_doubts(draft)] == [5]
    assert whole.settle(draft, {"doubt": 4, "alike": False, "settled": False}) == 1
    assert [doubt["key"] for doubt in open_doubts(draft)] == [4, 5]


def test_the_head_of_the_document_is_set_and_its_period_holds_every_deadline() -> None:
    draft = small_stored()
    facts = {"title": "规划", "document_number": "韶府〔2021〕1号", "issuer": "", "issued_on": "2021-12-01"}
    whole.set_facts(draft, facts | {"first_year": "2021", "last_year": "2025"})
    assert (draft["title"], draft["issuer"], draft["period"]) == ("规划", None, [2021, 2025])
    for years in (("2024", "2028"), ("2025", "2021"), ("21", "25"), ("2021", "")):
        with pytest.raises(InvalidInput) as refused:
            whole.set_facts(draft, facts | {"first_year": years[0], "last_year": years[1]})
        assert list(refused.value.fields) == ["first_year"]


def test_names_and_targets_come_back_as_they_were_shown() -> None:
    names, others = ["市财政局", "各县（市、区）政府"], ["市财政局"]
    assert split_names(names_text(names, others)) == (names, others)
    assert split_names("各县（市、\n区）政府") == (["各县（市、", "区）政府"], [])
    assert targets_text([{"comparator": ">=", "value": 85, "unit": "%"}]) == "≥ 85 %"


def test_numbers_that_repeat_are_addressed_by_section() -> None:
    given = [("一", "1"), ("一", "2"), ("二", "1"), ("二", "1"), ("二", "（三）")]
    found: list[dict[str, Any]] = [{"section": section, "number": number} for section, number in given]
    give_refs(found)
    assert [row["ref"] for row in found] == ["1-1", "2", "2-1", "2-1-2", "三"]


def test_the_stored_draft_becomes_a_plan_draft_again() -> None:
    draft = small_stored()
    whole.settle(draft, {"doubt": 4, "alike": False, "settled": True})
    given = plan_draft(draft, lambda message, **values: message % values if values else message)
    loaded = PlanDraftSchema().load(given)
    assert [task["ref"] for task in loaded["tasks"]] == ["1", "2", "3"]
    assert [(entry["ref"], entry["message"]) for entry in loaded["warnings"]] == [
        ("2", "“到2023年” was read as a deadline."),
        ("3", "Several units, and no word on who leads."),
    ]
