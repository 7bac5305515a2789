"""The rounds of a term and their default dates.

No plan gives a date for an evaluation, so these are the defaults (默认), editable until a round opens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ..workdays.calendar import Calendar

# kind -> months of opening, report due, verify due and disclosure; the year they lie in, counted from the round's year
MONTHS = {"annual": (1, 1, 2, 4), "mid_term": (7, 8, 10, 11), "end_of_term": (1, 2, 3, 6)}
YEARS_LATER = {"annual": 1, "mid_term": 0, "end_of_term": 1}


@dataclass(frozen=True, slots=True)
class RoundDates:
    """A round with its four days.  ``year`` is the year evaluated."""

    kind: str
    year: int
    opens_on: date
    report_due_on: date
    verify_due_on: date
    disclosure_on: date


def default_dates(kind: str, year: int, calendar: Calendar) -> RoundDates:
    """Opens on the first working day of its month; the other days are the last working days of theirs."""
    opens, report, verify, disclosure = MONTHS[kind]
    then = year + YEARS_LATER[kind]
    return RoundDates(
        kind=kind,
        year=year,
        opens_on=calendar.first_working_day(then, opens),
        report_due_on=calendar.last_working_day(then, report),
        verify_due_on=calendar.last_working_day(then, verify),
        disclosure_on=calendar.last_working_day(then, disclosure),
    )


def rounds_of_term(first_year: int, last_year: int, named: Collection[str], calendar: Calendar) -> list[RoundDates]:
    """The rounds of a plan's term, oldest first.

    Mid-term (in the middle year) and end-of-term for every plan; annual ones, of every year but the last, only where
    ``named`` (the kinds of the plan's evaluation clauses) holds them.
    """
    length = last_year - first_year + 1
    rounds = [
        default_dates("mid_term", first_year + (length - 1) // 2, calendar),
        default_dates("end_of_term", last_year, calendar),
    ]
    if "annual" in named:
        rounds += [default_dates("annual", year, calendar) for year in range(first_year, last_year)]
    return sorted(rounds, key=lambda dates: dates.opens_on)
