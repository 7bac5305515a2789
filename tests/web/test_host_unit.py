"""A report of the unit that hosts the office, where two people who may check it are wanting: it stays, and says so."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import REPORT, City, end_role, make_city, make_person
from tests.services.reminding import at
from tests.web.browsing import CHINESE, ENGLISH, browser_of, plain, set_day, writing
from tracker.directory.models import User

TASK = "/plans/shaoguan/tasks/2"
CHECKS = ("first_check", "verify")
EVERYBODY = (
    "handler", "leader", "other_lead", "supporting", "collective_member", "host_handler", "host_leader",
    "host_supervisor", "observer", "administrator", "another_unit",
)  # fmt: skip


@pytest.fixture
def city(app: Flask) -> City:
    """市残联 has reported on 2; of its office's supervisors only the one is left who is handler of 市残联 as well."""
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
        made.do(session, "host_handler", "2", "acknowledge")
        made.do(session, "host_handler", "2", "report", **REPORT)
        for who in ("supervisor", "second_supervisor"):
            end_role(session, session.get_one(User, made.people[who].user_id), "supervisor")
    set_day(app, at("2023-08-24"))
    return made


def press(app: Flask, city: City, who: str, trigger: str) -> int:
    """Send the form of a trigger whether the page offers it or not; the status."""
    client = browser_of(app, city.people[who])
    token = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    with writing(app) as session:
        version = city.row(session, "2").version
    form = {"csrf_token": token, "version": str(version), "key": f"{who}-{trigger}"}
    return client.post(f"{TASK}/{trigger}", data=form).status_code


def state(app: Flask, city: City) -> str:
    with writing(app) as session:
        return city.row(session, "2").state


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_bypasses_the_two_checks(app: Flask, city: City, who: str) -> None:
    assert [press(app, city, who, trigger) for trigger in CHECKS] == [403, 403]
    assert state(app, city) == "reported"


def test_nor_do_those_who_are_supervisors_no_more(app: Flask, city: City) -> None:
    assert [press(app, city, "supervisor", trigger) for trigger in CHECKS] == [404, 404]
    assert state(app, city) == "reported"


@pytest.mark.parametrize(
    ("language", "page", "queue"),
    [
        (ENGLISH, "You belong to the unit that hosts this office, so others must verify its report.", "two people"),
        (CHINESE, "该单位的报告须由他人核实", "两人"),
    ],
)
def test_the_page_and_the_queue_say_so(app: Flask, city: City, language: str, page: str, queue: str) -> None:
    client = browser_of(app, city.people["host_supervisor"], language)
    words = client.get(TASK).text
    assert page in plain(words)
    for trigger in CHECKS:
        assert f'action="{TASK}/{trigger}"' not in words
    assert queue in plain(client.get("/verification").text)


def test_one_is_not_enough_and_two_are(app: Flask, city: City) -> None:
    with writing(app) as session:
        city.people["first"] = make_person(session, city.units["残工委办公室"], "supervisor")
    assert press(app, city, "first", "verify") == 403, "not before a first check"
    assert press(app, city, "first", "first_check") == 303
    assert press(app, city, "first", "verify") == 403, "who made the first check does not make the second"
    assert state(app, city) == "reported"
    with writing(app) as session:
        city.people["second"] = make_person(session, city.units["残工委办公室"], "supervisor")
    assert press(app, city, "second", "verify") == 303
    assert state(app, city) == "verified"
