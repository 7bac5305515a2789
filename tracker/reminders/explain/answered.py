"""What waited for an answer on a task and got it: why nobody was reminded of it on a later day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from ...reporting.request_models import InputRequest
from ...workflows.models import Extension, Objection
from ..shapes import Waiting
from ..unanswered import of_extension, of_objection, of_request, of_second_check, of_sign_off
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
    found: dict[str, Sentence] = {}
    for wait in waits:
        ended = past.day_of(wait.ended)
        if ended > day or wait.thing.kind in told:
            continue
        for due in once_due(past, wait.thing, day):
            if addressed(past, *audience_of(due), recipient, wait.ended):
                said = "answered" if due.kind in ANSWERED_KINDS else "decided"
                found[f"{due.kind} {due.subject}"] = Sentence(said, {"on": ended}, (due.kind, due.step))
    return found


def _requests(session: Session, past: Past) -> Iterator[Answered]:
    statement = select(InputRequest).where(InputRequest.task_id == past.row.task_id)
    for request in session.scalars(statement.options(selectinload(InputRequest.answers))):
        if request.answers:
            yield Answered(of_request(request, past.row, past.snapshot.zone), request.answers[0].at)


def _extensions(session: Session, past: Past) -> Iterator[Answered]:
    """One wait for the leader, and one for the supervisors."""
    statement = select(Extension).where(Extension.task_id == past.row.task_id)
    for extension in session.scalars(statement.options(selectinload(Extension.steps))):
        for step, then in pairwise(extension.steps):
            yield Answered(of_extension(extension, step, past.row, past.snapshot.zone), then.at)


def _objections(session: Session, past: Past) -> Iterator[Answered]:
    statement = select(Objection).where(Objection.task_id == past.row.task_id)
    for objection in session.scalars(statement.options(joinedload(Objection.answer))):
        if objection.answer is not None:
            yield Answered(of_objection(objection, past.row, past.snapshot.zone), objection.answer.at)


def _checks(past: Past) -> Iterator[Answered]:
    """Signatures and second checks, which end with the next move of the task."""
    for number, entry in enumerate(past.history):
        moves = (later for later in past.history[number + 1 :] if later.from_state != later.to_state)
        then = next(moves, None)
        if then is None:
            continue
        first = past.leads(past.set_at(entry.at))[:1]
        if entry.to_state == "awaiting_sign_off" and entry.from_state != entry.to_state and first:
            yield Answered(of_sign_off(past.row, entry.at, first[0], past.snapshot.zone), then.at)
        elif entry.trigger == "first_check":
            yield Answered(of_second_check(past.row, entry.at, past.snapshot.zone), then.at)
