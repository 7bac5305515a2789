"""What would be due about a task on a day if everything were owed, by the same rules that send."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from ...evaluations.lamps import overdue_days
from ...evaluations.rounds import current
from ...outbox.commands import Recipient
from ...plans.queries import UnitRef
from ...workflows.definitions import OWING_STATES
from ..rules import Due, Snapshot, TaskView, due_reminders
from ..ruleset import WAITING_KINDS
from ..series import opens_week
from ..shapes import Waiting
from .past import Past
from .sentences import Sentence

SOME_UNIT = UnitRef(0, "", "", False)  # of a task that nobody ever had


def would_be_due(past: Past, day: date, moment: datetime) -> list[Due]:
    """The reminders of ``day``, with the task as it was at ``moment`` but for what was done.

    What waits for an answer is left out: :func:`once_due` says it.
    Their recipients are whole audiences (:func:`audience_of`).
    """
    view = past.view(moment)
    found = [due for due in due_reminders(_alone(past, day, _owing(past, view)), day) if due.kind not in WAITING_KINDS]
    reported = replace(view, row=replace(view.row, state="reported", entered_at=min(view.row.entered_at, moment)))
    return found + [due for due in due_reminders(_alone(past, day, reported), day) if due.kind == "verify_due"]


def once_due(past: Past, thing: Waiting, day: date) -> list[Due]:
    """The reminders of ``day`` of something that waits no more, had it still waited; recipients as above."""
    snapshot = replace(
        past.snapshot,
        tasks=(),
        rounds=(),
        contacts={unit: (_whole("supporting_unit", unit),) for unit in thing.units},
        leaders={unit: (_whole("unit_leader", unit),) for unit in thing.units},
        supervisors=(_whole("supervisor"),),
        observers=(_whole("observer"),),
        waiting=(thing,),
    )
    return due_reminders(snapshot, day)


def no_rule(past: Past, day: date, moment: datetime) -> Sentence:
    """Why no rule names the day: the round is not open yet, the weeks of overdue are over, or there is nothing."""
    for row in past.snapshot.rounds:
        if day < row.opens_on:
            early = replace(row, state="open", opens_on=day)
            snapshot = replace(_alone(past, day, _owing(past, past.view(moment))), rounds=(early,))
            if any(due.kind == "report_due" for due in due_reminders(snapshot, day)):
                return Sentence("before_round", {"on": row.opens_on})
    view = past.view(moment)
    passed = overdue_days(view.row, day, current(past.rounds(day)), past.snapshot.zone)
    weeks = past.snapshot.rules.offsets("overdue")
    if passed and weeks and opens_week(day, past.snapshot.calendar):
        return Sentence("weeks_over", {"num": weeks[-1]})
    return Sentence("nothing_due")


def _owing(past: Past, view: TaskView) -> TaskView:
    """The task as if nothing that is owed had been done; while nobody has it, as with the units that had it last."""
    row = view.row
    leads = row.leads or past.row.leads or (SOME_UNIT,)
    return replace(
        view,
        row=replace(
            row,
            state="assigned",
            completion_verified=False,
            leads=leads,
            dispatched_at=row.dispatched_at or past.live_since,
        ),
        owing_since=view.owing_since if row.state in OWING_STATES else None,
        acknowledged=frozenset(),
    )


def audience_of(due: Due) -> tuple[str, int | None]:
    """Audience and unit of a reminder of :func:`would_be_due`."""
    audience, _, unit = due.recipient.key.partition(":")
    return audience, int(unit) if unit else None


def _alone(past: Past, day: date, view: TaskView) -> Snapshot:
    leads, supports = [unit.unit_id for unit in view.row.leads], [unit.unit_id for unit in view.row.supports]
    contacts = {unit: (_whole("supporting_unit", unit),) for unit in supports}
    return replace(
        past.snapshot,
        tasks=(view,),
        rounds=past.rounds(day),
        contacts=contacts | {unit: (_whole("handler", unit),) for unit in leads},
        leaders={unit: (_whole("unit_leader", unit),) for unit in leads},
        supervisors=(_whole("supervisor"),),
        observers=(_whole("observer"),),
        waiting=(),
    )


def _whole(audience: str, unit_id: int | None = None) -> Recipient:
    return Recipient(audience if unit_id is None else f"{audience}:{unit_id}", "all@example.invalid", "", "")
