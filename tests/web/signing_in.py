"""What tests of signing in share: a city with passwords, its supervisor's browser, the sign-in page filled in."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import City, make_city
from tests.web.browsing import hidden, writing
from tracker.directory.models import User
from tracker.directory.passwords import hash_password

PASSWORD = "a password of words"
HASH = hash_password(PASSWORD)
SAME_SITE = {"Origin": "http://localhost"}


def city_with_passwords(app: Flask) -> City:
    """A city whose supervisor and sports handler have a password."""
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
        for name in ("supervisor", "another_unit"):
            user = session.get_one(User, made.people[name].user_id)
            user.email, user.password_hash = f"{name}@example.test", HASH
    return made


def signed_in_supervisor(client: FlaskClient) -> FlaskClient:
    """The supervisor's browser, signed in, reading English."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert sign_in(client, "supervisor@example.test").status_code == 303
    return client


def token_of(page: TestResponse | str) -> str:
    """The CSRF token of a page."""
    return hidden(page, "csrf_token")


def sign_in(
    client: FlaskClient, email: str, password: str = PASSWORD, target: str = "/account", **fields: str
) -> TestResponse:
    """Fill in the sign-in page."""
    page = client.get("/sign-in", query_string={"next": target})
    data = {"csrf_token": token_of(page), "next": hidden(page.text, "next"), "email": email, "password": password}
    return client.post("/sign-in", data={**data, **fields})
