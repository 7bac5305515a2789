"""What one person's units owe to the first-named lead unit: parts of reports, and answers to requests for input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from ..access import Actor, permitted
from ..clock import local_day
from ..reporting.input_requests import askable, open_requests
from ..reporting.parts import latest_sequences, newest_parts
from ..reporting.policy import ANSWER, PART
from ..reporting.request_models import InputRequest
from ..workflows.models import HistoryEntry
from ..workflows.parts import own_parts
from ..workflows.queries import coming_sequence
from .reads import Task


@dataclass(frozen=True, slots=True)
class OwnPart:
    """A unit that owes a part of a task's report; ``filed_on`` is when its newest version came, None: it is silent."""

    unit_id: int
    filed_on: date | None


def parts_owed(
    session: Session, actor: Actor, tasks: Sequence[Task], last: Mapping[int, HistoryEntry]
) -> dict[int, OwnPart]:
    """Task id -> the part that the actor's unit owes: two statements, none where no unit owes any.

    ``last`` holds the latest act on each report.  Of several units of one person the first that is silent comes first.
    """
    owed = {
        task.row.task_id: (task, units)
        for task in tasks
        if permitted(PART, task.facts) and (units := own_parts(actor, task.row))
    }
    if not owed:
        return {}
    latest = latest_sequences(session, owed)
    sequences = {
        task_id: coming_sequence(latest.get(task_id), last[task_id].trigger if task_id in last else None)
        for task_id in owed
    }
    parts = newest_parts(session, sequences, actor.unit_ids)
    found = {}
    for task_id, (task, units) in owed.items():
        silent = [unit_id for unit_id in units if (task_id, unit_id) not in parts]
        unit_id = (silent or units)[0]
        part = parts.get((task_id, unit_id))
        zone = task.plan.region.timezone
        found[task_id] = OwnPart(unit_id, local_day(part.at, zone) if part is not None else None)
    return found


def requests_owed(session: Session, actor: Actor, tasks: Sequence[Task]) -> dict[int, InputRequest]:
    """Task id -> the request for input that the actor's units have to answer first: one statement."""
    rows = {task.row.task_id: task for task in tasks if permitted(ANSWER, replace(task.facts, asked=True))}
    if not rows or not actor.unit_ids:
        return {}
    found: dict[int, InputRequest] = {}
    for request in open_requests(session, rows, actor.unit_ids):
        if request.unit_id in askable(rows[request.task_id].row):
            found.setdefault(request.task_id, request)
    return found
