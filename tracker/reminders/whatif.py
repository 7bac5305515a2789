"""What if a date, a rule or the calendar were another: two rehearsals and what differs between them.

Pure: nothing is saved, so that a person can look before they decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from .rehearsal import Rehearsed, rehearsed
from .rules import Snapshot


@dataclass(frozen=True, slots=True)
class Moved:
    """One reminder that goes on another day: the same step of the same series."""

    before: Rehearsed
    after: Rehearsed


@dataclass(frozen=True, slots=True)
class Load:
    """How much a rehearsal sends.  ``months``: first day of a month -> how many reminders.

    ``heaviest`` is the recipient with the most mails, ``mails`` how many those are; one digest a person and day.
    """

    months: dict[date, int]
    heaviest: str | None
    mails: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What another date, rule or calendar does to the reminders of a span of days, each list by day."""

    moved: tuple[Moved, ...]
    added: tuple[Rehearsed, ...]
    removed: tuple[Rehearsed, ...]
    before: Load
    after: Load

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.moved or self.added or self.removed)

    @property
    def months(self) -> list[tuple[date, int, int]]:
        """Every month in which something goes: its first day, how many reminders before and after."""
        months = sorted({*self.before.months, *self.after.months})
        return [(month, self.before.months.get(month, 0), self.after.months.get(month, 0)) for month in months]


def rehearse_with(snapshot: Snapshot, from_day: date, to_day: date, **changed: Any) -> list[Rehearsed]:
    """The rehearsal of a plan in which fields of its snapshot are others, such as ``rounds``, ``rules``, ``calendar``.

    Without any it is the rehearsal of the plan as it stands.
    """
    return rehearsed(replace(snapshot, **changed), from_day, to_day)


def difference(old: Sequence[Rehearsed], new: Sequence[Rehearsed]) -> Difference:
    """What comes, what goes and what moves between two rehearsals of the same plans and days.

    A row that stands in both is left out.  Of the rest, rows of one subject, round, kind, recipient and step are the
    same reminder on another day, paired in the order of their days.
    """
    kept = {_exact(row) for row in old} & {_exact(row) for row in new}
    before, after = _by_step(old, kept), _by_step(new, kept)
    moved, added, removed = [], [], []
    for step in {**before, **after}:
        gone, come = before.get(step, []), after.get(step, [])
        pairs = min(len(gone), len(come))
        moved += [Moved(*pair) for pair in zip(gone, come, strict=False)]
        removed += gone[pairs:]
        added += come[pairs:]
    return Difference(
        moved=tuple(sorted(moved, key=lambda pair: (pair.after.due.due_on, pair.after.due.key))),
        added=tuple(sorted(added, key=_place)),
        removed=tuple(sorted(removed, key=_place)),
        before=load_of(old),
        after=load_of(new),
    )


def load_of(rows: Iterable[Rehearsed]) -> Load:
    """How much some rows send."""
    months: Counter[date] = Counter()
    mails: dict[str, set[str]] = {}
    for row in rows:
        months[row.due.due_on.replace(day=1)] += 1
        if row.mail is not None:
            mails.setdefault(row.due.recipient.key, set()).add(row.mail)
    heaviest = max(mails, key=lambda key: (len(mails[key]), key), default=None)
    return Load(dict(months), heaviest, len(mails[heaviest]) if heaviest is not None else 0)


@dataclass(frozen=True, slots=True)
class Change:
    """Reminders of one kind and step that go from one day to another; without ``before`` they come, without ``after``
    they go.  ``people`` is how many recipients they have."""

    before: date | None
    after: date | None
    kind: str
    step: int
    subjects: int
    people: int

    @property
    def day(self) -> date:
        """The day that it stands at in a list."""
        day = self.after if self.after is not None else self.before
        assert day is not None
        return day


def changes_of(found: Difference) -> list[Change]:
    """The difference in few lines, by day: what goes the same way from day to day is one."""
    groups: dict[tuple[date | None, date | None, str, int], list[Rehearsed]] = {}
    every: list[tuple[date | None, date | None, Rehearsed]] = [
        (pair.before.due.due_on, pair.after.due.due_on, pair.after) for pair in found.moved
    ]
    every += [(None, row.due.due_on, row) for row in found.added]
    every += [(row.due.due_on, None, row) for row in found.removed]
    for before, after, row in every:
        groups.setdefault((before, after, row.due.kind, row.due.step), []).append(row)
    changes = [
        Change(*key, len({row.due.subject for row in rows}), len({row.due.recipient.key for row in rows}))
        for key, rows in groups.items()
    ]
    return sorted(changes, key=lambda change: (change.day, change.kind, -change.step))


def _place(row: Rehearsed) -> tuple[date, tuple[str, str, date, str]]:
    return row.due.due_on, row.due.key


def _exact(row: Rehearsed) -> tuple[tuple[str, str, date, str], int]:
    return row.due.key, row.due.step


def _by_step(rows: Iterable[Rehearsed], kept: set[Any]) -> dict[tuple[str, int | None, str, str, int], list[Rehearsed]]:
    groups: dict[tuple[str, int | None, str, str, int], list[Rehearsed]] = {}
    for row in sorted(rows, key=_place):
        if _exact(row) not in kept:
            due = row.due
            round_id = due.round_.id if due.round_ is not None else None
            groups.setdefault((due.subject, round_id, due.kind, due.recipient.key, due.step), []).append(row)
    return groups
