"""Requests for input: who can be asked, and how each request stands on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ..clock import local_day
from ..directory.models import Region, Unit
from ..plans.queries import TaskRow
from .policy import PART_STATES
from .request_models import InputAnswer, InputRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it stands on a day.

    ``status``: ``waiting``; ``no_answer`` (未回应) once its day has passed; ``answered``; ``answered_late``; ``void``:
    never answered, and the unit has no part in the task any more or the task is suspended or over.
    ``days`` are the working days to the first answer, None without one.
    """

    request: InputRequest
    status: str
    days: int | None

    @property
    def answer(self) -> InputAnswer | None:
        """The answer that counts: the latest."""
        return self.request.answers[-1] if self.request.answers else None


def askable(row: TaskRow) -> list[int]:
    """The units that can be asked: the supporting ones, of a collective unit its members, but not who leads."""
    leads = {unit.unit_id for unit in row.leads}
    units = [unit_id for unit in row.supports for unit_id in (unit.members or (unit.unit_id,))]
    return [unit_id for unit_id in dict.fromkeys(units) if unit_id not in leads]


def askable_units(session: Session, row: TaskRow) -> list[tuple[int, str]]:
    """(id, name) of the units that can be asked, in the order of the plan."""
    wanted = askable(row)
    names = {unit.id: unit.name for unit in session.scalars(select(Unit).where(Unit.id.in_(wanted)))}
    return [(unit_id, names[unit_id]) for unit_id in wanted]


def awaited(row: TaskRow, requests: Iterable[InputRequest]) -> list[int]:
    """The units that owe an answer to one of a task's requests, in the order of the plan."""
    if row.state not in PART_STATES:
        return []
    asked = {request.unit_id for request in requests if not request.answers}
    return [unit_id for unit_id in askable(row) if unit_id in asked]


def stands(request: InputRequest, row: TaskRow, today: date, region: Region) -> Asked:
    """How a request stands today, a day in the region."""
    if request.answers:
        answered = local_day(request.answers[0].at, region.timezone)
        days = region.calendar.working_days_between(local_day(request.at, region.timezone), answered)
        return Asked(request, "answered" if answered <= request.due_on else "answered_late", days)
    if not still_asked(request, row):
        return Asked(request, "void", None)
    return Asked(request, "no_answer" if today > request.due_on else "waiting", None)


def input_requests_of(
    session: Session, *, task_ids: Collection[int] | None = None, unit_ids: Collection[int] | None = None
) -> list[InputRequest]:
    """The requests on some tasks or to some units with their answers, oldest first: two statements."""
    statement = (
        select(InputRequest)
        .options(
            joinedload(InputRequest.unit),
            joinedload(InputRequest.by_unit),
            joinedload(InputRequest.author),
            selectinload(InputRequest.answers).joinedload(InputAnswer.author),
        )
        .order_by(InputRequest.id)
    )
    if task_ids is not None:
        statement = statement.where(InputRequest.task_id.in_(task_ids))
    if unit_ids is not None:
        statement = statement.where(InputRequest.unit_id.in_(unit_ids))
    return list(session.scalars(statement))


def is_unanswered() -> ColumnElement[bool]:
    """The condition on a request that nobody has answered it."""
    return ~select(InputAnswer.id).where(InputAnswer.request_id == InputRequest.id).exists()


def still_asked(request: InputRequest, row: TaskRow) -> bool:
    """Whether a request that is not answered still waits: its unit has part in the task, and the task goes on."""
    return row.state in PART_STATES and request.unit_id in askable(row)


def open_requests(
    session: Session, task_ids: Collection[int], unit_ids: Collection[int] | None = None
) -> list[InputRequest]:
    """The unanswered requests on some tasks, to some units or to all, the nearest day first: one statement."""
    statement = (
        select(InputRequest)
        .where(InputRequest.task_id.in_(task_ids), is_unanswered())
        .options(joinedload(InputRequest.by_unit))
        .order_by(InputRequest.due_on, InputRequest.id)
    )
    if unit_ids is not None:
        statement = statement.where(InputRequest.unit_id.in_(unit_ids))
    return list(session.scalars(statement))
