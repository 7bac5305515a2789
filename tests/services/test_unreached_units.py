"""Units whose open tasks reach nobody: counted per unit, members of a collective unit for themselves."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, City, end_role, make_city, task_entry
from tracker.directory.models import User
from tracker.oversight.unreached import unreached_units


@pytest.fixture
def city(session: Session) -> City:
    """A living city; nobody was ever at 武江区政府, a member of the collective that supports three tasks."""
    made = make_city(session)
    made.go_live(session)
    return made


def found(session: Session, region_ids: list[int] | None = None) -> list[tuple[str, int, str, bool]]:
    return [(one.unit.name, one.open, one.reach, one.ever) for one in unreached_units(session, region_ids)]


@pytest.mark.both_databases
def test_a_unit_that_never_had_a_contact_and_one_that_lost_them_are_told_apart(session: Session, city: City) -> None:
    never = ("武江区政府", 3, "mailbox", False)
    assert found(session) == [never]
    people = [session.get_one(User, city.people[name].user_id) for name in ("handler", "leader")]
    end_role(session, people[0], "handler", NOW)
    assert found(session) == [never], "its leader is still there"
    people[1].active = False
    session.flush()
    assert found(session) == [("市民政局", 2, "nobody", True), never], "who has no mailbox comes first"


@pytest.mark.both_databases
def test_only_open_tasks_of_the_asked_regions_count(session: Session, city: City) -> None:
    elsewhere = city.people["another_region"].roles[0].region_id
    assert found(session, [elsewhere]) == []
    for ref in ("1", "2"):
        city.do(session, "supervisor", ref, "terminate", reason="不再需要。")
    assert found(session, [city.region.id]) == [("武江区政府", 1, "mailbox", False)]
    city.do(session, "supervisor", "3", "terminate", reason="不再需要。")
    assert found(session) == []


def test_a_unit_that_is_named_beside_its_collective_is_counted_once(session: Session) -> None:
    city = make_city(session, [task_entry("1", ["市民政局"], ["武江区政府", "各县（市、区）政府"])])
    city.go_live(session)
    assert found(session) == [("武江区政府", 1, "mailbox", False)]
