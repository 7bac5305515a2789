"""Who goes: an account closed, a role ended or handed over, and who has to stay."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, give_role, make_city, make_person, make_user
from tests.services.signing_in import PASSWORD, REAL, activated, alive, last_link, set_by_link, user_of
from tracker.access import NOBODY, SYSTEM
from tracker.directory import links, sessions
from tracker.directory.accounts import grant
from tracker.directory.models import Membership
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.workflows.people import disable_user, enable_user, handover, release


@pytest.fixture
def city(session: Session) -> City:
    """A city whose plan is live, so that its units have open tasks."""
    made = make_city(session)
    made.go_live(session)
    return made


def test_the_last_person_of_a_unit_with_open_tasks_stays(session: Session, city: City) -> None:
    user = user_of(session, city.people["supporting"])
    with pytest.raises(NotAllowed) as refused:
        disable_user(session, SYSTEM, NOW, REAL, user=user)
    assert refused.value.values["unit"] == "市财政局"
    assert user.active


def test_the_last_person_of_a_member_of_a_collective_unit_stays(session: Session, city: City) -> None:
    with pytest.raises(NotAllowed) as refused:
        disable_user(session, SYSTEM, NOW, REAL, user=user_of(session, city.people["collective_member"]))
    assert refused.value.values["unit"] == "浈江区政府"


def test_the_last_supervisor_of_a_plan_with_open_tasks_stays(session: Session, city: City) -> None:
    for name in ("supervisor", "second_supervisor"):
        disable_user(session, SYSTEM, NOW, REAL, user=user_of(session, city.people[name]))
    with pytest.raises(NotAllowed) as refused:
        disable_user(session, SYSTEM, NOW, REAL, user=user_of(session, city.people["host_supervisor"]))
    assert refused.value.values["unit"] == "残工委办公室"


@pytest.mark.both_databases
def test_where_another_person_is_left_the_account_closes(session: Session, city: City) -> None:
    user = activated(session, user_of(session, city.people["handler"]))
    token = sessions.open_session(session, REAL, user.id)
    links.request_link(session, NOBODY, NOW, REAL, email=user.email)
    link = last_link(session)
    disable_user(session, city.people["supervisor"], NOW, REAL, user=user)
    held = session.scalars(select(Membership).where(Membership.user_id == user.id)).all()
    assert not user.active
    assert [membership.ended_at for membership in held] == [NOW]
    assert not alive(session, token)
    with pytest.raises(NotFound):
        set_by_link(session, link, "reset")


def test_a_unit_without_open_tasks_lets_its_last_person_go(session: Session, city: City) -> None:
    user = user_of(session, city.people["another_unit"])
    disable_user(session, SYSTEM, NOW, REAL, user=user)
    assert not user.active


@pytest.mark.parametrize("whose", ["second_supervisor", "observer", "administrator", "host_supervisor", "supervisor"])
def test_a_supervisor_closes_contacts_only(session: Session, city: City, whose: str) -> None:
    with pytest.raises(NotAllowed):
        disable_user(session, city.people["supervisor"], NOW, REAL, user=user_of(session, city.people[whose]))


def test_a_supervisor_does_not_close_somebody_who_also_works_elsewhere(session: Session, city: City) -> None:
    user = user_of(session, city.people["handler"])
    foreign = session.scalars(
        select(Membership.region_id).where(Membership.user_id == city.people["another_region"].user_id)
    ).one()
    session.add(Membership(user_id=user.id, region_id=foreign, unit_id=None, role="observer", from_at=NOW))
    session.flush()
    with pytest.raises(NotFound):
        disable_user(session, city.people["supervisor"], NOW, REAL, user=user)


def test_the_last_administrator_stays(session: Session, city: City) -> None:
    last = user_of(session, city.people["administrator"])
    with pytest.raises(NotAllowed):
        disable_user(session, SYSTEM, NOW, REAL, user=last)
    make_user(session, "平台 管理员（二）", administrator=True)
    disable_user(session, SYSTEM, NOW, REAL, user=last)
    assert not last.active


@pytest.mark.both_databases
def test_a_closed_account_is_opened_again_without_a_role_and_with_a_new_password(session: Session, city: City) -> None:
    user, office = activated(session, user_of(session, city.people["handler"])), city.people["supervisor"]
    disable_user(session, office, NOW, REAL, user=user)
    enable_user(session, office, NOW, REAL, user=user)
    assert user.active
    with pytest.raises(InvalidInput):
        links.authenticate(session, email=user.email, password=PASSWORD)
    set_by_link(session, last_link(session), "activation")
    links.authenticate(session, email=user.email, password=PASSWORD)
    held = session.scalars(select(Membership).where(Membership.user_id == user.id)).all()
    assert [membership.ended_at for membership in held] == [NOW]
    region_id, unit = city.region.id, city.units["市民政局"]
    assert grant(session, office, NOW, REAL, user=user, region_id=region_id, unit_id=unit.id, role="handler")


def test_opening_an_account_that_is_open_changes_nothing(session: Session, city: City) -> None:
    user = activated(session, user_of(session, city.people["handler"]))
    token = sessions.open_session(session, REAL, user.id)
    enable_user(session, city.people["supervisor"], NOW, REAL, user=user)
    assert alive(session, token)
    assert links.authenticate(session, email=user.email, password=PASSWORD) is user


@pytest.mark.parametrize("whose", ["second_supervisor", "observer"])
def test_who_may_not_close_an_account_does_not_open_it_again(session: Session, city: City, whose: str) -> None:
    user = user_of(session, city.people[whose])
    disable_user(session, SYSTEM, NOW, REAL, user=user)
    for actor in (city.people["supervisor"], city.people["handler"], city.people[whose]):
        with pytest.raises((NotAllowed, NotFound)):
            enable_user(session, actor, NOW, REAL, user=user)
    assert not user.active


@pytest.mark.both_databases
def test_a_handover_gives_every_role_to_the_successor(session: Session, city: City) -> None:
    leaver = user_of(session, city.people["supporting"])
    give_role(session, leaver, "leader", city.units["市体育局"])
    successor = make_user(session, "市财政局 经办人（二）")
    tokens = [sessions.open_session(session, REAL, user.id) for user in (leaver, successor)]
    moved = handover(session, city.people["supervisor"], NOW, REAL, leaver=leaver, successor=successor)
    held = session.execute(
        select(Membership.user_id, Membership.role).where(
            Membership.user_id.in_([leaver.id, successor.id]), Membership.ended_at.is_(None)
        )
    ).all()
    assert moved == {"roles": 2}
    assert sorted(held) == sorted([(successor.id, "handler"), (successor.id, "leader")])
    assert [alive(session, token) for token in tokens] == [False, False]
    assert leaver.active


def test_a_handover_to_oneself_or_to_a_disabled_account_is_refused(session: Session, city: City) -> None:
    leaver, gone = user_of(session, city.people["handler"]), user_of(session, city.people["another_unit"])
    disable_user(session, SYSTEM, NOW, REAL, user=gone)
    for successor in (leaver, gone):
        with pytest.raises(NotAllowed):
            handover(session, SYSTEM, NOW, REAL, leaver=leaver, successor=successor)


def test_a_supervisor_hands_nothing_over_to_themselves(session: Session, city: City) -> None:
    me = user_of(session, city.people["supervisor"])
    with pytest.raises(NotAllowed):
        handover(
            session,
            city.people["supervisor"],
            NOW,
            REAL,
            leaver=user_of(session, city.people["handler"]),
            successor=me,
        )


def test_one_role_ends_where_somebody_else_is_left(session: Session, city: City) -> None:
    supervisor = city.people["supervisor"]
    first = session.scalars(select(Membership).where(Membership.user_id == city.people["supporting"].user_id)).one()
    with pytest.raises(NotAllowed):
        release(session, supervisor, NOW, REAL, membership_id=first.id)
    make_person(session, city.units["市财政局"], "leader")
    release(session, supervisor, NOW, REAL, membership_id=first.id)
    assert first.ended_at == NOW
    with pytest.raises(NotFound):
        release(session, supervisor, NOW, REAL, membership_id=first.id)


def test_a_role_of_another_region_is_not_found(session: Session, city: City) -> None:
    membership = session.scalars(select(Membership).where(Membership.user_id == city.people["handler"].user_id)).one()
    with pytest.raises(NotFound):
        release(session, city.people["another_region"], NOW, REAL, membership_id=membership.id)
