"""Right of reply (异议): a lead unit contests a return or a lamp; a supervisor answers in five working days.

Nothing is erased: the return and the lamp stay as they were, the objection and its answer stand beside them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from .. import audit
from ..access import Actor, Facts, authorise
from ..clock import local_day
from ..errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.models import KeyTask, Plan
from ..plans.notices import tell_supervisors, tell_units
from ..plans.policy import relation_facts
from ..plans.queries import TaskRow, plan_by_slug
from ..reporting.commands import checked
from ..reporting.schemas import FormSchema, filled
from .models import HistoryEntry, Objection, ObjectionAnswer
from .path import lock_task

ANSWER_WITHIN = 5  # working days
CONTESTABLE = (HistoryEntry.trigger == "return", HistoryEntry.from_state == "reported")
"""The returns of a supervisor; what a leader sends back stays within the unit."""

TWICE = N_("Your unit has contested this already. Its answer stands, or is still to come.")
MATTER = N_("Choose what your unit contests.")
DAY = N_("Write the day of the lamp, such as 2023-09-01: not before the task was dispatched, and not after today.")


class ObjectionSchema(FormSchema):
    """``about``: ``return-7`` (the act with that version) or ``lamp``, then with its day and colour."""

    about = fields.String(
        required=True,
        validate=validate.Regexp(r"^(return-[0-9]{1,9}|lamp)$", error=MATTER),
        error_messages={"required": MATTER},
    )
    lamp_on = fields.Date(load_default=None, allow_none=True, error_messages={"invalid": DAY})
    lamp = fields.String(load_default=None, allow_none=True)
    text = fields.String(
        required=True,
        validate=filled(N_("Write what your unit objects to, and why.")),
        error_messages={"required": N_("Write what your unit objects to, and why.")},
    )

    @validates_schema
    def a_lamp_has_its_day(self, data: dict[str, Any], **_: Any) -> None:
        """A lamp is that of a day; a return has neither day nor colour."""
        if data.get("about") == "lamp":
            if data.get("lamp_on") is None:
                raise ValidationError({"lamp_on": [DAY]})
            if data.get("lamp") not in ("yellow", "red"):
                raise ValidationError({"lamp": [N_("Choose the colour of the lamp: yellow or red.")]})


class ObjectionAnswerSchema(FormSchema):
    """Whether the objection is upheld, and why."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf(("upheld", "dismissed"), error=N_("Say whether the objection is upheld.")),
        error_messages={"required": N_("Say whether the objection is upheld.")},
    )
    text = fields.String(
        required=True,
        validate=filled(N_("Write the answer; the unit reads it.")),
        error_messages={"required": N_("Write the answer; the unit reads it.")},
    )


def objections_of(session: Session, task_id: int) -> list[Objection]:
    """The objections about a task with their answers, oldest first: one statement."""
    statement = select(Objection).where(Objection.task_id == task_id).order_by(Objection.number)
    whole = (joinedload(Objection.unit), joinedload(Objection.user), joinedload(Objection.entry))
    answered = joinedload(Objection.answer).joinedload(ObjectionAnswer.user)
    return list(session.scalars(statement.options(*whole, answered)))


def open_objections(session: Session, plan_ids: Collection[int]) -> list[Objection]:
    """The objections that wait for an answer, the first due first: one statement."""
    statement = (
        select(Objection)
        .join(KeyTask, KeyTask.id == Objection.task_id)
        .where(KeyTask.plan_id.in_(plan_ids), ~Objection.answer.has())
        .options(joinedload(Objection.unit), joinedload(Objection.entry), joinedload(Objection.answer))
        .order_by(Objection.due_on, Objection.id)
    )
    return list(session.scalars(statement))


def objection_facts(facts: Facts, actor: Actor, objection: Objection) -> Facts:
    """The facts of an actor and one objection."""
    return replace(facts, took_part=objection.user_id == actor.user_id)


def raise_objection(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    version: int,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Contest a return or the lamp of a day for the actor's lead unit, once each.

    ``version`` is how many objections of the task the person saw; ``data`` is the form (ObjectionSchema).
    Raises NotFound, NotAllowed, StaleVersion, InvalidInput, KeyReused.  Answers ``{"objection": number, "due": iso}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        _, row = lock_task(session, plan, ref)
        authorise("objection.raise", relation_facts(actor, plan, row))
        known = objections_of(session, row.task_id)
        if version != len(known):
            raise StaleVersion()
        given = checked(ObjectionSchema(), data)
        unit_id = next(unit.unit_id for unit in row.leads if unit.unit_id in actor.unit_ids)
        today = local_day(now, plan.region.timezone)
        matter = _matter(session, row, plan, today, given)
        if any(
            o.unit_id == unit_id and (o.history_id, o.lamp_on) == (matter["history_id"], matter["lamp_on"])
            for o in known
        ):
            raise NotAllowed(TWICE)
        assert actor.user_id is not None
        objection = Objection(
            task_id=row.task_id,
            number=len(known) + 1,
            unit_id=unit_id,
            user_id=actor.user_id,
            at=now,
            text=given["text"],
            due_on=plan.region.calendar.shift(today, ANSWER_WITHIN),
            **matter,
        )
        session.add(objection)
        session.flush()
        _record(
            session, actor, now, plan, row, "objection.raise", f"unit:{unit_id}", {"number": objection.number, **given}
        )
        due = objection.due_on.isoformat()
        tell_supervisors(session, actor, now, plan, row, "objection_raised", reason=given["text"], due=due)
        return {"objection": objection.number, "due": due}

    content = {"command": "objection.raise", "slug": slug, "ref": ref, "version": version, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def answer_objection(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    number: int,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Answer an objection that nobody has answered; ``data`` is the form (ObjectionAnswerSchema).

    Raises as :func:`raise_objection`, StaleVersion where it is answered.  Answers ``{"objection", "outcome"}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        _, row = lock_task(session, plan, ref)
        objection = next((o for o in objections_of(session, row.task_id) if o.number == number), None)
        if objection is None:
            raise NotFound()
        authorise("objection.answer", objection_facts(relation_facts(actor, plan, row), actor, objection))
        if objection.answer is not None:
            raise StaleVersion()
        given = checked(ObjectionAnswerSchema(), data)
        assert actor.user_id is not None
        upheld = given["outcome"] == "upheld"
        objection.answer = ObjectionAnswer(user_id=actor.user_id, at=now, upheld=upheld, text=given["text"])
        session.flush()
        for_whom = f"unit:{plan.supervising_unit_id}"
        _record(session, actor, now, plan, row, "objection.answer", for_whom, {"number": number, **given})
        units = [objection.unit_id]
        tell_units(
            session, actor, now, plan, row, "objection_answered", unit_ids=units, reason=given["text"], upheld=upheld
        )
        return {"objection": number, "outcome": given["outcome"]}

    content = {"command": "objection.answer", "slug": slug, "ref": ref, "number": number, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def _matter(session: Session, row: TaskRow, plan: Plan, today: date, given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say what is contested.  Raises InvalidInput where it did not happen."""
    if given["about"] == "lamp":
        zone = plan.region.timezone
        if row.dispatched_at is None or not local_day(row.dispatched_at, zone) <= given["lamp_on"] <= today:
            raise InvalidInput(fields={"lamp_on": [DAY]})
        return {"history_id": None, "lamp_on": given["lamp_on"], "lamp": given["lamp"]}
    version = int(given["about"].removeprefix("return-"))
    found = session.scalar(
        select(HistoryEntry.id).where(
            HistoryEntry.task_id == row.task_id, HistoryEntry.version == version, *CONTESTABLE
        )
    )
    if found is None:
        raise InvalidInput(fields={"about": [MATTER]})
    return {"history_id": found, "lamp_on": None, "lamp": None}


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    row: TaskRow,
    action: str,
    for_whom: str,
    data: Mapping[str, Any],
) -> None:
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action=action,
        subject=f"task:{row.task_id}",
        data={"ref": row.ref, **data},
        for_whom=for_whom,
    )
