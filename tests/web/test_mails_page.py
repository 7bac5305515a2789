"""The page of one's own mails: daily or weekly, absences with deputies, and where others see who is away."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import NOW, City, make_city
from tests.web.browsing import ENGLISH, browser_of, fill, form_of, plain, send, set_day, writing
from tracker.access import SYSTEM
from tracker.directory.mail_choices import choose_weekly, enter_absence
from tracker.directory.models import Absence, User
from tracker.evaluations.commands import make_rounds

MINE = "/account/mails"


@pytest.fixture
def city(app: Flask) -> City:
    """A living city on 15 June 2023."""
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
    set_day(app, NOW)
    return made


def absence_page(city: City, who: str) -> str:
    return f"/people/{city.people[who].user_id}/absence"


def test_a_person_chooses_weekly_and_sees_the_choice(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"], ENGLISH)
    answer = send(client, MINE, pace="weekly")
    assert answer.status_code == 303
    page = client.get(MINE)
    assert dict(form_of(page, MINE))["pace"] == "weekly"
    assert "Your choice is saved" in plain(page.text)


def test_an_absence_is_entered_shown_and_taken_back(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"], ENGLISH)
    action = absence_page(city, "handler")
    deputy = str(city.people["leader"].user_id)
    answer = send(client, MINE, action, from_on="2023-06-20", to_on="2023-06-30", deputy=deputy)
    assert (answer.status_code, answer.headers["Location"]) == (303, MINE)
    page = client.get(MINE)
    assert "20 June 2023 (Tuesday) – 30 June 2023 (Friday)" in plain(page.text)
    assert "Deputy: 市民政局 负责人" in plain(page.text)
    with writing(app) as session:
        number = session.query(Absence).one().id
    end = f"/people/absences/{number}/end"
    assert send(client, MINE, end).status_code == 303
    assert "None is entered" in plain(client.get(MINE).text)


def test_what_was_typed_stays_where_it_is_refused(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"], ENGLISH)
    action = absence_page(city, "handler")
    answer = send(client, MINE, action, from_on="2023-06-30", to_on="2023-06-20")
    assert answer.status_code == 422
    assert "The last day lies before the first" in plain(answer.text)
    again = dict(form_of(answer, action))
    assert (again["from_on"], again["to_on"]) == ("2023-06-30", "2023-06-20")


def test_a_form_that_is_too_old_says_so_and_keeps_the_days(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"], ENGLISH)
    action = absence_page(city, "handler")
    page = client.get(MINE)
    send(client, MINE, pace="weekly")
    answer = client.post(action, data=fill(form_of(page, action), from_on="2023-06-20", to_on="2023-06-30"))
    assert answer.status_code == 409
    assert "were changed after you opened them" in plain(answer.text)
    assert dict(form_of(answer, action))["to_on"] == "2023-06-30"


def test_the_leader_and_the_supervisor_find_the_way_on_the_units_page(app: Flask, city: City) -> None:
    address = absence_page(city, "handler")
    unit = f"/units/{city.units['市民政局'].id}"
    for who, offered in (("leader", True), ("supervisor", True), ("other_lead", False), ("observer", False)):
        client = browser_of(app, city.people[who])
        assert (address in client.get(unit).text) == offered, who
        assert client.get(address).status_code == (200 if offered else 403)


def test_who_is_away_is_told_on_my_work_the_task_and_the_unit(app: Flask, city: City) -> None:
    user_id, deputy = city.people["handler"].user_id, city.people["leader"].user_id
    assert user_id is not None
    with writing(app) as session:
        data = {"from_on": "2023-06-12", "to_on": "2023-06-30", "deputy": deputy}
        version = session.get_one(User, user_id).mails_version
        enter_absence(session, city.people["handler"], NOW, user_id=user_id, version=version, data=data)
    line = "市民政局 经办人 away until 30 June, deputy 市民政局 负责人"
    own = browser_of(app, city.people["handler"], ENGLISH)
    assert "You are away until 30 June 2023 (Friday): your mails go to 市民政局 负责人." in plain(own.get("/").text)
    standing_in = browser_of(app, city.people["leader"], ENGLISH)
    assert "You stand in for 市民政局 经办人 until 30 June 2023 (Friday)" in plain(standing_in.get("/").text)
    other = browser_of(app, city.people["supervisor"], ENGLISH)
    assert "away" not in plain(other.get("/").text)
    assert line in plain(other.get("/plans/shaoguan/tasks/1").text)
    line = line.removeprefix("市民政局 经办人 ")
    assert line in plain(other.get(f"/units/{city.units['市民政局'].id}").text)


def test_the_page_of_reminders_tells_a_weekly_reader_the_day_of_the_digest(app: Flask, city: City) -> None:
    with writing(app) as session:
        make_rounds(session, SYSTEM, NOW, city.plan)
        choose_weekly(session, city.people["handler"], NOW, version=0, data={"pace": "weekly"})
    weekly = browser_of(app, city.people["handler"], ENGLISH)
    told = "30 working days before the reports are due"
    assert f"{told}; in the weekly digest of 24 July" in plain(weekly.get("/reminders?month=2023-07").text)
    daily = browser_of(app, city.people["other_lead"], ENGLISH)
    page = plain(daily.get("/reminders?month=2023-07").text)
    assert told in page
    assert "weekly digest" not in page
