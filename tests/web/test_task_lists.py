"""The list of a plan's tasks: filters, order, fifty a page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import City, make_city, task_entry
from tests.web.browsing import ENGLISH, browser_of, plain, writing
from tests.web.plan_city import make_plan_city, refs


@pytest.fixture
def city(app: Flask) -> City:
    """1 reported, 2 overdue, 3 not acknowledged in time, 4 without units."""
    return make_plan_city(app)


@pytest.fixture
def reader(app: Flask, city: City) -> FlaskClient:
    """The observer's browser, in English."""
    return browser_of(app, city.people["observer"], ENGLISH)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["1", "2", "3", "4"]),
        ("state=owing", ["2", "3"]),
        ("state=reported", ["1"]),
        ("state=closed_out", []),
        ("lamp=red", ["2"]),
        ("lamp=none", ["4"]),
        ("q=特殊教育", ["3"]),
        ("q=2", ["2"]),
        ("q=没有这样的字", []),
        ("sort=-ref", ["4", "3", "2", "1"]),
        ("sort=lamp", ["2", "3", "1", "4"]),
        ("sort=state", ["4", "3", "2", "1"]),
        ("sort=deadline&state=owing", ["2", "3"]),
        ("state=nonsense&lamp=blue&unit=x&section=y&part=z&sort=w&page=-1", ["1", "2", "3", "4"]),
        ("page=99", ["1", "2", "3", "4"]),
    ],
)
def test_filters_and_order(reader: FlaskClient, query: str, found: list[str]) -> None:
    answer = reader.get(f"/plans/shaoguan/tasks?{query}")
    assert answer.status_code == 200
    assert refs(answer.text) == found
    if not found:
        assert "No task matches these filters." in answer.text


def test_filters_by_unit_part_and_section(reader: FlaskClient, city: City) -> None:
    finance = city.units["市财政局"].id
    base = "/plans/shaoguan/tasks"
    assert refs(reader.get(f"{base}?unit={finance}").text) == ["1", "2", "3"]
    assert refs(reader.get(f"{base}?unit={finance}&part=lead").text) == []
    page = reader.get(base).text
    section = re.search(r'<option value="(\d+)"[^>]*>教育</option>', page)
    assert section is not None
    assert refs(reader.get(f"{base}?section={section.group(1)}").text) == ["3", "4"]


def test_an_overdue_row_is_marked_in_words(reader: FlaskClient) -> None:
    page = reader.get("/plans/shaoguan/tasks").text
    row = page[page.index("app-row--late") :]
    assert refs(row)[0] == "2"
    assert "10 working days overdue" in plain(row)


def test_fifty_a_page_and_the_filters_stay(app: Flask) -> None:
    with writing(app) as session:
        city = make_city(session, [task_entry(str(n), ["市民政局"]) for n in range(1, 121)])
        city.go_live(session)
    client = browser_of(app, city.people["observer"], ENGLISH)
    first = client.get("/plans/shaoguan/tasks?state=assigned").text
    assert len(refs(first)) == 50
    assert "1 to 50 of 120" in first
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    second = client.get(following.group(1).replace("&amp;", "&")).text
    assert refs(second)[0] == "51"
    assert "state=assigned" in following.group(1)
    assert len(refs(client.get("/plans/shaoguan/tasks?state=assigned&page=3").text)) == 20
