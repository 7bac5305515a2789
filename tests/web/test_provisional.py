"""A day of a year whose free days are not announced is marked 暂定 wherever it is shown, until the notice is in."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import City, task_entry
from tests.services.command_line import invoke
from tests.services.reminding import at, living_city, tick
from tests.web.browsing import browser_of, plain, set_day, writing
from tracker.evaluations.commands import set_dates
from tracker.outbox.composition import compose
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Plan, Round
from tracker.reminders.adjusting import adjust
from tracker.workdays.changes import TakeNotice
from tracker.workdays.notice import read_notice

DATES = {
    "opens_on": "2026-11-23",
    "report_due_on": "2027-01-15",
    "verify_due_on": "2027-02-26",
    "disclosure_on": "2027-04-30",
}
LIST = "2027-01-01 free 元旦\n2027-01-28 free 春节"


@pytest.fixture
def city(app: Flask) -> City:
    """Its end-of-term round is open from November 2026 on, and its other days lie in 2027."""
    with writing(app) as session:
        made = living_city(session, [task_entry("1", ["市民政局"])], live="2026-11-20")
        round_id = session.scalars(select(Round.id).where(Round.kind == "end_of_term")).one()
        set_dates(session, made.people["supervisor"], at("2026-11-20"), round_id=round_id, data=DATES)
    set_day(app, at("2026-12-10"))
    return made


def take_notice(app: Flask, city: City) -> None:
    """The notice for 2027 comes in."""
    with writing(app) as session:
        change = TakeNotice(read_notice(LIST, 2027), "国办发明电")
        adjust(session, city.people["supervisor"], at("2026-12-10"), region_id=city.region.id, change=change)


def test_the_pages_say_so_until_the_notice_is_in(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"])
    with writing(app) as session:
        round_id = session.scalars(select(Round.id).where(Round.kind == "end_of_term")).one()
    paths = ("/evaluations", f"/evaluations/{round_id}", "/plans/shaoguan", "/reminders?month=2027-01")
    for path in paths:
        assert "暂定" in plain(client.get(path).text), path
    assert "暂定" not in plain(client.get("/reminders?month=2026-12").text)
    take_notice(app, city)
    for path in paths:
        assert "暂定" not in plain(client.get(path).text), path


def test_the_rehearsal_says_so_and_a_day_before_the_year_counts_back_from_it(app: Flask, city: City) -> None:
    preview = ("reminders", "preview", "--plan", "shaoguan", "--from", "2026-11-20", "--to", "2027-01-31", "--json")
    rows = {(row["kind"], row["due_on"]): row["provisional"] for row in invoke(app, *preview).json()}
    assert rows["report_due", "2026-12-04"] is True, "30 working days before a day of 2027"
    assert rows["report_due", "2027-01-15"] is True
    assert rows["unacknowledged", "2026-11-27"] is False
    assert "暂定" in invoke(app, *preview[:-1]).out
    take_notice(app, city)
    assert not any(row["provisional"] for row in invoke(app, *preview).json())


@pytest.mark.parametrize(("locale", "words"), [("zh_Hans_CN", "还有30个工作日。（暂定"), ("en", "left. Provisional")])
def test_a_digest_says_so(app: Flask, city: City, locale: str, words: str) -> None:
    day = date(2026, 12, 4)
    with writing(app) as session:
        plan = session.get_one(Plan, city.plan.id)
        city.do(session, "handler", "1", "acknowledge", now=at("2026-11-23"))
        tick(session, plan, date(2026, 11, 23))
        tick(session, plan, day)
        handler = f"user:{city.people['handler'].user_id}"
        mail = session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == handler)).all()[-1]
        context = mail.context
        texts = compose("digest", context, locale=locale, day=day, settings=app.config["SETTINGS"])
    assert mail.local_day == day and words in texts.text and words in plain(texts.html)
    entries = [{**entry, "provisional": False} for entry in context["entries"]]
    texts = compose("digest", {**context, "entries": entries}, locale=locale, day=day, settings=app.config["SETTINGS"])
    assert words not in texts.text
