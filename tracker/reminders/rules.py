"""Which reminders are due on a day (docs/reminders.md).

Pure: a frozen snapshot of a plan with its set of rules and a day go in, the reminders of that day come out.  The tick,
the rehearsal and the check before a digest all ask here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ..clock import local_day
from ..evaluations.lamps import due_days, overdue_days
from ..evaluations.rounds import RoundRow, current
from ..outbox.commands import Recipient
from ..plans.queries import TaskRow
from ..workflows.definitions import ACKNOWLEDGING_STATES
from .ruleset import KINDS
from .series import opens_week, overdue_week, step_after, step_on
from .shapes import Due, Snapshot, TaskView
from .standing_in import standing_in, together

__all__ = ["Due", "Snapshot", "TaskView", "due_reminders"]


def due_reminders(snapshot: Snapshot, day: date, on: date | None = None) -> list[Due]:
    """The reminders whose scheduled day is ``day``, as the plan stands in the snapshot; none before going live.

    Who is reached as several audiences of one kind has one reminder about all their tasks.  Deputies stand in for those
    who are away on ``on``, the day on which the reminder is delivered (default: its scheduled day).
    """
    if snapshot.live_on is None or day < snapshot.live_on or not snapshot.calendar.is_working(day):
        return []
    found: dict[tuple[str, str, date, str], Due] = {}
    for due in (*_of_round(snapshot, day), *_of_tasks(snapshot, day), *_of_waiting(snapshot, day)):
        other = found.get(due.key)
        found[due.key] = due if other is None else together(other, due)
    return standing_in(snapshot, found.values(), on or day)


def _of_round(snapshot: Snapshot, day: date) -> Iterator[Due]:
    round_ = current(snapshot.rounds)
    if round_ is None or day < round_.opens_on:
        return
    owing = [task.row for task in snapshot.tasks if task.owes(day)]
    waiting = [
        task.row
        for task in snapshot.tasks
        if task.row.state == "reported" and local_day(task.row.entered_at, snapshot.zone) <= day
    ]
    for kind, target, rows in (
        ("round_opens", round_.opens_on, owing),
        ("report_due", round_.report_due_on, owing),
        ("verify_due", round_.verify_due_on, waiting),
    ):
        for audience, offsets in snapshot.rules.of(kind).items():
            step = step_on(target, offsets, day, snapshot.calendar)
            if step is not None:
                for recipient, tasks in _by_recipient(snapshot, audience, rows):
                    yield Due(f"round:{round_.id}", kind, day, recipient, target, step, round_, tasks)


def _by_recipient(
    snapshot: Snapshot, audience: str, rows: Iterable[TaskRow]
) -> list[tuple[Recipient, tuple[TaskRow, ...]]]:
    found: dict[str, tuple[Recipient, dict[int, TaskRow]]] = {}
    for row in rows:
        for recipient in snapshot.people(audience, row):
            found.setdefault(recipient.key, (recipient, {}))[1][row.task_id] = row
    return [(recipient, tuple(tasks.values())) for recipient, tasks in found.values()]


def _of_tasks(snapshot: Snapshot, day: date) -> Iterator[Due]:
    rules, calendar = snapshot.rules, snapshot.calendar
    week_opens = opens_week(day, calendar)
    silent = _silent_since(snapshot, day)
    for task in snapshot.tasks:
        deadline = task.row.deadline
        if deadline is not None and task.owes(day) and not task.row.completion_verified:
            for audience, offsets in rules.of("deadline").items():
                step = step_on(deadline, offsets, day, calendar)
                if step is not None:
                    yield from _about(task, "deadline", day, deadline, step, snapshot.people(audience, task.row))
        if silent:
            yield from _unacknowledged(snapshot, day, task, silent)
        if week_opens:
            yield from _overdue(snapshot, day, task)


def _silent_since(snapshot: Snapshot, day: date) -> dict[tuple[date, str], int]:
    """(since when a unit leads, audience) -> the step that goes today to a unit that has not acknowledged."""
    given = {since for task in snapshot.tasks for since in task.led_since.values()}
    return {
        (since, audience): step
        for audience, offsets in snapshot.rules.of("unacknowledged").items()
        for since in given
        if (step := step_after(since, offsets, day, snapshot.calendar)) is not None
    }


def _unacknowledged(
    snapshot: Snapshot, day: date, task: TaskView, silent: Mapping[tuple[date, str], int]
) -> Iterator[Due]:
    """To the lead units that have still to acknowledge: the first-named while the task is assigned, others longer."""
    row = task.row
    if row.state not in ACKNOWLEDGING_STATES:
        return
    first = [unit.unit_id for unit in row.leads[:1] if row.state == "assigned"]
    others = [unit.unit_id for unit in row.leads[1:] if unit.unit_id not in task.acknowledged]
    since = {unit_id: task.led_since[unit_id] for unit_id in (*first, *others) if unit_id in task.led_since}
    for audience in snapshot.rules.of("unacknowledged"):
        steps: dict[int, list[int]] = {}
        for unit_id, begun in since.items():
            if (begun, audience) in silent:
                steps.setdefault(silent[begun, audience], []).append(unit_id)
        for step, units in steps.items():
            earliest = min(since[unit_id] for unit_id in units)
            plain = audience in ("handler", "unit_leader")
            people = snapshot.of_units(audience, units) if plain else snapshot.people(audience, row)
            yield from _about(task, "unacknowledged", day, earliest, step, people)


def _overdue(snapshot: Snapshot, day: date, task: TaskView) -> Iterator[Due]:
    row, live_on, round_ = task.row, snapshot.live_on, current(snapshot.rounds)
    weeks = snapshot.rules.offsets("overdue")
    assert live_on is not None
    if not weeks:
        return
    passed: list[tuple[date, int]] = []
    for target in overdue_days(row, day, round_, snapshot.zone):
        begun = max(target, live_on, task.owing_since or live_on)
        week = overdue_week(begun, day, snapshot.calendar, weeks[-1])
        if week is not None:
            passed.append((target, week))
    for audience, chosen in snapshot.rules.of("overdue").items():
        named = [(target, week) for target, week in passed if week in chosen]
        if named:
            target, week = named[-1]
            measured_by = _measured_by(snapshot, task, target)
            yield from _about(task, "overdue", day, target, week, snapshot.people(audience, row), measured_by)


def _of_waiting(snapshot: Snapshot, day: date) -> Iterator[Due]:
    for thing in snapshot.waiting:
        if day < thing.since:
            continue
        step_of = step_on if KINDS[thing.kind].counts == "before" else step_after
        for audience, offsets in snapshot.rules.of(thing.kind).items():
            step = step_of(thing.target_on, offsets, day, snapshot.calendar)
            if step is not None and audience in thing.audiences:
                for recipient in snapshot.people_for(thing, audience):
                    yield Due(
                        subject=thing.subject,
                        kind=thing.kind,
                        due_on=day,
                        recipient=recipient,
                        target_on=thing.target_on,
                        step=step,
                        round_=None,
                        tasks=(thing.row,),
                        barred=thing.barred,
                    )


def _about(
    task: TaskView,
    kind: str,
    day: date,
    target: date,
    step: int,
    people: Iterable[Recipient],
    round_: RoundRow | None = None,
) -> Iterator[Due]:
    for recipient in people:
        yield Due(f"task:{task.row.task_id}", kind, day, recipient, target, step, round_, (task.row,))


def _measured_by(snapshot: Snapshot, task: TaskView, target: date) -> RoundRow | None:
    """The round whose report-due day was passed; None where it was the task's own deadline."""
    round_ = current(snapshot.rounds)
    sources = dict(due_days(task.row, round_, snapshot.zone))
    return round_ if sources.get(target) not in (None, "deadline") else None
