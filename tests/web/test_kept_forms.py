"""Forms sent without a token or after the session ended: nothing changes, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.factories import City
from tests.web.browsing import hidden, writing
from tests.web.signing_in import PASSWORD, SAME_SITE, city_with_passwords, sign_in, signed_in_supervisor, token_of
from tracker.clock import real_now
from tracker.directory.models import SignInSession, User


@pytest.fixture
def city(app: Flask) -> City:
    """A city whose supervisor and sports handler have a password."""
    return city_with_passwords(app)


@pytest.fixture
def supervisor(client: FlaskClient, city: City) -> FlaskClient:
    """The supervisor's browser, signed in, reading English."""
    return signed_in_supervisor(client)


def test_a_form_without_a_token_changes_nothing(supervisor: FlaskClient, app: Flask) -> None:
    answer = supervisor.post("/account/language", data={"language": "en"})
    assert answer.status_code == 400
    with writing(app) as session:
        assert session.scalars(select(User.locale).where(User.email == "supervisor@example.test")).one() != "en"


def test_signing_in_needs_a_token(client: FlaskClient, city: City) -> None:
    answer = client.post("/sign-in", data={"email": "supervisor@example.test", "password": PASSWORD})
    assert answer.status_code == 400
    assert 'value="supervisor@example.test"' in answer.text
    assert client.get("/account").status_code == 303


def mailbox_path(city: City) -> str:
    """A form with one field of text."""
    return f"/admin/contacts/units/{city.units['市体育局'].id}/mailbox"


def end_sessions(app: Flask) -> None:
    """Every session ends."""
    with writing(app) as session:
        session.execute(update(SignInSession).values(revoked_at=real_now()))


def test_a_session_that_ended_in_the_middle_of_a_form_loses_nothing(
    supervisor: FlaskClient, app: Flask, city: City
) -> None:
    path = mailbox_path(city)
    token = token_of(supervisor.get(path.removesuffix("/mailbox")))
    end_sessions(app)
    sent = {"csrf_token": token, "mailbox": 'box"<b>@example.test', "version": "3", "password": "secret words"}
    page = supervisor.post(path, data=sent, headers=SAME_SITE)
    assert page.status_code == 401
    assert "Nothing you typed is lost" in page.text
    assert "secret words" not in page.text
    wrong = supervisor.post(
        "/sign-in",
        data={
            "csrf_token": token_of(page),
            "email": "supervisor@example.test",
            "password": "wrong",
            "kept": hidden(page.text, "kept"),
        },
    )
    again = supervisor.post(
        "/sign-in",
        data={
            "csrf_token": token_of(wrong),
            "email": "supervisor@example.test",
            "password": PASSWORD,
            "kept": hidden(wrong.text, "kept"),
        },
    )
    assert again.status_code == 200
    assert "box&#34;&lt;b&gt;@example.test" in again.text
    assert f'action="{path}"' in again.text
    assert hidden(again.text, "version") == "3"
    form = re.search(r'action="/admin/contacts.*?</form>', again.text, re.S)
    assert form is not None
    fresh = token_of(form.group())
    assert supervisor.post(path, data={"csrf_token": fresh, "mailbox": "box@example.test"}).status_code == 303


def test_a_form_of_an_earlier_session_is_shown_again_with_its_text(supervisor: FlaskClient, city: City) -> None:
    path = mailbox_path(city)
    old = token_of(supervisor.get(path.removesuffix("/mailbox")))
    supervisor.post("/sign-out", data={"csrf_token": old})
    sign_in(supervisor, "supervisor@example.test")
    page = supervisor.post(path, data={"csrf_token": old, "mailbox": "box@example.test"}, headers=SAME_SITE)
    assert page.status_code == 400
    assert "box@example.test" in page.text
    assert f'action="{path}"' in page.text


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_another_site_puts_no_words_into_a_form(
    supervisor: FlaskClient, app: Flask, city: City, headers: dict[str, str]
) -> None:
    path = mailbox_path(city)
    page = supervisor.post(path, data={"mailbox": "evil@example.test"}, headers=headers)
    assert page.status_code == 400
    assert "evil@example.test" not in page.text
    end_sessions(app)
    page = supervisor.post(path, data={"mailbox": "evil@example.test"}, headers=headers)
    assert page.status_code == 401
    assert "evil@example.test" not in page.text


def test_what_was_kept_of_a_task_leads_to_the_task(client: FlaskClient, city: City) -> None:
    path = "/plans/shaoguan/tasks/1/report"
    page = client.post(path, data={"done": "已完成半年任务。", "version": "2", "key": "k1"}, headers=SAME_SITE)
    assert hidden(page.text, "next") == "/plans/shaoguan/tasks/1"
    answer = client.post(
        "/sign-in",
        data={
            "csrf_token": token_of(page),
            "email": "supervisor@example.test",
            "password": PASSWORD,
            "kept": hidden(page.text, "kept"),
        },
    )
    assert "已完成半年任务。" in answer.text
    assert 'href="/plans/shaoguan/tasks/1"' in answer.text
    assert hidden(answer.text, "key") == "k1"


@pytest.mark.parametrize("kept", ["{", "[]", '{"path": "//evil.example", "fields": [["done", "x"]]}', '{"path": "/x"}'])
def test_a_mangled_carried_form_is_just_forgotten(client: FlaskClient, city: City, kept: str) -> None:
    assert sign_in(client, "supervisor@example.test", kept=kept).location == "/account"
