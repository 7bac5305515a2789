"""Reporting and commenting on pages: faults, double clicks, stale forms, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import City
from tests.web.browsing import ENGLISH, browser_of, fill, form_of, plain, send, writing
from tests.web.task_city import (
    HERE,
    make_live,
    reported,
    state,
)
from tracker.reporting.models import Comment, ProgressReport


@pytest.fixture
def city(app: Flask) -> City:
    """Live: 1 in progress, 2 and 3 assigned."""
    return make_live(app)


@pytest.fixture
def handler(app: Flask, city: City) -> FlaskClient:
    """The handler of the first-named lead unit, reading English."""
    return browser_of(app, city.people["handler"], ENGLISH)


def test_a_report_with_faults_comes_back_as_it_was_typed(app: Flask, city: City, handler: FlaskClient) -> None:
    typed = {
        "progress": "130",
        "done": " ",
        "problems": "资金<不足>",
        "measured_value": "很多",
        "measured_source": "年报",
    }
    answer = send(handler, f"{HERE}/1/report", completion_claimed="yes", **typed)
    assert answer.status_code == 422
    text = plain(answer.text)
    assert "<title>Error: Report 1" in answer.text
    assert "Progress is a whole number from 0 to 100, in percent. You typed “130”." in text
    assert "The value reached is a number, such as 92.5. You typed “很多”." in text
    for field in ("progress", "done", "measured_value"):
        assert f'<li><a href="#{field}">' in answer.text
        assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', answer.text), field
    again = dict(form_of(answer, f"{HERE}/1/report"))
    assert again["problems"] == "资金<不足>"
    assert again["measured_source"] == "年报"
    assert again["completion_claimed"] == "yes"
    assert again["progress"] == "130"
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(ProgressReport)) == 0


def test_a_missing_report_text_in_chinese(app: Flask, city: City) -> None:
    answer = send(browser_of(app, city.people["handler"]), f"{HERE}/1/report", progress="101")
    assert "<title>错误：上报 1" in answer.text
    assert "您填的是“101”。" in plain(answer.text)


def test_a_report_is_filed_once_however_often_the_button_is_pressed(
    app: Flask, city: City, handler: FlaskClient
) -> None:
    page = handler.get(f"{HERE}/1/report")
    data = fill(form_of(page, f"{HERE}/1/report"), progress="46", done="做了一半。")
    answers = [handler.post(f"{HERE}/1/report", data=data) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, f"{HERE}/1")] * 2
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(ProgressReport)) == 1
    assert "Report: done. The task is now “Reported”." in handler.get(f"{HERE}/1").text


def test_a_stale_form_keeps_the_text(app: Flask, city: City, handler: FlaskClient) -> None:
    page = handler.get(f"{HERE}/1/report")
    with writing(app) as session:
        city.do(session, "other_lead", "1", "acknowledge")
    data = fill(form_of(page, f"{HERE}/1/report"), progress="46", done="我写了很久的进展。", evidence="台账")
    answer = handler.post(f"{HERE}/1/report", data=data)
    assert answer.status_code == 409
    assert "我写了很久的进展。" in answer.text
    assert "台账" in answer.text
    assert f'href="{HERE}/1"' in answer.text
    assert state(app, city, "1") == "in_progress"


def test_after_a_return_the_form_holds_the_last_version(app: Flask, city: City, handler: FlaskClient) -> None:
    reported(app, city, measured_value="86.5", measured_year=2023, evidence="名册")
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", reason="请补充名册。")
    page = handler.get(f"{HERE}/1/report")
    assert "Revise and report again" in page.text
    assert "请补充名册。" in page.text
    assert "version 2" in page.text
    filled = dict(form_of(page, f"{HERE}/1/report"))
    assert (filled["done"], filled["progress"], filled["evidence"]) == ("已完成半年任务。", "50", "名册")
    assert (filled["measured_value"], filled["measured_year"]) == ("86.5", "2023")
    answer = handler.post(f"{HERE}/1/report", data=fill(form_of(page, f"{HERE}/1/report"), done="已补充。"))
    assert answer.status_code == 303
    text = plain(handler.get(f"{HERE}/1").text)
    assert "Report 1, version 2" in text
    assert "Report 1, version 1, of 15 June 2023: progress 50%" in text


def test_a_form_without_its_version_is_refused(handler: FlaskClient) -> None:
    form = [field for field in form_of(handler.get(f"{HERE}/1/report"), f"{HERE}/1/report") if field[0] != "version"]
    assert handler.post(f"{HERE}/1/report", data=fill(form, progress="1", done="x")).status_code == 400


def test_comments(app: Flask, city: City, handler: FlaskClient) -> None:
    supporting = browser_of(app, city.people["supporting"], ENGLISH)
    path = f"{HERE}/1/comments"
    assert send(supporting, path, body=" ").status_code == 422
    page = supporting.get(path)
    data = fill(form_of(page, path), body="口径以台账为准。\n请核对。")
    answers = [supporting.post(path, data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 1
    assert "口径以台账为准。" in handler.get(f"{HERE}/1").text
    assert "口径以台账为准。" in handler.get(f"{HERE}/1/report").text
    outsider = browser_of(app, city.people["another_unit"], ENGLISH)
    assert "Write a comment" not in outsider.get(f"{HERE}/1").text
    assert outsider.get(path).status_code == 403
    assert outsider.post(path, data=fill(form_of(outsider.get("/plans"), "/language"), body="x")).status_code == 403


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("problems", "长" * 10_001, "This is too long. Write at most 10,000 characters."),
        ("measured_source", "长" * 501, "This is too long. Write at most 500 characters."),
        ("measured_value", "1e30", "The value reached is a number, such as 92.5."),
        ("measured_value", "NaN", "The value reached is a number, such as 92.5."),
        ("measured_year", "23", "The year has four digits, such as 2023."),
        ("progress", "100", "You say the task is completed: progress must then be 100."),
        ("measured_value", "92.5", "Give the year that the value belongs to."),
    ],
)
def test_each_fault_has_its_sentence(handler: FlaskClient, field: str, typed: str, said: str) -> None:
    values = {"done": "做了\0一半。", "progress": "50", "completion_claimed": "no", field: typed}
    if field == "progress":
        values |= {"progress": "99", "completion_claimed": "yes"}
    answer = send(handler, f"{HERE}/1/report", **values)
    assert answer.status_code == 422
    assert said in plain(answer.text)
