"""The page of a task's deadline: who is asked for what, and what everybody reads afterwards."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import City, make_city, task_entry
from tests.services.reminding import at
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, plain, send, set_day, writing
from tests.web.task_city import HERE

PAGE = f"{HERE}/1/extension"
ASKED = {"new_due_on": "2024-03-29", "reason": "用地预审延后。", "so_far": "完成选址。"}


@pytest.fixture
def city(app: Flask) -> City:
    """Task 1 is due on 29 December 2023 and in progress, 2 has no deadline; it is 9 October."""
    with writing(app) as session:
        made = make_city(session, [task_entry("1", ["市民政局"], deadline="2023-12-29"), task_entry("2", ["市民政局"])])
        made.go_live(session)
        made.do(session, "handler", "1", "acknowledge")
    set_day(app, at("2023-10-09"))
    return made


def test_from_asking_to_the_new_deadline(app: Flask, city: City) -> None:
    handler, leader, supervisor = (
        browser_of(app, city.people[who], ENGLISH) for who in ("handler", "leader", "supervisor")
    )
    assert f'href="{PAGE}"' in handler.get(f"{HERE}/1").text
    assert send(handler, PAGE, **ASKED).status_code == 303
    assert "Approve or refuse the extension, by the unit leader" in plain(handler.get(f"{HERE}/1").text)
    assert "市民政局 asks for 29 March 2024 instead of 29 December: 用地预审延后。" in plain(leader.get("/").text)
    assert send(leader, PAGE, f"{PAGE}/approve").status_code == 303
    assert "Decide on the extension" in plain(supervisor.get(f"{HERE}/1").text)
    done = send(supervisor, PAGE, f"{PAGE}/accept", follow=True)
    text = plain(done.text)
    assert "Extension accepted." in text
    assert "29 December 2023 as the plan says 29 March 2024 extended on 9 October 2023" in text
    line = text[text.index("Time line") :]
    places = [line.index(word) for word in ("Extension accepted", "Extension approved", "Extension asked for")]
    assert places == sorted(places)
    assert "Notice: an extension of the deadline is asked for" in line


def test_what_was_typed_comes_back_with_what_is_wrong(app: Flask, city: City) -> None:
    handler = browser_of(app, city.people["handler"], ENGLISH)
    answer = send(handler, PAGE, **{**ASKED, "new_due_on": "2023-12-29"})
    assert answer.status_code == 422
    text = plain(answer.text)
    assert "The new deadline must lie after the present one." in text
    assert "完成选址。" in text
    send(handler, PAGE, **ASKED)
    leader = browser_of(app, city.people["leader"], ENGLISH)
    answer = send(leader, PAGE, f"{PAGE}/refuse", reason=" ")
    assert answer.status_code == 422
    assert "Write the reason; the other side reads it." in plain(answer.text)
    assert "Extension refused." in plain(send(leader, PAGE, f"{PAGE}/refuse", follow=True, reason="不行").text)
    assert "Request 1: Extension refused" in plain(leader.get(PAGE).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_task_without_a_deadline_says_what_measures_it(app: Flask, city: City, language: str) -> None:
    page = browser_of(app, city.people["handler"], language).get(f"{HERE}/2/extension")
    assert ("measured by the rounds" in plain(page.text)) == (language == ENGLISH)
    observer = browser_of(app, city.people["observer"], language)
    assert f'href="{HERE}/2/extension"' not in observer.get(f"{HERE}/2").text
    assert observer.get(f"{HERE}/2/extension").status_code == 200


def test_another_region_finds_nothing_and_a_stranger_s_step_is_refused(app: Flask, city: City) -> None:
    stranger = browser_of(app, city.people["another_region"])
    assert stranger.get(PAGE).status_code == 404
    handler = browser_of(app, city.people["handler"])
    page = send(handler, PAGE, **ASKED)
    assert page.status_code == 303
    supporting = browser_of(app, city.people["another_unit"], ENGLISH)
    own = {"csrf_token": _token(supporting.get("/").text), "version": "1", "reason": "x"}
    assert supporting.post(f"{PAGE}/refuse", data=own).status_code == 403


def _token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]
