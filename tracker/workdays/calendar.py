"""Working days: Monday to Friday, without China's holidays, with the make-up Saturdays and Sundays (调休).

``holidays`` knows the adjusted days of the years the State Council has announced; a year without any falls back to
Monday to Friday and is provisional (暂定).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

WINDOW_OPENS = time(8, 30)
WINDOW_CLOSES = time(17, 30)
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _year(year: int) -> tuple[frozenset[date], frozenset[date], bool]:
    """(free days, make-up working days, whether the year's adjusted days are known)."""
    china = holidays.country_holidays("CN", years=year)
    made_up = frozenset(day for day in china.weekend_workdays if day.year == year)
    free = frozenset(day for day in china if day.year == year)
    return free, made_up, bool(made_up)


def is_provisional(year: int) -> bool:
    """Whether the year's adjusted days are not announced yet."""
    return not _year(year)[2]


def is_working_day(day: date) -> bool:
    """Whether offices work on this day."""
    free, made_up, known = _year(day.year)
    if not known:
        return day.weekday() < 5
    if day in made_up:
        return True
    return day.weekday() < 5 and day not in free


def next_working_day(day: date) -> date:
    """The first working day after ``day``."""
    day += ONE_DAY
    while not is_working_day(day):
        day += ONE_DAY
    return day


def on_or_before(day: date) -> date:
    """``day`` itself if it is a working day, else the last one before it."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def on_or_after(day: date) -> date:
    """``day`` itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


@lru_cache(maxsize=4096)
def shift(day: date, working_days: int) -> date:
    """Move by whole working days: negative goes back.  Zero returns ``day`` itself, free or not."""
    step = 1 if working_days > 0 else -1
    for _ in range(abs(working_days)):
        day += step * ONE_DAY
        while not is_working_day(day):
            day += step * ONE_DAY
    return day


@lru_cache(maxsize=4096)
def working_days_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; negative where ``end`` lies before ``start``."""
    if end < start:
        return -working_days_between(end, start)
    count, day = 0, start
    while day < end:
        day += ONE_DAY
        count += is_working_day(day)
    return count


def first_working_day(year: int, month: int) -> date:
    """The first working day of a month."""
    return on_or_after(date(year, month, 1))


def last_working_day(year: int, month: int) -> date:
    """The last working day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return on_or_before(following - ONE_DAY)


def in_window(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether mails may go out now: 08:30 to 17:30 of a working day, local time."""
    local = moment.astimezone(zone)
    return is_working_day(local.date()) and WINDOW_OPENS <= local.time() < WINDOW_CLOSES


def next_window(moment: datetime, zone: ZoneInfo) -> datetime:
    """``moment`` itself inside the window, else the next opening of it, aware, in UTC terms of the same instant."""
    local = moment.astimezone(zone)
    if in_window(moment, zone):
        return moment
    day = local.date()
    if not is_working_day(day) or local.time() >= WINDOW_CLOSES:
        day = next_working_day(day)
    return datetime.combine(day, WINDOW_OPENS, zone)
