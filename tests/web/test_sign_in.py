"""Signing in over HTTP: what is open and what is closed, who gets in, how often one may try, and links by mail."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import NOW, City
from tests.web.browsing import hidden, writing
from tests.web.signing_in import PASSWORD, city_with_passwords, sign_in, token_of
from tracker.access import SYSTEM
from tracker.clock import real_now
from tracker.directory import links
from tracker.directory.models import User
from tracker.outbox.models import OutboxMessage
from tracker.security import PUBLIC_ENDPOINTS, local_path
from tracker.workflows.people import disable_user


@pytest.fixture
def city(app: Flask) -> City:
    """A city whose supervisor and sports handler have a password."""
    return city_with_passwords(app)


def test_everybody_else_is_sent_to_the_sign_in_page_and_back(client: FlaskClient, city: City) -> None:
    answer = client.get("/account?tab=roles")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account?tab%3Droles")
    page = client.get(answer.location)
    assert hidden(page.text, "next") == "/account?tab=roles"
    assert sign_in(client, "supervisor@example.test", target="/account?tab=roles").location == "/account?tab=roles"


@pytest.mark.parametrize("path", ["/sign-in", "/forgot", "/help", "/accessibility", "/healthz", "/static/app.css"])
def test_these_need_nobody(client: FlaskClient, city: City, path: str) -> None:
    with client.get(path) as answer:
        assert answer.status_code == 200


def test_every_other_page_of_the_application_is_closed(app: Flask, city: City) -> None:
    closed = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in PUBLIC_ENDPOINTS]
    assert len(closed) > 10
    for rule in closed:
        values = {name: 1 if name.endswith("_id") else "1" for name in rule.arguments}
        with app.test_request_context():
            path = rule.build(values, append_unknown=False)
        assert path is not None
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = app.test_client().open(path[1], method=method)
        assert answer.status_code == (303 if method == "GET" else 401), f"{rule} answers {answer.status}"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n//evil.example",
        " //evil.example",
        "http:evil.example",
        "",
    ],
)
def test_an_address_elsewhere_is_no_local_path(target: str) -> None:
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example/"])
def test_next_leads_nowhere_else(client: FlaskClient, city: City, target: str) -> None:
    assert hidden(client.get("/sign-in", query_string={"next": target}).text, "next") == "/"
    page = client.get("/sign-in")
    data = {"csrf_token": token_of(page), "email": "supervisor@example.test", "password": PASSWORD, "next": target}
    assert client.post("/sign-in", data=data).location == "/"
    assert client.get("/sign-in", query_string={"next": target}).location == "/", "signed in already"


def test_one_sentence_for_a_wrong_password_and_an_unknown_address(client: FlaskClient, city: City) -> None:
    texts = []
    for email, password in (("supervisor@example.test", "wrong"), ("nobody@example.test", PASSWORD)):
        answer = sign_in(client, email, password)
        assert answer.status_code == 422
        assert f'value="{email}"' in answer.text, "what was typed stays"
        assert PASSWORD not in answer.text
        errors = re.findall(r'<p class="govuk-error-message".*?</p>', answer.text, re.S)
        texts.append(errors)
        assert len(errors) == 1
    assert texts[0] == texts[1]


def test_a_disabled_account_does_not_sign_in(client: FlaskClient, app: Flask, city: City) -> None:
    with writing(app) as session:
        disable_user(session, SYSTEM, NOW, real_now(), user=session.get_one(User, city.people["another_unit"].user_id))
    assert sign_in(client, "another_unit@example.test").status_code == 422


@pytest.mark.both_databases
def test_a_nul_in_a_form_is_no_error_of_the_service(client: FlaskClient, city: City) -> None:
    assert sign_in(client, "nobody\0@example.test").status_code == 422
    form = token_of(client.get("/forgot"))
    assert client.post("/forgot", data={"csrf_token": form, "email": "nobody\0@example.test"}).status_code == 200
    assert sign_in(client, "supervisor\0@example.test").status_code == 303, "it is left out, and the rest counts"


@pytest.fixture
def three_tries(app: Flask) -> None:
    """TRACKER_SIGN_IN_LIMIT is low."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], sign_in_limit="3 per minute")


@pytest.mark.usefixtures("three_tries")
def test_after_some_failed_tries_the_right_password_waits(client: FlaskClient, city: City) -> None:
    answers = [sign_in(client, "supervisor@example.test", "wrong").status_code for _ in range(4)]
    assert answers == [422] * 3 + [429]
    late = sign_in(client, "supervisor@example.test")
    assert late.status_code == 429
    assert "<h1" in late.text


@pytest.mark.usefixtures("three_tries")
def test_an_account_has_its_own_limit_over_all_addresses(app: Flask, city: City) -> None:
    def attempt(number: int) -> int:
        browser = app.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        return sign_in(browser, "supervisor@example.test", "wrong").status_code

    assert [attempt(number) for number in range(4)] == [422] * 3 + [429]


@pytest.mark.usefixtures("three_tries")
def test_a_whole_office_signs_in_from_one_address(app: Flask, city: City) -> None:
    emails = ["supervisor@example.test", "another_unit@example.test"] * 3
    assert [sign_in(app.test_client(), email).status_code for email in emails] == [303] * 6


@pytest.mark.usefixtures("three_tries")
@pytest.mark.parametrize("path", ["/forgot", "/activate/wrong"])
def test_asking_for_links_and_trying_them_is_limited_too(client: FlaskClient, city: City, path: str) -> None:
    if path == "/forgot":
        token = token_of(client.get(path))
        answers = [
            client.post(path, data={"csrf_token": token, "email": f"{n}@example.test"}).status_code for n in range(4)
        ]
        assert answers == [200] * 3 + [429]
    else:
        assert [client.get(path).status_code for _ in range(4)] == [404] * 3 + [429]


def mailed_path(app: Flask) -> str:
    """The address in the newest account mail."""
    with writing(app) as session:
        statement = select(OutboxMessage).where(OutboxMessage.kind == "account").order_by(OutboxMessage.id.desc())
        mail = session.scalars(statement).first()
        assert mail is not None
        return str(mail.context["path"])


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(
    client: FlaskClient, app: Flask, city: City
) -> None:
    page = client.get("/forgot")
    said = {}
    for email in ("supervisor@example.test", "nobody@example.test"):
        answer = client.post("/forgot", data={"csrf_token": token_of(page), "email": email})
        said[email] = answer.text.replace(email, "…")
    pages = [text.partition("<main")[2] for text in said.values()]
    assert pages[0] == pages[1], "the answer tells nobody which addresses have an account"
    path = mailed_path(app)
    form = client.get(path)
    assert client.get(path).status_code == 200, "opening it uses nothing up"
    data = {"csrf_token": token_of(form), "password": "quite another one", "repeated": "quite another one"}
    assert client.post(path, data={**data, "repeated": "mistyped here"}).status_code == 422
    assert client.post(path, data=data).location == "/"
    assert client.get("/account").status_code == 200
    stranger = app.test_client()
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, data={**data, "csrf_token": token_of(stranger.get("/forgot"))}).status_code == 404
    assert sign_in(stranger, "supervisor@example.test", "quite another one").status_code == 303


def test_an_activated_person_gets_mails_in_the_language_of_the_page(
    client: FlaskClient, app: Flask, city: City
) -> None:
    user_id = city.people["handler"].user_id
    with writing(app) as session:
        links.invite(session, SYSTEM, NOW, real_now(), user=session.get_one(User, user_id))
    path = mailed_path(app)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    data = {"csrf_token": token_of(client.get(path)), "password": PASSWORD, "repeated": PASSWORD}
    assert client.post(path, data=data).status_code == 303
    with writing(app) as session:
        assert session.get_one(User, user_id).locale == "en"
