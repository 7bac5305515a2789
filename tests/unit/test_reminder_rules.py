"""On which days a series goes, from tables written by hand out of docs/reminders.md and the year's free days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.reminders.ruleset import DEFAULTS, ESCALATION, KINDS, RuleSet, escalated
from tracker.reminders.series import opens_week, overdue_week, step_after, step_on
from tracker.workdays.calendar import CHINA, Calendar

REPORT_DUE = DEADLINE = (30, 7, 1, 0)
VERIFY_DUE = (7, 1, 0)
OVERDUE_WEEKS = 4


def days(first: str, last: str) -> list[date]:
    """Every day of a span."""
    start = date.fromisoformat(first)
    return [start + timedelta(days=n) for n in range((date.fromisoformat(last) - start).days + 1)]


@pytest.mark.parametrize(
    ("target", "offsets", "expected"),
    [
        ("2023-08-31", REPORT_DUE, {"2023-07-20": 30, "2023-08-22": 7, "2023-08-30": 1, "2023-08-31": 0}),
        ("2023-10-31", VERIFY_DUE, {"2023-10-20": 7, "2023-10-30": 1, "2023-10-31": 0}),
        # a Sunday: what would go on it goes on Friday, and "tomorrow" gives way to "today"
        ("2023-12-31", DEADLINE, {"2023-11-20": 30, "2023-12-21": 7, "2023-12-29": 0}),
        # in the National Day week: the last working day before it is 28 September
        ("2023-10-04", DEADLINE, {"2023-08-18": 30, "2023-09-20": 7, "2023-09-28": 0}),
        # a Sunday on which offices work, after a Saturday on which they work
        ("2023-10-08", DEADLINE, {"2023-08-21": 30, "2023-09-21": 7, "2023-10-07": 1, "2023-10-08": 0}),
        # the day after the Spring Festival of 2024: the working day before lies nine days back
        ("2024-02-18", DEADLINE, {"2024-01-02": 30, "2024-02-02": 7, "2024-02-09": 1, "2024-02-18": 0}),
    ],
)
def test_the_days_of_a_series(target: str, offsets: tuple[int, ...], expected: dict[str, int]) -> None:
    goal = date.fromisoformat(target)
    span = days((goal - timedelta(days=80)).isoformat(), (goal + timedelta(days=5)).isoformat())
    found = {day.isoformat(): step for day in span if (step := step_on(goal, offsets, day, CHINA)) is not None}
    assert found == expected
    assert all(CHINA.is_working(date.fromisoformat(day)) for day in found)


def test_the_first_working_day_of_a_week() -> None:
    opening = [day.isoformat() for day in days("2023-09-18", "2023-10-15") if opens_week(day, CHINA)]
    assert opening == ["2023-09-18", "2023-09-25", "2023-10-07", "2023-10-09"]
    spring = [day.isoformat() for day in days("2024-02-05", "2024-02-25") if opens_week(day, CHINA)]
    assert spring == ["2024-02-05", "2024-02-18", "2024-02-19"]


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2023-08-31", ["2023-09-04", "2023-09-11", "2023-09-18", "2023-09-25"]),
        # the week of National Day has its first working day on Saturday
        ("2023-09-15", ["2023-09-18", "2023-09-25", "2023-10-07", "2023-10-09"]),
        # overdue since Monday: that Monday has gone by
        ("2023-09-04", ["2023-09-11", "2023-09-18", "2023-09-25", "2023-10-07"]),
        ("2023-09-03", ["2023-09-04", "2023-09-11", "2023-09-18", "2023-09-25"]),
        # the first day of the year is free, so the week begins on Tuesday
        ("2023-12-31", ["2024-01-02", "2024-01-08", "2024-01-15", "2024-01-22"]),
        ("2024-01-31", ["2024-02-05", "2024-02-18", "2024-02-19", "2024-02-26"]),
    ],
)
def test_overdue_goes_on_four_weeks_and_then_is_silent(since: str, expected: list[str]) -> None:
    start = date.fromisoformat(since)
    span = days(since, (start + timedelta(days=120)).isoformat())
    found = {
        day.isoformat(): week for day in span if (week := overdue_week(start, day, CHINA, OVERDUE_WEEKS)) is not None
    }
    assert found == dict(zip(expected, range(1, OVERDUE_WEEKS + 1), strict=True))


def test_a_week_without_working_days_is_skipped_and_not_counted() -> None:
    free = Calendar({date(2023, 9, 11) + timedelta(days=n): False for n in range(7)})
    span, since = days("2023-08-31", "2023-12-31"), date(2023, 8, 31)
    found = [day.isoformat() for day in span if overdue_week(since, day, free, OVERDUE_WEEKS)]
    assert found == ["2023-09-04", "2023-09-18", "2023-09-25", "2023-10-07"]


def test_a_step_away_from_a_day_goes_on_a_working_day() -> None:
    found = {
        day: step
        for day in days("2023-09-28", "2023-10-12")
        if (step := step_after(date(2023, 9, 28), (1, 3), day, CHINA))
    }
    assert found == {date(2023, 10, 7): 1, date(2023, 10, 9): 3}


# The rules as data


def test_the_defaults_are_those_of_the_design() -> None:
    assert {kind: dict(DEFAULTS.of(kind)) for kind in DEFAULTS.by_kind} == {
        "round_opens": {"handler": (0,)},
        "report_due": {"handler": REPORT_DUE},
        "verify_due": {"supervisor": VERIFY_DUE},
        "deadline": {"handler": DEADLINE},
        "unacknowledged": {"handler": (5,)},
        "overdue": {"handler": (1, 2, 3, 4)},
        # what waits since somebody acted
        "input_request": {"supporting_unit": (3, 1, 0)},
        "extension": {"unit_leader": (2, 5), "supervisor": (2, 5)},
        "sign_off": {"unit_leader": (2, 5)},
        "second_check": {"supervisor": (2, 5)},
        "objection": {"supervisor": (1, 0)},
    }
    assert (DEFAULTS.number, DEFAULTS.opens.isoformat(), DEFAULTS.closes.isoformat()) == (0, "08:30:00", "17:30:00")


@pytest.mark.parametrize("rules", [DEFAULTS, RuleSet(ESCALATION)])
def test_what_is_given_and_offered_lies_within_what_each_kind_allows(rules: RuleSet) -> None:
    for rule in rules.rules:
        kind = KINDS[rule.kind]
        assert kind.first <= rule.offset <= kind.last
        assert rule.audience in kind.audiences


def test_the_escalation_is_added_once() -> None:
    once = escalated(DEFAULTS)
    assert set(once.rules) == {*DEFAULTS.rules, *ESCALATION}
    assert len(escalated(once).rules) == len(once.rules)
    assert dict(once.of("overdue")) == {
        "handler": (1, 2, 3, 4),
        "unit_leader": (2, 3, 4),
        "supervisor": (3, 4),
        "observer": (4,),
    }
