"""A contacts file on its pages: what it would do before it does it, and what is wrong with it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import City
from tests.web.browsing import hidden
from tests.web.contact_pages import browser_in, counted, main, make_living

FILE = (
    "单位,姓名,电子邮箱,角色\n"
    "市体育局,市体育局 负责人,sports@example.test,负责人\n"
    "市民政局,市民政局 联络员,civil@example.test,联络员\n"
)
BAD_FILE = FILE + "市气象局,甲,a@example.test,经办人\n市体育局,乙,nowhere,科长\n"


@pytest.fixture
def city(app: Flask) -> City:
    """A living city."""
    return make_living(app)


@pytest.fixture
def as_(app: Flask, city: City) -> Callable[..., FlaskClient]:
    """``as_("supervisor")`` -> a browser signed in as one of the city's people."""
    return partial(browser_in, app, city)


def choose(client: FlaskClient, content: str, region: str = "shaoguan") -> TestResponse:
    """Choose a file on the import page."""
    path = f"/admin/contacts/import?region={region}"
    token = hidden(client.get(path), "csrf_token")
    data = {"csrf_token": token, "file": (io.BytesIO(content.encode()), "contacts.csv")}
    return client.post(path, data=data, content_type="multipart/form-data")


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
