"""Which reminders are due on a day (docs/reminders.md).

Pure: a frozen snapshot of a plan and a day go in, the reminders of that day come out.  The tick, the rehearsal and the
check before a digest all ask here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ..clock import local_day
from ..evaluations.lamps import due_days, overdue_days
from ..evaluations.rounds import RoundRow, current
from ..outbox.commands import Recipient
from ..plans.queries import TaskRow
from ..workdays.calendar import Calendar
from ..workflows.definitions import ACKNOWLEDGING_STATES, OWING_STATES, UNACKNOWLEDGED_AFTER

ROUND_OPENS = (0,)
REPORT_DUE = (30, 7, 1, 0)
VERIFY_DUE = (7, 1, 0)
DEADLINE = (30, 7, 1, 0)
OVERDUE_WEEKS = 4
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with the days that reminders count from, in the region's zone.

    ``led_since``: lead unit -> since when it has had to acknowledge.  ``owing_since``: since when the task has owed
    something without a break (dispatch, return, withdraw, reopen).  ``acknowledged`` are the lead units that have.
    """

    row: TaskRow
    led_since: Mapping[int, date]
    owing_since: date | None
    acknowledged: frozenset[int] = frozenset()

    def owes(self, day: date) -> bool:
        """Whether it owes something now and did on ``day``: what was not owed then is not reminded of later."""
        return self.row.state in OWING_STATES and (self.owing_since is None or self.owing_since <= day)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A plan as its reminders see it.  ``live_on`` is the day of going live, None before it.

    ``contacts`` holds for each lead unit who gets its mails; ``supervisors`` those of the plan.
    """

    plan_id: int
    slug: str
    title: str
    region: str
    zone: ZoneInfo
    calendar: Calendar
    live_on: date | None
    rounds: tuple[RoundRow, ...]
    tasks: tuple[TaskView, ...]
    contacts: Mapping[int, tuple[Recipient, ...]]
    supervisors: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder: the ledger's key, the date its series runs towards, the step, and the tasks it is about.

    ``step`` is the offset in working days, for ``overdue`` the week (1 to 4).  ``target_on`` of ``unacknowledged`` is
    the day since which the unit leads.
    """

    subject: str
    kind: str
    due_on: date
    recipient: Recipient
    target_on: date
    step: int
    round_: RoundRow | None
    tasks: tuple[TaskRow, ...]

    @property
    def key(self) -> tuple[str, str, date, str]:
        """What is unique in the ledger."""
        return (self.subject, self.kind, self.due_on, self.recipient.key)

    @property
    def series(self) -> tuple[str, str, date, str]:
        """One kind's steps towards one date, for one subject and recipient."""
        return (self.subject, self.kind, self.target_on, self.recipient.key)


def step_on(target: date, offsets: Iterable[int], day: date, calendar: Calendar) -> int | None:
    """The step towards ``target`` that goes on ``day``, moved off free days; of two on one day the later; else None."""
    return min((step for step in offsets if calendar.on_or_before(calendar.shift(target, -step)) == day), default=None)


def opens_week(day: date, calendar: Calendar) -> bool:
    """Whether ``day`` is the first working day of its calendar week, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return next((d for d in _days(monday) if calendar.is_working(d)), None) == day


def overdue_week(since: date, day: date, calendar: Calendar) -> int | None:
    """Which weekly reminder goes on ``day`` to a task that is overdue after ``since``: 1 to 4, or None.

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
        if number > OVERDUE_WEEKS:
            return None
        first += WEEK
    return number


def _days(monday: date) -> Iterator[date]:
    return (monday + timedelta(days=n) for n in range(7))


def due_reminders(snapshot: Snapshot, day: date) -> list[Due]:
    """The reminders whose scheduled day is ``day``, as the plan stands in the snapshot; none before going live."""
    if snapshot.live_on is None or day < snapshot.live_on or not snapshot.calendar.is_working(day):
        return []
    return [*_of_round(snapshot, day), *_of_tasks(snapshot, day)]


def _of_round(snapshot: Snapshot, day: date) -> Iterator[Due]:
    round_ = current(snapshot.rounds)
    if round_ is None or day < round_.opens_on:
        return
    subject = f"round:{round_.id}"
    owing = [task.row for task in snapshot.tasks if task.owes(day)]
    for kind, target, offsets in (
        ("round_opens", round_.opens_on, ROUND_OPENS),
        ("report_due", round_.report_due_on, REPORT_DUE),
    ):
        step = step_on(target, offsets, day, snapshot.calendar)
        if step is None:
            continue
        for recipient, rows in _by_recipient(snapshot, owing):
            yield Due(subject, kind, day, recipient, target, step, round_, rows)
    step = step_on(round_.verify_due_on, VERIFY_DUE, day, snapshot.calendar)
    waiting = tuple(
        task.row
        for task in snapshot.tasks
        if task.row.state == "reported" and local_day(task.row.entered_at, snapshot.zone) <= day
    )
    if step is not None and waiting:
        for recipient in snapshot.supervisors:
            yield Due(subject, "verify_due", day, recipient, round_.verify_due_on, step, round_, waiting)


def _by_recipient(snapshot: Snapshot, rows: Iterable[TaskRow]) -> list[tuple[Recipient, tuple[TaskRow, ...]]]:
    found: dict[str, tuple[Recipient, dict[int, TaskRow]]] = {}
    for row in rows:
        for unit in row.leads:
            for recipient in snapshot.contacts[unit.unit_id]:
                found.setdefault(recipient.key, (recipient, {}))[1][row.task_id] = row
    return [(recipient, tuple(tasks.values())) for recipient, tasks in found.values()]


def _of_tasks(snapshot: Snapshot, day: date) -> Iterator[Due]:
    calendar = snapshot.calendar
    week_opens = opens_week(day, calendar)
    given = {since for task in snapshot.tasks for since in task.led_since.values()}
    silent_since = {since for since in given if calendar.shift(since, UNACKNOWLEDGED_AFTER) == day}
    for task in snapshot.tasks:
        deadline, leads = task.row.deadline, [unit.unit_id for unit in task.row.leads]
        if deadline is not None and task.owes(day) and not task.row.completion_verified:
            step = step_on(deadline, DEADLINE, day, calendar)
            if step is not None:
                yield from _to_units(snapshot, day, task, "deadline", deadline, step, leads)
        silent = {u: task.led_since[u] for u in _unacknowledged(task) if task.led_since.get(u) in silent_since}
        if silent:
            since = min(silent.values())
            yield from _to_units(snapshot, day, task, "unacknowledged", since, UNACKNOWLEDGED_AFTER, silent)
        if week_opens:
            yield from _overdue(snapshot, day, task)


def _unacknowledged(task: TaskView) -> list[int]:
    """The lead units that have still to acknowledge: the first-named while the task is assigned, the others longer."""
    row = task.row
    if row.state not in ACKNOWLEDGING_STATES:
        return []
    first = [unit.unit_id for unit in row.leads[:1] if row.state == "assigned"]
    return first + [unit.unit_id for unit in row.leads[1:] if unit.unit_id not in task.acknowledged]


def _overdue(snapshot: Snapshot, day: date, task: TaskView) -> Iterator[Due]:
    row, live_on = task.row, snapshot.live_on
    assert live_on is not None
    best: tuple[date, int] | None = None
    for target in overdue_days(row, day, current(snapshot.rounds), snapshot.zone):
        week = overdue_week(max(target, live_on, task.owing_since or live_on), day, snapshot.calendar)
        if week is not None:
            best = (target, week)
    if best is not None:
        yield from _to_units(snapshot, day, task, "overdue", *best, [unit.unit_id for unit in row.leads])


def _to_units(
    snapshot: Snapshot, day: date, task: TaskView, kind: str, target: date, step: int, unit_ids: Iterable[int]
) -> Iterator[Due]:
    recipients = {r.key: r for unit_id in unit_ids for r in snapshot.contacts[unit_id]}
    round_ = _measured_by(snapshot, task, target) if kind == "overdue" else None
    for recipient in recipients.values():
        yield Due(f"task:{task.row.task_id}", kind, day, recipient, target, step, round_, (task.row,))


def _measured_by(snapshot: Snapshot, task: TaskView, target: date) -> RoundRow | None:
    """The round whose report-due day was passed; None where it was the task's own deadline."""
    round_ = current(snapshot.rounds)
    sources = dict(due_days(task.row, round_, snapshot.zone))
    return round_ if sources.get(target) not in (None, "deadline") else None
