"""The rehearsal: what would be sent in a span of days if nobody acted, from the same code that sends.

docs/reminders.md describes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from ..evaluations.rounds import RoundRow, due_steps
from ..plans.models import Plan
from ..workdays.calendar import Calendar
from .gone import went_out
from .rules import Due, Snapshot, TaskView, due_reminders
from .snapshot import snapshot_of
from .waiting import goes_on, in_place_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One reminder to come; ``day`` is that of the digest it goes into.

    None where nobody can be reached, or where a later step of the series comes before the weekly digest does.
    """

    due: Due
    slug: str
    day: date | None
    calendar: Calendar

    @property
    def mail(self) -> str | None:
        """Which digest it goes into, as ``digest user:7 2023-07-03``."""
        return f"digest {self.due.recipient.key} {self.day.isoformat()}" if self.day is not None else None

    @property
    def of_round(self) -> bool:
        """Whether it is about a round, not about one task."""
        return self.due.subject.startswith("round:")

    @property
    def provisional(self) -> bool:
        """Whether its day hangs on a year whose free days are not announced (暂定)."""
        return self.calendar.provisional_between(self.due.due_on, self.due.target_on)

    def as_json(self) -> dict[str, Any]:
        """The row that ``reminders preview --json`` prints."""
        own = self.due.own
        return {
            "due_on": self.due.due_on.isoformat(),
            "kind": self.due.kind,
            "round_kind": self.due.round_.kind if self.due.round_ is not None and own is None else None,
            "subject": self.due.subject,
            "plan": self.slug,
            "task_ref": own.ref if own is not None else None,
            "recipient": self.due.recipient.key,
            "mail": self.mail,
            "target_on": self.due.target_on.isoformat(),
            "step": self.due.step,
            "provisional": self.provisional,
        }


def rehearse(session: Session, plan: Plan, from_day: date, to_day: date) -> list[Rehearsed]:
    """One row per reminder from ``from_day`` to ``to_day`` (days in the region's zone), by day, subject and recipient.

    As if nobody acted from ``from_day`` on and the plan had gone live by then: only rounds open and end, and time
    passes.  What went out already under another day, because the calendar was another then, does not come again.
    Writes nothing.
    """
    rows = rehearsed(snapshot_of(session, plan), from_day, to_day)
    days_of = went_out(session, plan, (row.due for row in rows))
    return [row for row in rows if days_of(row.due) <= {row.due.due_on}]


def rehearsed(snapshot: Snapshot, from_day: date, to_day: date) -> list[Rehearsed]:
    """:func:`rehearse` from a snapshot, whatever went out already: pure."""
    snapshot = standing_on(snapshot, from_day)
    rows: list[Rehearsed] = []
    held: list[tuple[date, Due]] = []
    today = from_day
    while today <= to_day or held:
        snapshot = advanced(snapshot, today)
        dues = sorted(due_reminders(snapshot, today), key=lambda due: due.key) if today <= to_day else []
        later = {due.series for due in dues}
        rows += [_rehearsed(snapshot, due, None) for _, due in held if due.series in later]
        held = [entry for entry in held if entry[1].series not in later]
        for due in dues:
            if goes_on(snapshot, due) > today:
                held.append((goes_on(snapshot, due), due))
            else:
                rows.append(_in_digest(snapshot, due, today))
        for due in (due for day, due in held if day <= today):
            rows += [_in_digest(snapshot, other, today) for other in delivered(snapshot, due, today)]
        held = [entry for entry in held if entry[0] > today]
        today += ONE_DAY
    return sorted(rows, key=lambda row: (row.due.due_on, row.due.key))


def delivered(snapshot: Snapshot, due: Due, today: date) -> list[Due]:
    """A reminder that waited for a weekly digest, as today's digests carry it: for who stands in where its recipient
    is away by now, for nobody where the need has gone.
    """
    dues = {other.key: other for other in due_reminders(snapshot, due.due_on, today)}
    if due.key in dues:
        return [dues[due.key]]
    nominal = due.recipient.instead_of[0].key if due.recipient.instead_of else due.recipient.key
    return in_place_of(dues.values(), due.key, nominal)


def standing_on(snapshot: Snapshot, day: date) -> Snapshot:
    """The plan as it is, taken to stand so on the morning of ``day``, and to have gone live by then.

    In a plan that is not live every task with a lead unit is dispatched on ``day``.  Where ``day`` lies in the past,
    what happened later is taken back as far as time alone did it: a round that opens on ``day`` or later is planned.
    """
    live_on = snapshot.live_on
    going_live = live_on is None
    noon = datetime.combine(day, time(12), snapshot.zone)
    return replace(
        snapshot,
        live_on=day if live_on is None else min(live_on, day),
        rounds=tuple(_not_yet(round_, day) for round_ in snapshot.rounds),
        tasks=tuple(_dispatched(task, day, noon) if going_live else _by(task, day, noon) for task in snapshot.tasks),
    )


def _not_yet(round_: RoundRow, day: date) -> RoundRow:
    by_time = round_.state in ("open", "reviewing", "skipped")
    return replace(round_, state="planned") if by_time and round_.opens_on >= day else round_


def _dispatched(task: TaskView, day: date, noon: datetime) -> TaskView:
    if task.row.state != "pending_dispatch" or not task.row.leads:
        return _by(task, day, noon)
    row = replace(task.row, state="assigned", entered_at=noon, dispatched_at=noon)
    return replace(task, row=row, led_since={unit.unit_id: day for unit in row.leads}, owing_since=day)


def _by(task: TaskView, day: date, noon: datetime) -> TaskView:
    """The task as having come to where it is by ``day`` at the latest."""
    row = task.row
    return replace(
        task,
        row=replace(
            row,
            entered_at=min(row.entered_at, noon),
            dispatched_at=min(row.dispatched_at, noon) if row.dispatched_at is not None else None,
        ),
        led_since={unit_id: min(since, day) for unit_id, since in task.led_since.items()},
        owing_since=min(task.owing_since, day) if task.owing_since is not None else None,
    )


def advanced(snapshot: Snapshot, today: date) -> Snapshot:
    """What the tick of ``today`` makes of the plan: rounds move, and an opening round reopens verified tasks."""
    assert snapshot.live_on is not None
    steps, rounds = due_steps(snapshot.rounds, today, snapshot.live_on)
    if not steps:
        return snapshot
    tasks = snapshot.tasks
    for step in steps:
        if step.trigger == "open":
            opens_on = next(round_.opens_on for round_ in rounds if round_.id == step.round_id)
            tasks = tuple(_reopened(task, min(today, opens_on)) for task in tasks)
    return replace(snapshot, rounds=rounds, tasks=tasks)


def _reopened(task: TaskView, day: date) -> TaskView:
    if task.row.state != "verified":
        return task
    return replace(task, row=replace(task.row, state="in_progress"), owing_since=day)


def _in_digest(snapshot: Snapshot, due: Due, day: date) -> Rehearsed:
    return _rehearsed(snapshot, due, day if due.recipient.reachable else None)


def _rehearsed(snapshot: Snapshot, due: Due, day: date | None) -> Rehearsed:
    return Rehearsed(due, snapshot.slug, day, snapshot.calendar)
