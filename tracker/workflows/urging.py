"""Urging (催办): a supervisor reminds the units that owe something on a task, once a local day at most."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from .. import audit
from ..access import Actor, authorise
from ..clock import local_day
from ..errors import NotAllowed, StaleVersion
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.models import KeyTask, Plan, Round
from ..plans.notices import tell_units
from ..plans.policy import relation_facts
from ..plans.queries import TaskRow, current_rounds, plan_by_slug
from ..reporting.commands import checked
from ..reporting.input_requests import awaited, input_requests_of
from ..reporting.parts import newest_parts, owing
from ..reporting.schemas import NOT_TOO_LONG, FormSchema
from .definitions import OWING_STATES
from .models import Urge
from .path import lock_task
from .queries import last_report_act, sequence_of

TODAY_ALREADY = N_("This task was urged today already. Once a day is enough; tomorrow it is possible again.")
NOTHING_OWED = N_("No unit owes anything on this task now, so there is nothing to urge.")


class UrgeSchema(FormSchema):
    """A word to the units, where one is wanted, and who is urged beside the lead units.

    ``parts``: those whose part of the report is missing; ``inputs``: those that have not answered a request for input.
    """

    word = fields.String(load_default="", validate=NOT_TOO_LONG)
    parts = fields.Boolean(load_default=False)
    inputs = fields.Boolean(load_default=False)


def urges_of(session: Session, task_id: int) -> list[Urge]:
    """The urges of a task, oldest first."""
    statement = select(Urge).where(Urge.task_id == task_id).options(joinedload(Urge.user)).order_by(Urge.day)
    return list(session.scalars(statement))


def last_urges(session: Session, plan_ids: Collection[int]) -> dict[int, Urge]:
    """Task id -> its latest urge, of some plans: one statement."""
    statement = (
        select(Urge)
        .join(KeyTask, KeyTask.id == Urge.task_id)
        .where(KeyTask.plan_id.in_(plan_ids))
        .order_by(Urge.task_id, Urge.day)
    )
    return {urge.task_id: urge for urge in session.scalars(statement)}


def owes(row: TaskRow, round_: Round | None, last_act: str | None, zone: str) -> bool:
    """Whether the lead units owe something: acknowledging, a signature, or a report that a day or a return asks for.

    ``round_`` is the plan's current round, ``last_act`` what last happened to the report.
    """
    if row.state != "in_progress":
        return row.state in OWING_STATES
    own = row.deadline is not None and not row.completion_verified
    dispatched = local_day(row.dispatched_at, zone) if row.dispatched_at is not None else None
    by_round = round_ is not None and dispatched is not None and dispatched <= round_.report_due_on
    return own or by_round or last_act == "return"


def silent_units(session: Session, row: TaskRow) -> list[int]:
    """The units whose part of the report that comes or waits is missing."""
    parts = newest_parts(session, {row.task_id: sequence_of(session, row.task_id)})
    return [unit_id for unit_id in owing(row) if (row.task_id, unit_id) not in parts]


def urge(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    version: int,
    data: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Answer:
    """Urge who owes something on a task as the person saw it at ``version``; ``data`` is the form (UrgeSchema).

    That is the lead units; where these owe nothing, the units that have not answered a request for input.
    It moves nothing, and no version: nobody's report goes stale.  The mail goes at once, as every notice.
    Raises NotFound, NotAllowed, StaleVersion, InvalidInput, KeyReused.  Answers ``{"day": iso, "units": n}``.
    """
    form = dict(data or {})

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        _, row = lock_task(session, plan, ref)
        authorise("task.urge", relation_facts(actor, plan, row))
        if version != row.version:
            raise StaleVersion()
        today = local_day(now, plan.region.timezone)
        round_ = current_rounds(session, [plan.id]).get(plan.id)
        by_leads = owes(row, round_, last_report_act(session, row.task_id), plan.region.timezone)
        awaited_of = awaited(row, input_requests_of(session, task_ids=[row.task_id]))
        if not by_leads and not awaited_of:
            raise NotAllowed(NOTHING_OWED)
        if any(known.day == today for known in urges_of(session, row.task_id)):
            raise NotAllowed(TODAY_ALREADY)
        given = checked(UrgeSchema(), form)
        given["parts"], given["inputs"] = given["parts"] and by_leads, given["inputs"] or not by_leads
        assert actor.user_id is not None
        session.add(Urge(task_id=row.task_id, day=today, at=now, user_id=actor.user_id, **given))
        session.flush()
        units = [unit.unit_id for unit in row.leads] if by_leads else []
        units += silent_units(session, row) if given["parts"] else []
        units += awaited_of if given["inputs"] else []
        _record(session, actor, now, plan, row, {**given, "units": units})
        tell_units(session, actor, now, plan, row, "urged", unit_ids=dict.fromkeys(units), reason=given["word"])
        return {"day": today.isoformat(), "units": len(set(units))}

    content = {"command": "urge", "slug": slug, "ref": ref, "version": version, "data": form}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def _record(session: Session, actor: Actor, now: datetime, plan: Plan, row: TaskRow, given: Mapping[str, Any]) -> None:
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action="task.urge",
        subject=f"task:{row.task_id}",
        data={"ref": row.ref, "given": dict(given)},
        for_whom=f"unit:{plan.supervising_unit_id}",
    )
