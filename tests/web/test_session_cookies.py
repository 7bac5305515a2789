"""What a page and its cookie carry, what is refused at once, and that a session ends for every copy of its cookie."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.factories import NOW, City
from tests.fixtures.databases import application, settings_for
from tests.web.browsing import writing
from tests.web.signing_in import PASSWORD, SAME_SITE, city_with_passwords, sign_in, signed_in_supervisor, token_of
from tracker.access import SYSTEM
from tracker.clock import real_now
from tracker.directory.accounts import grant
from tracker.directory.models import SignInSession, User
from tracker.workflows.people import disable_user


@pytest.fixture
def city(app: Flask) -> City:
    """A city whose supervisor and sports handler have a password."""
    return city_with_passwords(app)


@pytest.fixture
def supervisor(client: FlaskClient, city: City) -> FlaskClient:
    """The supervisor's browser, signed in, reading English."""
    return signed_in_supervisor(client)


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
