"""The one way of an act on a task, and the locks it takes; commands.py says what may be asked for.

begin write -> idempotency key (a repeat gets the stored answer) -> lock row -> authorise -> compare version ->
required fields -> fire -> history -> audit -> outbox -> commit -> answer.  Beginning and committing are the caller's
``with transaction()``, the key is asked by the command; everything between is here, the same for every trigger.
Nothing else assigns a task's state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor, authorise
from ..errors import NotAllowed, NotFound, StaleVersion
from ..idempotency import Answer
from ..plans.models import Instance, KeyTask, Plan, Round
from ..plans.policy import acting_unit
from ..plans.queries import TaskRow, task_id_of, task_rows
from ..reporting.commands import checked
from .acts import Act
from .definitions import DEFINITIONS
from .effects import EFFECTS
from .machine import fire
from .models import HistoryEntry
from .policy import guard, task_facts
from .schemas import SCHEMAS


def lock_tasks(session: Session, plan: Plan) -> None:
    """Lock all of a plan's instances in one order, before the first is touched.

    An act locks its instance and then the audit's head; a bulk act that took the head first and another instance
    after it would wait for the act that waits for it.
    """
    statement = (
        select(Instance.task_id)
        .join(KeyTask, KeyTask.id == Instance.task_id)
        .where(KeyTask.plan_id == plan.id)
        .order_by(Instance.task_id)
    )
    session.execute(statement.with_for_update(of=Instance)).all()


def lock_plan(session: Session, plan: Plan) -> Plan:
    """The plan's row, locked and fresh."""
    return session.execute(
        select(Plan).where(Plan.id == plan.id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).scalar_one()


def lock_task(session: Session, plan: Plan, ref: str) -> tuple[Instance, TaskRow]:
    """The instance, locked, and its task as it is now.  Raises NotFound."""
    task_id = task_id_of(session, plan, ref)
    instance = session.execute(
        select(Instance).where(Instance.task_id == task_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    return instance, task_rows(session, [plan.id], task_ids=[task_id])[0]


def apply(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    instance: Instance,
    row: TaskRow,
    trigger: str,
    form: Mapping[str, Any],
    *,
    version: int,
    quiet: bool = False,
    round_: Round | None = None,
) -> Answer:
    """Fire a trigger on a locked task; ``quiet`` leaves the mails to the caller.  Raises as ``commands.act``."""
    definition = DEFINITIONS[plan.definition]
    if trigger not in definition.triggers:
        raise NotFound()
    facts = task_facts(session, actor, plan, [row])[row.task_id]
    authorise(f"task.{trigger}", facts)
    if version != row.version:
        raise StaleVersion()
    objection = guard(trigger, facts)
    if objection is not None:
        raise NotAllowed(objection)
    needs = definition.needs(trigger)
    if trigger == "dispatch" and (not row.leads or form.get("leads")):
        needs = ("assignees",)
    given = {name: value for need in needs for name, value in checked(SCHEMAS[need](), form).items()}
    changes = "leads" in given and (row.first_lead is None or row.first_lead.unit_id != given["leads"][0])
    state = fire(plan.definition, row.state, trigger, facts, first_lead_changes=changes)

    done = Act(session, actor, now, plan, row, instance, facts, trigger, given, state, quiet, round_)
    effect: Callable[[Act], None] | None = EFFECTS.get(trigger)
    if effect is not None:
        effect(done)
    begins_anew = trigger == "reassign" and changes and state == "assigned"  # for a new first-named lead
    move(done, begins_anew=begins_anew)
    if not quiet:
        done.tell()
    return {"ref": row.ref, "state": state, "version": instance.version}


def move(done: Act, *, begins_anew: bool = False) -> None:
    """Enter the act's state: the instance, one row of history, one of the audit's chain."""
    instance, row = done.instance, done.row
    if done.state != row.state or begins_anew:
        instance.state = done.state
        instance.entered_at = done.now
    instance.version = row.version + 1
    unit_id = acting_unit(done.actor, done.plan, row)
    done.session.add(
        HistoryEntry(
            task_id=row.task_id,
            version=instance.version,
            at=done.now,
            actor_id=done.actor.user_id,
            unit_id=unit_id,
            trigger=done.trigger,
            from_state=row.state,
            to_state=done.state,
            reason=done.given.get("reason", ""),
            report_id=instance.current_report_id if done.concerns_report else None,
            round_id=done.round_.id if done.round_ is not None else None,
            assignment_set_id=instance.assignment_set_id,
        )
    )
    done.session.flush()
    audit.record(
        done.session,
        chain=audit.plan_chain(done.plan.id),
        actor=done.actor,
        now=done.now,
        action=f"task.{done.trigger}",
        subject=f"task:{row.task_id}",
        data={
            "ref": row.ref,
            "from": row.state,
            "to": done.state,
            "version": instance.version,
            "given": {name: value for name, value in done.given.items() if value != ""},
            **_units_before(row, done.given),
        },
        for_whom=f"unit:{unit_id}" if unit_id is not None else "",
    )


def _units_before(row: TaskRow, given: Mapping[str, Any]) -> dict[str, Any]:
    """Who was responsible, where an act names others."""
    if "leads" not in given:
        return {}
    return {"before": {"leads": [u.unit_id for u in row.leads], "supports": [u.unit_id for u in row.supports]}}
