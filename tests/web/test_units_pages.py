"""The units with what they carry, and one unit with its tasks."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import COMPLETION, NOW, REPORT, City, make_city, make_unit, task_entry
from tests.services.reminding import at
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, plain, set_day, writing
from tracker.access import SYSTEM
from tracker.evaluations.commands import advance_rounds, make_rounds


@pytest.fixture
def city(app: Flask) -> City:
    """市民政局 leads three tasks: one verified, one reported, one open; nobody is at 市体育局 or 武江区政府."""
    with writing(app) as session:
        leads = ["市民政局"]
        made = make_city(
            session,
            [
                task_entry("1", leads, ["市财政局", "各县（市、区）政府"]),
                task_entry("2", leads, ["市财政局"]),
                task_entry("3", leads),
                task_entry("4", ["市教育局"], ["武江区政府"]),
            ],
        )
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        advance_rounds(session, at("2023-07-03"), made.plan)
        for ref in ("1", "2", "3"):
            made.do(session, "handler", ref, "acknowledge")
        made.do(session, "handler", "1", "report", **COMPLETION)
        made.do(session, "supervisor", "1", "verify")
        made.do(session, "handler", "2", "report", **REPORT)
    set_day(app, at("2023-09-04"))
    return made


def rows(client: FlaskClient) -> dict[str, str]:
    """Unit -> the words of its row, in the order of the list."""
    body = client.get("/units").text.split("<tbody", 1)[1]
    words = [plain(row).strip() for row in re.findall(r'<tr role="row"\s*>(.*?)</tr>', body, re.S)]
    return {row.split()[0]: row for row in words}


def test_a_unit_shows_what_it_carries(app: Flask, city: City) -> None:
    found = rows(browser_of(app, city.people["observer"], ENGLISH))
    assert found["市民政局"].split()[1:] == ["3", "1", "1", "1", "0", "0", "1", "Handler", "1,", "Unit", "leader", "1"]
    assert found["市财政局"].split()[1:] == ["0", "0", "0", "0", "2", "0", "0", "Handler", "1"]
    assert "市体育局" in found, "it has a contact"


def test_units_without_contact_head_the_supervisors_list_and_not_the_others(app: Flask, city: City) -> None:
    page = browser_of(app, city.people["supervisor"], ENGLISH)
    words = plain(page.get("/units").text)
    told = "1 unit with open tasks has no contact Never had one: 武江区政府"
    assert told in words
    assert told in plain(page.get("/").text), "in My work too"
    assert next(iter(rows(page))) == "武江区政府"
    assert "mailbox only" in rows(page)["武江区政府"]
    other = browser_of(app, city.people["handler"], ENGLISH)
    for path in ("/units", "/"):
        assert "with open tasks has no contact" not in plain(other.get(path).text)
    assert next(iter(rows(other))) == "市民政局"


def test_a_unit_that_nobody_can_be_reached_for_is_said_to_be_so(app: Flask, city: City) -> None:
    with writing(app) as session:
        unit = make_unit(session, city.region, "市总工会")
        city.do(session, "supervisor", "4", "reassign", leads=[unit.id], supports=[], reason="职能调整")
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    assert next(iter(rows(client))) == "市总工会"
    assert "nobody" in rows(client)["市总工会"]
    words = plain(client.get(f"/units/{unit.id}").text)
    assert "It has no mailbox either, so nobody gets its reminders." in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_units_page_lists_its_tasks_people_and_names(app: Flask, city: City, language: str) -> None:
    client = browser_of(app, city.people["supporting"], language)
    words = plain(client.get(f"/units/{city.units['市民政局'].id}").text)
    tasks = [f"第{number}项重点任务。" for number in (1, 2, 3)]
    for text in (*tasks, "市民政局 经办人", "市民政局 负责人", "韶关市"):
        assert text in words
    assert "第4项重点任务。" not in words
    english, chinese = "Leads 3 key tasks, supports 0, 1 is overdue", "牵头3项重点任务、配合0项、逾期1项"
    assert (english if language == ENGLISH else chinese) in words


def test_collective_units_and_their_members_point_at_each_other(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"])
    member = plain(client.get(f"/units/{city.units['浈江区政府'].id}").text)
    assert "作为集合单位成员" in member
    assert "第1项重点任务。" in member
    assert "所属集合单位 各县（市、区）政府" in member
    whole = plain(client.get(f"/units/{city.units['各县（市、区）政府'].id}").text)
    assert "浈江区政府、武江区政府" in whole
    assert "由各成员单位的联系人接收" in whole


def test_a_unit_that_does_not_exist_is_not_found(app: Flask, city: City) -> None:
    assert browser_of(app, city.people["handler"]).get("/units/99999").status_code == 404
