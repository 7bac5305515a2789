"""Who gets a reminder on a day: the person whom the rules name, or who stands in while that person is away.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ..outbox.commands import Recipient
from .ruleset import KINDS
from .shapes import Due, Snapshot


def standing_in(snapshot: Snapshot, dues: Iterable[Due], day: date) -> list[Due]:
    """Reminders as they are delivered on a day: each recipient once, deputies and mailboxes for those who are away.

    Who stands in and is reminded of the same anyway has one reminder, about all the tasks, as their own.
    """
    given = list(dues)
    away = {due.recipient.key for due in given if snapshot.absences.of(due.recipient.key, day) is not None}
    if not away:
        return given
    found = {due.key: due for due in given if due.recipient.key not in away}
    own = set(found)
    for due in given:
        if due.recipient.key not in away:
            continue
        for stand_in in _stand_ins(snapshot, due, day):
            other = replace(due, recipient=stand_in)
            known = found.get(other.key)
            if known is None:
                found[other.key] = other
            else:
                found[other.key] = replace(
                    together(known, other),
                    recipient=known.recipient if other.key in own else _both(known.recipient, stand_in),
                )
    reached = {(due.subject, due.kind) for due in found.values() if due.recipient.reachable}
    return [due for due in found.values() if due.recipient.reachable or (due.subject, due.kind) not in reached]


def together(first: Due, second: Due) -> Due:
    """Two reminders of one kind to one recipient on one day as one: the later step, about the tasks of both."""
    later = max(first, second, key=lambda due: due.place)
    tasks = {row.task_id: row for row in (*first.tasks, *second.tasks)}
    return replace(later, tasks=tuple(tasks.values()))


def _both(first: Recipient, second: Recipient) -> Recipient:
    return replace(first, instead_of=tuple(dict.fromkeys((*first.instead_of, *second.instead_of))))


def _stand_ins(snapshot: Snapshot, due: Due, day: date) -> list[Recipient]:
    """Those of the task's units; for what the person is reminded of as a supervisor, of the supervising unit.

    Nobody who may not answer it: who made the first check stands in for no second one.
    """
    named = [unit for row in due.tasks for unit in (*row.leads, *row.supports)]
    units = dict.fromkeys(unit_id for unit in named for unit_id in (unit.unit_id, *unit.members))
    absences = snapshot.absences
    of_units = _who_may(due, absences.stand_ins(due.recipient, day, "contact", units))
    of_office = _who_may(due, absences.stand_ins(due.recipient, day, "supervisor"))
    first, second = (of_office, of_units) if KINDS[due.kind].audiences[0] == "supervisor" else (of_units, of_office)
    found = first or second
    return found or [due.recipient]


def _who_may(due: Due, stand_ins: Iterable[Recipient]) -> list[Recipient]:
    return [stand_in for stand_in in stand_ins if stand_in.key not in due.barred]
