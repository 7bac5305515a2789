"""Drafts in the database: who may, two at once, a form sent twice, what is recorded."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city
from tests.intake.drafting import row_data, small_upload, start
from tracker.audit import broken_chains
from tracker.audit.models import AuditEntry
from tracker.errors import InvalidInput, KeyReused, NotAllowed, NotFound, StaleVersion
from tracker.intake.commands import choose, discard, edit, same_plan, start_draft
from tracker.intake.models import ImportDraft
from tracker.intake.queries import draft_by_id, open_drafts, regions_to_import

MAY = ("supervisor", "second_supervisor", "host_supervisor", "administrator")
MAY_NOT = ("handler", "leader", "supporting", "observer", "another_unit", "host_leader")


@pytest.fixture
def city(session: Session) -> City:
    return make_city(session)


@pytest.mark.both_databases
def test_a_draft_is_kept_and_resumed_by_anybody_who_may_import(session: Session, city: City) -> None:
    draft_id = start(session, city.people["supervisor"], city.region.id)
    for who in MAY:
        assert [draft.id for draft in open_drafts(session, city.people[who])] == [draft_id]
        assert draft_by_id(session, city.people[who], draft_id, source=True).lines[2].startswith("1\t建设")
    for who in (*MAY_NOT, "another_region", "nobody"):
        assert open_drafts(session, city.people[who]) == []


@pytest.mark.parametrize("who", [*MAY_NOT, "another_region", "nobody"])
def test_nobody_else_starts_reads_or_edits_one(session: Session, city: City, who: str) -> None:
    draft_id = start(session, city.people["supervisor"], city.region.id)
    actor, refused = city.people[who], NotAllowed if who in MAY_NOT else NotFound
    with pytest.raises(refused):
        start(session, actor, city.region.id)
    with pytest.raises(refused):
        draft_by_id(session, actor, draft_id)
    with pytest.raises(refused):
        edit(session, actor, NOW, draft_id=draft_id, act="remove", data={"row": 1, "version": 0})
    with pytest.raises(refused):
        discard(session, actor, NOW, draft_id=draft_id)
    assert city.region.id not in [region.id for region in regions_to_import(session, actor)]


def test_two_people_on_different_rows_do_not_meet_and_on_one_row_do(session: Session, city: City) -> None:
    one, two = city.people["supervisor"], city.people["administrator"]
    draft_id = start(session, one, city.region.id)
    edit(session, one, NOW, draft_id=draft_id, act="save", data=row_data(1, number="1"))
    edit(session, two, NOW, draft_id=draft_id, act="save", data=row_data(2, number="2"))
    with pytest.raises(StaleVersion):
        edit(session, two, NOW, draft_id=draft_id, act="save", data=row_data(1, number="1"))
    draft = session.get_one(ImportDraft, draft_id)
    assert (draft.version, draft.edited_by) == (2, two.user_id)
    data = {"section": "队伍", "leads": "市残联", "scope": "all", "seen": 1}
    with pytest.raises(StaleVersion):
        edit(session, one, NOW, draft_id=draft_id, act="section", data=data)


def test_a_form_sent_twice_is_done_once(session: Session, city: City) -> None:
    actor = city.people["supervisor"]
    first = start_draft(session, actor, NOW, region_id=city.region.id, upload=small_upload(), key="k1")
    assert start_draft(session, actor, NOW, region_id=city.region.id, upload=small_upload(), key="k1") == first
    data = row_data(1, number="1-1") | {"row": 1}
    for _ in range(2):
        edit(session, actor, NOW, draft_id=first["draft"], act="add", data=data, key="k2")
    assert len(session.get_one(ImportDraft, first["draft"]).draft["tasks"]) == 4
    with pytest.raises(KeyReused):
        edit(session, actor, NOW, draft_id=first["draft"], act="add", data=data | {"number": "7"}, key="k2")


def test_a_refused_edit_leaves_the_draft_as_it_was(session: Session, city: City) -> None:
    draft_id = start(session, city.people["supervisor"], city.region.id)
    with pytest.raises(InvalidInput):
        edit(session, city.people["supervisor"], NOW, draft_id=draft_id, act="save", data=row_data(1, text=""))
    draft = session.get_one(ImportDraft, draft_id)
    assert (draft.version, draft.draft["tasks"][0]["text"]) == (0, "建设社区食堂。")


def test_a_document_without_tasks_is_not_kept(session: Session, city: City) -> None:
    with pytest.raises(InvalidInput) as refused:
        start(session, city.people["supervisor"], city.region.id, tasks=())
    assert list(refused.value.fields) == ["file"]
    assert session.scalars(select(ImportDraft)).all() == []


def test_a_document_of_another_place_raises_a_doubt(session: Session, city: City) -> None:
    for printed, doubts in (("玉屏市", 4), ("广东省韶关市", 3), ("韶关", 3), (None, 3)):
        draft_id = start(session, city.people["supervisor"], city.region.id, region=printed)
        assert len(session.get_one(ImportDraft, draft_id).draft["warnings"]) == doubts


def test_a_document_whose_plan_is_there_is_compared_with_it(session: Session, city: City) -> None:
    assert same_plan(session, city.region.id, " 残疾人保障和 发展规划") == city.plan.id
    assert same_plan(session, city.region.id, "养老规划") is None
    assert same_plan(session, city.people["another_region"].roles[0].region_id, city.plan.title) is None


def test_choices_are_kept_with_the_step_and_a_closed_draft_stays_closed(session: Session, city: City) -> None:
    actor = city.people["supervisor"]
    draft_id = start(session, actor, city.region.id)
    choose(session, actor, NOW, draft_id=draft_id, version=0, name="units", value={"create": []}, step="rounds")
    draft = session.get_one(ImportDraft, draft_id)
    assert (draft.choices, draft.step, draft.version) == ({"units": {"create": []}}, "rounds", 1)
    with pytest.raises(StaleVersion):
        choose(session, actor, NOW, draft_id=draft_id, version=0, name="units", value={}, step="rounds")
    discard(session, actor, NOW, draft_id=draft_id)
    assert open_drafts(session, actor) == []
    with pytest.raises(NotAllowed):
        edit(session, actor, NOW, draft_id=draft_id, act="remove", data={"row": 1, "version": 0})


def test_every_change_is_in_the_audit(session: Session, city: City) -> None:
    actor = city.people["supervisor"]
    draft_id = start(session, actor, city.region.id)
    edit(session, actor, NOW, draft_id=draft_id, act="settle", data={"doubt": 4, "alike": False, "settled": True})
    discard(session, actor, NOW, draft_id=draft_id)
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.subject == f"import:{draft_id}").order_by(AuditEntry.seq)
    )
    assert [entry.action for entry in entries] == ["import.start", "import.settle", "import.discard"]
    assert broken_chains(session) == []
