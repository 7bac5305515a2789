"""Accounts and roles: who gives which to whom, and what that leaves behind."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import NOW, City, give_role, make_city, reload_actor
from tests.services.signing_in import PASSWORD, REAL, activated, user_of
from tracker.access import SYSTEM
from tracker.audit.models import AuditEntry
from tracker.db import db, transaction
from tracker.directory import links
from tracker.directory.accounts import add_person, add_user, grant, lock_region, set_mailbox
from tracker.directory.models import Membership, User
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.outbox.models import OutboxMessage
from tracker.workflows.people import release


@pytest.fixture
def city(session: Session) -> City:
    """A city whose plan is live, so that its units have open tasks."""
    made = make_city(session)
    made.go_live(session)
    return made


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
