"""Working days, written out from the State Council's notices on the free days of each year.

Part of the oracle: it shares no line with tracker/workdays/ and asks no package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

ONE = timedelta(days=1)
NOTHING: Mapping[date, bool] = MappingProxyType({})

# year -> (periods without work, weekends included; Saturdays and Sundays with work).  Of 2020 the half that steps of
# January 2021 reach back into.
NOTICES = {
    2020: ("10-01..10-08", "06-28 09-27 10-10"),
    2021: (
        "01-01..01-03 02-11..02-17 04-03..04-05 05-01..05-05 06-12..06-14 09-19..09-21 10-01..10-07",
        "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    ),
    2022: (
        "01-01..01-03 01-31..02-06 04-03..04-05 04-30..05-04 06-03..06-05 09-10..09-12 10-01..10-07 12-31..12-31",
        "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    ),
    2023: (
        "01-01..01-02 01-21..01-27 04-05..04-05 04-29..05-03 06-22..06-24 09-29..10-06 12-30..12-31",
        "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
    ),
    2024: (
        "01-01..01-01 02-10..02-17 04-04..04-06 05-01..05-05 06-08..06-10 09-15..09-17 10-01..10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    2025: (
        "01-01..01-01 01-28..02-04 04-04..04-06 05-01..05-05 05-31..06-02 10-01..10-08",
        "01-26 02-08 04-27 09-28 10-11",
    ),
    2026: (
        "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
}


def _written_out() -> dict[date, bool]:
    days: dict[date, bool] = {}
    for year, (periods, made_up) in NOTICES.items():
        for period in periods.split():
            day, last = (date.fromisoformat(f"{year}-{end}") for end in period.split(".."))
            while day <= last:
                days[day] = False
                day += ONE
        for word in made_up.split():
            days[date.fromisoformat(f"{year}-{word}")] = True
    return days


_DAYS = _written_out()


class Days:
    """Working days of a region: the notices, and before them what the region itself says of a day (works or not)."""

    def __init__(self, own: Mapping[date, bool] = NOTHING) -> None:
        self.own = own

    def works(self, day: date) -> bool:
        """Whether offices work; a year without a notice is Monday to Friday."""
        if day in self.own:
            return self.own[day]
        return _DAYS.get(day, day.isoweekday() <= 5)

    def back(self, target: date, offset: int) -> date:
        """The day of a step: so many working days before ``target``; with 0 itself, or the working day before it."""
        day = target
        while offset or not self.works(day):
            day -= ONE
            if self.works(day) and offset:
                offset -= 1
        return day

    def after(self, start: date, number: int) -> date:
        """The ``number``-th working day after ``start``."""
        day = start
        while number:
            day += ONE
            number -= self.works(day)
        return day

    def steps(self, target: date, offsets: Iterable[int]) -> dict[date, int]:
        """Day -> step of a series towards ``target``; of two steps on one day only the later stands."""
        found: dict[date, int] = {}
        for offset in sorted(offsets, reverse=True):
            found[self.back(target, offset)] = offset
        return found

    def weeks(self, since: date, number: int) -> list[date]:
        """The first working days of the next ``number`` calendar weeks that begin to work after ``since``."""
        found: list[date] = []
        day = since
        while len(found) < number:
            day += ONE
            earlier = (day - n * ONE for n in range(1, day.isoweekday()))
            if self.works(day) and not any(self.works(other) for other in earlier):
                found.append(day)
        return found
