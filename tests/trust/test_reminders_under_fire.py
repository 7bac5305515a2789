"""Four ticks at once, one killed in the middle, on a day with 210 reminders for 67 recipients: nobody is reminded twice
and nothing is lost.  Processes, mail server and databases are real; docs/operations.md has the promise.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.databases import KINDS, application, settings_for
from tests.trust.fire.fight import PROCESSES, Fight, Kill
from tests.trust.fire.plants import PLANTS, drop_unique_key
from tests.trust.fire.scenario import the_day_before
from tests.trust.fire.sink import POINTS, running_sink

SHORT: dict[str, Kill] = {"sqlite": ("answered", 20), "postgresql": ("taken", 20)}
REPETITIONS = 20
UP_TO = {"hello": PROCESSES, "data": 60, "taken": 60, "answered": 60, "anywhere": 4000}
"""The long form draws the number of a kill from 1 to this."""

Fighter = Callable[..., list[str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One kill a database; in the long form every point, and anywhere, twenty times each.  One plant a database, or all."""
    long_form = metafunc.config.getoption("--long")
    if "kill" in metafunc.fixturenames:
        kills = [(kind, kill) for kind, kill in SHORT.items()] if not long_form else _long_list()
        metafunc.parametrize(("database_kind", "kill"), kills)
    if "plant" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", KINDS if long_form else KINDS[:1])
        metafunc.parametrize("plant", PLANTS)


def _long_list() -> list[tuple[str, Kill]]:
    return [
        (kind, (point, random.Random(f"{kind} {point} {number}").randint(1, UP_TO[point])))  # noqa: S311  (no secret)
        for kind in KINDS
        for point in (*POINTS, "anywhere")
        for number in range(REPETITIONS)
    ]


@pytest.fixture
def fight(fresh_database: Callable[..., str], database_kind: str, tmp_path: Path) -> Fighter:
    """``fight(kill, plant="none")`` -> what is wrong after the day."""

    def run(kill: Kill, plant: str = "none") -> list[str]:
        url = fresh_database(database_kind, the_day_before)
        if plant != "none" and PLANTS[plant].unique_key is not None:
            drop_unique_key(url, *PLANTS[plant].unique_key)
        with running_sink() as sink:
            settings = settings_for(url, tmp_path, mail_url=sink.url)
            with application(settings) as app:
                return Fight(app, settings, tmp_path, sink, plant).run(kill)

    return run


def test_nobody_is_reminded_twice_and_nothing_is_lost_when_one_of_four_is_killed(fight: Fighter, kill: Kill) -> None:
    assert fight(kill) == []


def test_a_planted_defect_is_noticed(fight: Fighter, plant: str) -> None:
    wrong = fight((PLANTS[plant].point, 20), plant)
    assert any(fault.startswith(PLANTS[plant].faults) for fault in wrong), wrong
