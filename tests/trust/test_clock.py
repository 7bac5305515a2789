"""However the clock runs, stops, jumps or is set back: nothing is missed and nothing comes twice.

What must come is said by the oracle, which knows the rules of docs/reminders.md and none of the product's code.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.fixtures.databases import KINDS, application, settings_for
from tests.trust.clock.city import Plot, at, drawn
from tests.trust.clock.running import moments, run
from tests.trust.clock.walks import walk
from tests.trust.fire.plants import drop_unique_key
from tests.trust.oracle.book import Book
from tracker.db import db
from tracker.directory.models import Region
from tracker.outbox.models import OutboxMessage
from tracker.reminders import ledger as ledger_module
from tracker.reminders import waiting, weekly
from tracker.reminders.models import Reminder
from tracker.reminders.rules import Due
from tracker.workdays.calendar import Calendar

SHORT, LONG = 8, 500
SHORT_HOURS, LONG_HOURS = 3, 200
A_WEEK_TOLD_BEFORE = 10
"""The walk with hours in which a supervisor's week is told on the morning of a digest."""
HOURS = ((time(9, 30), time(11, 30)), (time(13), time(15)), (time(14), time(17, 30)))
FOUND = (390,)
"""Walks of the long form that found something, walked in the short one too."""
STEPS = 25
pytestmark = pytest.mark.timeout(3600)


MID_TERM = (date(2023, 7, 3), date(2023, 8, 31), date(2023, 10, 31))


def random_walk(app: Flask, seed: int) -> tuple[Book, list[str]]:
    """One walk of a clock over a plan of chance."""
    chance = random.Random(f"clock {seed}")
    plot = drawn(chance)
    return run(app, plot, list(walk(chance, at(plot.live), STEPS)))


def test_walks_of_a_clock_leave_what_the_oracle_says(
    app: Flask, long_form: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    states: Counter[str] = Counter()
    seeds = range(LONG) if long_form else (*range(SHORT), *FOUND)
    for seed in seeds:
        book, wrong = random_walk(app, seed)
        assert wrong == [], f"walk {seed}"
        states.update(row.state for row in book.rows.values())
    with app.app_context():
        digests = select(OutboxMessage.recipient, OutboxMessage.local_day).where(OutboxMessage.kind == "digest")
        assert max(Counter(db.session.execute(digests).all()).values()) == 1
    with capsys.disabled():
        sys.stdout.write(f"\n{len(seeds)} walks of {STEPS} ticks: {dict(states)}, 0 missed, 0 double\n")


def walk_with_hours(app: Flask, seed: int) -> list[str]:
    """One walk over a plan whose digests go out in hours of their own, many of its ticks when those begin and end."""
    chance = random.Random(f"hours {seed}")
    plot = replace(drawn(chance), hours=chance.choice(HOURS))
    edges = (time(9), *plot.hours, time(17))
    return run(app, plot, list(walk(chance, at(plot.live), STEPS, edges)))[1]


def test_walks_of_a_clock_over_plans_with_hours_of_their_own(
    app: Flask, long_form: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds = range(LONG_HOURS) if long_form else (*range(SHORT_HOURS), A_WEEK_TOLD_BEFORE)
    for seed in seeds:
        assert walk_with_hours(app, seed) == [], f"walk {seed}"
    with app.app_context():
        told = db.session.scalar(select(func.count()).where(OutboxMessage.kind == "summary"))
    with capsys.disabled():
        sys.stdout.write(f"\n{len(seeds)} walks of {STEPS} ticks with hours, {told} weeks told: 0 missed, 0 double\n")


def test_a_week_in_the_place_of_a_digest_to_come_is_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weekly, "_digest_to_come", lambda session, recipients, now: set())
    assert walk_with_hours(app, A_WEEK_TOLD_BEFORE)


TROUBLE = moments(
    "2023-06-15 09:01",
    "2023-06-22 09:00",
    "2023-06-24 09:00",
    "2023-06-25 09:00",
    "2023-07-03 07:59",
    "2023-07-03 09:00",
    "2023-07-19 23:59",
    "2023-07-20 00:01",
    "2023-07-20 18:00",
    "2023-07-21 08:29",
    "2023-07-21 09:00",
    "2023-07-21 14:00",
    "2023-08-23 09:00",
    "2023-08-31 09:00",
    "2023-10-01 09:00",
    "2023-10-07 09:00",
    "2023-10-07 09:30",
)
CITY = Plot(
    date(2023, 6, 15),
    [MID_TERM],
    [(date(2023, 10, 5), [0, 1], "assigned"), (None, [3, 4], "assigned"), (None, [2, 5], "reported")],
    {},
)
"""Acknowledging, the Dragon Boat days, a round that opens, nights, an outage of a month, the National Day week."""


def test_a_troubled_summer_on_both_databases(fresh_database: Callable[..., str], tmp_path: Path) -> None:
    for kind in KINDS:
        with application(settings_for(fresh_database(kind), tmp_path)) as made:
            book, wrong = run(made, CITY, TROUBLE)
            assert wrong == []
            assert {row.state for row in book.rows.values()} == {"in_digest", "superseded", "no_address"}


def _catch_up_left_out(patch: pytest.MonkeyPatch, app: Flask) -> None:
    patch.setattr(ledger_module, "days_to_ask", lambda live_on, through, today: [today])


def _superseding_left_out(patch: pytest.MonkeyPatch, app: Flask) -> None:
    """Neither when the rows are made nor when the digest is composed."""
    row = ledger_module._row

    def all_wait(now: datetime, plan_id: int, due: Due, state: str) -> dict[str, Any]:
        return row(now, plan_id, due, "waiting" if state == "superseded" else state)

    patch.setattr(ledger_module, "_row", all_wait)
    patch.setattr(ledger_module, "_supersede_older", lambda session, plan, today: None)
    patch.setattr(waiting, "supersede", lambda session, ids: None)


def _free_days_ignored(patch: pytest.MonkeyPatch, app: Flask) -> None:
    patch.setattr(Region, "calendar", Calendar(announced=range(2020, 2030)))


def _unique_key_dropped(patch: pytest.MonkeyPatch, app: Flask) -> None:
    class Careless:
        def __init__(self, statement: Any) -> None:
            self.statement = statement

        def on_conflict_do_nothing(self, **_values: Any) -> Any:
            return self.statement

    insert_into = ledger_module.insert_into
    patch.setattr(
        ledger_module,
        "insert_into",
        lambda session, model: (
            Careless(insert_into(session, model)) if model is Reminder else insert_into(session, model)
        ),
    )
    drop_unique_key(app.config["SETTINGS"].database_url, "reminders", "uq_reminders_subject_kind_due_on_recipient")


def _days_of_utc(patch: pytest.MonkeyPatch, app: Flask) -> None:
    patch.setattr(ledger_module, "local_day", lambda moment, zone: moment.astimezone(UTC).date())


def _mails_at_night(patch: pytest.MonkeyPatch, app: Flask) -> None:
    patch.setattr(Calendar, "in_window", lambda calendar, moment, zone: True)


@pytest.mark.parametrize(
    "plant",
    [
        _catch_up_left_out,
        _superseding_left_out,
        _free_days_ignored,
        _unique_key_dropped,
        _days_of_utc,
        _mails_at_night,
    ],
)
def test_a_planted_defect_is_noticed(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch, Flask], None],
) -> None:
    plant(monkeypatch, app)
    assert run(app, CITY, TROUBLE)[1]
