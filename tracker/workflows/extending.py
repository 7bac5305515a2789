"""Asking for a deadline extension (延期申请) and answering: the leader approves, a supervisor accepts or refuses.

Every act takes the one way of commands: idempotency key, lock, authorise, version, fields, effect, audit, outbox.  The
version compared is that of the requests, not of the task: nobody's report goes stale because a date is talked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from .. import audit
from ..access import SYSTEM, Actor, authorise
from ..clock import local_day
from ..directory.queries import leaders_of
from ..errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.commands import move_due_date
from ..plans.models import Plan
from ..plans.notices import tell_supervisors, tell_units
from ..plans.policy import relation_facts
from ..plans.queries import TaskRow, plan_by_slug
from ..reporting.commands import checked
from .extensions import (
    CLOSING,
    STEPS,
    ExtensionSchema,
    extension_facts,
    extensions_of,
    is_live,
    why_no_extension,
)
from .models import Extension, ExtensionStep
from .notices import tell_leaders
from .path import lock_task
from .schemas import ReasonSchema


def ask_extension(
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
    """Ask for a later deadline.  A leader who asks approves at once.

    ``version`` is how many requests of the task the person saw; ``data`` is the form (ExtensionSchema).
    Raises NotFound, NotAllowed, StaleVersion, InvalidInput, KeyReused.  Answers ``{"extension": number, "last": act}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        _, row = lock_task(session, plan, ref)
        facts = relation_facts(actor, plan, row)
        authorise("extension.ask", facts)
        known = extensions_of(session, [row.task_id])
        if version != len(known):
            raise StaleVersion()
        _let_lapse(session, now, plan, known, row)
        open_ = next((extension for extension in known if extension.closed_at is None), None)
        objection = why_no_extension(row, local_day(now, plan.region.timezone), open_)
        if objection is not None:
            raise NotAllowed(objection)
        assert row.first_lead is not None and row.deadline is not None
        if not any(leader.key.startswith("user:") for leader in leaders_of(session, row.first_lead.unit_id)):
            raise NotAllowed(
                N_("The leader of your unit must approve it and none is named. Ask the supervision office to name one.")
            )
        given = checked(ExtensionSchema(), data)
        _check_day(given["new_due_on"], row.deadline, plan)
        extension = Extension(
            task_id=row.task_id,
            number=len(known) + 1,
            unit_id=row.first_lead.unit_id,
            old_due_on=row.deadline,
            **given,
        )
        session.add(extension)
        session.flush()
        _step(session, actor, now, plan, row, extension, "ask", given["reason"], given)
        if facts.first_lead_leader:
            _step(session, actor, now, plan, row, extension, "approve")
        _tell(session, actor, now, plan, row, extension)
        return {"extension": extension.number, "last": extension.last.act}

    content = {"command": "extension.ask", "slug": slug, "ref": ref, "version": version, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def decide_extension(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    step: str,
    version: int,
    data: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Answer:
    """Approve, accept, refuse (with a reason) or withdraw the task's latest request.

    ``version`` is the number of the request's last act that the person saw.  Accepted, it is the task's deadline from
    ``now`` on.  Raises as :func:`ask_extension`.  Answers the same.
    """
    form = dict(data or {})

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        instance, row = lock_task(session, plan, ref)
        known = extensions_of(session, [row.task_id])
        if step not in STEPS or not known:
            raise NotFound()
        extension = known[-1]
        authorise(f"extension.{step}", extension_facts(relation_facts(actor, plan, row), actor, extension))
        if version != extension.last.number:
            raise StaleVersion()
        if extension.last.act not in STEPS[step] or not is_live(extension, row):
            raise NotAllowed(N_("This request is answered, withdrawn or lapsed. Its page shows where it stands."))
        reason = checked(ReasonSchema(), form)["reason"] if step == "refuse" else ""
        if step == "accept":
            if row.deadline is None or extension.new_due_on <= row.deadline:
                raise NotAllowed(
                    N_("The deadline was moved meanwhile, and this request asks for no later day. Refuse it.")
                )
            due = move_due_date(session, actor, now, row.task_id, extension.new_due_on, act="extension")
            instance.due_date_id = extension.due_date_id = due.id
        _step(session, actor, now, plan, row, extension, step, reason)
        _tell(session, actor, now, plan, row, extension)
        return {"extension": extension.number, "last": step}

    content = {"command": f"extension.{step}", "slug": slug, "ref": ref, "version": version, "data": form}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def _check_day(new: date, old: date, plan: Plan) -> None:
    fault = None
    if new <= old:
        fault = N_("The new deadline must lie after the present one.")
    elif new.year > plan.last_year:
        fault = N_("The new deadline must lie within the term of the plan.")
    if fault is not None:
        raise InvalidInput(fields={"new_due_on": [fault]})


def _let_lapse(session: Session, now: datetime, plan: Plan, known: list[Extension], row: TaskRow) -> None:
    """Close an open request of a unit that is not named first any more: another may ask now."""
    for extension in known:
        if extension.closed_at is None and not is_live(extension, row):
            _step(session, SYSTEM, now, plan, row, extension, "lapse")


def _step(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    row: TaskRow,
    extension: Extension,
    act: str,
    reason: str = "",
    given: Mapping[str, Any] | None = None,
) -> None:
    number = len(extension.steps) + 1
    by_unit = act in ("ask", "approve", "withdraw") or (act == "refuse" and extension.last.act == "ask")
    for_whom = f"unit:{extension.unit_id if by_unit else plan.supervising_unit_id}"
    extension.steps.append(ExtensionStep(number=number, act=act, at=now, user_id=actor.user_id, reason=reason))
    if act in CLOSING:
        extension.closed_at = now
    session.flush()
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action=f"extension.{act}",
        subject=f"task:{row.task_id}",
        data={
            "ref": row.ref,
            "extension": extension.number,
            "from": extension.old_due_on,
            "to": extension.new_due_on,
            "given": dict(given or {"reason": reason}),
        },
        for_whom="" if actor.is_system else for_whom,
    )


def _tell(session: Session, actor: Actor, now: datetime, plan: Plan, row: TaskRow, extension: Extension) -> None:
    last = extension.last
    dates = {"old": extension.old_due_on.isoformat(), "new": extension.new_due_on.isoformat()}
    if last.act == "ask":
        more = {"reason": extension.reason, "by_leader": False, **dates}
        tell_leaders(session, actor, now, plan, row, "extension_asked", unit_id=extension.unit_id, **more)
    elif last.act == "approve":
        more = {"by_leader": True, **dates}
        tell_supervisors(session, actor, now, plan, row, "extension_asked", reason=extension.reason, **more)
    elif last.act in ("accept", "refuse"):
        more = {"accepted": last.act == "accept", **dates}
        row = replace(row, deadline=extension.new_due_on if more["accepted"] else row.deadline)
        ids = [extension.unit_id]
        tell_units(session, actor, now, plan, row, "extension_answered", unit_ids=ids, reason=last.reason, **more)
