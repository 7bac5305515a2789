"""The steps of the demo's history, and who takes them about one task: what every part of its story starts from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from ..workdays.calendar import CHINA
from .accounts import person, supervisors
from .fates import LIVE_ON
from .writing import ZONE, Writer

START = datetime(2023, 6, 15, 9, 0, tzinfo=ZONE)
LAST_DAY = date(2023, 6, 14)
OFFICE_MINUTES = (9 * 60 + 5, 17 * 60 + 5)
TERM_FIRST_DAY, TERM_DAYS = date(2021, 1, 1), 5 * 365


@dataclass(frozen=True, slots=True)
class Step:
    """One act: ``what`` is a trigger or a key of firing.py's DEEDS, ``seed`` or ``go_live``; ``who`` an e-mail.

    ``data`` is the form; units stand in it by slug, an indicator by name.
    """

    at: datetime
    slug: str
    what: str
    who: str
    ref: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roles:
    """A task's units by slug, in order."""

    leads: tuple[str, ...]
    supports: tuple[str, ...]
    dispatched_on: date


def at(day: date, minutes: int) -> datetime:
    """So many minutes after midnight of a day."""
    return datetime.combine(day, time(minutes // 60, minutes % 60), ZONE)


class Teller:
    """Who tells of one task: the day that the story has come to, the progress, and the people.

    ``first`` and ``second`` are supervisors.  ``turn`` counts what happens several times by the name of its beat.
    """

    def __init__(self, slug: str, writer: Writer, roles: Roles) -> None:
        self.slug, self.writer, self.roles = slug, writer, roles
        self.rng = Random(f"{slug} {writer.ref}")  # noqa: S311  (no secret)
        self.day = roles.dispatched_on
        self.progress = 0
        self.turn: dict[str, int] = {}
        self.first, *others = self.rng.sample(supervisors(slug), len(supervisors(slug)))
        self.second = others[0] if others else self.first

    @property
    def lead(self) -> str:
        """The e-mail of who acts for the first-named lead unit on the story's day."""
        found = self.of(self.roles.leads[0])
        assert found is not None, f"{self.slug} {self.writer.ref}: nobody acts for the first lead unit"
        return found

    def of(self, unit: str, day: date | None = None) -> str | None:
        """The e-mail of who acts for a unit on a day, None for nobody."""
        return person(self.slug, unit, day or self.day)

    def next_turn(self, what: str) -> int:
        """How often this has happened before, from 0."""
        self.turn[what] = self.turn.get(what, -1) + 1
        return self.turn[what]

    def step(self, what: str, who: str, *, day: date | None = None, **data: Any) -> Step:
        """One act of somebody on a day, in office hours."""
        when = at(day or self.day, self.rng.randint(*OFFICE_MINUTES))
        return Step(when, self.slug, what, who, self.writer.ref, data)

    def new_progress(self, *, corrected: bool = False) -> int:
        """A little around the share of the term that has passed; never back, but where a return says so."""
        passed = (self.day - TERM_FIRST_DAY).days * 100 // TERM_DAYS
        fresh = passed + self.rng.randint(-9, 7)
        self.progress = self.progress - 4 if corrected else max(fresh, self.progress + 2)
        return self.progress

    def next_day(self, when: tuple[Any, Any]) -> date:
        """The day of the next beat (fates.py): a working day after the story's day, before the demo's first."""
        start, end = when
        if isinstance(start, float):
            day = self.share((start, end))
        elif isinstance(start, date):
            day = CHINA.on_or_before(start + timedelta(days=self.rng.randint(0, (end - start).days)))
        else:
            day = CHINA.shift(self.day, self.rng.randint(start, end))
        day = min(max(day, CHINA.shift(self.day, 1)), LAST_DAY)
        assert day > self.day, f"{self.slug} {self.writer.ref}: no working day left"
        return day

    def share(self, shares: tuple[float, float]) -> date:
        """A working day within two shares of the time from going live to the demo's first day."""
        live = LIVE_ON[self.slug]
        whole = (START.date() - live).days
        return min(CHINA.on_or_after(live + timedelta(days=round(self.rng.uniform(*shares) * whole))), LAST_DAY)
