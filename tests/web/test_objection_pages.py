"""Urging with one press or with a word, and the right of reply, as the pages show them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.factories import City
from tests.services.reminding import at
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, plain, send, set_day, writing
from tests.web.task_city import HERE, make_live, reported

TODAY = at("2023-06-26")


@pytest.fixture
def city(app: Flask) -> City:
    """Task 1 was reported and returned on 15 June 2023, 2 and 3 are assigned; it is 26 June."""
    made = make_live(app)
    reported(app, made)
    with writing(app) as session:
        made.do(session, "supervisor", "1", "return", reason="请补名册。")
    set_day(app, TODAY)
    return made


def test_one_press_urges_and_the_page_says_so(app: Flask, city: City) -> None:
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    page = send(supervisor, f"{HERE}/1", f"{HERE}/1/urge", follow=True)
    assert "Urged. The units get a mail" in plain(page.text)
    assert f'action="{HERE}/1/urge"' not in page.text, "once a day"
    refused = supervisor.get(f"{HERE}/1/urge")
    assert refused.status_code == 403
    assert "urged today already" in plain(refused.text)
    handler = browser_of(app, city.people["handler"], ENGLISH)
    assert "Urge 市民政局" not in plain(handler.get(f"{HERE}/2").text)
    assert "Urged" in plain(handler.get("/").text)
    set_day(app, TODAY + timedelta(days=1))
    assert send(supervisor, f"{HERE}/1/urge", word="请尽快上报。", parts=["yes"]).status_code == 303
    text = plain(handler.get(f"{HERE}/1").text)
    assert "请尽快上报。" in text
    assert "Notice: the supervision office urges" in text


def test_a_lead_unit_contests_a_return_and_is_answered(app: Flask, city: City) -> None:
    handler, supervisor = (browser_of(app, city.people[who], ENGLISH) for who in ("handler", "supervisor"))
    address = f"{HERE}/1/objections"
    assert send(handler, address, text="名册已报。").status_code == 303
    assert "市民政局 objects: 名册已报。" in plain(supervisor.get("/").text)
    queue = plain(supervisor.get("/verification").text)
    assert "Objections to answer 1" in queue
    assert "3 July" in queue
    assert "Answer the objection of 市民政局" in plain(handler.get(f"{HERE}/1").text)
    faulty = send(supervisor, address, f"{address}/1", outcome="upheld", text=" ")
    assert faulty.status_code == 422
    assert "Write the answer; the unit reads it." in plain(faulty.text)
    done = send(supervisor, address, f"{address}/1", follow=True, outcome="upheld", text="经核属实。")
    assert "Outcome Upheld" in plain(done.text)
    line = plain(handler.get(f"{HERE}/1").text)
    assert "Objection upheld" in line
    assert "Objection: the return of 15 June 2023" in line
    assert "Notice: a lead unit objects" in line


def test_a_late_answer_is_shown_as_late(app: Flask, city: City) -> None:
    handler, supervisor = (browser_of(app, city.people[who], ENGLISH) for who in ("handler", "supervisor"))
    send(handler, f"{HERE}/1/objections", about="lamp", lamp_on="2023-06-20", lamp="red", text="已上报。")
    set_day(app, at("2023-07-04"))
    assert "was due 3 July" in plain(supervisor.get("/verification").text)
    assert "1 working day past" in plain(supervisor.get("/").text)
    assert "the red lamp of 20 June 2023" in plain(supervisor.get(f"{HERE}/1/objections").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_typed_comes_back_and_others_only_read(app: Flask, city: City, language: str) -> None:
    handler = browser_of(app, city.people["handler"], language)
    answer = send(handler, f"{HERE}/1/objections", about="lamp", text="红灯有误。")
    assert answer.status_code == 422
    assert "红灯有误。" in plain(answer.text)
    observer = browser_of(app, city.people["observer"], language)
    page = observer.get(f"{HERE}/1/objections")
    assert page.status_code == 200
    assert ("No lead unit has objected." in plain(page.text)) == (language == ENGLISH)
    assert f'action="{HERE}/1/objections"' not in page.text
    assert observer.get(f"{HERE}/1/urge").status_code == 403
    stranger = browser_of(app, city.people["another_region"], language)
    assert {stranger.get(f"{HERE}/1/{page}").status_code for page in ("urge", "objections")} == {404}
