"""The pages of plans: who sees them, and a plan's overview."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import City
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, plain
from tests.web.plan_city import PAGES, PEOPLE, make_plan_city, refs


@pytest.fixture
def city(app: Flask) -> City:
    """1 reported, 2 overdue, 3 not acknowledged in time, 4 without units."""
    return make_plan_city(app)


@pytest.fixture
def reader(app: Flask, city: City) -> FlaskClient:
    """The observer's browser, in English."""
    return browser_of(app, city.people["observer"], ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_of_the_region_reads_every_page(app: Flask, city: City, language: str) -> None:
    for name in PEOPLE:
        client = browser_of(app, city.people[name], language)
        for path in PAGES:
            answer = client.get(path)
            assert answer.status_code == 200, (name, path)
            assert f'<html class="govuk-template" lang="{"en" if language == ENGLISH else "zh-Hans"}"' in answer.text


def test_a_person_of_another_region_finds_nothing(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["another_region"])
    for path in PAGES[1:3]:
        assert client.get(path).status_code == 404
    for path in (PAGES[0], PAGES[3]):
        assert "韶关" not in client.get(path).text
        assert "您所在地区还没有规划" in client.get(path).text


@pytest.mark.parametrize(
    "path", ["/plans/nowhere", "/plans/nowhere/tasks", "/plans/%00", "/plans/shaoguan/tasks?q=%00"]
)
def test_a_plan_that_does_not_exist(reader: FlaskClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 404
    assert "There is nothing at this address" in plain(answer.text)


def test_each_count_leads_to_a_list_of_that_length(reader: FlaskClient) -> None:
    page = reader.get("/plans/shaoguan").text
    counts = re.findall(r'<dt>([^<]+)</dt>\s*<dd>\s*<a href="([^"]+)">(\d+)</a>', page)
    assert [(label, number) for label, _, number in counts] == [
        ("Not yet assigned", "1"), ("Assigned", "1"), ("In progress", "1"), ("Reported", "1"), ("Verified", "0"),
        ("Closed out", "0"), ("Yellow lamp", "1"), ("Overdue", "1"),
    ]  # fmt: skip
    for label, url, number in counts:
        assert len(refs(reader.get(url.replace("&amp;", "&")).text)) == int(number), label


def test_the_board_shows_every_task_in_the_order_of_the_plan(reader: FlaskClient) -> None:
    page = reader.get("/plans/shaoguan").text
    cells = re.findall(r'app-board__cell--(\w+)">\s*<a href="[^"]*/tasks/([^"]+)"', page)
    assert cells == [("green", "1"), ("red", "2"), ("yellow", "3"), ("none", "4")]


def test_what_needs_attention_comes_with_its_reason(reader: FlaskClient) -> None:
    page = reader.get("/plans/shaoguan").text
    rows = page[page.index("What needs attention") :]
    assert refs(rows) == ["2", "3", "4"]
    text = plain(rows)
    assert "10 working days overdue" in text
    assert "13 working days not acknowledged" in text
    assert "no lead unit" in text


def test_the_round_shows_its_dates_as_defaults(reader: FlaskClient) -> None:
    text = plain(reader.get("/plans/shaoguan").text)
    assert "Mid-term evaluation 2023" in text
    assert "Reports due (default) 31 August" in text
    assert "1 of 3" in text


def test_a_lead_unit_leads_to_its_tasks(reader: FlaskClient, city: City) -> None:
    page = reader.get("/plans/shaoguan").text
    unit = city.units["市残联"].id
    assert f"/plans/shaoguan/tasks?unit={unit}&amp;part=lead" in page
    assert refs(reader.get(f"/plans/shaoguan/tasks?unit={unit}&part=lead").text) == ["2", "3"]


def test_buttons_for_the_supervisor_alone(app: Flask, city: City, reader: FlaskClient) -> None:
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    assert "/plans/shaoguan/dispatch" in supervisor.get("/plans/shaoguan").text
    assert "/plans/shaoguan/dispatch" not in reader.get("/plans/shaoguan").text
    assert "/plans/shaoguan/go-live" not in supervisor.get("/plans/shaoguan").text  # it is live already


def test_the_term_is_counted_in_days(reader: FlaskClient) -> None:
    share = round(100 * (date(2023, 7, 5) - date(2021, 1, 1)).days / (date(2025, 12, 31) - date(2021, 1, 1)).days)
    assert f"{share}% of the term has passed" in reader.get("/plans/shaoguan").text
