"""The page of reminders: what went out, what is to come, what could not be sent; one's own, or all of a plan."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import REPORT, City, make_unit, task_entry
from tests.services.reminding import at, living_city, tick
from tests.web.browsing import CHINESE, ENGLISH, LANGUAGES, browser_of, plain, set_day, writing
from tracker.clock import local_day
from tracker.plans.models import Plan
from tracker.reminders.lines import ahead
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import rehearse

TODAY = at("2023-08-24")


@pytest.fixture
def city(app: Flask) -> City:
    """Ticked every day from 15 June to 24 August 2023; 市民政局 and 市教育局 lead a task each, 市总工会 is silent."""
    with writing(app) as session:
        tasks = [task_entry("1", ["市民政局"]), task_entry("2", ["市教育局"]), task_entry("3", ["市体育局"])]
        made = living_city(session, tasks)
        unit = make_unit(session, made.region, "市总工会")
        for who, ref in (("handler", "1"), ("other_lead", "2")):
            made.do(session, who, ref, "acknowledge", now=at("2023-06-16"))
        silent = {"leads": [unit.id], "supports": [], "reason": "职能调整"}
        made.do(session, "supervisor", "3", "reassign", now=at("2023-06-16"), **silent)
        day = date(2023, 6, 15)
        while day <= local_day(TODAY, "Asia/Shanghai"):
            tick(session, session.get_one(Plan, made.plan.id), day)
            day += timedelta(days=1)
    set_day(app, TODAY)
    return made


def lines(client: FlaskClient, address: str = "/reminders") -> list[str]:
    """The rows of the list, as words."""
    body = client.get(address).text.rsplit("<tbody role", 1)[1]
    return [plain(row).strip() for row in re.findall(r"<tr role=\"row\".*?>(.*?)</tr>", body, re.S)]


def test_a_handler_sees_their_own_reminders_of_the_month(app: Flask, city: City) -> None:
    found = lines(browser_of(app, city.people["handler"], ENGLISH))
    assert [line.split(" Mid-term")[0] for line in found] == [
        "22 August (Tuesday) 7 working days before the reports are due",
        "30 August (Wednesday) 1 working day before the reports are due",
        "31 August (Thursday) Reports are due",
    ]
    assert "Going out Open the mail" in found[0]
    assert "evaluation To come Why: 1 working day" in found[1]


def test_a_supervisor_sees_the_plans_all_by_unit(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"], CHINESE)
    found = lines(client)
    sent = next(line for line in found if line.startswith("8月22日") and "正在发送" in line)
    assert "市民政局、市教育局" in sent
    assert " 2 " in sent
    nobody = next(line for line in found if "没有收件人" in line)
    assert "市总工会" in nobody
    assert "1个收件人无法送达" in plain(client.get("/reminders").text)


def test_what_is_done_no_longer_comes(app: Flask, city: City) -> None:
    with writing(app) as session:
        city.do(session, "handler", "1", "report", now=TODAY, **REPORT)
    found = lines(browser_of(app, city.people["handler"], ENGLISH))
    assert [line.split(" (")[0] for line in found] == ["22 August"]


def test_other_months_are_one_link_away(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"], ENGLISH)
    page = client.get("/reminders").text
    assert "/reminders?month=2023-07" in page
    july = plain(client.get("/reminders?month=2023-07").text)
    assert "Reminders · July 2023" in july
    assert "The round opens" in july
    september = lines(client, "/reminders?month=2023-09")
    assert [line.split(" 1 To come")[0] for line in september] == [
        "4 September (Monday) Overdue, week 1",
        "11 September (Monday) Overdue, week 2",
        "18 September (Monday) Overdue, week 3",
        "25 September (Monday) Overdue, week 4",
    ]


@pytest.mark.parametrize("given", ["", "nonsense", "2023-13", "9999-12", "0001-01"])
def test_a_month_that_is_none_is_this_one(app: Flask, city: City, given: str) -> None:
    page = browser_of(app, city.people["handler"], ENGLISH).get(f"/reminders?month={given}")
    assert page.status_code == 200
    assert "Reminders · August 2023" in plain(page.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_to_be_there(app: Flask, city: City, language: str) -> None:
    words = plain(browser_of(app, city.people["another_region"], language).get("/reminders").text)
    assert ("Nothing was sent this month" if language == ENGLISH else "本月没有发出提醒") in words


def test_what_the_page_says_is_to_come_is_what_the_rehearsal_says(app: Flask, city: City) -> None:
    first, last = date(2023, 8, 25), date(2024, 3, 31)
    with writing(app) as session:
        plan = session.get_one(Plan, city.plan.id)
        said = sorted((e.day, e.kind, e.step, e.recipient) for e in ahead(session, plan, TODAY, first, last))
        rows = rehearse(session, plan, first, last)
    assert len(said) > 15
    assert said == sorted((r.due.due_on, r.due.kind, r.due.step, r.due.recipient.key) for r in rows)


def test_no_reminder_stands_in_the_page_twice_on_the_day_itself(app: Flask, city: City) -> None:
    set_day(app, at("2023-08-30"))
    with writing(app) as session:
        tick(session, session.get_one(Plan, city.plan.id), "2023-08-30")
        keys = session.execute(select(Reminder.recipient).where(Reminder.due_on == date(2023, 8, 30))).all()
        assert len(keys) == 3
    found = lines(browser_of(app, city.people["handler"], ENGLISH))
    assert len([line for line in found if line.startswith("30 August")]) == 1


def test_my_work_announces_the_reminders_of_the_next_ten_working_days(app: Flask, city: City) -> None:
    words = plain(browser_of(app, city.people["handler"], ENGLISH).get("/").text)
    assert "30 August 1 working day before the reports are due 31 August Reports are due" in words
    assert "4 September Overdue, week 1" in words
