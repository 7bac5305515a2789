"""What follows when a region's working days change: rounds that move, and reminders still to come that move with them.

:func:`consequences` says it before anything is saved, :func:`adjust` saves it.  Reminders are computed and not stored,
so nothing of them has to be written: from the next tick on they fall where the new calendar puts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor
from ..clock import local_day
from ..directory.models import Region
from ..evaluations.following import MovedRound, follow_calendar, moved_rounds
from ..evaluations.rounds import RoundRow
from ..plans.models import Plan
from ..plans.queries import rounds_of
from ..workdays.calendar import Calendar
from ..workdays.changes import Change, own_days
from ..workdays.commands import change_days
from ..workdays.models import calendar_of
from .gone import went_out
from .rehearsal import Rehearsed
from .snapshot import snapshot_of
from .whatif import difference, rehearse_with

FAR = timedelta(days=400)  # beyond the last day that changes: further than any rule counts from a day
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shifted:
    """Reminders of one plan, kind, step and round that all go from one day to another.

    ``before`` is None for one that comes anew, ``after`` for one that no longer goes.  ``refs`` are the tasks,
    ``recipients`` who gets them.
    """

    plan: Plan
    kind: str
    step: int
    round_kind: str | None
    before: date | None
    after: date | None
    refs: tuple[str, ...]
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change of a region's days does.  ``days`` are those that become (True) or stop being working days."""

    days: tuple[tuple[date, bool], ...]
    rounds: tuple[tuple[Plan, MovedRound], ...]
    reminders: tuple[Shifted, ...]
    calendar: Calendar

    @property
    def spans(self) -> list[tuple[date, date, bool]]:
        """The days again, those that follow one another in one: first, last, whether they become working days."""
        spans: list[tuple[date, date, bool]] = []
        for day, works in self.days:
            if spans and spans[-1][1:] == (day - ONE_DAY, works):
                spans[-1] = (spans[-1][0], day, works)
            else:
                spans.append((day, day, works))
        return spans

    @property
    def moved(self) -> int:
        """How many reminders go on another day."""
        return sum(len(entry.recipients) for entry in self.reminders if entry.before and entry.after)


def consequences(session: Session, now: datetime, region: Region, change: Change) -> Consequences:
    """What ``change`` would do from today on, if nobody acted; nothing is written."""
    old = region.calendar
    new = calendar_of(change.applied(own_days(region.day_overrides)))
    days = _changed_days(old, new, change.years)
    today = local_day(now, region.timezone)
    plans = _plans(session, region)
    rounds = rounds_of(session, [plan.id for plan in plans])
    moved = {entry.round_id: entry for entry in moved_rounds(rounds, new, today)} if days else {}
    last = max([today, *(day for day, _ in days)]) + FAR
    reminders = [
        shifted
        for plan in plans
        if days and plan.live_since is not None
        for shifted in _shifted(session, plan, today, last, new, moved)
    ]
    by_id = {plan.id: plan for plan in plans}
    return Consequences(
        days=tuple(days),
        rounds=tuple((by_id[entry.plan_id], entry) for entry in moved.values()),
        reminders=tuple(sorted(reminders, key=_place)),
        calendar=new,
    )


def adjust(session: Session, actor: Actor, now: datetime, *, region_id: int, change: Change) -> list[MovedRound]:
    """Change a region's days and let its planned rounds follow, in one transaction.  Returns the rounds that moved.

    Raises NotFound, NotAllowed.
    """
    calendar = change_days(session, actor, now, region_id=region_id, change=change)
    return follow_calendar(session, actor, now, region_id=region_id, calendar=calendar)


def _plans(session: Session, region: Region) -> list[Plan]:
    statement = (
        select(Plan)
        .where(Plan.region_id == region.id)
        .options(joinedload(Plan.region), joinedload(Plan.supervising_unit))
        .order_by(Plan.id)
    )
    return list(session.scalars(statement))


def _changed_days(old: Calendar, new: Calendar, years: Sequence[int]) -> list[tuple[date, bool]]:
    found = []
    for year in years:
        day = date(year, 1, 1)
        while day.year == year:
            if old.is_working(day) != new.is_working(day):
                found.append((day, new.is_working(day)))
            day += ONE_DAY
    return found


def _shifted(
    session: Session, plan: Plan, today: date, last: date, calendar: Calendar, moved: dict[int, MovedRound]
) -> list[Shifted]:
    snapshot = snapshot_of(session, plan)
    rounds = tuple(_as_moved(round_, moved.get(round_.id)) for round_ in snapshot.rounds)
    old = rehearse_with(snapshot, today, last)
    new = rehearse_with(snapshot, today, last, calendar=calendar, rounds=rounds)
    gone = went_out(session, plan, (row.due for row in [*old, *new]))
    found = difference(*([row for row in rows if not gone(row.due)] for rows in (old, new)))
    pairs = [(pair.before, pair.after) for pair in found.moved]
    return _grouped(plan, [*pairs, *((row, None) for row in found.removed), *((None, row) for row in found.added)])


def _as_moved(round_: RoundRow, moved: MovedRound | None) -> RoundRow:
    if moved is None:
        return round_
    days = moved.dates
    return replace(
        round_,
        opens_on=days.opens_on,
        report_due_on=days.report_due_on,
        verify_due_on=days.verify_due_on,
        disclosure_on=days.disclosure_on,
    )


def _grouped(plan: Plan, pairs: Iterable[tuple[Rehearsed | None, Rehearsed | None]]) -> list[Shifted]:
    groups: dict[tuple[object, ...], list[tuple[Rehearsed | None, Rehearsed | None]]] = {}
    for before, after in pairs:
        row = before or after
        assert row is not None
        due = row.due
        days = (before.due.due_on if before else None, after.due.due_on if after else None)
        round_id = due.round_.id if due.round_ is not None else None
        groups.setdefault((due.kind, due.step, round_id, *days), []).append((before, after))
    return [_group(plan, found) for found in groups.values()]


def _group(plan: Plan, pairs: Sequence[tuple[Rehearsed | None, Rehearsed | None]]) -> Shifted:
    dues = [row.due for before, after in pairs if (row := after or before) is not None]
    first, (before, after) = dues[0], pairs[0]
    return Shifted(
        plan=plan,
        kind=first.kind,
        step=first.step,
        round_kind=first.round_.kind if first.round_ is not None and first.subject.startswith("round:") else None,
        before=before.due.due_on if before is not None else None,
        after=after.due.due_on if after is not None else None,
        refs=tuple(dict.fromkeys(task.ref for due in dues for task in due.tasks)),
        recipients=tuple(dict.fromkeys(due.recipient.key for due in dues)),
    )


def _place(entry: Shifted) -> tuple[date, date, int, str]:
    first = min(day for day in (entry.before, entry.after) if day is not None)
    return first, entry.after or date.max, entry.plan.id, entry.kind
