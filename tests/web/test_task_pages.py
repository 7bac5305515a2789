"""The page of a task: what it tells, who sees which button, and what nobody finds."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import NOW, City
from tests.web.browsing import CHINESE, ENGLISH, LANGUAGES, browser_of, fill, form_of, plain, writing
from tests.web.task_city import (
    HERE,
    PEOPLE,
    buttons,
    make_live,
    reported,
    state,
)
from tracker.access import Actor
from tracker.outbox.models import OutboxMessage
from tracker.reporting.comments import add_comment
from tracker.workflows.policy import available_actions, task_facts


@pytest.fixture
def city(app: Flask) -> City:
    """Live: 1 in progress, 2 and 3 assigned."""
    return make_live(app)


@pytest.fixture
def handler(app: Flask, city: City) -> FlaskClient:
    """The handler of the first-named lead unit, reading English."""
    return browser_of(app, city.people["handler"], ENGLISH)


@pytest.fixture
def supervisor(app: Flask, city: City) -> FlaskClient:
    """The supervisor, reading English."""
    return browser_of(app, city.people["supervisor"], ENGLISH)


@pytest.mark.parametrize("ref", ["1", "2", "2-1"])
def test_everybody_sees_exactly_the_buttons_that_are_theirs(app: Flask, city: City, ref: str) -> None:
    if ref == "1":
        reported(app, city)
    for name in PEOPLE:
        actor: Actor = city.people[name]
        page = browser_of(app, actor).get(f"{HERE}/{ref}")
        assert page.status_code == 200
        with writing(app) as session:
            session.add(city.plan)
            session.refresh(city.plan)
            row = city.row(session, ref)
            facts = task_facts(session, actor, city.plan, [row])[row.task_id]
        assert buttons(page.text, ref) == set(available_actions("standard", facts)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_the_whole_story(app: Flask, city: City, language: str) -> None:
    more = {"problems": "人员不足。", "next_steps": "年内补足。", "evidence": "韶民〔2023〕18号"}
    reported(app, city, measured_value="86.50", measured_year="2023", measured_source="年报", **more)
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", now=NOW + timedelta(hours=3), reason="请补充名册。")
        data = {"body": "口径以台账为准。"}
        later = NOW + timedelta(hours=1)
        add_comment(session, city.people["supporting"], later, slug="shaoguan", ref="1", data=data)
    page = browser_of(app, city.people["observer"], language).get(f"{HERE}/1").text
    text = plain(page)
    for said in (
        "第1项重点任务。", "已完成半年任务。", "86.5（2023），年报", "请补充名册。", "口径以台账为准。",
        "市财政局 经办人", "＞85%", "各县（市、区）政府", "残工委办公室", *more.values(),
    ):  # fmt: skip
        assert said in text, said
    chinese = language == CHINESE
    line = text[text.index("时间线" if chinese else "Time line") :]
    acts = (
        ["退回", "意见", "上报", "签收", "交办"]
        if chinese
        else ["Return", "Comment", "Report", "Acknowledge", "Dispatch"]
    )
    places = [re.search(rf"\b{act}|{act}", line).start() for act in acts]  # type: ignore[union-attr]
    assert places == sorted(places)
    assert ("通知：报告被退回" if chinese else "Notice: the report was returned") in line
    assert ("31 December 2025" not in text) == chinese
    assert ("规划期末（默认）" if chinese else "End of term (default)") in text
    assert ("未签收" if chinese else "not acknowledged") in text  # the second lead unit


def test_the_units_panel_says_who_acknowledged(handler: FlaskClient) -> None:
    text = plain(handler.get(f"{HERE}/1").text)
    assert "市民政局 acknowledged 15 June 市教育局 not acknowledged" in text


def test_a_mail_that_went_out_stands_in_the_time_line(app: Flask, city: City, supervisor: FlaskClient) -> None:
    with writing(app) as session:
        for message in session.scalars(select(OutboxMessage)):
            assert message.state == "pending"
    text = plain(supervisor.get(f"{HERE}/2").text)
    assert "Notice: the task was dispatched Will be sent to" in text
    assert "市残联 经办人" in text
    assert "武江区政府" in text  # a member without a person: its mailbox


@pytest.mark.parametrize(
    "path", [f"{HERE}/99", f"{HERE}/1/fly", f"{HERE}/1/acknowledge", f"{HERE}/99/report", f"{HERE}/99/comments"]
)
def test_an_address_that_does_not_exist(handler: FlaskClient, path: str) -> None:
    answer = handler.get(path)
    assert answer.status_code == 404
    assert "There is nothing at this address" in plain(answer.text)


def test_another_region_finds_neither_page_nor_form_nor_command(app: Flask, city: City) -> None:
    stranger = browser_of(app, city.people["another_region"])
    own = form_of(stranger.get("/plans"), "/language")
    for path in (
        f"{HERE}/1",
        f"{HERE}/1/report",
        f"{HERE}/1/comments",
        "/plans/shaoguan/dispatch",
        "/plans/shaoguan/go-live",
    ):
        assert stranger.get(path).status_code == 404, path
    for path in (
        f"{HERE}/1/report",
        f"{HERE}/1/verify",
        f"{HERE}/1/comments",
        "/plans/shaoguan/dispatch",
        "/plans/shaoguan/go-live",
    ):
        answer = stranger.post(
            path, data=fill(own, version="2", done="x", progress="1", body="x", task="1@2", leads="1")
        )
        assert answer.status_code == 404, path
    assert state(app, city, "1") == "in_progress"


def test_a_form_that_is_not_ones_own_and_one_that_has_no_step(app: Flask, city: City, handler: FlaskClient) -> None:
    supporting = browser_of(app, city.people["supporting"], ENGLISH)
    answer = supporting.get(f"{HERE}/1/report")
    assert answer.status_code == 403
    assert "You may not do this with the task" in plain(answer.text)
    answer = handler.get(f"{HERE}/3/report")
    assert answer.status_code == 409
    assert "“Report” is not possible while the task is “Assigned”" in plain(answer.text)
