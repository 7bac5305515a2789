"""Four ticks at once, one killed in the middle, on a day with 210 reminders for 67 recipients: nobody is reminded twice
and nothing is lost.  Processes, mail server and databases are real; docs/operations.md has the promise.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select, text

from tests.fixtures.databases import KINDS, application, settings_for
from tests.trust.fire.fight import PROCESSES, Fight, Kill
from tests.trust.fire.plants import PLANTS, drop_unique_key
from tests.trust.fire.scenario import DAY, RECIPIENTS, at, the_day_before
from tests.trust.fire.sink import POINTS, running_sink
from tracker.db import db, transaction
from tracker.plans.models import Plan
from tracker.reminders.digest import compose_digests
from tracker.reminders.ledger import queue_reminders
from tracker.reminders.models import Reminder

SHORT: dict[str, Kill] = {"sqlite": ("answered", 20), "postgresql": ("taken", 20)}
SHORT_PLANTS = 3
REPETITIONS = 20
UP_TO = {"hello": PROCESSES, "data": 60, "taken": 60, "answered": 60, "anywhere": 4000}
"""The long form draws the number of a kill from 1 to this."""

BLOCKED = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")

Fighter = Callable[..., list[str]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One kill a database and the first plants; in the long form all kills and all plants on both."""
    long_form = metafunc.config.getoption("--long")
    if "kill" in metafunc.fixturenames:
        kills = _long_list() if long_form else list(SHORT.items())
        names = [f"{kind} {point} {number}" for kind, (point, number) in kills]
        metafunc.parametrize(("database_kind", "kill"), kills, ids=names)
    if "plant" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", KINDS if long_form else ["sqlite"])
        metafunc.parametrize("plant", list(PLANTS) if long_form else list(PLANTS)[:SHORT_PLANTS])


def _long_list() -> list[tuple[str, Kill]]:
    return [
        (kind, (point, random.Random(f"{kind} {point} {number}").randint(1, UP_TO[point])))
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


@pytest.mark.timeout(600)
def test_nobody_is_reminded_twice_and_nothing_is_lost_when_one_of_four_is_killed(fight: Fighter, kill: Kill) -> None:
    assert fight(kill) == []


@pytest.mark.timeout(600)
def test_a_planted_defect_is_noticed(fight: Fighter, plant: str) -> None:
    wrong = fight((PLANTS[plant].point, 20), plant)
    assert any(fault.startswith(PLANTS[plant].faults) for fault in wrong), wrong


def test_whoever_composes_a_digest_takes_all_of_a_persons_reminders(
    fresh_database: Callable[..., str], tmp_path: Path
) -> None:
    """PostgreSQL: a row that another process holds at that moment is waited for, not left for the next day."""
    now = at(DAY, "09:00")
    with application(settings_for(fresh_database("postgresql", the_day_before), tmp_path)) as app:

        def compose() -> None:
            with app.app_context(), transaction() as session:
                assert compose_digests(session, now) == RECIPIENTS

        composing = Thread(target=compose)
        with app.app_context(), transaction() as session:
            for plan in session.scalars(select(Plan)):
                queue_reminders(session, now, plan)
        with app.app_context(), transaction() as session:
            waiting = select(Reminder).where(Reminder.state == "waiting").order_by(Reminder.recipient)
            assert session.scalars(waiting.limit(1).with_for_update()).all()
            composing.start()
            while composing.is_alive() and not session.scalar(BLOCKED):
                composing.join(0.02)
                session.execute(text("SELECT pg_stat_clear_snapshot()"))
        composing.join()
        with app.app_context():
            states = db.session.scalars(select(Reminder.state).where(Reminder.due_on == DAY).distinct()).all()
        assert states == ["in_digest"]
