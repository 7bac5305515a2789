"""What holds for working days on any day of the years that are known."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tracker.workdays.calendar import CHINA

ZONE = ZoneInfo("Asia/Shanghai")
days = st.dates(date(2021, 1, 1), date(2026, 12, 31))
steps = st.integers(-60, 60)


@given(days, steps)
def test_a_shift_lands_on_a_working_day_that_many_working_days_away(day: date, step: int) -> None:
    landed = CHINA.shift(day, step)
    assert step == 0 or CHINA.is_working(landed)
    if step > 0 or (step < 0 and CHINA.is_working(day)):
        assert CHINA.working_days_between(day, landed) == step


@given(days, days)
def test_counting_is_additive_and_changes_its_sign_with_the_direction(first: date, second: date) -> None:
    assert CHINA.working_days_between(first, second) == -CHINA.working_days_between(second, first)
    middle = first + (second - first) / 2
    assert CHINA.working_days_between(first, second) == CHINA.working_days_between(
        first, middle
    ) + CHINA.working_days_between(middle, second)


@given(days)
def test_moving_off_a_free_day_skips_no_working_day(day: date) -> None:
    moved = CHINA.on_or_before(day)
    assert CHINA.is_working(moved)
    assert not any(CHINA.is_working(moved + timedelta(days=n)) for n in range(1, (day - moved).days + 1))


@given(days, st.times())
def test_the_next_window_is_open_and_none_opens_before_it(day: date, clock: time) -> None:
    start = datetime.combine(day, clock, ZONE)
    opening = CHINA.next_window(start, ZONE)
    assert opening >= start and CHINA.in_window(opening, ZONE)
    hours = int((opening - start).total_seconds() // 3600)
    assert not any(CHINA.in_window(start + timedelta(hours=n), ZONE) for n in range(hours))
