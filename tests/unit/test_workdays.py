"""China's working days, against a table written by hand from the State Council's notices on the year's free days."""

from __future__ import annotations

import pickle
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.workdays.calendar import CHINA, Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")

# year -> (days on which offices work although they are Saturdays or Sundays, free weekdays, plain free weekends,
#          plain working days beside a holiday)
TABLE = {
    2021: (
        "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
        "01-01 02-11 02-12 02-15 02-16 02-17 04-05 05-03 05-04 05-05 06-14 09-20 09-21 10-01 10-04 10-05 10-06 10-07",
        "01-02 01-03 02-13 02-14 04-03 04-04 05-01 05-02 06-12 06-13 09-19 10-02 10-03 10-10",
        "01-04 02-10 02-18 02-19 04-06 04-30 05-06 05-07 06-11 06-15 09-17 09-22 09-30 10-08",
    ),
    2022: (
        "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
        "01-03 01-31 02-01 02-02 02-03 02-04 04-04 04-05 05-02 05-03 05-04 06-03 09-12 10-03 10-04 10-05 10-06 10-07",
        "01-01 01-02 02-05 02-06 04-03 04-23 04-30 05-01 06-04 06-05 09-10 09-11 10-01 10-02",
        "01-04 01-28 02-07 04-06 04-29 05-05 05-06 06-02 06-06 09-09 09-13 09-30 10-10",
    ),
    2023: (
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
        "01-02 01-23 01-24 01-25 01-26 01-27 04-05 05-01 05-02 05-03 06-22 06-23 09-29 10-02 10-03 10-04 10-05 10-06",
        "01-01 01-21 01-22 04-22 04-29 04-30 05-07 06-24 09-30 10-01 12-30 12-31",
        "01-03 01-20 01-30 04-04 04-06 04-28 05-04 05-05 06-21 06-26 09-28 10-09 12-29",
    ),
    2024: (
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
        "01-01 02-12 02-13 02-14 02-15 02-16 04-04 04-05 05-01 05-02 05-03 06-10 09-16 09-17 "
        "10-01 10-02 10-03 10-04 10-07",
        "02-03 02-10 02-11 02-17 04-06 04-27 05-04 05-05 05-12 06-08 06-09 09-15 10-05 10-06 10-13",
        "01-02 02-09 02-19 04-03 04-08 04-30 05-06 06-07 06-11 09-13 09-18 09-30 10-08",
    ),
    2025: (
        "01-26 02-08 04-27 09-28 10-11",
        "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08",
        "01-25 02-01 02-02 02-09 04-05 04-06 04-26 05-03 05-04 05-31 06-01 09-27 10-04 10-05 10-12",
        "01-02 01-27 02-05 04-03 04-07 04-30 05-06 05-30 06-03 09-30 10-09 10-10",
    ),
    2026: (
        "01-04 02-14 02-28 05-09 09-20 10-10",
        "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 "
        "10-01 10-02 10-05 10-06 10-07",
        "01-03 02-15 02-21 02-22 04-04 04-05 05-02 05-03 05-10 06-20 06-21 09-26 09-27 10-03 10-04 10-11",
        "01-05 02-13 02-24 04-03 04-07 04-30 05-06 06-18 06-22 09-24 09-28 09-30 10-08",
    ),
}
CASES = [
    pytest.param(date.fromisoformat(f"{year}-{day}"), works, id=f"{year}-{day}")
    for year, (made_up, free, weekends, plain) in TABLE.items()
    for days, works in ((made_up, True), (free, False), (weekends, False), (plain, True))
    for day in days.split()
]


def test_the_table_is_long_enough_and_names_what_it_says() -> None:
    for year, (made_up, free, weekends, plain) in TABLE.items():
        days = [date.fromisoformat(f"{year}-{day}") for part in TABLE[year] for day in part.split()]
        assert len(days) == len(set(days)) >= 40
        assert all(date.fromisoformat(f"{year}-{day}").weekday() >= 5 for day in (made_up + " " + weekends).split())
        assert all(date.fromisoformat(f"{year}-{day}").weekday() < 5 for day in (free + " " + plain).split())


@pytest.mark.parametrize(("day", "works"), CASES)
def test_offices_work_as_the_notices_say(day: date, works: bool) -> None:
    assert CHINA.is_working(day) is works


@pytest.mark.parametrize(
    ("year", "number"), [(2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_a_year_has_as_many_working_days_as_its_calendar_and_notice_make(year: int, number: int) -> None:
    made_up, free, _, _ = TABLE[year]
    first, last = date(year, 1, 1), date(year, 12, 31)
    weekdays = sum((first + timedelta(days=n)).weekday() < 5 for n in range((last - first).days + 1))
    assert weekdays + len(made_up.split()) - len(free.split()) == number
    assert CHINA.working_days_between(first - timedelta(days=1), last) == number


def test_a_year_without_a_notice_is_monday_to_friday_and_provisional() -> None:
    assert CHINA.is_provisional(2027)
    assert not any(CHINA.is_provisional(year) for year in TABLE)
    assert (
        CHINA.is_working(date(2027, 1, 1))
        and CHINA.is_working(date(2027, 10, 1))
        and CHINA.is_working(date(2027, 2, 8))
    )
    assert not CHINA.is_working(date(2027, 1, 2)) and not CHINA.is_working(date(2027, 10, 9))


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        ("2023-08-31", -30, "2023-07-20"),
        ("2023-08-31", -7, "2023-08-22"),
        ("2023-08-31", -1, "2023-08-30"),
        ("2023-08-31", 0, "2023-08-31"),
        ("2023-12-31", 0, "2023-12-31"),
        ("2023-12-31", -1, "2023-12-29"),
        ("2023-10-08", -1, "2023-10-07"),
        ("2023-10-07", -1, "2023-09-28"),
        ("2023-06-15", 5, "2023-06-25"),
        ("2023-06-21", 1, "2023-06-25"),
        ("2024-02-09", 1, "2024-02-18"),
        ("2024-02-09", 2, "2024-02-19"),
        ("2025-12-31", 1, "2026-01-04"),
        ("2027-01-01", -1, "2026-12-31"),
    ],
)
def test_moving_by_working_days(day: str, days: int, expected: str) -> None:
    assert CHINA.shift(date.fromisoformat(day), days) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        ("2023-08-24", "2023-08-31", 5),
        ("2023-08-31", "2023-08-31", 0),
        ("2023-08-31", "2023-09-04", 2),
        ("2023-09-01", "2023-09-03", 0),
        ("2023-09-03", "2023-09-01", 0),
        ("2023-10-25", "2023-08-31", -35),
        ("2023-09-28", "2023-10-07", 1),
        ("2023-09-28", "2023-10-08", 2),
        ("2023-06-15", "2023-06-25", 5),
        ("2024-02-09", "2024-02-19", 2),
    ],
)
def test_counting_working_days(start: str, end: str, number: int) -> None:
    assert CHINA.working_days_between(date.fromisoformat(start), date.fromisoformat(end)) == number


def test_first_and_last_working_days_of_months() -> None:
    assert CHINA.first_working_day(2023, 7) == date(2023, 7, 3)
    assert CHINA.first_working_day(2024, 1) == date(2024, 1, 2)
    assert CHINA.first_working_day(2026, 1) == date(2026, 1, 4), "a Sunday that makes up for 2 January"
    assert CHINA.first_working_day(2023, 10) == date(2023, 10, 7), "a Saturday after the National Day week"
    assert CHINA.last_working_day(2023, 8) == date(2023, 8, 31)
    assert CHINA.last_working_day(2023, 9) == date(2023, 9, 28)
    assert CHINA.last_working_day(2022, 1) == date(2022, 1, 30), "a Sunday before the Spring Festival"
    assert CHINA.last_working_day(2023, 12) == date(2023, 12, 29)


def test_the_nearest_working_days() -> None:
    assert CHINA.on_or_before(date(2023, 10, 6)) == date(2023, 9, 28)
    assert CHINA.on_or_after(date(2023, 9, 29)) == date(2023, 10, 7)
    assert CHINA.on_or_before(date(2023, 10, 7)) == CHINA.on_or_after(date(2023, 10, 7)) == date(2023, 10, 7)
    assert CHINA.next_working_day(date(2023, 10, 7)) == date(2023, 10, 8)
    assert CHINA.next_working_day(date(2024, 2, 9)) == date(2024, 2, 18)


@pytest.mark.parametrize(
    ("local", "inside", "opening"),
    [
        ("2023-08-31 08:29:59", False, "2023-08-31 08:30:00"),
        ("2023-08-31 08:30:00", True, "2023-08-31 08:30:00"),
        ("2023-08-31 17:29:59", True, "2023-08-31 17:29:59"),
        ("2023-08-31 17:30:00", False, "2023-09-01 08:30:00"),
        ("2023-09-02 10:00:00", False, "2023-09-04 08:30:00"),
        ("2023-10-07 10:00:00", True, "2023-10-07 10:00:00"),
        ("2023-10-06 10:00:00", False, "2023-10-07 08:30:00"),
        ("2024-02-09 18:00:00", False, "2024-02-18 08:30:00"),
    ],
)
def test_the_window_in_which_mails_go_out(local: str, inside: bool, opening: str) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
    assert CHINA.in_window(moment.astimezone(UTC), SHANGHAI) is inside
    assert CHINA.next_window(moment.astimezone(UTC), SHANGHAI) == datetime.fromisoformat(opening).replace(
        tzinfo=SHANGHAI
    )


def test_overrides_prevail_and_an_announced_year_needs_nothing_else() -> None:
    flood = Calendar({date(2023, 8, 31): False, date(2023, 9, 2): True, date(2023, 10, 7): False})
    assert not flood.is_working(date(2023, 8, 31)) and flood.is_working(date(2023, 9, 2))
    assert not flood.is_working(date(2023, 10, 7)), "the make-up day of the package is free here"
    assert flood.is_working(date(2023, 10, 8)) and not flood.is_working(date(2023, 10, 6)), "the package knows the rest"
    assert flood.shift(date(2023, 8, 30), 1) == date(2023, 9, 1)
    assert CHINA.shift(date(2023, 8, 30), 1) == date(2023, 8, 31), "calendars keep their counts apart"
    assert flood.working_days_between(date(2023, 8, 30), date(2023, 9, 4)) == 3
    assert flood.last_working_day(2023, 8) == date(2023, 8, 30)
    one = Calendar({date(2027, 2, 8): False})
    assert one.is_provisional(2027), "a day set by hand is no notice"
    notice = Calendar({date(2027, 2, 8): False}, announced=[2027])
    assert not notice.is_provisional(2027) and notice.is_provisional(2028)
    assert Calendar(announced=[2023]).is_working(date(2023, 10, 2)), "the notice of a year replaces the package's"


def test_a_calendar_is_one_object_and_frozen() -> None:
    days = {date(2027, 2, 8): False}
    assert Calendar(days) is Calendar(dict(days)) is not CHINA
    assert Calendar() is CHINA and deepcopy(CHINA) is CHINA
    assert pickle.loads(pickle.dumps(Calendar(days))) is Calendar(days)
    days[date(2027, 2, 9)] = False
    assert Calendar({date(2027, 2, 8): False}).is_working(date(2027, 2, 9)), "what is given is copied"
    with pytest.raises(AttributeError):
        CHINA.announced = frozenset({2027})
