"""The workflow of a plan: everybody of the region sees its picture, supervisors change it with a reason."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import City
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, send
from tests.web.task_city import HERE, make_live

PAGE = "/plans/shaoguan/workflow"


@pytest.fixture
def city(app: Flask) -> City:
    """Live: 1 in progress, 2 and 3 assigned."""
    return make_live(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_task_shows_its_picture_with_where_it_is(app: Flask, city: City, language: str) -> None:
    page = browser_of(app, city.people["handler"], language).get(f"{HERE}/1")
    here = "In progress" if language == ENGLISH else "推进中"
    assert f'app-flow__state--here" x="144" y="142" text-anchor="middle">{here}</text>' in page.text


def test_everybody_of_the_region_sees_the_workflow_and_supervisors_its_form(app: Flask, city: City) -> None:
    for name in ("handler", "supporting", "observer", "supervisor"):
        page = browser_of(app, city.people[name], ENGLISH).get(PAGE)
        assert page.status_code == 200
        assert ("Change the workflow" in page.text) == (name == "supervisor")
    assert browser_of(app, city.people["another_region"], ENGLISH).get(PAGE).status_code == 404


def test_a_change_without_a_reason_is_refused_and_with_one_is_told(app: Flask, city: City) -> None:
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    refused = send(supervisor, PAGE, PAGE, reason="")
    assert refused.status_code == 422
    assert "Write the reason" in refused.text
    assert send(supervisor, PAGE, PAGE, reason="市政府办公室要求").status_code == 303
    assert "Now: The leader of the lead unit signs each report off" in supervisor.get(PAGE).text
    assert "Submit for sign-off" in browser_of(app, city.people["handler"], ENGLISH).get(f"{HERE}/1").text


def test_nobody_else_changes_it(app: Flask, city: City) -> None:
    observer = browser_of(app, city.people["observer"], ENGLISH)
    assert observer.post(PAGE, data={"definition": "with_sign_off", "reason": "x"}).status_code in (400, 403)
