"""The contacts pages: whose region, and people and mailboxes added and released by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import City
from tests.web.browsing import hidden
from tests.web.contact_pages import browser_in, counted, main, make_living
from tracker.db import transaction
from tracker.directory.models import Membership, Unit, User
from tracker.outbox.models import OutboxMessage


@pytest.fixture
def city(app: Flask) -> City:
    """A living city."""
    return make_living(app)


@pytest.fixture
def as_(app: Flask, city: City) -> Callable[..., FlaskClient]:
    """``as_("supervisor")`` -> a browser signed in as one of the city's people."""
    return partial(browser_in, app, city)


def test_a_supervisor_sees_their_region_with_units_nobody_serves_first(as_: Callable[..., FlaskClient]) -> None:
    page = as_("supervisor").get("/admin/contacts")
    assert page.status_code == 200
    rows = re.findall(r'<th role="rowheader".*?</tr>', page.text, re.S)
    assert "武江区政府" in rows[0], "it has a mailbox and no person"
    assert "Mailbox only" in rows[0]
    assert "市民政局 经办人" in main(page)
    assert "江门" not in page.text


def test_every_page_of_contacts_stands_under_units(as_: Callable[..., FlaskClient], city: City) -> None:
    pages = ("import", f"units/{city.units['市体育局'].id}", f"people/{city.people['handler'].user_id}")
    for page in ("/admin/contacts", *(f"/admin/contacts/{page}" for page in pages)):
        text = as_("supervisor").get(page).text
        assert re.findall(r'aria-current="page">(.*?)</a>', text) == ["Units"], page


@pytest.mark.parametrize(("who", "status"), [("handler", 403), ("leader", 403), ("observer", 403)])
def test_others_do_not_keep_contacts(as_: Callable[..., FlaskClient], city: City, who: str, status: int) -> None:
    client = as_(who)
    unit_id = city.units["市体育局"].id
    for path in ("/admin/contacts", "/admin/contacts/import", f"/admin/contacts/units/{unit_id}"):
        assert client.get(path).status_code == status, path


def test_the_region_next_door_does_not_exist(as_: Callable[..., FlaskClient], app: Flask, city: City) -> None:
    client = as_("another_region")
    unit_id = city.units["市体育局"].id
    with app.app_context(), transaction() as session:
        membership_id = session.scalars(
            select(Membership.id).where(Membership.user_id == city.people["another_unit"].user_id)
        ).one()
    for path in ("/admin/contacts?region=shaoguan", f"/admin/contacts/units/{unit_id}", "/admin/contacts/units/999"):
        assert client.get(path).status_code == 404, path
    token = hidden(client.get("/admin/contacts/import"), "csrf_token")
    before = counted(app)
    posts = (
        f"/admin/contacts/units/{unit_id}/mailbox",
        f"/admin/contacts/units/{unit_id}/people",
        f"/admin/contacts/memberships/{membership_id}/end",
        f"/admin/contacts/memberships/{membership_id}/invite",
        "/admin/contacts/import?region=shaoguan",
        "/admin/contacts/import/confirm?region=shaoguan",
    )
    for path in posts:
        data = {
            "csrf_token": token, "mailbox": "x@example.test", "name": "甲", "email": "x@example.test",
            "role": "handler", "rows": "[]",
        }  # fmt: skip
        answer = client.post(path, data=data)
        assert answer.status_code == 404, path
        assert "市体育局" not in answer.text
    assert counted(app) == before
    with app.app_context(), transaction() as session:
        assert session.get_one(Unit, unit_id).mailbox is None


def test_an_administrator_keeps_every_region(as_: Callable[..., FlaskClient]) -> None:
    client = as_("administrator")
    assert "江门" in main(client.get("/admin/contacts"))
    assert client.get("/admin/contacts?region=jiangmen").status_code == 200


def unit_path(city: City, name: str = "市体育局") -> str:
    """The page of a unit's contacts."""
    return f"/admin/contacts/units/{city.units[name].id}"


def test_a_person_is_added_and_released(as_: Callable[..., FlaskClient], app: Flask, city: City) -> None:
    client = as_("supervisor")
    path = unit_path(city)
    token = hidden(client.get(path), "csrf_token")
    data = {"csrf_token": token, "name": "市体育局 负责人", "email": "Head@Example.test", "role": "leader"}
    assert client.post(f"{path}/people", data=data).location == path
    page = client.get(path)
    assert "head@example.test · not yet activated" in main(page)
    with app.app_context(), transaction() as session:
        added = session.scalars(
            select(Membership).join(User, User.id == Membership.user_id).where(User.email == "head@example.test")
        ).one()
    again = client.post(f"/admin/contacts/memberships/{added.id}/invite", data={"csrf_token": token})
    assert again.location == path
    with app.app_context(), transaction() as session:
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.to_address == "head@example.test")).all()
        assert [mail.template for mail in mails] == ["activation", "activation"]
    client.post(f"/admin/contacts/memberships/{added.id}/end", data={"csrf_token": token})
    assert "head@example.test" not in main(client.get(path))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "Write the name, 100 characters at most."),
        ({"email": "nowhere"}, "Write an e-mail address such as office@example.org."),
        ({"role": ""}, "Choose a role."),
    ],
)
def test_a_mistake_keeps_what_was_typed(
    as_: Callable[..., FlaskClient], app: Flask, city: City, fields: dict[str, str], sentence: str
) -> None:
    client = as_("supervisor")
    path = unit_path(city)
    data = {
        "csrf_token": hidden(client.get(path), "csrf_token"),
        "name": "甲乙",
        "email": "a@example.test",
        "role": "leader",
    }
    before = counted(app)
    page = client.post(f"{path}/people", data={**data, **fields})
    assert page.status_code == 422
    assert sentence in main(page)
    assert page.text.partition("<title>")[2].startswith("Error: ")
    if "name" not in fields:
        assert 'value="甲乙"' in page.text
    if "role" not in fields:
        assert re.search(r'<option value="leader"\s+selected', page.text)
    assert counted(app) == before


@pytest.mark.parametrize("role", ["supervisor", "observer", "evaluator"])
def test_a_supervisor_is_offered_contacts_only_and_gives_nothing_else(
    as_: Callable[..., FlaskClient], app: Flask, city: City, role: str
) -> None:
    client = as_("supervisor")
    path = unit_path(city)
    page = client.get(path)
    assert f'value="{role}"' not in page.text
    before = counted(app)
    data = {"csrf_token": hidden(page, "csrf_token"), "name": "甲", "email": "a@example.test", "role": role}
    assert client.post(f"{path}/people", data=data).status_code in (403, 404)
    assert client.get("/admin/contacts/people").status_code == 403
    assert counted(app) == before


def test_an_administrator_adds_an_observer_of_the_region(as_: Callable[..., FlaskClient], app: Flask) -> None:
    client = as_("administrator")
    path = "/admin/contacts/people?region=jiangmen"
    data = {"name": "江门市 领导", "email": "head@example.test", "role": "observer"}
    answer = client.post(path, data={**data, "csrf_token": hidden(client.get(path), "csrf_token")})
    assert answer.location == "/admin/contacts?region=jiangmen"
    assert "江门市 领导" in main(client.get("/admin/contacts?region=jiangmen"))


def test_the_last_person_of_a_unit_with_open_tasks_is_not_released(
    as_: Callable[..., FlaskClient], app: Flask, city: City
) -> None:
    client = as_("supervisor", "zh-CN")
    with app.app_context(), transaction() as session:
        membership_id = session.scalars(
            select(Membership.id).where(Membership.user_id == city.people["supporting"].user_id)
        ).one()
    token = hidden(client.get(unit_path(city, "市财政局")), "csrf_token")
    answer = client.post(f"/admin/contacts/memberships/{membership_id}/end", data={"csrf_token": token})
    assert answer.status_code == 403
    assert "市财政局还有未完成的任务" in main(answer)


def test_a_mailbox_is_set_corrected_and_taken_away(as_: Callable[..., FlaskClient], app: Flask, city: City) -> None:
    client = as_("supervisor")
    path = unit_path(city)
    token = hidden(client.get(path), "csrf_token")

    def send(mailbox: str) -> TestResponse:
        return client.post(f"{path}/mailbox", data={"csrf_token": token, "mailbox": mailbox})

    assert send(" Box@Example.test ").location == path
    assert 'value="box@example.test"' in client.get(path).text
    wrong = send("box at example")
    assert wrong.status_code == 422
    assert 'value="box at example"' in wrong.text, "what was typed stays"
    assert send("").location == path
    with app.app_context(), transaction() as session:
        assert session.get_one(Unit, city.units["市体育局"].id).mailbox is None


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_reads_in_both_languages(as_: Callable[..., FlaskClient], city: City, language: str) -> None:
    client = as_("administrator", language)
    pages = ["/admin/contacts", unit_path(city), "/admin/contacts/import", "/admin/contacts/people", "/account"]
    for path in pages:
        page = client.get(path)
        assert page.status_code == 200, path
        assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in page.text.partition("<head>")[0]
        assert ("联系人" in page.text or "我的账号" in page.text) is (language == "zh-CN"), path
