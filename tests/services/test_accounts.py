"""Accounts, links and sessions: who may do what, and what stops working when."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.factories import NOW, City, give_role, make_city, make_person, make_user, reload_actor
from tracker.access import NOBODY, SYSTEM, Actor
from tracker.audit.models import AuditEntry
from tracker.db import db, transaction
from tracker.directory import links, sessions
from tracker.directory.accounts import add_person, add_user, end_membership, grant, lock_region, set_mailbox
from tracker.directory.models import AccountToken, Membership, SignInSession, User
from tracker.directory.passwords import hash_password, verify_password
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.outbox.models import OutboxMessage
from tracker.workflows.people import disable_user, handover, release

REAL = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PASSWORD = "a password of words"


@pytest.fixture
def city(session: Session) -> City:
    """A city whose plan is live, so that its units have open tasks."""
    made = make_city(session)
    made.go_live(session)
    return made


def user_of(session: Session, actor: Actor) -> User:
    """The row of a person."""
    return session.get_one(User, actor.user_id)


def last_link(session: Session) -> str:
    """The token in the newest account mail."""
    statement = select(OutboxMessage).where(OutboxMessage.kind == "account").order_by(OutboxMessage.id.desc())
    mail = session.scalars(statement).first()
    assert mail is not None
    return str(mail.context["path"]).rsplit("/", 1)[1]


def alive(session: Session, token: str, at: datetime = REAL) -> bool:
    """Whether a browser with this token is signed in."""
    return sessions.live_session(session, at, token) is not None


def activated(session: Session, user: User) -> User:
    """The person with PASSWORD."""
    user.password_hash = hash_password(PASSWORD)
    session.flush()
    return user


# ---- sessions ------------------------------------------------------------------------------------------------------


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


# ---- passwords and links -------------------------------------------------------------------------------------------


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


def set_by_link(session: Session, token: str, purpose: str = "activation", at: datetime = REAL) -> str:
    """Set PASSWORD by a link."""
    return links.set_password_by_link(
        session, NOW, at, purpose=purpose, token=token, password=PASSWORD, repeated=PASSWORD
    )


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
            begin = time.perf_counter()
            with pytest.raises(InvalidInput):
                links.authenticate(session, email=email, password="wrong password")
            times.append(time.perf_counter() - begin)
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


# ---- accounts and roles --------------------------------------------------------------------------------------------


def add(
    session: Session, city: City, who: str, role: str = "handler", unit: str | None = "市体育局", **values: str
) -> User:
    """Add a person as somebody."""
    return add_person(
        session,
        city.people[who],
        NOW,
        REAL,
        email=values.get("email", "New@Example.test"),
        name=values.get("name", "市体育局 经办人"),
        region_id=city.region.id,
        unit_id=city.units[unit].id if unit else None,
        role=role,
    )[0]


def test_a_supervisor_adds_a_contact_who_gets_an_activation_mail(session: Session, city: City) -> None:
    user = add(session, city, "supervisor")
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "account")).one()
    assert (user.email, mail.to_address, mail.template) == ("new@example.test", "new@example.test", "activation")
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"user:{user.id}")).all()
    assert actions == ["user.add", "user.grant", "user.activation_link"]


@pytest.mark.parametrize(
    ("who", "role", "unit", "error"),
    [
        ("supervisor", "supervisor", "残工委办公室", NotAllowed),
        ("supervisor", "observer", None, NotAllowed),
        ("supervisor", "evaluator", None, NotAllowed),
        ("handler", "handler", "市民政局", NotAllowed),
        ("leader", "handler", "市民政局", NotAllowed),
        ("observer", "handler", "市民政局", NotAllowed),
        ("another_region", "handler", "市民政局", NotFound),
        ("nobody", "handler", "市民政局", NotFound),
        ("administrator", "handler", None, InvalidInput),
        ("administrator", "handler", "各县（市、区）政府", InvalidInput),
    ],
)
def test_who_may_not_add_whom(
    session: Session, city: City, who: str, role: str, unit: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        add(session, city, who, role, unit)


def test_a_supervisor_who_observes_another_region_keeps_no_contacts_there(session: Session, city: City) -> None:
    user = user_of(session, city.people["another_region"])
    give_role(session, user, "observer", region=city.region)
    city.people["another_region"] = reload_actor(session, city.people["another_region"])
    with pytest.raises(NotAllowed):
        add(session, city, "another_region")


@pytest.mark.parametrize(("role", "unit"), [("supervisor", "残工委办公室"), ("observer", None), ("evaluator", None)])
def test_an_administrator_gives_every_role(session: Session, city: City, role: str, unit: str | None) -> None:
    user = add(session, city, "administrator", role, unit)
    held = session.scalars(select(Membership.role).where(Membership.user_id == user.id)).all()
    assert held == [role]


def test_a_unit_of_another_region_is_not_found(session: Session, city: City) -> None:
    foreign = session.get_one(User, city.people["another_region"].user_id)
    unit_id = session.scalars(select(Membership.unit_id).where(Membership.user_id == foreign.id)).one()
    with pytest.raises(NotFound):
        grant(
            session,
            city.people["administrator"],
            NOW,
            REAL,
            user=user_of(session, city.people["handler"]),
            region_id=city.region.id,
            unit_id=unit_id,
            role="handler",
        )


def test_a_supervisor_does_not_give_roles_to_themselves(session: Session, city: City) -> None:
    me = user_of(session, city.people["supervisor"])
    with pytest.raises(NotAllowed):
        add(session, city, "supervisor", email=me.email, name=me.name)


def test_a_known_address_gets_the_role_and_no_second_account(session: Session, city: City) -> None:
    known = user_of(session, city.people["handler"])
    assert add(session, city, "supervisor", email=known.email).id == known.id
    assert session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "account")).all() == []


def test_an_address_belongs_to_one_account(session: Session, city: City) -> None:
    known = user_of(session, city.people["handler"])
    with pytest.raises(InvalidInput) as refused:
        add_user(session, SYSTEM, NOW, email=known.email.upper(), name="市体育局 经办人")
    assert list(refused.value.fields) == ["email"]


def test_a_supervisor_makes_no_administrator(session: Session, city: City) -> None:
    with pytest.raises(NotAllowed):
        add_user(
            session, city.people["supervisor"], NOW, email="a@example.test", name="平台 管理员", administrator=True
        )


def test_a_mailbox_is_set_by_the_supervisor_of_the_region_alone(session: Session, city: City) -> None:
    unit = city.units["市体育局"]
    set_mailbox(session, city.people["supervisor"], NOW, unit_id=unit.id, address="box@example.test")
    assert unit.mailbox == "box@example.test"
    with pytest.raises(NotAllowed):
        set_mailbox(session, city.people["handler"], NOW, unit_id=unit.id, address=None)
    with pytest.raises(NotFound):
        set_mailbox(session, city.people["another_region"], NOW, unit_id=unit.id, address=None)


# ---- going: disabling, releasing, handing over ---------------------------------------------------------------------


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


# ---- locks ---------------------------------------------------------------------------------------------------------


def hold(session: Session, city: City, what: str) -> None:
    """Take the lock that an import, a sign-in, or somebody's leaving takes first."""
    if what == "region":
        lock_region(session, city.region.id)
    elif what == "user":
        user = activated(session, user_of(session, city.people["another_unit"]))
        links.sign_in(session, NOW, REAL, user=user, password=PASSWORD)
    else:
        held = select(Membership.id).where(Membership.unit_id == city.units["市体育局"].id)
        release(session, SYSTEM, NOW, REAL, membership_id=session.scalars(held).one())


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("what", ["region", "user", "unit"])
def test_a_lock_keeps_nobody_from_giving_a_role_there(app: Flask, what: str) -> None:
    """Whoever gives it may hold the audit that the other asks for next: were they to wait, neither would get on."""
    with app.app_context():
        with transaction() as session:
            city = make_city(session)
        with Session(db.engine) as holder:
            hold(holder, city, what)
            with transaction() as session:
                session.execute(text("SET LOCAL lock_timeout = '5s'"))
                given = user_of(session, city.people["another_unit"])
                give_role(session, given, "leader", city.units["市体育局"])
            holder.rollback()
        roles = select(Membership.role).where(Membership.user_id == given.id).order_by(Membership.id)
        assert db.session.scalars(roles).all() == ["handler", "leader"]
