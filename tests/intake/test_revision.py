"""中期调整: the difference between a plan that lives and a new document."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import load_seed, task_entry
from tests.intake.drafting import draft_of
from tests.intake.revising import NEW, TEXTS, city_of, entries, keys
from tracker.intake.revision import difference
from tracker.plans.files import SLUGS, read_plan


@pytest.mark.parametrize("slug", SLUGS)
def test_the_same_document_changes_nothing(session: Session, slug: str) -> None:
    plan = load_seed(session, slug)
    found = difference(session, plan, read_plan(slug))
    assert (found.changes, found.renumbered) == ((), ())
    assert len(found.pairs) == len(read_plan(slug)["tasks"])


CHANGES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "text": ({"t2": {"text": TEXTS["2"].replace("一万", "两万")}}, ["2:reworded"]),
    "white space": ({"t2": {"text": TEXTS["2"].replace("，", "， ")}}, []),
    "other lead": ({"t2": {"leads": ["市教育局"]}}, ["2:reassigned"]),
    "another spelling": ({"t2": {"leads": ["韶关市残联"]}}, []),
    "order of leads": ({"t1": {"leads": ["市教育局", "市民政局"]}}, ["1:reassigned"]),
    "order of supporters": ({"t1": {"supports": ["各县（市、区）政府", "市财政局"]}}, []),
    "supporter gone": ({"t1": {"supports": ["市财政局"]}}, ["1:reassigned"]),
    "unknown unit": ({"t2": {"leads": ["市水利局"]}}, ["2:reassigned"]),
    "joint": ({"t1": {"supports": [], "joint": True}}, ["1:reassigned"]),
    "date": ({"t3": {"deadline": "2024-06-30"}}, ["3:date_moved"]),
    "words": ({"t3": {"deadline_words": "长期坚持"}}, ["3:date_moved"]),
    "section": ({"t3": {"section": "保障"}}, ["3:moved"]),
    "remark": ({"t3": {"remark": "新增"}}, ["3:remark"]),
    "several": ({"t3": {"section": "保障", "leads": ["市教育局"], "text": TEXTS["3"] + "扩面。"}},
                ["3:reworded", "3:reassigned", "3:moved"]),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_exactly_what_was_changed_is_the_difference(session: Session, what: str) -> None:
    changed, wanted = CHANGES[what]
    assert keys(session, city_of(session), entries(**changed)) == wanted


def test_a_task_put_in_and_one_taken_out_confuse_nobody(session: Session) -> None:
    city = city_of(session)
    tasks = [task_entry("1", ["市教育局"], text=NEW, section="保障")]
    rest = [entry for entry in entries() if entry["ref"] != "2"]
    tasks += [{**entry, "ref": str(place), "number": str(place)} for place, entry in enumerate(rest, 2)]
    found = difference(session, city.plan, draft_of(*tasks))
    assert [change.key for change in found.changes] == ["new:1", "2:removed"]
    assert found.renumbered == (("1", "1", "2"),)


def test_what_supervisors_moved_since_is_no_difference(session: Session) -> None:
    city = city_of(session)
    city.do(session, "supervisor", "2", "reassign", reason="机构改革", leads=city.unit_ids("市教育局"), supports=[])
    assert keys(session, city, entries()) == []
    assert keys(session, city, entries(t2={"leads": ["市教育局"]})) == []
    assert keys(session, city, entries(t2={"leads": ["市体育局"]})) == ["2:reassigned"]


def test_a_terminated_task_stays_out_of_it(session: Session) -> None:
    city = city_of(session)
    city.do(session, "supervisor", "2", "terminate", reason="合并")
    assert keys(session, city, entries(t2={"leads": ["市教育局"]})) == []
    assert keys(session, city, [entry for entry in entries() if entry["ref"] != "2"]) == []
