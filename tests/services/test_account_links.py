"""Links that set a password: which one works, how long, how often, and for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city, make_user
from tests.services.signing_in import PASSWORD, REAL, activated, alive, last_link, set_by_link, user_of
from tracker.access import NOBODY, SYSTEM
from tracker.directory import links, sessions
from tracker.directory.models import AccountToken
from tracker.directory.passwords import verify_password
from tracker.errors import InvalidInput, NotFound
from tracker.outbox.models import OutboxMessage
from tracker.workflows.people import disable_user


@pytest.fixture
def city(session: Session) -> City:
    """A city whose plan is live, so that its units have open tasks."""
    made = make_city(session)
    made.go_live(session)
    return made


@pytest.mark.parametrize(
    ("password", "repeated", "field"),
    [
        ("short", "short", "password"),
        ("nine char", "nine char", "password"),
        ("x" * 201, "x" * 201, "password"),
        ("Office@Example.test", "Office@Example.test", "password"),
        ("long enough for us", "long enough for you", "repeated"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused(
    session: Session, city: City, password: str, repeated: str, field: str
) -> None:
    user = make_user(session, "市民政局 经办人")
    user.email = "office@example.test"
    links.invite(session, SYSTEM, NOW, REAL, user=user)
    with pytest.raises(InvalidInput) as refused:
        links.set_password_by_link(
            session, NOW, REAL, purpose="activation", token=last_link(session), password=password, repeated=repeated
        )
    assert list(refused.value.fields) == [field]


@pytest.mark.both_databases
def test_an_activation_link_works_once(session: Session, city: City) -> None:
    user = user_of(session, city.people["handler"])
    links.invite(session, SYSTEM, NOW, REAL, user=user)
    token = last_link(session)
    browser = set_by_link(session, token)
    assert verify_password(user.password_hash, PASSWORD)
    assert alive(session, browser), "the person is signed in"
    with pytest.raises(NotFound):
        set_by_link(session, token)


def test_a_link_is_stored_as_a_hash_only(session: Session, city: City) -> None:
    links.invite(session, SYSTEM, NOW, REAL, user=user_of(session, city.people["handler"]))
    stored = session.scalars(select(AccountToken.token_hash)).all()
    assert stored == [sessions.token_hash(last_link(session))]


@pytest.mark.parametrize(("purpose", "life"), [("activation", timedelta(days=7)), ("reset", timedelta(hours=1))])
def test_a_link_runs_out(session: Session, city: City, purpose: str, life: timedelta) -> None:
    user = user_of(session, city.people["handler"])
    if purpose == "reset":
        activated(session, user)
    links.request_link(session, NOBODY, NOW, REAL, email=user.email)
    token = last_link(session)
    assert links.user_of_link(session, REAL + life - timedelta(seconds=1), purpose=purpose, token=token).id == user.id
    with pytest.raises(NotFound):
        set_by_link(session, token, purpose, REAL + life)


def test_a_reset_link_does_not_activate_and_the_other_way_round(session: Session, city: City) -> None:
    user = user_of(session, city.people["handler"])
    links.invite(session, SYSTEM, NOW, REAL, user=user)
    with pytest.raises(NotFound):
        set_by_link(session, last_link(session), "reset")


def test_a_newer_link_takes_the_place_of_the_older(session: Session, city: City) -> None:
    user = activated(session, user_of(session, city.people["handler"]))
    links.request_link(session, NOBODY, NOW, REAL, email=user.email)
    older = last_link(session)
    links.request_link(session, NOBODY, NOW, REAL + links.FRESH, email=user.email.upper())
    with pytest.raises(NotFound):
        set_by_link(session, older, "reset", REAL + links.FRESH)
    set_by_link(session, last_link(session), "reset", REAL + links.FRESH)


@pytest.mark.parametrize("who", ["activated", "invited"])
def test_whoever_asks_again_at_once_gets_no_second_mail_and_the_first_link_works(
    session: Session, city: City, who: str
) -> None:
    user = user_of(session, city.people["handler"])
    if who == "activated":
        activated(session, user)
    links.request_link(session, NOBODY, NOW, REAL, email=user.email)
    first, mails = last_link(session), select(func.count()).select_from(OutboxMessage)
    before = session.scalar(mails)
    for seconds in (0, 60, 599):
        links.request_link(session, NOBODY, NOW, REAL + timedelta(seconds=seconds), email=user.email)
    assert session.scalar(mails) == before
    set_by_link(session, first, "reset" if who == "activated" else "activation", REAL + timedelta(seconds=599))
    links.request_link(session, NOBODY, NOW, REAL + timedelta(seconds=600), email=user.email)
    assert session.scalar(mails) == (before or 0) + 1, "a link that was used keeps nobody from another"


def test_an_unknown_or_disabled_address_gets_no_mail(session: Session, city: City) -> None:
    user = user_of(session, city.people["another_unit"])
    disable_user(session, SYSTEM, NOW, REAL, user=user)
    links.request_link(session, NOBODY, NOW, REAL, email=user.email)
    links.request_link(session, NOBODY, NOW, REAL, email="nobody@example.test")
    assert session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "account")).all() == []


def test_whoever_never_activated_gets_the_activation_link(session: Session, city: City) -> None:
    user = user_of(session, city.people["handler"])
    links.request_link(session, NOBODY, NOW, REAL, email=user.email)
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "account")).one()
    assert (mail.template, mail.context["hours"], mail.not_before) == ("activation", 168, NOW)
