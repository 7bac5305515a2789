"""The oracle's ledger: what ticks at any moments must leave behind, from docs/reminders.md and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from tests.trust.oracle.days import ONE
from tests.trust.oracle.oracle import Key, Plan, due

OPENS, CLOSES = time(8, 30), time(17, 30)


@dataclass
class Row:
    """One reminder: the date that its series runs towards, its state, and the day of the digest that carries it."""

    target: date
    state: str
    mail: date | None = None


@dataclass
class Book:
    """The reminders of one plan in which nobody acts.  ``silent`` are the recipients whom no mail reaches, ``hours``
    those in which the plan's digests go out.

    ``through`` is the last day that is in the ledger whole; ``latest`` the last day on which anybody looked, since a
    round that opened stays open when the clock is set back.
    """

    plan: Plan
    zone: ZoneInfo
    silent: frozenset[str] = frozenset()
    hours: tuple[time, time] = (OPENS, CLOSES)
    rows: dict[Key, Row] = field(default_factory=dict)
    through: date | None = None
    latest: date = date.min
    digests: set[tuple[str, date]] = field(default_factory=set)

    def tick(self, moment: datetime) -> None:
        """Somebody looks at an aware moment."""
        local = moment.astimezone(self.zone)
        today = local.date()
        self.latest = max(self.latest, today)
        self._look(today)
        works = self.plan.days.works(today)
        if works and (self.through is None or self.through < today):
            self.through = today
        if works and OPENS <= local.time() < CLOSES:
            self._send(today, out=self.hours[0] <= local.time() < self.hours[1])

    def _look(self, today: date) -> None:
        """Days that nobody saw are made up for; today is always seen again."""
        first = self.plan.live if self.through is None else min(self.through + ONE, today)
        found = due(self.plan, first, today, on=self.latest)
        newest = self._newest((key, target) for key, (target, _, _) in found.items())
        fresh = [key for key in found if key not in self.rows]
        for key in fresh:
            target = found[key][0]
            late = key[2] < newest[series(key, target)]
            self.rows[key] = Row(target, "superseded" if late else "no_address" if key[3] in self.silent else "waiting")
        if fresh:
            waiting = {key: row for key, row in self.rows.items() if row.state == "waiting" and key[2] <= today}
            newest = self._newest((key, row.target) for key, row in waiting.items())
            for key, row in waiting.items():
                if key[2] < newest[series(key, row.target)]:
                    row.state = "superseded"

        if self.through is not None and self.through > today:
            self._wait_again(found)

    def _wait_again(self, keys: Iterable[Key]) -> None:
        """The clock ran ahead before: what is due today was superseded by days that have not come, none of it sent."""
        for key in keys:
            row = self.rows[key]
            name = series(key, row.target)
            later = [
                other.state
                for known, other in self.rows.items()
                if series(known, other.target) == name and known[2] > key[2]
            ]
            if row.state == "superseded" and "in_digest" not in later:
                row.state = "no_address" if key[3] in self.silent else "waiting"

    def _newest(self, rows: Iterable[tuple[Key, date]]) -> dict[tuple[str, str, date, str], date]:
        newest: dict[tuple[str, str, date, str], date] = {}
        for key, target in rows:
            name = series(key, target)
            newest[name] = max(newest.get(name, key[2]), key[2])
        return newest

    def _send(self, today: date, *, out: bool) -> None:
        """One digest a person, of what waits and is still needed; what lies ahead of a clock set back waits on.

        Outside the plan's hours (``out`` is False) what is needed waits on, and only what is not is struck off.

        A round that opened meanwhile may have made two series one: the dates as they stand now count.
        """
        waiting = [key for key, row in self.rows.items() if row.state == "waiting" and key[2] <= today]
        needed: dict[Key, date] = {}
        for key in waiting:
            about = due(self.plan, key[2], key[2], on=self.latest).get(key)
            if about is not None:
                needed[key] = about[0]
        newest = self._newest(needed.items())
        served = set(self.digests)
        for key in waiting:
            if key not in needed or key[2] < newest[series(key, needed[key])]:
                self.rows[key].state = "superseded"
            elif out and (key[3], today) not in served:
                self.rows[key].state, self.rows[key].mail = "in_digest", today
                self.digests.add((key[3], today))


def series(key: Key, target: date) -> tuple[str, str, date, str]:
    """One kind's steps towards one date, for one subject and recipient."""
    return key[0], key[1], target, key[3]
