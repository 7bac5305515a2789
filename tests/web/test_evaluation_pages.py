"""The rounds of a plan, one round with what is missing, and moving its dates."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import COMPLETION, NOW, REPORT, City, make_city
from tests.services.reminding import at
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, plain, send, set_day, writing
from tracker.access import SYSTEM
from tracker.evaluations.commands import advance_rounds, make_rounds
from tracker.plans.models import Round

DATES = {"opens_on": "2026-01-05", "report_due_on": "2026-02-27", "verify_due_on": "2026-03-31"}


@pytest.fixture
def city(app: Flask) -> City:
    """The mid-term round is open: 1 was returned, 2 waits, 3 is verified; 4 has no unit."""
    with writing(app) as session:
        made = make_city(session)
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        advance_rounds(session, at("2023-07-03"), made.plan)
        day = at("2023-08-10")
        for who, ref in (("handler", "1"), ("host_handler", "2"), ("handler", "3")):
            made.do(session, who, ref, "acknowledge")
            made.do(session, who, ref, "report", now=day, **(COMPLETION if ref == "3" else REPORT))
        made.do(session, "supervisor", "1", "return", now=day, reason="请补充。")
        made.do(session, "supervisor", "3", "first_check", now=day)
        made.do(session, "second_supervisor", "3", "verify", now=day)
    set_day(app, at("2023-08-24"))
    return made


def round_id(app: Flask, kind: str) -> int:
    """The id of the city's round of a kind."""
    with writing(app) as session:
        return session.scalars(select(Round.id).where(Round.kind == kind)).one()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_every_round_with_its_dates_and_reports(app: Flask, city: City, language: str) -> None:
    words = plain(browser_of(app, city.people["handler"], language).get("/evaluations").text)
    if language == ENGLISH:
        assert "Mid-term evaluation 2023 default dates: the plan gives none Open 3 July 2023 31 August 2023" in words
        assert "2 of 3 1" in words
        assert "End-of-term evaluation 2025" in words
    else:
        assert "2023年中期评估 默认日期，规划未规定 已开启 2023年7月3日 2023年8月31日" in words


def test_a_round_names_what_is_missing_and_what_waits(app: Flask, city: City) -> None:
    words = plain(
        browser_of(app, city.people["observer"], ENGLISH).get(f"/evaluations/{round_id(app, 'mid_term')}").text
    )
    assert "1 report of 3 is missing; waiting for verification: 1." in words
    missing, waiting = words.split("Not yet reported", 1)[1].split("Waiting for verification", 1)
    assert "第1项重点任务。" in missing
    assert "第2项重点任务。" in waiting
    assert "第3项重点任务。" not in missing + waiting
    assert "第4项重点任务。" not in missing + waiting
    assert "67%" in words or "2 of 3 reported" in words


def test_every_page_counts_a_round_alike(app: Flask, city: City) -> None:
    """Task 4 came after the reports were due, 3 was reopened by hand: neither changes what the round has got."""
    with writing(app) as session:
        advance_rounds(session, at("2023-09-01"), city.plan)
        city.do(session, "supervisor", "4", "dispatch", now=at("2023-09-01"),
                leads=city.unit_ids("市民政局"), supports=[])  # fmt: skip
        city.do(session, "supervisor", "3", "reopen", now=at("2023-09-01"), reason="数字有误。")
    set_day(app, at("2023-09-04"))
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    observer = browser_of(app, city.people["observer"], ENGLISH)
    assert "2 of 3 1" in plain(observer.get("/evaluations").text)
    assert "2 of 3 reported (67%), 1 of them verified" in observer.get("/").text
    assert "2 of 3 reported (67%), 1 of them verified" in supervisor.get("/").text
    assert "Of 3 tasks 1 are verified or closed out and 1 reported" in supervisor.get("/plans/shaoguan").text


def test_a_closed_round_keeps_its_own_figures(app: Flask, city: City) -> None:
    """What is filed for the next round does not count in the one before."""
    with writing(app) as session:
        last = session.scalars(select(Round).where(Round.kind == "end_of_term")).one()
        advance_rounds(session, at("2026-01-05"), city.plan)
        city.do(session, "handler", "1", "report", now=at("2026-02-02"), **REPORT)
    set_day(app, at("2026-02-03"))
    client = browser_of(app, city.people["observer"], ENGLISH)
    before = plain(client.get(f"/evaluations/{round_id(app, 'mid_term')}").text)
    assert "1 report of 3 is missing" in before
    after = plain(client.get(f"/evaluations/{last.id}").text)
    assert "1 report of 3 is missing; waiting for verification: 2." in after, "the one that waited is carried in"


def test_a_supervisor_moves_the_dates_of_a_round_to_come(app: Flask, city: City) -> None:
    address = f"/evaluations/{round_id(app, 'end_of_term')}"
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    answer = send(client, address, f"{address}/dates", follow=True, **DATES)
    words = plain(answer.text)
    assert "The dates of the round were moved." in words
    assert "5 January 2026" in words
    assert "(default)" not in words


def test_wrong_dates_are_named_and_what_was_typed_stays(app: Flask, city: City) -> None:
    address = f"/evaluations/{round_id(app, 'end_of_term')}"
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    answer = send(client, address, f"{address}/dates", **{**DATES, "report_due_on": "2025-12-31"})
    assert answer.status_code == 422
    assert 'href="#report_due_on"' in answer.text
    assert "This day lies before the one above it." in plain(answer.text)
    assert 'value="2025-12-31"' in answer.text
    assert 'value="2026-03-31"' in answer.text
    assert "<title>Error: " in answer.text


@pytest.mark.parametrize(("who", "kind"), [("supervisor", "mid_term"), ("handler", "end_of_term")])
def test_there_is_no_form_where_nothing_may_be_moved(app: Flask, city: City, who: str, kind: str) -> None:
    address = f"/evaluations/{round_id(app, kind)}"
    client = browser_of(app, city.people[who], ENGLISH)
    page = client.get(address)
    assert "/dates" not in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(f"{address}/dates", data={"csrf_token": token, **DATES}).status_code == 403


def test_a_round_that_does_not_exist_is_not_found(app: Flask, city: City) -> None:
    assert browser_of(app, city.people["handler"]).get("/evaluations/99999").status_code == 404
