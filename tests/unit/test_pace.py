"""The pace due: the share of the term, or of the time from dispatch to the task's own deadline."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracker.evaluations.pace import pace_due, share_passed, term_passed

ZONE = ZoneInfo("Asia/Shanghai")
PLAN: Any = SimpleNamespace(first_year=2021, last_year=2025)


def row(state: str = "in_progress", deadline: date | None = None, dispatched: datetime | None = None) -> Any:
    """As much of a task's row as the pace looks at; dispatched on 1 January 2023, Shanghai time."""
    at = dispatched or datetime(2022, 12, 31, 16, 30, tzinfo=UTC)
    return SimpleNamespace(state=state, deadline=deadline, dispatched_at=at)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2020, 6, 1), 0),
        (date(2021, 1, 1), 0),
        (date(2023, 8, 24), 52),
        (date(2025, 12, 30), 99),
        (date(2025, 12, 31), 100),
        (date(2027, 1, 1), 100),
    ],
)
def test_without_a_deadline_of_its_own_a_task_goes_by_the_term(today: date, due: int) -> None:
    assert pace_due(row(), PLAN, today, ZONE) == term_passed(PLAN, today) == due


@pytest.mark.parametrize(
    ("today", "due"),
    [(date(2023, 1, 1), 0), (date(2023, 7, 3), 50), (date(2023, 12, 31), 99), (date(2024, 1, 1), 100)],
)
def test_with_one_it_goes_by_the_time_since_its_dispatch(today: date, due: int) -> None:
    assert pace_due(row(deadline=date(2024, 1, 1)), PLAN, today, ZONE) == due


def test_a_task_dispatched_after_its_deadline_is_due_at_once() -> None:
    assert pace_due(row(deadline=date(2022, 12, 1)), PLAN, date(2023, 1, 1), ZONE) == 100
    assert share_passed(date(2023, 1, 1), date(2023, 1, 1), date(2023, 1, 1)) == 100


@pytest.mark.parametrize("state", ["pending_dispatch", "suspended", "closed_out", "terminated"])
def test_nothing_is_expected_before_dispatch_at_rest_and_at_the_end(state: str) -> None:
    assert pace_due(row(state), PLAN, date(2023, 8, 24), ZONE) is None


def test_nothing_is_expected_of_a_task_that_was_never_dispatched() -> None:
    undispatched = SimpleNamespace(state="terminated", deadline=None, dispatched_at=None)
    assert pace_due(undispatched, PLAN, date(2023, 8, 24), ZONE) is None  # type: ignore[arg-type]
