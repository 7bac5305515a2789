"""Who may do what: every cell of action x situation x state x person, against tables written by hand.

In process the permission map is asked for all of them, with the facts that the product reads of real people and tasks.
Over HTTP the running application is asked: 500 cells with a fixed seed in the short form, all in the long.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.fixtures.databases import Databases, application, settings_for
from tests.trust.walk.asking import Question, differences, questions
from tests.trust.walk.people import PERSONS
from tests.trust.walk.tables import read_actions, read_routes
from tests.trust.walk.visiting import IN, Visit, Walker, chosen, visits
from tests.trust.walk.world import MAIN, fill, stage_of
from tracker.access import actions, permissions
from tracker.db import transaction
from tracker.directory.models import User

HOLES = (
    "task.verify", "task.return", "task.sign_off", "task.reassign", "task.comment", "task.draft", "report.part",
    "plan.go_live", "plan.import", "accounts.manage",
)  # fmt: skip


@pytest.fixture(scope="module")
def asked(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> list[Question]:
    """Every cell, with the facts as they are read from the database."""
    folder = tmp_path_factory.mktemp("walk")
    with (
        application(settings_for(databases.fresh("sqlite", folder, fill), folder)) as app,
        app.app_context(),
        transaction() as session,
    ):
        return questions(session, stage_of(session), read_actions())


def test_the_map_answers_every_cell_as_the_tables_say(asked: list[Question], record_testsuite_property: Any) -> None:
    record_testsuite_property("permission_walk_cells", len(asked))
    asked_of = {question.action for question in asked}
    states, situations = {question.state for question in asked}, {question.situation for question in asked}
    print(  # noqa: T201
        f"{len(asked)} cells in process: {len(asked_of)} actions, {len(states)} states, {len(situations)} situations,"
        f" {len(PERSONS)} people in two plans"
    )
    assert differences(asked) == []
    assert asked_of == set(actions())


@pytest.mark.parametrize("action", HOLES)
def test_a_planted_hole_is_caught(asked: list[Question], monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    monkeypatch.setitem(permissions._map, action, lambda facts: True)
    found = differences(asked)
    assert found
    assert all(f" does {action} " in line and line.endswith("says -, the map y") for line in found)


def test_a_wall_of_the_region_that_is_planted_open_is_caught(
    asked: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.trust.walk.asking.authorise", lambda action, facts: permissions._map[action](facts))
    assert any("region does plan.see" in line for line in differences(asked))


SHORT, SEED = 500, 20230615


@pytest.fixture(scope="module")
def walker(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    """The application over a world of its own."""
    folder = tmp_path_factory.mktemp("visits")
    url = databases.fresh("sqlite", folder, fill)
    with application(settings_for(url, folder)) as app:
        yield Walker(app, Path(url.removeprefix("sqlite:///")))


@pytest.fixture(scope="module")
def every(walker: Walker) -> list[Visit]:
    """All visits there are."""
    return visits(walker.app, read_routes(), read_actions())


@pytest.mark.timeout(3600)
def test_the_application_answers_every_visit_as_the_tables_say(
    walker: Walker, every: list[Visit], long_form: bool, record_testsuite_property: Any
) -> None:
    made = every if long_form else chosen(every, SHORT, SEED)
    record_testsuite_property("permission_walk_visits", len(made))
    routes = {(visit.route.method, visit.route.endpoint) for visit in made}
    refused = sum(IN not in visit.expected for visit in made)
    print(f"{len(made)} of {len(every)} cells over HTTP: {len(routes)} routes, {refused} not let in")  # noqa: T201
    faults = [fault for visit in made for fault in walker.visit(visit)]
    assert not faults, "\n".join(faults[:50])
    assert len(made) >= SHORT
    assert len(routes) == len(read_routes())


def of_route(every: list[Visit], endpoint: str, person: str, state: str) -> list[Visit]:
    """The visits of a person to a route, on a task in a state."""
    return [
        visit
        for visit in every
        if (visit.route.endpoint, visit.person, visit.state, visit.plan) == (endpoint, person, state, MAIN)
    ]


@pytest.mark.parametrize(
    ("action", "endpoint", "person", "state"),
    [
        ("task.comment", "reporting.add_comment", "observer", "reported"),
        ("plan.redefine", "workflows.redefine", "plansv", "*"),
        ("contacts.manage", "directory.change_mailbox", "evaluator", "*"),
    ],
)
def test_a_planted_hole_is_caught_over_http(
    walker: Walker,
    every: list[Visit],
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    endpoint: str,
    person: str,
    state: str,
) -> None:
    (visit,) = of_route(every, endpoint, person, state)
    assert walker.visit(visit) == []
    monkeypatch.setitem(permissions._map, action, lambda facts: True)
    assert walker.visit(visit) == [f"{visit}: in, not 403", f"{visit}: in, and something is left behind"]
    monkeypatch.undo()
    assert walker.visit(visit) == [], "the database is put back"


def test_something_that_a_refusal_leaves_behind_is_caught(
    walker: Walker, every: list[Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    (visit,) = of_route(every, "reporting.add_comment", "observer", "reported")
    assert walker.visit(visit) == []

    def careless() -> None:
        with transaction() as session:
            session.execute(update(User).values(locale="en"))

    hooks = walker.app.before_request_funcs[None]
    monkeypatch.setitem(walker.app.before_request_funcs, None, [careless, *hooks])
    assert walker.visit(visit) == [f"{visit}: 403, and something is left behind"]
