"""Outages, year ends, midnights and a clock set back, each with the days that must come, written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.trust.clock.city import Plot, at
from tests.trust.clock.running import carried, moments, run

pytestmark = pytest.mark.timeout(600)


MID_TERM = (date(2023, 7, 3), date(2023, 8, 31), date(2023, 10, 31))
ONE_TASK = Plot(date(2023, 6, 15), [MID_TERM], [(None, [0], "acknowledged")], {})
BEFORE = ("2023-06-15 09:01", "2023-07-03 09:00", "2023-07-20 09:00", "2023-08-21 09:00")


@pytest.mark.parametrize(
    ("back", "reports", "overdue"),
    [
        pytest.param("2023-08-21 10:00", ["07-20 07-20"], [], id="an-hour"),
        pytest.param("2023-08-22 09:00", ["07-20 07-20", "08-22 08-22"], [], id="a-day"),
        pytest.param("2023-08-24 09:00", ["07-20 07-20", "08-22 08-24"], [], id="3-days"),
        pytest.param(
            "2023-08-31 09:00",
            ["07-20 07-20", "08-22 superseded", "08-30 superseded", "08-31 08-31"],
            [],
            id="10-days",
        ),
        pytest.param(
            "2023-09-20 09:00",
            ["07-20 07-20", "08-22 superseded", "08-30 superseded", "08-31 09-20"],
            ["09-04 superseded", "09-11 superseded", "09-18 09-20"],
            id="30-days",
        ),
        pytest.param(
            "2023-11-19 09:00",
            ["07-20 07-20", "08-22 superseded", "08-30 superseded", "08-31 11-20"],
            ["09-04 superseded", "09-11 superseded", "09-18 superseded", "09-25 11-20"],
            id="90-days-to-a-sunday",
        ),
    ],
)
def test_after_an_outage_the_newest_of_each_series_goes(
    app: Flask, back: str, reports: list[str], overdue: list[str]
) -> None:
    ticks = [*BEFORE, back, *(["2023-11-20 09:00"] if "11-19" in back else [])]
    book, wrong = run(app, ONE_TASK, moments(*ticks))
    assert wrong == []
    assert carried(book, "report_due") == reports
    assert carried(book, "overdue") == overdue
    assert carried(book, "round_opens") == ["07-03 07-03"]


def test_a_round_that_opens_during_an_outage_is_told_when_it_ends(app: Flask) -> None:
    book, wrong = run(app, ONE_TASK, moments("2023-06-28 09:00", "2023-07-05 17:29"))
    assert wrong == []
    assert carried(book, "round_opens") == ["07-03 07-05"]


def test_of_a_round_under_way_only_what_lies_ahead_of_going_live_goes(app: Flask) -> None:
    plot = replace(ONE_TASK, live=date(2023, 8, 25))
    book, wrong = run(app, plot, moments("2023-08-25 09:01", "2023-08-30 09:00", "2023-08-31 09:00"))
    assert wrong == []
    assert carried(book, "report_due") == ["08-30 08-30", "08-31 08-31"]
    assert carried(book, "round_opens") == []


def test_a_year_ends_and_the_next_has_no_notice(app: Flask) -> None:
    """Monday to Friday count in 2027 until its notice is out: Friday, 1 January, is a working day."""
    plot = Plot(date(2026, 12, 1), [], [(date(2027, 1, 4), [0], "acknowledged")], {})
    days = (date(2026, 12, 22) + timedelta(days=n) for n in range(16))
    book, wrong = run(app, plot, [at(day) for day in days])
    assert wrong == []
    assert carried(book, "deadline") == ["01-01 01-01", "01-04 01-04", "12-24 12-24"]


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        (["2023-07-02 23:59", "2023-07-03 00:00", "2023-07-03 08:29"], "07-03 waiting"),
        (["2023-07-03 00:00", "2023-07-03 08:29", "2023-07-03 08:30"], "07-03 07-03"),
        (["2023-07-02 23:59", "2023-07-03 17:29"], "07-03 07-03"),
        (["2023-07-02 23:59", "2023-07-03 17:30", "2023-07-03 23:59", "2023-07-04 07:59"], "07-03 waiting"),
        (["2023-07-03 17:30", "2023-07-04 00:00", "2023-07-04 08:30"], "07-03 07-04"),
    ],
)
def test_a_day_begins_at_its_midnight_and_mails_between_half_past_eight_and_half_past_five(
    app: Flask, ticks: list[str], expected: str
) -> None:
    book, wrong = run(app, ONE_TASK, moments(*ticks))
    assert wrong == []
    assert carried(book, "round_opens") == [expected]


def test_a_clock_a_day_ahead_and_back_loses_nothing_sends_nothing_twice_and_is_named(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    """At midnight it shows the next day: the reminder of the 30th is superseded, until the clock is right again."""
    ahead = ["2023-08-31 00:05", "2023-08-31 00:06"]
    back = ["2023-08-30 00:07", "2023-08-30 09:00", "2023-08-30 09:01", "2023-08-31 09:00", "2023-08-31 09:01"]
    book, wrong = run(app, ONE_TASK, moments("2023-08-22 09:00", *ahead, *back))
    assert wrong == []
    assert carried(book, "report_due")[-3:] == ["08-22 08-22", "08-30 08-30", "08-31 08-31"]
    named = [record.getMessage() for record in caplog.records if record.name == "tracker.reminders.ledger"]
    assert len(named) == 3
    assert "the clock shows 2023-08-30" in named[0]
    assert "through 2023-08-31" in named[0]


def test_a_clock_that_ran_ahead_within_the_window_has_sent_its_digest_and_sends_no_second(app: Flask) -> None:
    ticks = ["2023-08-22 09:00", "2023-08-31 09:00", "2023-08-30 10:00", "2023-08-30 17:00", "2023-08-31 09:00"]
    book, wrong = run(app, ONE_TASK, moments(*ticks))
    assert wrong == []
    assert carried(book, "report_due")[-3:] == ["08-22 08-22", "08-30 superseded", "08-31 08-31"]
