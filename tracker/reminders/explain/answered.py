"""What waited for an answer on a task and got it: why nobody was reminded of it on a later day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from ...reporting.request_models import InputRequest
from ...workflows.models import Extension, Objection
from ..shapes import Waiting
from ..unanswered import LOOKING
from .nominal import audience_of, once_due
from .past import Past
from .sentences import Sentence
from .whynot import addressed

ANSWERED_KINDS = ("input_request", "objection")
"""What is answered; about the others it is decided."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One wait that is over: ``thing`` as the rules saw it, until ``ended``."""

    thing: Waiting
    ended: datetime


def answered_on(session: Session, past: Past) -> list[Answered]:
    """Every wait of a task that is over: as many statements, however many there were."""
    return [*_requests(session, past), *_extensions(session, past), *_objections(session, past), *_checks(past)]


def why_answered(
    past: Past, waits: Sequence[Answered], day: date, recipient: str, told: Collection[str]
) -> dict[str, Sentence]:
    """What would still have waited for the recipient on a day, had it not been answered by then; none of ``told``."""
    over = [wait for wait in waits if past.day_of(wait.ended) <= day and wait.thing.kind not in told]
    found: dict[str, Sentence] = {}
    for wait in over:
        for due in once_due(past, wait.thing, day, wait.ended):
            if addressed(past, *audience_of(due), recipient, wait.ended):
                said = "answered" if due.kind in ANSWERED_KINDS else "decided"
                values = {"on": past.day_of(wait.ended)}
                found[f"{due.kind} {due.subject}"] = Sentence(said, values, (due.kind, due.step))
    return found


def _requests(session: Session, past: Past) -> Iterator[Answered]:
    statement = select(InputRequest).where(InputRequest.task_id == past.row.task_id)
    for request in session.scalars(statement.options(selectinload(InputRequest.answers))):
        if request.answers:
            since, audiences = past.day_of(request.at), ("supporting_unit", "unit_leader", *LOOKING)
            about = (past.row, since, request.due_on, audiences, (request.unit_id,))
            yield Answered(Waiting("input_request", f"request:{request.id}", *about), request.answers[0].at)


def _extensions(session: Session, past: Past) -> Iterator[Answered]:
    """One wait for the leader, and one for the supervisors."""
    statement = select(Extension).where(Extension.task_id == past.row.task_id)
    for extension in session.scalars(statement.options(selectinload(Extension.steps))):
        for step, then in zip(extension.steps, extension.steps[1:], strict=False):
            audiences = ("unit_leader",) if step.act == "ask" else LOOKING
            thing = _since(past, "extension", f"extension:{extension.id}", step.at, audiences, extension.unit_id)
            yield Answered(thing, then.at)


def _objections(session: Session, past: Past) -> Iterator[Answered]:
    statement = select(Objection).where(Objection.task_id == past.row.task_id)
    for objection in session.scalars(statement.options(joinedload(Objection.answer))):
        if objection.answer is not None:
            about = (past.row, past.day_of(objection.at), objection.due_on, LOOKING)
            yield Answered(Waiting("objection", f"objection:{objection.id}", *about), objection.answer.at)


def _checks(past: Past) -> Iterator[Answered]:
    """Signatures and second checks, which end with the next move of the task."""
    subject = f"task:{past.row.task_id}"
    for number, entry in enumerate(past.history):
        moves = (later for later in past.history[number + 1 :] if later.from_state != later.to_state)
        then = next(moves, None)
        if then is None:
            continue
        if entry.to_state == "awaiting_sign_off" and entry.from_state != entry.to_state:
            first = past.leads(past.set_at(entry.at))[:1]
            thing = _since(past, "sign_off", subject, entry.at, ("unit_leader", *LOOKING), *first)
            yield Answered(thing, then.at)
        elif entry.trigger == "first_check":
            yield Answered(_since(past, "second_check", subject, entry.at, LOOKING), then.at)


def _since(past: Past, kind: str, subject: str, moment: datetime, audiences: tuple[str, ...], *units: int) -> Waiting:
    """A wait whose steps count from the day on which it began."""
    day: date = past.day_of(moment)
    return Waiting(kind, subject, past.row, day, day, audiences, units)
