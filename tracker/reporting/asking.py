"""Asking supporting units for input, and answering.  Neither moves the task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..access import Actor, Facts, authorise
from ..clock import local_day
from ..errors import InvalidInput, NotFound, StaleVersion
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.models import Plan
from ..plans.notices import tell_supervisors, tell_units
from ..plans.policy import relation_facts
from ..plans.queries import TaskRow, plan_by_slug, task_row
from .commands import checked, note
from .input_requests import askable
from .policy import ANSWER, REQUEST
from .request_models import InputAnswer, InputRequest
from .schemas import AnswerSchema, RequestSchema


def ask(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Ask supporting units for input by a working day, today or later.  ``data`` is the form (RequestSchema).

    Each unit's contacts get a notice.  Raises NotFound, NotAllowed, InvalidInput, KeyReused.
    Answers ``{"requests": [ids]}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        row = task_row(session, plan, ref)
        facts = relation_facts(actor, plan, row)
        authorise(REQUEST, facts)
        content = checked(RequestSchema(), data)
        _check(content, row, plan, now)
        assert actor.user_id is not None and row.first_lead is not None
        by_unit = row.first_lead.unit_id if facts.first_lead else plan.supervising_unit_id
        made = [
            InputRequest(
                task_id=row.task_id,
                unit_id=unit_id,
                by_unit_id=by_unit,
                author_id=actor.user_id,
                question=content["question"],
                due_on=content["due_on"],
                at=now,
            )
            for unit_id in dict.fromkeys(content["units"])
        ]
        session.add_all(made)
        session.flush()
        said = {"question": content["question"], "due_on": content["due_on"].isoformat()}
        note(session, actor, now, plan, row, REQUEST, {"requests": [request.id for request in made], **said}, by_unit)
        tell_units(
            session, actor, now, plan, row, "input_asked", unit_ids=[request.unit_id for request in made], **said
        )
        return {"requests": [request.id for request in made]}

    content = {"command": "ask", "slug": slug, "ref": ref, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def _check(content: Mapping[str, Any], row: TaskRow, plan: Plan, now: datetime) -> None:
    if not set(content["units"]) <= set(askable(row)):
        raise InvalidInput(fields={"units": [N_("Choose a unit that supports the task.")]})
    region, day = plan.region, content["due_on"]
    if day < local_day(now, region.timezone) or not region.calendar.is_working(day):
        raise InvalidInput(fields={"due_on": [N_("Choose a working day, today or later.")]})


def request_of(session: Session, row: TaskRow, request_id: int) -> InputRequest:
    """A request on the task.  Raises NotFound."""
    request = session.get(InputRequest, request_id)
    if request is None or request.task_id != row.task_id:
        raise NotFound()
    return request


def answering_facts(actor: Actor, plan: Plan, row: TaskRow, request: InputRequest) -> Facts:
    """The facts of an actor and a request: asked is who acts for the unit, as long as it has part in the task."""
    asked = request.unit_id in actor.unit_ids and request.unit_id in askable(row)
    return replace(relation_facts(actor, plan, row), asked=asked)


def answer(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    request_id: int,
    seen: int,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Answer a request, or correct the answer: the earlier one is kept.  ``data`` is the form (AnswerSchema).

    ``seen`` is the number of answers that the person saw.  Who asked gets a notice.
    Raises NotFound, NotAllowed, StaleVersion, InvalidInput, KeyReused.  Answers ``{"answer": id}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        row = task_row(session, plan, ref)
        request = request_of(session, row, request_id)
        authorise(ANSWER, answering_facts(actor, plan, row, request))
        session.execute(select(InputRequest.id).where(InputRequest.id == request.id).with_for_update(key_share=True))
        count = select(func.count()).select_from(InputAnswer).where(InputAnswer.request_id == request.id)
        if session.scalar(count) != seen:
            raise StaleVersion()
        content = checked(AnswerSchema(), data)
        assert actor.user_id is not None
        made = InputAnswer(request_id=request.id, author_id=actor.user_id, at=now, **content)
        session.add(made)
        session.flush()
        said = {"request": request.id, "answer": made.id}
        note(session, actor, now, plan, row, ANSWER, {**said, "body": made.answer}, request.unit_id)
        mail = {"question": request.question, "answer": made.answer, "unit": request.unit.name}
        if request.by_unit_id == plan.supervising_unit_id:
            tell_supervisors(session, actor, now, plan, row, "input_answered", **mail)
        else:
            tell_units(session, actor, now, plan, row, "input_answered", unit_ids=[request.by_unit_id], **mail)
        return {"answer": made.id}

    content = {"command": "answer", "slug": slug, "ref": ref, "request": request_id, "seen": seen, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)
