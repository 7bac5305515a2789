"""Acknowledging, declining, reassigning: each lead unit answers for itself, and a new first-named one anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, end_role, give_role, make_city, make_person, reload_actor
from tests.services.acting import acts
from tracker.directory.models import User
from tracker.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound
from tracker.plans.models import AssignmentSet
from tracker.workflows.queries import acknowledgements_of


@pytest.fixture
def city(session: Session) -> City:
    """A living city: tasks 1 to 3 are assigned, 4 waits for units."""
    made = make_city(session)
    made.go_live(session)
    return made


def test_each_lead_unit_acknowledges_for_itself(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge")
    row = city.row(session, "1")
    assert set(acknowledgements_of(session, [row])[row.task_id]) == set(city.unit_ids("市民政局"))
    city.do(session, "other_lead", "1", "acknowledge", now=NOW + timedelta(hours=1))
    row = city.row(session, "1")
    assert acknowledgements_of(session, [row])[row.task_id] == dict(
        zip(city.unit_ids("市民政局", "市教育局"), (NOW, NOW + timedelta(hours=1)), strict=True)
    )


def test_reassigning_carries_the_acknowledgements_of_who_stays(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "other_lead", "1", "acknowledge")
    city.do(
        session, "supervisor", "1", "reassign", reason="分工调整",
        leads=city.unit_ids("市民政局", "市体育局", "市教育局"), supports=[],
    )  # fmt: skip
    row = city.row(session, "1")
    assert row.state == "in_progress"
    assert [unit.name for unit in row.leads] == ["市民政局", "市体育局", "市教育局"]
    assert row.supports == ()
    assert set(acknowledgements_of(session, [row])[row.task_id]) == set(city.unit_ids("市民政局", "市教育局"))


@pytest.mark.parametrize("acknowledged_before", [True, False])
def test_a_new_first_lead_must_acknowledge_even_one_that_led_before(
    session: Session, city: City, acknowledged_before: bool
) -> None:
    if acknowledged_before:
        city.do(session, "handler", "1", "acknowledge")
    city.do(session, "other_lead", "1", "acknowledge")
    city.do(
        session, "supervisor", "1", "reassign", reason="换", leads=city.unit_ids("市教育局", "市民政局"), supports=[]
    )
    row = city.row(session, "1")
    assert row.state == "assigned"
    kept = acknowledgements_of(session, [row]).get(row.task_id, {})
    assert set(kept) == (set(city.unit_ids("市民政局")) if acknowledged_before else set())
    city.do(session, "other_lead", "1", "acknowledge")
    assert city.row(session, "1").state == "in_progress"
    with pytest.raises(NotAllowed):
        city.do(session, "handler", "1", "report", **REPORT)


def test_a_new_first_named_lead_of_an_assigned_task_has_its_own_five_days(session: Session, city: City) -> None:
    later = NOW + timedelta(days=30)
    city.do(
        session, "supervisor", "1", "reassign", now=later, reason="换", leads=city.unit_ids("市体育局"), supports=[]
    )
    row = city.row(session, "1")
    assert (row.state, row.entered_at) == ("assigned", later)
    city.do(session, "supervisor", "1", "reassign", now=later + timedelta(days=1), reason="加",
            leads=city.unit_ids("市体育局"), supports=city.unit_ids("市财政局"))  # fmt: skip
    assert city.row(session, "1").entered_at == later


def test_a_collective_unit_is_never_named_first(session: Session, city: City) -> None:
    with pytest.raises(InvalidInput) as raised:
        city.do(session, "supervisor", "1", "reassign", reason="换",
                leads=city.unit_ids("各县（市、区）政府"), supports=[])  # fmt: skip
    assert set(raised.value.fields) == {"leads"}
    city.do(session, "supervisor", "1", "reassign", reason="换",
            leads=city.unit_ids("市民政局", "各县（市、区）政府"), supports=[])  # fmt: skip


def test_a_person_of_two_lead_units_acknowledges_for_the_second_too(session: Session, city: City) -> None:
    give_role(session, session.get_one(User, city.people["handler"].user_id), "handler", city.units["市教育局"])
    both = reload_actor(session, city.people["handler"])
    city.do(session, "leader", "1", "acknowledge")
    city.do(session, both, "1", "acknowledge")
    row = city.row(session, "1")
    assert set(acknowledgements_of(session, [row])[row.task_id]) == set(city.unit_ids("市民政局", "市教育局"))
    assert row.state == "in_progress"
    with pytest.raises(InvalidTransition):
        city.do(session, both, "1", "acknowledge")


def test_declining_ends_all_assignments_and_dispatching_needs_units_again(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "decline", reason="不属于我局职责")
    row = city.row(session, "1")
    assert (row.state, row.leads, row.supports, row.dispatched_at) == ("pending_dispatch", (), (), None)
    sets = session.scalars(select(AssignmentSet.act).where(AssignmentSet.task_id == row.task_id)).all()
    assert sets == ["import", "decline"]
    with pytest.raises(InvalidInput) as raised:
        city.do(session, "supervisor", "1", "dispatch")
    assert set(raised.value.fields) == {"leads"}
    city.do(session, "supervisor", "1", "dispatch", leads=city.unit_ids("市体育局"))
    assert [unit.name for unit in city.row(session, "1").leads] == ["市体育局"]


def test_another_leads_declining_is_a_request_and_ends_nothing(session: Session, city: City) -> None:
    city.do(session, "other_lead", "1", "decline", reason="请调整")
    row = city.row(session, "1")
    assert (row.state, len(row.leads)) == ("assigned", 2)
    assert acts(session, city, "1")[-1] == (2, "decline", "assigned", "assigned")


def test_a_person_who_left_the_unit_can_do_nothing_more(session: Session, city: City) -> None:
    person = make_person(session, city.units["市民政局"], "handler")
    end_role(session, session.get_one(User, person.user_id), "handler")
    with pytest.raises(NotFound):
        city.do(session, reload_actor(session, person), "1", "acknowledge")
