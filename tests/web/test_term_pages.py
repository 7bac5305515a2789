"""The term at a glance: a year, a list, JSON, narrowed to a unit or a person; and what other dates would change."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import City, task_entry
from tests.services.command_line import invoke
from tests.services.explaining import pass_days
from tests.services.reminding import at, living_city
from tests.web.browsing import ENGLISH, browser_of, plain, set_day, writing
from tests.web.test_statement_counts import statements
from tracker.plans.models import Plan, Round
from tracker.reminders.models import Reminder
from tracker.workflows.commands import dispatch_tasks


@pytest.fixture
def city(app: Flask) -> City:
    """市民政局 and 市教育局 lead a task each, ticked to 24 August 2023."""
    with writing(app) as session:
        made = living_city(session, [task_entry("1", ["市民政局"]), task_entry("2", ["市教育局"])])
        made.plan = session.get_one(Plan, made.plan.id)
        pass_days(session, made, "2023-06-15", "2023-08-24")
    set_day(app, at("2023-08-24"))
    return made


def test_a_year_counts_what_went_and_what_comes(app: Flask, city: City) -> None:
    page = browser_of(app, city.people["supervisor"], ENGLISH).get("/reminders/year?year=2023")
    words = plain(page.text)
    assert "20 mails with 20 reminders in this year" in words
    assert re.search(r"September 8 mails", words)
    assert re.search(r"December none", words)
    assert "31 August Mid-term evaluation: reports due" in words
    assert "2026 18 mails" in words


def test_a_handler_sees_their_own_year_alone(app: Flask, city: City) -> None:
    words = plain(browser_of(app, city.people["handler"], ENGLISH).get("/reminders/year?year=2023").text)
    assert "10 mails with 10 reminders in this year" in words
    assert "Most for one person" not in words


def test_a_supervisor_narrows_to_a_unit_and_to_a_person(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    for narrowed in (f"unit={city.units['市民政局'].id}", f"person={city.people['handler'].key}"):
        assert "10 mails with 10 reminders" in plain(client.get(f"/reminders/year?year=2023&{narrowed}").text)
        month = plain(client.get(f"/reminders?month=2023-09&{narrowed}").text)
        assert "Overdue 1" in month
        assert "Overdue 2" not in month
    assert "Overdue 2" in plain(client.get("/reminders?month=2023-09").text)


def test_a_handler_cannot_widen_their_own(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"], ENGLISH)
    other = city.people["other_lead"].key
    assert (
        client.get(f"/reminders/list.json?person={other}").get_json() == client.get("/reminders/list.json").get_json()
    )
    assert {row["recipient"] for row in client.get("/reminders/list.json").get_json()} == {city.people["handler"].key}


def test_the_json_is_the_preview_of_the_command_line(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    rows = client.get("/reminders/list.json?from=2023-08-24&to=2023-12-31").get_json()
    arguments = ["--plan", "shaoguan", "--from", "2023-08-24", "--to", "2023-12-31", "--json"]
    assert rows == invoke(app, "reminders", "preview", *arguments).json()
    assert len(rows) == 12


def test_the_list_goes_on_from_page_to_page(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    first = client.get("/reminders/list?from=2023-08-24&to=2026-12-31").text
    assert first.count('<tr role="row">') == 1 + len(re.findall(r">Why<", first))
    assert "24 August 2023 to 31 December 2026" in plain(first)
    assert client.get("/reminders/list?page=99").status_code == 200
    assert "Nothing is to come in these days." in plain(
        client.get("/reminders/list?from=2020-01-01&to=2020-01-02").text
    )


def test_a_plan_that_is_not_live_is_rehearsed_for_its_supervisor(app: Flask, city: City) -> None:
    with writing(app) as session:
        session.get_one(Plan, city.plan.id).live_since = None
    assert "This plan is not live." in plain(
        browser_of(app, city.people["supervisor"], ENGLISH).get("/reminders/year").text
    )


def test_a_page_costs_as_many_statements_whatever_the_number_of_tasks(app: Flask) -> None:
    with writing(app) as session:
        entries = [task_entry(str(n), ["市民政局"] if n <= 2 else []) for n in range(1, 31)]
        made = living_city(session, entries)
    set_day(app, at("2023-08-24"))
    client = browser_of(app, made.people["supervisor"])
    few = _statements(client)
    with writing(app) as session:
        waiting = {str(n): made.row(session, str(n)).version for n in range(3, 31)}
        leads = {"leads": made.unit_ids("市教育局"), "supports": []}
        dispatch_tasks(
            session, made.people["supervisor"], at("2023-08-24"), slug="shaoguan", versions=waiting, data=leads
        )
    assert _statements(client) == few
    assert max(few.values()) < 50


def _statements(client: FlaskClient) -> dict[str, int]:
    counts = {}
    for path in ("/reminders", "/reminders/year", "/reminders/list", "/plans/shaoguan/why?task=1"):
        with statements() as sent:
            assert client.get(path).status_code == 200
        counts[path] = len(sent)
    return counts


def test_other_dates_show_what_they_would_change_and_change_nothing(app: Flask, city: City) -> None:
    with writing(app) as session:
        round_ = session.scalars(select(Round).where(Round.kind == "end_of_term")).one()
        dates, before = (round_.id, round_.report_due_on), session.scalar(select(func.count()).select_from(Reminder))
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    address = f"/evaluations/{dates[0]}/what-if"
    assert address in client.get(f"/evaluations/{dates[0]}").text
    days = "opens_on=2026-01-05&report_due_on=2026-03-13&verify_due_on=2026-03-31&disclosure_on=2026-06-30"
    words = plain(client.get(f"{address}?{days}").text)
    assert "28 February 2026 13 March 2026 Reports are due 2" in words
    assert "February 2026" in words
    assert "Most mails for one person" in words
    with writing(app) as session:
        assert session.get_one(Round, dates[0]).report_due_on == dates[1]
        assert session.scalar(select(func.count()).select_from(Reminder)) == before
    wrong = client.get(f"{address}?opens_on=2026-01-05&report_due_on=&verify_due_on=x&disclosure_on=2026-06-30")
    assert "Enter a date" in plain(wrong.text)
    assert browser_of(app, city.people["handler"]).get(address).status_code == 403
    assert browser_of(app, city.people["another_region"]).get(address).status_code == 404
