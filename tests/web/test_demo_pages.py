"""The demo in the browser: one click signs in, two buttons move the clock; in a real installation none of it exists."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.web.browsing import CHINESE, ENGLISH
from tracker.clock import business_now
from tracker.db import db, transaction
from tracker.demo.accounts import accounts
from tracker.demo.steps import START
from tracker.demo.writing import ZONE
from tracker.directory.models import SignInSession, User

pytestmark = pytest.mark.timeout(400)  # the first of them loads the demo
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def page(client: FlaskClient, path: str = "/sign-in", language: str = CHINESE) -> str:
    response = client.get(path, headers={"Accept-Language": "en" if language == ENGLISH else "zh-CN"})
    assert response.status_code == 200
    return response.get_data(as_text=True)


def token(client: FlaskClient, path: str = "/sign-in") -> str:
    found = TOKEN.search(page(client, path))
    assert found is not None
    return found[1]


def id_of(app: Flask, email: str) -> int:
    with app.app_context():
        return db.session.scalars(select(User.id).where(User.email == email)).one()


def demo_day(app: Flask) -> date:
    with app.app_context():
        return business_now(db.session).astimezone(ZONE).date()


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_the_sign_in_page_lists_every_account_with_what_it_sees(demo_app: Flask, language: str) -> None:
    text = page(demo_app.test_client(), language=language)
    buttons = re.findall(r'name="account" value="(\d+)"', text)
    assert len(set(buttons)) == len(buttons) == len(accounts())
    for words in ("韶关", "江门", "玉林", "百色", "同心", "市政数局、市工信局"):
        assert words in text
    if language == CHINESE:
        assert "演示账号" in text
        assert "牵头20项、配合18项" in text
        assert "督查专员（三）" in text
        assert "兼市残联经办人" in text
    else:
        assert "Demo accounts" in text
        assert "Leads 20, supports 18" in text
        assert "Supervisor (3)" in text


@pytest.mark.parametrize(
    "email", ["jiaoyu.handler@shaoguan.example", "observer@jiangmen.example", "administrator@platform.example"]
)
def test_one_click_signs_in(demo_app: Flask, email: str) -> None:
    client = demo_app.test_client()
    form = {"csrf_token": token(client), "account": id_of(demo_app, email), "next": "/plans"}
    response = client.post("/demo/sign-in", data=form)
    assert (response.status_code, response.headers["Location"]) == (303, "/plans")
    assert client.get("/plans").status_code == 200


def test_another_site_cannot_be_the_next_page(demo_app: Flask) -> None:
    client = demo_app.test_client()
    account = id_of(demo_app, "jiaoyu.handler@shaoguan.example")
    form = {"csrf_token": token(client), "account": account, "next": "//evil.example"}
    assert client.post("/demo/sign-in", data=form).headers["Location"] == "/"


def test_only_the_accounts_of_the_list_sign_in_by_a_click(demo_app: Flask) -> None:
    with demo_app.app_context(), transaction() as session:
        user = User(email="new@shaoguan.example", name="市教育局 经办人", created_at=START)
        session.add(user)
        session.flush()
        new_id = user.id
    client = demo_app.test_client()
    for account in (new_id, 999_999, "x"):
        response = client.post("/demo/sign-in", data={"csrf_token": token(client), "account": account})
        assert response.status_code == 404
        assert "演示账号" in response.get_data(as_text=True)
    with demo_app.app_context():
        assert db.session.scalars(select(SignInSession)).all() == []


def test_both_buttons_need_the_token_of_a_page(demo_app: Flask) -> None:
    client = demo_app.test_client()
    account = id_of(demo_app, "jiaoyu.handler@shaoguan.example")
    assert client.post("/demo/sign-in", data={"account": account}).status_code == 400
    assert client.post("/demo/advance", data={"to": "next"}).status_code == 400
    assert demo_day(demo_app) == START.date()


def test_the_clock_moves_to_the_next_working_day_and_says_so(demo_app: Flask) -> None:
    client = demo_app.test_client()
    form = {"csrf_token": token(client), "to": "next", "return_to": "/sign-in"}
    response = client.post("/demo/advance", data=form)
    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in")
    text = page(client)
    assert "现在是2023年6月16日" in text
    assert demo_day(demo_app) == date(2023, 6, 16)


def test_the_clock_moves_to_a_date_and_names_the_rounds_of_ones_own_region(demo_app: Flask) -> None:
    client = demo_app.test_client()
    account = id_of(demo_app, "cangongwei.supervisor1@shaoguan.example")
    client.post("/demo/sign-in", data={"csrf_token": token(client), "account": account})
    form = {"csrf_token": token(client, "/"), "to": "date", "date": "2023-07-03", "return_to": "/"}
    assert client.post("/demo/advance", data=form).status_code == 303
    text = page(client, "/")
    assert "现在是2023年7月3日。评估开启：韶关 中期评估。" in text
    assert "江门" not in text
    with demo_app.app_context():
        assert business_now(db.session) - datetime(2023, 7, 3, 9, tzinfo=ZONE) < timedelta(minutes=10)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2023-06-01", "只能往后推进"),
        ("2023-06-15", "只能往后推进"),
        ("2024-07-01", "一次最多推进366天"),
        ("morgen", "不是日期"),
        ("", "不是日期"),
    ],
)
def test_a_day_that_does_not_do_is_answered_with_one_sentence(demo_app: Flask, typed: str, sentence: str) -> None:
    client = demo_app.test_client()
    form = {"csrf_token": token(client), "to": "date", "date": typed, "return_to": "/sign-in"}
    assert client.post("/demo/advance", data=form).status_code == 303
    assert sentence in page(client)
    assert demo_day(demo_app) == START.date()


def test_a_real_installation_has_none_of_it(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.post("/demo/sign-in", data={"account": 1}).status_code == 404
    assert client.post("/demo/advance", data={"to": "next"}).status_code == 404
    text = page(client)
    assert "演示" not in text
    assert "/demo/" not in text


def test_an_account_that_no_row_can_be_is_no_error_of_the_service(demo_app: Flask) -> None:
    client = demo_app.test_client()
    data = {"csrf_token": token(client), "account": "99999999999999999999"}
    answer = client.post("/demo/sign-in", data=data)
    assert answer.status_code in (400, 404)
    assert "<main" in answer.text
    assert page(client), "the next request has a database to ask"
