"""Signing in over HTTP: what gets in, what is sent with a page, what stops working, and that nothing typed is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import NOW, City, make_city
from tests.fixtures.databases import application, settings_for
from tracker.access import SYSTEM
from tracker.clock import real_now
from tracker.db import transaction
from tracker.directory import links
from tracker.directory.accounts import grant
from tracker.directory.models import SignInSession, User
from tracker.directory.passwords import hash_password
from tracker.outbox.models import OutboxMessage
from tracker.security import PUBLIC_ENDPOINTS, local_path
from tracker.workflows.people import disable_user

PASSWORD = "a password of words"
HASH = hash_password(PASSWORD)
SAME_SITE = {"Origin": "http://localhost"}


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """One transaction; its context is closed before the next request, which must not share it."""
    with app.app_context(), transaction() as session:
        yield session


@pytest.fixture
def city(app: Flask) -> City:
    """A city whose supervisor and sports handler have a password."""
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
        for name in ("supervisor", "another_unit"):
            user = session.get_one(User, made.people[name].user_id)
            user.email, user.password_hash = f"{name}@example.test", HASH
    return made


@pytest.fixture
def supervisor(client: FlaskClient, city: City) -> FlaskClient:
    """The supervisor's browser, signed in, reading English."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert sign_in(client, "supervisor@example.test").status_code == 303
    return client


def token_of(page: TestResponse | str) -> str:
    """The CSRF token of a page."""
    text = page if isinstance(page, str) else page.text
    return hidden(text, "csrf_token")


def hidden(text: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, f"no field {name}"
    return html.unescape(found.group(1))


def sign_in(
    client: FlaskClient, email: str, password: str = PASSWORD, target: str = "/account", **fields: str
) -> TestResponse:
    """Fill in the sign-in page."""
    page = client.get("/sign-in", query_string={"next": target})
    data = {"csrf_token": token_of(page), "next": hidden(page.text, "next"), "email": email, "password": password}
    return client.post("/sign-in", data={**data, **fields})


def cookie(client: FlaskClient) -> str:
    """The session cookie's value, as somebody might copy it."""
    found = client.get_cookie("session")
    assert found is not None
    return found.value


def works(app: Flask, copied: str) -> bool:
    """Whether a copied cookie opens a page for the signed in."""
    thief = app.test_client()
    thief.set_cookie("session", copied)
    return thief.get("/account").status_code == 200


def mailed_path(app: Flask) -> str:
    """The address in the newest account mail."""
    with writing(app) as session:
        statement = select(OutboxMessage).where(OutboxMessage.kind == "account").order_by(OutboxMessage.id.desc())
        mail = session.scalars(statement).first()
        assert mail is not None
        return str(mail.context["path"])


# ---- the gate ------------------------------------------------------------------------------------------------------


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


# ---- headers and cookies -------------------------------------------------------------------------------------------


def test_a_page_has_a_strict_policy_and_its_scripts_the_nonce(client: FlaskClient, city: City) -> None:
    page = client.get("/sign-in")
    policy = page.headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert "unsafe" not in policy
    assert "*" not in policy
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert rules["style-src"] == "'self'"
    nonce = re.search(r"'nonce-([^']+)'", rules["script-src"])
    assert nonce is not None
    scripts = re.findall(r"<script\b[^>]*>", page.text)
    assert scripts
    assert all(f'nonce="{nonce.group(1)}"' in script for script in scripts)
    assert nonce.group(1) not in client.get("/sign-in").text, "a nonce serves one page"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in page.headers
    assert "private" in page.headers["Cache-Control"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient, city: City) -> None:
    [flags] = [
        value
        for value in sign_in(client, "supervisor@example.test").headers.getlist("Set-Cookie")
        if "session=" in value
    ]
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    assert "Secure" not in flags, "the test's address is plain HTTP"
    assert "Expires" not in flags, "the browser forgets it when it closes"


def test_over_https_the_cookie_is_secure_and_plain_http_is_led_there(database_url: str, tmp_path: Path) -> None:
    settings = settings_for(database_url, tmp_path, base_url="https://tasks.example.test", proxies=1)
    with application(settings) as app:
        browser = app.test_client()
        behind_proxy = {
            "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "tasks.example.test",
        }
        page = browser.get("/sign-in", headers=behind_proxy)
        assert page.status_code == 200
        assert "Secure" in page.headers["Set-Cookie"]
        assert page.headers["Strict-Transport-Security"].startswith("max-age=")
        plain = browser.get("/sign-in", headers={**behind_proxy, "X-Forwarded-Proto": "http"})
        assert (plain.status_code, plain.location) == (302, "https://tasks.example.test/sign-in")
        assert browser.get("/healthz", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_a_foreign_host_name_is_refused_with_one_sentence(client: FlaskClient, city: City) -> None:
    answer = client.get("/sign-in", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "TRACKER_BASE_URL" in answer.text
    assert "evil.example" not in answer.text


def test_what_is_too_large_is_refused_with_one_sentence(supervisor: FlaskClient) -> None:
    answer = supervisor.post("/account/language", data={"language": "x" * (6 * 1024 * 1024)}, headers=SAME_SITE)
    assert answer.status_code == 413
    assert "at most 5 MB" in answer.text


# ---- sessions end for every copy of the cookie ---------------------------------------------------------------------


def test_a_copied_cookie_is_worth_nothing_after_signing_out(supervisor: FlaskClient, app: Flask) -> None:
    copied = cookie(supervisor)
    assert works(app, copied)
    answer = supervisor.post("/sign-out", data={"csrf_token": token_of(supervisor.get("/account"))})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not works(app, copied)


def test_a_copied_cookie_is_worth_nothing_after_a_new_password(supervisor: FlaskClient, app: Flask) -> None:
    copied = cookie(supervisor)
    fields = {"current": PASSWORD, "password": "quite another one", "repeated": "quite another one"}
    answer = supervisor.post("/account/password", data={"csrf_token": token_of(supervisor.get("/account")), **fields})
    assert answer.status_code == 303
    assert not works(app, copied)
    assert supervisor.get("/account").status_code == 200, "this browser stays signed in"


def test_a_copied_cookie_is_worth_nothing_after_another_role(supervisor: FlaskClient, app: Flask, city: City) -> None:
    copied = cookie(supervisor)
    with writing(app) as session:
        user = session.get_one(User, city.people["supervisor"].user_id)
        unit = city.units["市体育局"]
        grant(session, SYSTEM, NOW, real_now(), user=user, region_id=city.region.id, unit_id=unit.id, role="handler")
    assert not works(app, copied)


def test_a_copied_cookie_is_worth_nothing_once_the_account_is_disabled(
    client: FlaskClient, app: Flask, city: City
) -> None:
    sign_in(client, "another_unit@example.test")
    copied = cookie(client)
    assert works(app, copied)
    with writing(app) as session:
        user = session.get_one(User, city.people["another_unit"].user_id)
        disable_user(session, SYSTEM, NOW, real_now(), user=user)
    assert not works(app, copied)


def test_twelve_idle_hours_end_a_session_and_being_seen_is_noted(supervisor: FlaskClient, app: Flask) -> None:
    def last_seen(hours: float) -> None:
        with writing(app) as session:
            session.execute(update(SignInSession).values(last_seen_at=real_now() - timedelta(hours=hours)))

    last_seen(11.9)
    assert supervisor.get("/account").status_code == 200
    with writing(app) as session:
        [seen] = session.scalars(select(SignInSession.last_seen_at)).all()
    assert real_now() - seen < timedelta(minutes=1)
    last_seen(12)
    assert supervisor.get("/account").status_code == 303


def test_a_made_up_cookie_is_nobody(app: Flask, city: City) -> None:
    browser = app.test_client()
    with browser.session_transaction() as forged:
        forged["_user_id"] = str(city.people["supervisor"].user_id)
    assert browser.get("/account").status_code == 303


def test_signing_in_ends_the_session_before(supervisor: FlaskClient, app: Flask) -> None:
    copied = cookie(supervisor)
    page = supervisor.get("/account")
    data = {"csrf_token": token_of(page), "email": "another_unit@example.test", "password": PASSWORD}
    assert supervisor.post("/sign-in", data=data).status_code == 303
    assert not works(app, copied)
    assert "another_unit@example.test" in supervisor.get("/account").text


# ---- CSRF and the rate limit ---------------------------------------------------------------------------------------


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


# ---- links ---------------------------------------------------------------------------------------------------------


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


# ---- nothing typed is lost -----------------------------------------------------------------------------------------


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


@pytest.mark.both_databases
def test_a_nul_in_a_form_is_no_error_of_the_service(client: FlaskClient, city: City) -> None:
    assert sign_in(client, "nobody\0@example.test").status_code == 422
    form = token_of(client.get("/forgot"))
    assert client.post("/forgot", data={"csrf_token": form, "email": "nobody\0@example.test"}).status_code == 200
    assert sign_in(client, "supervisor\0@example.test").status_code == 303, "it is left out, and the rest counts"
