"""Addresses that mails came back from: where they are shown, who confirms one, who corrects one, what they stop."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import NOW, City, make_city
from tests.web.browsing import LANGUAGES, browser_of, fill, form_of, set_day, writing
from tracker.directory.addresses import bounced_addresses
from tracker.directory.models import Membership, Unit, User
from tracker.directory.queries import contacts_of
from tracker.outbox.bounced import mark_bounced
from tracker.outbox.models import BouncedAddress, OutboxMessage

MAILBOX = "office@example.test"


@pytest.fixture
def city(app: Flask) -> City:
    """A city in which mails to the handler and to a mailbox came back."""
    with writing(app) as session:
        made = make_city(session)
        session.get_one(Unit, made.units["市民政局"].id).mailbox = MAILBOX
        for address in (MAILBOX, email_of(session, made)):
            mark_bounced(session, NOW, address=address, sent_at=NOW, code="5.1.1", text="no <such> user")
    set_day(app, NOW)
    return made


def email_of(session: object, city: City) -> str:
    return session.get_one(User, city.people["handler"].user_id).email  # type: ignore[attr-defined]


def membership_of(app: Flask, city: City, who: str = "handler") -> tuple[int, int | None]:
    with writing(app) as session:
        held = session.scalars(select(Membership).where(Membership.user_id == city.people[who].user_id)).first()
        assert held is not None
        return held.id, held.unit_id


def marked(app: Flask) -> set[str]:
    with writing(app) as session:
        return set(session.scalars(select(BouncedAddress.address).where(BouncedAddress.confirmed_at.is_(None))))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["supervisor", "administrator"])
def test_they_are_shown_where_contacts_are_kept(app: Flask, city: City, who: str, language: str) -> None:
    client = browser_of(app, city.people[who], language)
    _, unit = membership_of(app, city)
    for address in ("/admin/contacts", f"/admin/contacts/units/{unit}", "/reminders"):
        page = client.get(address).text
        assert MAILBOX in page
        if address != "/reminders":
            assert page.count("5.1.1 no &lt;such&gt; user") == 2


@pytest.mark.parametrize("who", ["handler", "leader", "observer", "another_region"])
def test_others_do_not_see_them(app: Flask, city: City, who: str) -> None:
    assert MAILBOX not in browser_of(app, city.people[who]).get("/reminders").text


def test_the_query_knows_regions(app: Flask, city: City) -> None:
    with writing(app) as session:
        everywhere = bounced_addresses(session)
        assert [(row.recipient, row.code) for row in everywhere] == [
            (f"unit:{city.units['市民政局'].id}", "5.1.1"),
            (city.people["handler"].key, "5.1.1"),
        ]
        assert bounced_addresses(session, [city.region.id]) == everywhere
        assert bounced_addresses(session, [city.region.id + 1]) == []


def test_whoever_cannot_be_reached_gets_no_reminder_and_notices_wait(app: Flask, city: City) -> None:
    with writing(app) as session:
        (recipient,) = contacts_of(session, city.unit_ids("市民政局"))[city.units["市民政局"].id]
        assert (recipient.key, recipient.bounced, recipient.reachable) == (city.people["handler"].key, True, False)
        city.go_live(session)
        kept = select(OutboxMessage).where(OutboxMessage.recipient == recipient.key)
        assert len(session.scalars(kept).all()) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_supervisor_confirms_both(app: Flask, city: City, language: str) -> None:
    client = browser_of(app, city.people["supervisor"], language)
    membership, unit = membership_of(app, city)
    for action in (
        f"/admin/contacts/memberships/{membership}/confirm-address",
        f"/admin/contacts/units/{unit}/mailbox/confirm",
    ):
        before = marked(app)
        fields = fill(form_of(client.get(f"/admin/contacts/units/{unit}"), action))
        assert client.post(action, data=fields).status_code == 303
        assert len(marked(app)) == len(before) - 1
        assert client.post(action, data=fields).status_code == 409
    assert MAILBOX not in client.get("/reminders").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_administrator_corrects_an_address(app: Flask, city: City, language: str) -> None:
    client = browser_of(app, city.people["administrator"], language)
    membership, unit = membership_of(app, city)
    address = f"/admin/contacts/memberships/{membership}/email"
    assert address in client.get(f"/admin/contacts/units/{unit}").text
    fields = fill(form_of(client.get(address), address))
    with writing(app) as session:
        taken = session.get_one(User, city.people["leader"].user_id).email
    for wrong in ("nowhere", taken):
        page = client.post(address, data={**fields, "email": wrong})
        assert page.status_code == 422
        assert f'value="{wrong}"' in page.text
    assert client.post(address, data={**fields, "email": "Right@Example.test"}).status_code == 303
    with writing(app) as session:
        assert session.get_one(User, city.people["handler"].user_id).email == "right@example.test"
        assert {row.address for row in bounced_addresses(session)} == {MAILBOX}
    handler = browser_of(app, city.people["handler"])
    assert handler.get("/reminders").status_code == 200


def test_a_supervisor_corrects_nobodys_address(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"])
    membership, unit = membership_of(app, city)
    address = f"/admin/contacts/memberships/{membership}/email"
    page = client.get(f"/admin/contacts/units/{unit}")
    assert address not in page.text
    assert client.get(address).status_code == 403
    fields = fill(form_of(page, f"/admin/contacts/units/{unit}/mailbox"))
    assert client.post(address, data={**fields, "email": "mine@example.test"}).status_code == 403


def test_who_is_corrected_is_signed_out(app: Flask, city: City) -> None:
    handler = browser_of(app, city.people["handler"])
    assert handler.get("/reminders").status_code == 200
    client = browser_of(app, city.people["administrator"])
    membership, _ = membership_of(app, city)
    address = f"/admin/contacts/memberships/{membership}/email"
    fields = fill(form_of(client.get(address), address))
    client.post(address, data={**fields, "email": "right@example.test"})
    assert handler.get("/reminders").status_code == 303
