"""A draft becomes a plan with its rounds, units and supervising unit, or nothing at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city, make_region, make_unit, task_entry
from tests.intake.drafting import draft_of
from tracker import audit
from tracker.access import SYSTEM
from tracker.directory.models import Unit, UnitAlias
from tracker.directory.queries import units_by_name
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.intake.loading import SUPERVISION_OFFICE, Loaded, load_draft
from tracker.intake.settling import Choices, UnknownUnits
from tracker.plans.document import plan_document
from tracker.plans.models import Plan, Round
from tracker.plans.queries import task_row


def load(session: Session, city: City, draft: dict[str, Any], **choices: Any) -> Loaded:
    """Load into 韶关 as the system, at another address than the city's plan."""
    chosen = Choices(**{"slug": "second", **choices})
    return load_draft(session, SYSTEM, NOW, region=city.region, draft=draft, choices=chosen)


@pytest.mark.both_databases
def test_a_draft_becomes_a_plan_with_every_fact_of_its_tasks(session: Session) -> None:
    city = make_city(session)
    draft = draft_of(
        task_entry("1", ["市残联"], ["韶关市教育局"], others=["韶关市教育局"], deadline="2023-12-31", section="保障",
                   deadline_words="2023年底前", remark="年度任务",
                   targets=[{"comparator": ">=", "value": 9.5, "unit": "%"}]),
        task_entry("2", ["市民政局", "市教育局"], joint=True, deadline_words="持续推进"),
        evaluations=[{"kind": "annual", "quote": "每年监测。"}],
    )  # fmt: skip
    loaded = load(session, city, draft)
    assert loaded.is_new
    assert loaded.plan.supervising_unit.name == "残工委办公室"
    document = plan_document(session, loaded.plan)
    assert draft["tasks"][0].pop("deadline") == date(2023, 12, 31)
    assert document["tasks"][0].pop("deadline") == "2023-12-31"
    assert document["tasks"] == draft["tasks"]
    row = task_row(session, loaded.plan, "1")
    assert [unit.name for unit in row.supports] == ["市教育局"]
    assert [match.how for match in loaded.taught] == ["prefix"]
    assert "韶关市教育局" in units_by_name(session, city.region.id)
    kinds = session.scalars(select(Round.kind).where(Round.plan_id == loaded.plan.id)).all()
    assert sorted(set(kinds)) == ["annual", "end_of_term", "mid_term"]
    assert audit.broken_chains(session) == []


def test_unknown_names_stop_it_with_what_they_are_like(session: Session) -> None:
    city = make_city(session)
    draft = draft_of(task_entry("1", ["市体育总局"], ["市水利局"]))
    with pytest.raises(UnknownUnits) as raised:
        load(session, city, draft)
    assert [match.name for match in raised.value.matches] == ["市体育总局", "市水利局"]
    assert raised.value.matches[0].nearest[0].unit == "市体育局"
    assert session.scalar(select(func.count()).select_from(Plan).where(Plan.slug == "second")) == 0


def test_an_accepted_name_leads_to_the_unit_and_stays_known(session: Session) -> None:
    city = make_city(session)
    draft = draft_of(task_entry("1", ["市体育总局"]))
    loaded = load(session, city, draft, accepted={"市体育总局": "市体育局"})
    assert task_row(session, loaded.plan, "1").leads[0].name == "市体育局"
    assert load(session, city, draft, slug="third").is_new
    with pytest.raises(InvalidInput, match="no such unit"):
        load(session, city, draft, slug="fourth", accepted={"市体育总局": "市水务局"})


def test_only_what_a_person_names_is_made(session: Session) -> None:
    city = make_city(session)
    draft = draft_of(task_entry("1", ["市水利局"], ["市气象局"]))
    with pytest.raises(UnknownUnits) as raised:
        load(session, city, draft, create=["市水利局"])
    assert [match.name for match in raised.value.matches] == ["市气象局"]
    loaded = load(session, city, draft, create=["市水利局", "市气象局"])
    made = select(Unit.name, Unit.kind).where(Unit.name.in_(loaded.created)).order_by(Unit.id)
    assert [tuple(row) for row in session.execute(made)] == [
        ("市水利局", "government_department"), ("市气象局", "central_agency")
    ]  # fmt: skip


@pytest.mark.both_databases
def test_a_new_region_loads_in_one_go(session: Session) -> None:
    region = make_region(session, "west", "西城市", "西城")
    draft = draft_of(
        task_entry("1", ["市教育局"], ["各县（市、区）政府", "教育局"]),
        task_entry("2", ["西城市残联"], ["市残疾人联合会", "海事部门"]),
        units=[{"name": "市残联", "aliases": ["市残疾人联合会", "西城市残联"]}],
        region="西城市",
    )
    loaded = load_draft(session, SYSTEM, NOW, region=region, draft=draft, choices=Choices(create="all"))
    assert loaded.plan.slug == "west"
    assert loaded.created == ("市教育局", "各县（市、区）政府", "市残联", "海事部门", SUPERVISION_OFFICE)
    assert [row.name for row in task_row(session, loaded.plan, "2").leads] == ["市残联"]
    doubts = [doubt.message % doubt.values for doubt in loaded.doubts]
    assert len(doubts) == 5, doubts  # the collective unit, a kind, the office, and twice a unit named twice
    assert any("各县（市、区）政府" in text and "without members" in text for text in doubts)
    assert any("“市教育局” and “教育局”" in text for text in doubts)
    aliases = select(func.count()).select_from(UnitAlias).where(UnitAlias.region_id == region.id)
    assert session.scalar(aliases) == 8


def test_the_supervising_unit_is_the_one_of_the_region_or_asked_for(session: Session) -> None:
    city = make_city(session)
    draft = draft_of(task_entry("1"))
    assert load(session, city, draft).plan.supervising_unit.name == "残工委办公室"
    with pytest.raises(UnknownUnits):
        load(session, city, draft, slug="third", supervising_unit="督查办")
    made = load(session, city, draft, slug="third", supervising_unit="督查办", host="市残联", create="all")
    assert made.created == ("督查办",)
    office = made.plan.supervising_unit
    assert (office.name, office.kind, office.host_unit_id) == ("督查办", "office", city.units["市残联"].id)
    with pytest.raises(InvalidInput, match="督查办"):
        load(session, city, draft, slug="fourth")


def test_a_region_without_office_asks_for_the_supervising_unit(session: Session) -> None:
    region = make_region(session)
    make_unit(session, region, "市残联")
    with pytest.raises(InvalidInput, match="supervises the plan"):
        load_draft(session, SYSTEM, NOW, region=region, draft=draft_of(task_entry("1")), choices=Choices())


def test_a_slug_that_is_there_is_left_as_it_is(session: Session) -> None:
    city = make_city(session)
    loaded = load(session, city, draft_of(task_entry("9", ["谁也不认识的单位"])), slug="shaoguan")
    assert (loaded.is_new, loaded.plan.id) == (False, city.plan.id)


def test_the_slug_follows_from_region_and_title(session: Session) -> None:
    city = make_city(session)
    same = draft_of(task_entry("1"))  # the title of the city's own plan
    assert not load(session, city, same, slug=None).is_new
    other = draft_of(task_entry("1"), title="养老服务体系建设规划", period=[2023, 2027])
    assert load(session, city, other, slug=None).plan.slug == "shaoguan-2023"
    third = draft_of(task_entry("1"), title="全民健身实施计划", period=[2023, 2027])
    assert load(session, city, third, slug=None).plan.slug == "shaoguan-2023-2"
    nearly = draft_of(task_entry("1"), title="韶关残疾人保障和发展规划")
    with pytest.raises(InvalidInput, match="--slug"):
        load(session, city, nearly, slug=None)


def test_the_rounds_that_a_person_chose_are_made_and_no_others(session: Session) -> None:
    city = make_city(session)
    plan = load(session, city, draft_of(task_entry("1")), rounds=["annual", "end_of_term"]).plan
    made = session.execute(select(Round.kind, Round.year).where(Round.plan_id == plan.id).order_by(Round.opens_on))
    years = [("annual", year) for year in (2021, 2022, 2023, 2024)]
    assert [tuple(row) for row in made] == [*years, ("end_of_term", 2025)]


def test_a_plan_without_term_is_asked_for_it(session: Session) -> None:
    city = make_city(session)
    with pytest.raises(InvalidInput, match="which years"):
        load(session, city, draft_of(task_entry("1"), period=None))


def test_another_place_in_the_document_is_said(session: Session) -> None:
    city = make_city(session)
    told = load(session, city, draft_of(task_entry("1"), region="江门市")).doubts
    assert [doubt.values for doubt in told] == [{"printed": "江门市", "region": "韶关市"}]
    assert load(session, city, draft_of(task_entry("1"), region="广东省韶关市"), slug="third").doubts == ()


@pytest.mark.parametrize(("who", "error"), [("handler", NotAllowed), ("observer", NotAllowed), ("nobody", NotFound)])
def test_who_may_not_import_makes_nothing(session: Session, who: str, error: type[Exception]) -> None:
    city = make_city(session)
    with pytest.raises(error):
        load_draft(session, city.people[who], NOW, region=city.region, draft=draft_of(task_entry("1")),
                   choices=Choices(slug="second"))  # fmt: skip
    assert session.scalar(select(func.count()).select_from(Plan)) == 1
