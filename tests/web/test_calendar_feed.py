"""The calendar that a person subscribes to: their own days, a secret that is renewed, RFC 5545."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import update

from tests.factories import REPORT, City, task_entry
from tests.services.explaining import pass_days
from tests.services.reminding import at, living_city
from tests.web.browsing import ENGLISH, browser_of, plain, send, set_day, writing
from tracker.directory.models import User
from tracker.plans.models import Plan, Round

PAGE = "/reminders/calendar"


@pytest.fixture
def city(app: Flask) -> City:
    """市民政局 and 市教育局 lead a task each, ticked to 24 August 2023."""
    with writing(app) as session:
        made = living_city(session, [task_entry("1", ["市民政局"]), task_entry("2", ["市教育局"])])
        made.plan = session.get_one(Plan, made.plan.id)
        pass_days(session, made, "2023-06-15", "2023-08-24")
    set_day(app, at("2023-08-24"))
    return made


def subscribed(app: Flask, city: City, who: str = "handler") -> str:
    """Make an address as somebody does, and return its path."""
    page = send(browser_of(app, city.people[who], ENGLISH), PAGE, follow=True)
    found = page.text.partition("/calendar/")[2].partition('"')[0]
    assert found.endswith(".ics")
    return f"/calendar/{found}"


def events(app: Flask, path: str) -> dict[str, tuple[date, str]]:
    """UID -> (day, summary) of the calendar at an address, read without signing in."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n")), "lines are folded"
    calendar = Calendar.from_ical(answer.data)
    found = {}
    for event in calendar.walk("VEVENT"):
        day = event["dtstart"].dt
        assert type(day) is date, "a whole day"
        found[str(event["uid"])] = (day, str(event["summary"]))
    assert len(found) == len(calendar.walk("VEVENT")), "no UID stands twice"
    return found


def test_one_event_a_mail_to_come_and_one_a_day_of_a_round(app: Flask, city: City) -> None:
    found = events(app, subscribed(app, city))
    mails = sorted(day for uid, (day, _) in found.items() if uid.startswith("mail-"))
    assert [day.isoformat() for day in mails][:6] == [
        "2023-08-30", "2023-08-31", "2023-09-04", "2023-09-11", "2023-09-18", "2023-09-25",
    ]  # fmt: skip
    rounds = {summary: day for uid, (day, summary) in found.items() if uid.startswith("round-")}
    assert rounds["韶关 中期评估: 报告截止"] == date(2023, 8, 31)
    assert len(rounds) == 8


def test_it_holds_nothing_of_anybody_else(app: Flask, city: City) -> None:
    body = app.test_client().get(subscribed(app, city)).text.replace("\r\n ", "")
    with writing(app) as session:
        people = [session.get_one(User, actor.user_id) for actor in city.people.values() if actor.user_id is not None]
        assert not [person.name for person in people if person.name in body or person.email in body]
    assert "（2）" not in body
    assert "(2)" not in body


def test_what_is_done_leaves_it_and_uids_stay(app: Flask, city: City) -> None:
    path = subscribed(app, city)
    before = events(app, path)
    assert events(app, path) == before
    with writing(app) as session:
        session.execute(update(Round).where(Round.kind == "end_of_term").values(disclosure_on=date(2026, 7, 31)))
    moved = events(app, path)
    assert moved.keys() == before.keys()
    assert {uid for uid in before if before[uid] != moved[uid]} == {
        uid for uid in before if uid.startswith("round-") and before[uid][0] == date(2026, 6, 30)
    }
    with writing(app) as session:
        city.do(session, "handler", "1", "acknowledge", now=at("2023-08-24"))
        city.do(session, "handler", "1", "report", now=at("2023-08-24"), **REPORT)
    assert not [uid for uid, (day, _) in events(app, path).items() if uid.startswith("mail-") and day.year == 2023]


def test_a_renewed_address_ends_the_old_one(app: Flask, city: City) -> None:
    old = subscribed(app, city)
    new = subscribed(app, city)
    assert new != old
    assert app.test_client().get(old).status_code == 404
    assert events(app, new)


def test_each_person_has_their_own_and_a_closed_account_none(app: Flask, city: City) -> None:
    path = subscribed(app, city)
    other = subscribed(app, city, "other_lead")
    assert path.split("-")[1] != other.split("-")[1]
    with writing(app) as session:
        session.execute(update(User).where(User.id == city.people["handler"].user_id).values(active=False))
    assert app.test_client().get(path).status_code == 404
    assert app.test_client().get(other).status_code == 200


@pytest.mark.parametrize("token", ["1", "1-", "0-abc", "１-abc", "9999999999-abc", "x", "1-" + "0" * 40, "-"])
def test_a_guessed_address_is_not_found(app: Flask, city: City, token: str) -> None:
    subscribed(app, city)
    assert app.test_client().get(f"/calendar/{token}.ics").status_code == 404


def test_who_has_none_is_told_so(app: Flask, city: City) -> None:
    assert "You have no address yet." in plain(browser_of(app, city.people["handler"], ENGLISH).get(PAGE).text)
    assert app.test_client().get(PAGE).status_code == 303
