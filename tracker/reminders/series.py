"""On which days the steps towards a date, or away from one, go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from ..workdays.calendar import Calendar

WEEK = timedelta(days=7)


def step_on(target: date, offsets: Iterable[int], day: date, calendar: Calendar) -> int | None:
    """The step towards ``target`` that goes on ``day``, moved off free days; of two on one day the later; else None."""
    return min((step for step in offsets if calendar.on_or_before(calendar.shift(target, -step)) == day), default=None)


def step_after(since: date, offsets: Iterable[int], day: date, calendar: Calendar) -> int | None:
    """The step (in working days, 1 or more) away from ``since`` that goes on ``day``, else None."""
    return next((step for step in offsets if calendar.shift(since, step) == day), None)


def opens_week(day: date, calendar: Calendar) -> bool:
    """Whether ``day`` is the first working day of its calendar week, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return next((d for d in _days(monday) if calendar.is_working(d)), None) == day


def digest_day(due_on: date, target_on: date, calendar: Calendar, *, weekly: bool) -> date:
    """The day whose digest a reminder goes into, if a tick comes on it.

    Who chose ``weekly`` gets what is due more than a week ahead on the first working day of a calendar week; as soon as
    it is due within a week it goes, and never after the day it is about.
    """
    if not weekly:
        return due_on
    day = due_on
    while not (calendar.is_working(day) and (target_on - day <= WEEK or opens_week(day, calendar))):
        day += timedelta(days=1)
    return day if day < target_on else due_on


def overdue_week(since: date, day: date, calendar: Calendar, last: int) -> int | None:
    """Which weekly reminder goes on ``day`` to a task that is overdue after ``since``: 1 to ``last``, or None.

    Weeks are counted by their first working day after ``since``; a week without working days is not counted.
    """
    if day <= since or not opens_week(day, calendar):
        return None
    first = since - timedelta(days=since.weekday())
    number = 0
    while first <= day:
        opening = next((d for d in _days(first) if calendar.is_working(d)), None)
        if opening is not None and opening > since:
            number += 1
        if number > last:
            return None
        first += WEEK
    return number


def _days(monday: date) -> Iterator[date]:
    return (monday + timedelta(days=n) for n in range(7))
