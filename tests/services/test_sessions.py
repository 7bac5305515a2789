"""Sessions and passwords: who is signed in, until when, and what ends it."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city
from tests.services.signing_in import PASSWORD, REAL, activated, alive, user_of
from tracker.access import SYSTEM
from tracker.directory import links, sessions
from tracker.directory.accounts import end_membership, grant
from tracker.directory.models import Membership, SignInSession
from tracker.directory.passwords import verify_password
from tracker.errors import InvalidInput
from tracker.workflows.people import disable_user


@pytest.fixture
def city(session: Session) -> City:
    """A city whose plan is live, so that its units have open tasks."""
    made = make_city(session)
    made.go_live(session)
    return made


def test_the_database_holds_no_token(session: Session, city: City) -> None:
    token = sessions.open_session(session, REAL, user_of(session, city.people["handler"]).id)
    stored = session.scalars(select(SignInSession.token_hash)).all()
    assert stored == [sessions.token_hash(token)]
    assert token not in stored


@pytest.mark.parametrize(("idle", "expected"), [(timedelta(hours=11, minutes=59), True), (timedelta(hours=12), False)])
def test_a_session_ends_after_twelve_idle_hours(session: Session, city: City, idle: timedelta, expected: bool) -> None:
    token = sessions.open_session(session, REAL, user_of(session, city.people["handler"]).id)
    assert alive(session, token, REAL + idle) is expected


def test_being_seen_moves_the_idle_limit(session: Session, city: City) -> None:
    token = sessions.open_session(session, REAL, user_of(session, city.people["handler"]).id)
    found = sessions.live_session(session, REAL, token)
    assert found is not None
    sessions.touch(session, REAL + timedelta(hours=10), found.id)
    assert alive(session, token, REAL + timedelta(hours=21))


def test_signing_out_ends_one_browser_only(session: Session, city: City) -> None:
    user_id = user_of(session, city.people["handler"]).id
    here, there = (sessions.open_session(session, REAL, user_id) for _ in range(2))
    sessions.revoke_session(session, REAL, here)
    assert (alive(session, here), alive(session, there)) == (False, True)


@pytest.mark.both_databases
def test_a_role_given_or_ended_ends_every_session(session: Session, city: City) -> None:
    user = user_of(session, city.people["another_unit"])
    token = sessions.open_session(session, REAL, user.id)
    unit = city.units["市教育局"]
    place = {"region_id": city.region.id, "unit_id": unit.id, "role": "leader"}
    assert grant(session, SYSTEM, NOW, REAL, user=user, **place)
    assert not alive(session, token)

    token = sessions.open_session(session, REAL, user.id)
    assert not grant(session, SYSTEM, NOW, REAL, user=user, **place), "it is held already"
    assert alive(session, token), "nothing changed"

    membership = session.scalars(select(Membership).where(Membership.user_id == user.id)).all()[-1]
    end_membership(session, SYSTEM, NOW, REAL, membership=membership)
    assert not alive(session, token)


def test_a_new_password_ends_every_other_session(session: Session, city: City) -> None:
    user = activated(session, user_of(session, city.people["handler"]))
    elsewhere = sessions.open_session(session, REAL, user.id)
    here = links.change_password(
        session,
        city.people["handler"],
        NOW,
        REAL,
        current=PASSWORD,
        password="quite another one",
        repeated="quite another one",
    )
    assert (alive(session, elsewhere), alive(session, here)) == (False, True)


def test_changing_the_password_needs_the_current_one(session: Session, city: City) -> None:
    activated(session, user_of(session, city.people["handler"]))
    with pytest.raises(InvalidInput) as refused:
        links.change_password(
            session, city.people["handler"], NOW, REAL, current="wrong", password=PASSWORD, repeated=PASSWORD
        )
    assert list(refused.value.fields) == ["current"]


def test_one_sentence_for_every_failed_sign_in(session: Session, city: City) -> None:
    user = activated(session, user_of(session, city.people["another_unit"]))
    never = user_of(session, city.people["leader"])
    said = set()
    tries = [(user.email, "wrong password"), ("nobody@example.test", PASSWORD), (never.email, PASSWORD)]
    for email, password in tries:
        with pytest.raises(InvalidInput) as refused:
            links.authenticate(session, email=email, password=password)
        said.add(json.dumps(refused.value.fields))
    disable_user(session, SYSTEM, NOW, REAL, user=user)
    with pytest.raises(InvalidInput) as refused:
        links.authenticate(session, email=user.email, password=PASSWORD)
    said.add(json.dumps(refused.value.fields))
    assert len(said) == 1


def test_an_unknown_address_takes_as_long_as_a_wrong_password(session: Session, city: City) -> None:
    user = activated(session, user_of(session, city.people["handler"]))

    def fastest(email: str) -> float:
        times = []
        for _ in range(4):
            begin = time.process_time()
            with pytest.raises(InvalidInput):
                links.authenticate(session, email=email, password="wrong password")
            times.append(time.process_time() - begin)
        return min(times)

    fastest("nobody@example.test")  # makes the hash of nobody once
    known, unknown = fastest(user.email), fastest("nobody@example.test")
    assert 0.5 < known / unknown < 2


@pytest.mark.both_databases
def test_an_old_hash_is_made_anew_at_sign_in(session: Session, city: City) -> None:
    user = user_of(session, city.people["handler"])
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024).hash(PASSWORD)
    user.password_hash = weak
    session.flush()
    found = links.authenticate(session, email=user.email.upper(), password=PASSWORD)
    token = links.sign_in(session, NOW, REAL, user=found, password=PASSWORD)
    assert user.password_hash != weak
    assert verify_password(user.password_hash, PASSWORD)
    assert alive(session, token)
