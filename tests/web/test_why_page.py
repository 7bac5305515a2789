"""The page that says why a reminder came: whose it answers for whom, and that it says what the ledger says."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import City, task_entry
from tests.services.explaining import deliver, pass_days
from tests.services.reminding import at, living_city
from tests.web.browsing import CHINESE, ENGLISH, browser_of, plain, set_day, writing
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Plan

WHY = "/plans/shaoguan/why"


@pytest.fixture
def city(app: Flask) -> City:
    """Two tasks of two units, ticked to 24 August 2023, every digest sent at 08:31."""
    with writing(app) as session:
        made = living_city(session, [task_entry("1", ["市民政局"]), task_entry("2", ["市教育局"])])
        made.plan = session.get_one(Plan, made.plan.id)
        pass_days(session, made, "2023-06-15", "2023-08-24")
        deliver(session)
    set_day(app, at("2023-08-24"))
    return made


def test_the_reader_sees_why_and_opens_the_mail(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"], ENGLISH)
    page = client.get(f"{WHY}?task=1&day=2023-08-22")
    assert "Sent at 08:31 on 22 August 2023, in the digest of that day." in plain(page.text)
    with writing(app) as session:
        mail = session.scalars(
            select(OutboxMessage.id).where(
                OutboxMessage.recipient == city.people["handler"].key, OutboxMessage.subject.is_(None),
                OutboxMessage.local_day == at("2023-08-22").date(),
            )
        ).one()  # fmt: skip
    assert f'href="/reminders/mails/{mail}"' in page.text
    chinese = plain(browser_of(app, city.people["handler"], CHINESE).get(f"{WHY}?task=1&day=2023-08-22").text)
    assert "已于2023年8月22日 08:31发出" in chinese


def test_without_a_task_it_is_the_one_that_the_mail_names(app: Flask, city: City) -> None:
    words = plain(browser_of(app, city.people["other_lead"], ENGLISH).get(f"{WHY}?day=2023-08-22").text)
    assert "Key task 2" in words
    assert "Sent at 08:31" in words


@pytest.mark.parametrize(
    ("who", "about", "status"),
    [
        ("handler", "handler", 200),
        ("handler", "leader", 403),
        ("handler", "other_lead", 403),
        ("leader", "handler", 200),
        ("leader", "other_lead", 403),
        ("supporting", "handler", 403),
        ("supervisor", "handler", 200),
        ("supervisor", "other_lead", 200),
        ("observer", "handler", 200),
        ("administrator", "handler", 200),
        ("another_unit", "handler", 403),
        ("another_region", "handler", 404),
    ],
)
def test_who_may_ask_about_whom(app: Flask, city: City, who: str, about: str, status: int) -> None:
    client = browser_of(app, city.people[who], ENGLISH)
    assert client.get(f"{WHY}?task=1&person={city.people[about].key}&day=2023-08-22").status_code == status


@pytest.mark.parametrize("given", ["task=99", "person=user:99999", "person=nonsense", "person=unit:99999"])
def test_what_there_is_not_is_not_found(app: Flask, city: City, given: str) -> None:
    assert browser_of(app, city.people["supervisor"]).get(f"{WHY}?{given}").status_code == 404


@pytest.mark.parametrize("given", ["day=nonsense", "day=2023-13-45", "day=0001-01-01", "day=9999-12-31"])
def test_a_day_that_is_none_is_today_and_a_far_one_is_answered(app: Flask, city: City, given: str) -> None:
    assert browser_of(app, city.people["handler"]).get(f"{WHY}?{given}").status_code == 200


def test_the_task_and_each_line_of_the_month_lead_here(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"], ENGLISH)
    assert 'href="/plans/shaoguan/why?task=1"' in client.get("/plans/shaoguan/tasks/1").text
    page = client.get("/reminders").text
    assert (
        page.count("/plans/shaoguan/why?person=") == page.count('<tr role="row" ') + page.count('<tr role="row">') - 1
    )
    assert client.get(f"{WHY}?person={city.people['handler'].key}&day=2023-08-30").status_code == 200
