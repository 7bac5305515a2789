"""The contacts pages: whose region, what a file would do before it does it, and people added and released by hand."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import City, make_city
from tracker.clock import real_now
from tracker.db import transaction
from tracker.directory.models import Membership, Unit, User
from tracker.directory.sessions import open_session
from tracker.outbox.models import OutboxMessage

FILE = (
    "单位,姓名,电子邮箱,角色\n"
    "市体育局,市体育局 负责人,sports@example.test,负责人\n"
    "市民政局,市民政局 联络员,civil@example.test,联络员\n"
)
BAD_FILE = FILE + "市气象局,甲,a@example.test,经办人\n市体育局,乙,nowhere,科长\n"


@pytest.fixture
def city(app: Flask) -> City:
    """A living city."""
    with app.app_context(), transaction() as session:
        made = make_city(session)
        made.go_live(session)
    return made


@pytest.fixture
def as_(app: Flask, city: City) -> Callable[..., FlaskClient]:
    """``as_("supervisor")`` -> a browser signed in as one of the city's people."""

    def browser(who: str, language: str = "en") -> FlaskClient:
        user_id = city.people[who].user_id
        assert user_id is not None
        with app.app_context(), transaction() as session:
            token = open_session(session, real_now(), user_id)
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return browser


def main(page: TestResponse) -> str:
    """The words of the page's main part."""
    text = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, f"no field {name}"
    return html.unescape(found.group(1))


def choose(client: FlaskClient, content: str, region: str = "shaoguan") -> TestResponse:
    """Choose a file on the import page."""
    path = f"/admin/contacts/import?region={region}"
    token = hidden(client.get(path), "csrf_token")
    data = {"csrf_token": token, "file": (io.BytesIO(content.encode()), "contacts.csv")}
    return client.post(path, data=data, content_type="multipart/form-data")


def counted(app: Flask) -> tuple[int | None, ...]:
    """Accounts, roles and account mails."""
    with app.app_context(), transaction() as session:
        return (
            session.scalar(select(func.count()).select_from(User)),
            session.scalar(select(func.count()).select_from(Membership)),
            session.scalar(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.kind == "account")),
        )


def test_a_supervisor_sees_their_region_with_units_nobody_serves_first(as_: Callable[..., FlaskClient]) -> None:
    page = as_("supervisor").get("/admin/contacts")
    assert page.status_code == 200
    rows = re.findall(r'<th role="rowheader".*?</tr>', page.text, re.S)
    assert "武江区政府" in rows[0], "it has a mailbox and no person"
    assert "Mailbox only" in rows[0]
    assert "市民政局 经办人" in main(page)
    assert "江门" not in page.text


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


# ---- importing -----------------------------------------------------------------------------------------------------


def test_a_file_is_shown_first_and_taken_in_on_confirmation(as_: Callable[..., FlaskClient], app: Flask) -> None:
    client = as_("supervisor")
    before = counted(app)
    preview = choose(client, FILE)
    assert preview.status_code == 200
    assert "New account, activation link by mail" in main(preview)
    assert counted(app) == before, "nothing is written yet"
    data = {"csrf_token": hidden(preview, "csrf_token"), "rows": hidden(preview, "rows")}
    for _ in range(2):  # the second is a double click
        assert client.post("/admin/contacts/import/confirm?region=shaoguan", data=data).status_code == 303
    accounts, roles, mails = before
    assert accounts is not None
    assert roles is not None
    assert mails is not None
    assert counted(app) == (accounts + 2, roles + 2, mails + 2)
    page = main(client.get("/admin/contacts"))
    assert "市体育局 负责人" in page
    assert "not yet activated" in page
    again = choose(client, FILE)
    assert "There is nothing to import." in main(again)
    assert 'name="rows"' not in again.text


def test_bad_rows_are_told_with_number_and_remedy_and_nothing_is_offered(
    as_: Callable[..., FlaskClient], app: Flask
) -> None:
    client = as_("supervisor")
    before = counted(app)
    page = choose(client, BAD_FILE)
    words = main(page)
    assert page.status_code == 422
    assert "Nothing is imported while a row is wrong." in words
    assert re.search(r"4 市气象局 甲 a@example.test 经办人 “市气象局” is no unit of 韶关市\.", words)
    assert "“nowhere” is no e-mail address. Correct it." in words
    assert "“科长” is no role." in words
    assert 'name="rows"' not in page.text
    assert counted(app) == before


def test_what_is_confirmed_is_checked_once_more(as_: Callable[..., FlaskClient], app: Flask) -> None:
    client = as_("supervisor")
    preview = choose(client, FILE)
    rows = hidden(preview, "rows")
    token = hidden(preview, "csrf_token")
    before = counted(app)
    for forged in (rows.replace("负责人", "督查专员"), rows.replace("市体育局", "市气象局"), rows.replace("@", "")):
        answer = client.post("/admin/contacts/import/confirm", data={"csrf_token": token, "rows": forged})
        assert answer.status_code == 422
    for broken in ("", "[", '[{"row": 1}]', '{"a": 1}', "[1]"):
        answer = client.post("/admin/contacts/import/confirm", data={"csrf_token": token, "rows": broken})
        assert answer.status_code == 400, broken
    assert counted(app) == before


def test_no_file_and_no_table_have_one_sentence_each(as_: Callable[..., FlaskClient]) -> None:
    client = as_("supervisor", "zh-CN")
    token = hidden(client.get("/admin/contacts/import"), "csrf_token")
    answer = client.post("/admin/contacts/import", data={"csrf_token": token})
    assert (answer.status_code, "请选择文件。" in main(answer)) == (422, True)
    answer = choose(client, "\0\0 not a table")
    assert (answer.status_code, "无法读取此文件。" in main(answer)) == (422, True)
    assert answer.text.partition("<title>")[2].startswith("错误：")


# ---- by hand -------------------------------------------------------------------------------------------------------


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
