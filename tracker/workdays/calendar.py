"""Working days: Monday to Friday, without China's holidays, with the make-up Saturdays and Sundays (调休).

``holidays`` knows the adjusted days of the years the State Council has announced; a year without any falls back to
Monday to Friday and is provisional (暂定).  A region's own days stand above both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar
from zoneinfo import ZoneInfo

import holidays

WINDOW_OPENS = time(8, 30)
WINDOW_CLOSES = time(17, 30)
ONE_DAY = timedelta(days=1)
NONE: Mapping[date, bool] = MappingProxyType({})


@lru_cache(maxsize=64)
def packaged(year: int) -> Mapping[date, bool]:
    """The days of a year, as the package knows them, on which its weekday misleads: a make-up day or a free one.

    Empty for a year whose adjusted days are not announced yet.
    """
    china = holidays.country_holidays("CN", years=year)
    made_up = {day: True for day in china.weekend_workdays if day.year == year}
    return MappingProxyType({day: False for day in china if day.year == year} | made_up if made_up else {})


class Calendar:
    """Which days are working days, in a region or (``CHINA``) in none.

    ``overrides`` holds the days that differ: True works, False is free.  ``announced`` are the years whose notice is in
    them whole, so that nothing of the package is needed.  Equal contents are one object: it is its own key in any
    cache, a copy of it is itself, and what was counted once stays counted.
    """

    __slots__ = ("_working", "announced", "overrides")

    overrides: Mapping[date, bool]
    announced: frozenset[int]
    _working: dict[int, frozenset[date]]
    _known: ClassVar[dict[tuple[frozenset[tuple[date, bool]], frozenset[int]], Calendar]] = {}

    def __new__(cls, overrides: Mapping[date, bool] = NONE, announced: Iterable[int] = ()) -> Calendar:
        key = (frozenset(overrides.items()), frozenset(announced))
        found = cls._known.get(key)
        if found is None:
            found = super().__new__(cls)
            object.__setattr__(found, "overrides", MappingProxyType(dict(overrides)))
            object.__setattr__(found, "announced", key[1])
            object.__setattr__(found, "_working", {})
            found = cls._known.setdefault(key, found)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a calendar is frozen: {name}")

    def __reduce__(self) -> tuple[type[Calendar], tuple[dict[date, bool], frozenset[int]]]:
        return Calendar, (dict(self.overrides), self.announced)

    def is_provisional(self, year: int) -> bool:
        """Whether the year's adjusted days are not announced yet."""
        return year not in self.announced and not packaged(year)

    def provisional_between(self, one: date, other: date) -> bool:
        """Whether a year from that of one day to that of the other is provisional: working days counted may change."""
        years = range(min(one, other).year, max(one, other).year + 1)
        return any(self.is_provisional(year) for year in years)

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        year = self._working.get(day.year)
        if year is None:
            year = self._working[day.year] = self._days_of(day.year)
        return day in year

    def _days_of(self, year: int) -> frozenset[date]:
        known = {**({} if year in self.announced else packaged(year)), **self.overrides}
        first = date(year, 1, 1).toordinal()
        days = (date.fromordinal(number) for number in range(first, date(year, 12, 31).toordinal() + 1))
        return frozenset(day for day in days if known.get(day, day.weekday() < 5))

    def next_working_day(self, day: date) -> date:
        """The first working day after ``day``."""
        return self.on_or_after(day + ONE_DAY)

    def on_or_before(self, day: date) -> date:
        """``day`` itself if it is a working day, else the last one before it."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def on_or_after(self, day: date) -> date:
        """``day`` itself if it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def shift(self, day: date, working_days: int) -> date:
        """Move by whole working days: negative goes back.  Zero returns ``day`` itself, free or not."""
        return _shift(self, day, working_days)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative where ``end`` lies before ``start``."""
        return -_between(self, end, start) if end < start else _between(self, start, end)

    def first_working_day(self, year: int, month: int) -> date:
        """The first working day of a month."""
        return self.on_or_after(date(year, month, 1))

    def last_working_day(self, year: int, month: int) -> date:
        """The last working day of a month."""
        following = date(year + month // 12, month % 12 + 1, 1)
        return self.on_or_before(following - ONE_DAY)

    def in_window(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether mails may go out now: 08:30 to 17:30 of a working day, local time."""
        local = moment.astimezone(zone)
        return self.is_working(local.date()) and WINDOW_OPENS <= local.time() < WINDOW_CLOSES

    def next_window(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """``moment`` itself inside the window, else the next opening of it, aware, in UTC terms of the same instant."""
        local = moment.astimezone(zone)
        if self.in_window(moment, zone):
            return moment
        day = local.date()
        if not self.is_working(day) or local.time() >= WINDOW_CLOSES:
            day = self.next_working_day(day)
        return datetime.combine(day, WINDOW_OPENS, zone)


@lru_cache(maxsize=16384)
def _shift(calendar: Calendar, day: date, working_days: int) -> date:
    step = ONE_DAY if working_days > 0 else -ONE_DAY
    for _ in range(abs(working_days)):
        day += step
        while not calendar.is_working(day):
            day += step
    return day


@lru_cache(maxsize=16384)
def _between(calendar: Calendar, start: date, end: date) -> int:
    count, day = 0, start
    while day < end:
        day += ONE_DAY
        count += calendar.is_working(day)
    return count


CHINA = Calendar()
