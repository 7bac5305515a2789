"""Dispatching and going live, as the supervisor does it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import NOW, City, make_city, task_entry
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, fill, form_of, plain, set_day, writing
from tests.web.task_city import (
    HERE,
    make_draft,
    make_live,
    reported,
)
from tracker.outbox.models import OutboxMessage


@pytest.fixture
def draft(app: Flask) -> City:
    """Not live yet; 2-1 and 2-2 name no units."""
    return make_draft(app)


@pytest.fixture
def city(app: Flask) -> City:
    """Live: 1 in progress, 2 and 3 assigned."""
    return make_live(app)


@pytest.fixture
def supervisor(app: Flask, city: City) -> FlaskClient:
    """The supervisor, reading English."""
    return browser_of(app, city.people["supervisor"], ENGLISH)


def test_only_supervisors_dispatch_and_go_live(app: Flask, city: City) -> None:
    for name in ("handler", "leader", "supporting", "observer", "administrator", "another_unit"):
        client = browser_of(app, city.people[name], ENGLISH)
        for path in ("/plans/shaoguan/dispatch", "/plans/shaoguan/go-live"):
            assert client.get(path).status_code == 403, (name, path)
            data = fill(form_of(client.get("/plans"), "/language"), task="2-1@0", leads="1")
            assert client.post(path, data=data).status_code == 403, (name, path)


def test_a_whole_section_is_dispatched_at_once(app: Flask, city: City, supervisor: FlaskClient) -> None:
    page = supervisor.get("/plans/shaoguan/dispatch").text
    assert re.findall(r'name="ref" type="checkbox" value="([^"]+)"', page) == ["2-1", "2-2"]
    whole = re.search(r'href="(/plans/shaoguan/dispatch\?section=\d+)"', page)
    assert whole is not None
    target = "/plans/shaoguan/dispatch"
    shown = supervisor.get(whole.group(1))
    fields = form_of(shown, target)
    assert [value for name, value in fields if name == "task"] == ["2-1@0", "2-2@0"]
    school, sport = map(str, city.unit_ids("市教育局", "市体育局"))
    answer = supervisor.post(target, data=fill(fields, supports=[sport]))
    assert answer.status_code == 422
    again = form_of(answer, target)
    assert [value for name, value in again if name == "supports"] == [sport]
    with writing(app) as session:
        before = session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    data = fill(again, leads=school)
    assert [supervisor.post(target, data=data).status_code for _ in range(2)] == [303, 303]
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == before + 2  # one mail a person
        assert {city.row(session, ref).state for ref in ("2-1", "2-2")} == {"assigned"}
    assert "Every task of this plan is assigned." in supervisor.get(target).text


def test_ticked_tasks_and_a_stale_list(app: Flask, city: City, supervisor: FlaskClient) -> None:
    target = "/plans/shaoguan/dispatch"
    shown = supervisor.get(f"{target}?ref=2-2")
    assert [value for name, value in form_of(shown, target) if name == "task"] == ["2-2@0"]
    with writing(app) as session:
        city.do(session, "supervisor", "2-2", "dispatch", leads=city.unit_ids("市体育局"))
    answer = supervisor.post(target, data=fill(form_of(shown, target), leads=str(city.units["市教育局"].id)))
    assert answer.status_code == 409
    assert supervisor.post(target, data=fill(form_of(shown, target), task="2-1@x")).status_code == 400


def test_going_live_shows_whom_it_tells_and_happens_once(app: Flask, draft: City) -> None:
    supervisor = browser_of(app, draft.people["supervisor"], ENGLISH)
    assert "/plans/shaoguan/go-live" in supervisor.get("/plans/shaoguan").text
    path = "/plans/shaoguan/go-live"
    shown = supervisor.get(path)
    text = plain(shown.text)
    assert "2 tasks name no lead unit" in text
    assert "2-1, 2-2" in text
    assert "市民政局 经办人 1, 3 —" in text
    assert "市财政局 经办人 — 1, 2" in text
    assert "武江区政府 — 1, 2" in text  # its mailbox
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
    data = fill(form_of(shown, path))
    assert [supervisor.post(path, data=data).status_code for _ in range(2)] == [303, 303]
    after = plain(supervisor.get(path).text)
    assert "The plan is live" in after
    assert "3 tasks dispatched, 7 mails queued." in after
    assert re.search(r"Dispatched when going live 3 Not yet assigned 2", after)
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 7


def test_units_nobody_can_be_reached_for_are_named_before_going_live(app: Flask) -> None:
    set_day(app, NOW)
    with writing(app) as session:
        city = make_city(session, [task_entry("1", ["残工委办公室"], ["市民政局"])])
    text = plain(browser_of(app, city.people["supervisor"], ENGLISH).get("/plans/shaoguan/go-live").text)
    assert "Nobody can be reached for these units 残工委办公室" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_opens_in_both_languages(app: Flask, city: City, language: str) -> None:
    reported(app, city)
    supervisor = browser_of(app, city.people["supervisor"], language)
    handler = browser_of(app, city.people["handler"], language)
    opened = [
        *(
            (supervisor, f"{HERE}/{path}")
            for path in ("1/return", "1/terminate", "3/reassign", "2-1/dispatch", "1/comments")
        ),
        *((supervisor, f"/plans/shaoguan/{path}") for path in ("dispatch", "dispatch?ref=2-1", "go-live")),
        *((handler, f"{HERE}/{path}") for path in ("3/decline", "1/comments", "1")),
    ]
    for client, path in opened:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert 'lang="zh-Hans"' in answer.text


@pytest.mark.both_databases
@pytest.mark.parametrize("field", ["lead_1", "supports"])
@pytest.mark.parametrize("number", ["99999999999999999999", "4294967296", "-1", "²", "x"])
def test_a_number_that_is_no_units_is_a_fault_of_the_form(app: Flask, field: str, number: str) -> None:
    city = make_live(app)
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    target = "/plans/shaoguan/dispatch"
    data = fill(form_of(supervisor.get(f"{target}?ref=2-2"), target), leads=str(city.units["市教育局"].id))
    answer = supervisor.post(target, data={**data, field: number})
    assert answer.status_code == 422
    assert "A chosen unit does not belong to this region. Choose again." in plain(answer.text)


@pytest.mark.parametrize("version", ["²", "-1", "", "99999999999999999999", "9" * 5000])
def test_a_version_that_is_none_is_refused(app: Flask, city: City, supervisor: FlaskClient, version: str) -> None:
    target = "/plans/shaoguan/dispatch"
    data = fill(form_of(supervisor.get(f"{target}?ref=2-2"), target), leads=str(city.units["市教育局"].id))
    assert supervisor.post(target, data={**data, "task": f"2-2@{version}"}).status_code == 400
