"""Walks of a clock: minutes, days, outages, steps back, and the minutes on which something begins or ends."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from tests.trust.clock.city import ZONE

DAY = timedelta(days=1)
OUTAGES = (timedelta(hours=1), DAY, 3 * DAY, 10 * DAY, 30 * DAY, 90 * DAY)
EDGES = tuple(
    time.fromisoformat(edge)
    for edge in ("00:00", "00:01", "07:59", "08:00", "08:29", "08:30", "08:31", "17:29", "17:30", "17:31", "23:59")
)
"""The window's ends, and midnight here and in UTC, each with the minutes beside it."""
NINE = time(9)


def walk(chance: random.Random, start: datetime, steps: int, edges: Sequence[time] = EDGES) -> Iterator[datetime]:
    """So many moments from ``start`` on, most of them later than the one before, many at one of the ``edges``."""
    moment = start
    for _ in range(steps):
        moment = _next(chance, moment, edges)
        yield moment


def _next(chance: random.Random, moment: datetime, edges: Sequence[time]) -> datetime:
    local = moment.astimezone(ZONE)
    way = chance.random()
    if way < 0.15:
        return moment + timedelta(minutes=chance.randint(1, 90))
    if way < 0.45:
        return _when(local + DAY * chance.randint(0, 1), chance.choice(edges), moment)
    if way < 0.75:
        return _when(local + DAY * chance.randint(1, 3), NINE, moment)
    if way < 0.92:
        return moment + chance.choice(OUTAGES) + timedelta(minutes=chance.randint(0, 900))
    return moment - chance.choice((timedelta(minutes=1), timedelta(hours=5), DAY))


def _when(day: datetime, clock: time, earliest: datetime) -> datetime:
    found = datetime.combine(day.date(), clock, ZONE)
    return found if found > earliest else found + DAY
