"""A year of a region as its page and its list show it: which days are free or worked, and where each comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import holidays

from .calendar import ONE_DAY, Calendar, packaged
from .changes import HAND, OwnDay

YEARS = range(2000, 2101)
PACKAGE = "package"
STANDS_FOR = re.compile(
    r"^休息日（由 (\d{4}-\d{2}-\d{2}) 调休）$"
)  # how the package names a day that another makes up for
EVE, FESTIVAL, SUBSTITUTE = "农历除夕", "春节", "（补假）"


@dataclass(frozen=True, slots=True)
class Row:
    """Free days that follow one another, or one working day.

    ``number`` counts calendar days, weekends among them included.  ``origin``: package, notice or hand; ``source`` is
    the notice's title, or the reason of a day set by hand.
    """

    first: date
    last: date
    working: bool
    name: str
    origin: str
    source: str

    @property
    def number(self) -> int:
        """How many days from the first to the last."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Year:
    """A year.  ``working_days`` counts all of it; ``notice`` is the title of the notice that was taken in, or None."""

    year: int
    provisional: bool
    rows: tuple[Row, ...]
    working_days: int
    notice: str | None

    @property
    def by_hand(self) -> list[Row]:
        """The days that somebody set."""
        return [row for row in self.rows if row.origin == HAND]

    @property
    def made_up(self) -> int:
        """How many Saturdays and Sundays are worked."""
        return sum(row.working and row.first.weekday() >= 5 for row in self.rows)


def year_of(days: Iterable[OwnDay], calendar: Calendar, year: int) -> Year:
    """A year of a region: ``days`` are its own, ``calendar`` what they make."""
    own = [day for day in days if day.day.year == year or day.notice_year == year]
    stated = {day.day: day for day in sorted(own, key=lambda day: day.origin == HAND)}
    if year not in calendar.announced:
        known = {day: OwnDay(day, works, _names(year).get(day, ""), PACKAGE, None, "") for day, works in _known(year)}
        stated = {**known, **stated}
    notices = [day.source for day in own if day.notice_year == year]
    return Year(
        year=year,
        provisional=calendar.is_provisional(year),
        rows=tuple(_rows(stated, calendar)),
        working_days=calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)),
        notice=notices[0] if notices else None,
    )


def _known(year: int) -> Iterable[tuple[date, bool]]:
    return packaged(year).items()


def _rows(stated: Mapping[date, OwnDay], calendar: Calendar) -> list[Row]:
    rows = [
        Row(day.day, day.day, day.working, day.name, day.origin, day.source)
        for day in stated.values()
        if day.working or day.origin == HAND
    ]
    blocks: dict[tuple[date, date], list[OwnDay]] = {}
    for day in sorted(stated):
        if not stated[day].working and stated[day].origin != HAND:
            blocks.setdefault(_block(day, calendar), []).append(stated[day])
    for (first, last), days in blocks.items():
        names = "、".join(dict.fromkeys(day.name for day in days if day.name))
        rows.append(Row(first, last, False, names, days[0].origin, days[0].source))
    return sorted(rows, key=lambda row: (row.first, row.last))


def _block(day: date, calendar: Calendar) -> tuple[date, date]:
    """The first and the last of the days without work around ``day``; itself alone where it is worked after all."""
    first = last = day
    while not calendar.is_working(first - ONE_DAY) and not calendar.is_working(day):
        first -= ONE_DAY
    while not calendar.is_working(last + ONE_DAY) and not calendar.is_working(day):
        last += ONE_DAY
    return first, last


@lru_cache(maxsize=32)
def _names(year: int) -> Mapping[date, str]:
    """Day -> its holiday in Chinese, as the package names it; days that were swapped have that of the nearest one."""
    found = {day: str(name) for day, name in holidays.country_holidays("CN", years=year, language="zh_CN").items()}
    names = {
        day: name.replace(EVE, FESTIVAL).replace(SUBSTITUTE, "")
        for day, name in found.items()
        if not STANDS_FOR.match(name)
    }
    swapped = {}
    for day, name in found.items():
        if (match := STANDS_FOR.match(name)) is not None:
            nearest = min(names, key=lambda named, day=day: abs(named - day))  # type: ignore[misc]
            swapped[day] = swapped[date.fromisoformat(match[1])] = names[nearest]
    return MappingProxyType(names | swapped)
