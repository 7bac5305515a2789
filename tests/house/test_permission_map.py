"""Nobody adds an action or an address without saying who may: both stand in the tables of the permission walk.

The tables are tests/trust/walk/actions.txt and routes.txt; their heads say how a line is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.fixtures.databases import application, settings_for
from tests.trust.walk.tables import Actions, read_actions, read_routes, unanswered, unmapped
from tracker.access import Facts, actions


@pytest.fixture
def unasked_app(tmp_path: Path) -> Iterator[Flask]:
    """The application over no database: only its addresses are looked at."""
    with application(settings_for(f"sqlite:///{tmp_path / 'none.db'}", tmp_path)) as app:
        yield app


@pytest.fixture
def table() -> Actions:
    """The table of actions as it stands."""
    return read_actions()


def test_every_action_has_its_answers(unasked_app: Flask, table: Actions) -> None:
    assert unasked_app is not None, "every policy is imported with the application"
    assert unanswered(table, set(actions())) == []


def test_situations_change_facts_that_there_are(table: Actions) -> None:
    for name, changed in table.situations.items():
        assert Facts(**changed) != Facts(), f"the situation {name} changes nothing"


def test_an_action_without_a_row_is_found(table: Actions) -> None:
    known = set(actions())
    found = set(unanswered(table, {*known, "task.burn"} - {"task.comment", "task.verify"}))
    assert found - set(unanswered(table, known)) == {
        "task.burn: no row in tests/trust/walk/actions.txt",
        "task.comment: a row, but no such action",
        "task.verify: a row, but no such action",
    }


def test_a_state_without_an_answer_is_found(table: Actions) -> None:
    before = set(unanswered(table, set(actions())))
    del table.allowed["ordinary", "task.comment", "verified"]
    del table.allowed["asked", "extension.refuse", "suspended"]
    assert set(unanswered(table, set(actions()))) - before == {
        "extension.refuse: no row for suspended in asked",
        "task.comment: no row for verified",
    }


def test_every_route_is_in_the_map(unasked_app: Flask) -> None:
    assert unmapped(unasked_app, read_routes(), set(actions())) == []


def test_a_route_that_is_not_in_the_map_is_found(unasked_app: Flask) -> None:
    before = set(unmapped(unasked_app, read_routes(), set(actions())))
    unasked_app.add_url_rule("/secrets", "planted", lambda: "", methods=["GET", "DELETE"])
    assert set(unmapped(unasked_app, read_routes(), set(actions()))) - before == {
        "DELETE planted (/secrets): no line in tests/trust/walk/routes.txt",
        "GET planted (/secrets): no line in tests/trust/walk/routes.txt",
    }


def test_a_line_about_nothing_is_found(unasked_app: Flask) -> None:
    routes, known = read_routes(), set(actions())
    before = set(unmapped(unasked_app, routes, known))
    planted = read_routes("GET plans.gone plan.see\nPOST plans.index plan.burn\n")
    assert set(unmapped(unasked_app, [*routes, *planted], known)) - before == {
        "GET plans.gone: a line, but no such rule",
        "POST plans.index: a line, but no such rule",
        "POST plans.index: plan.burn is no action",
    }
