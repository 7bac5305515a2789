"""The one command path of a task.

begin write -> idempotency key (a repeat gets the stored answer) -> lock row -> authorise -> compare version ->
required fields -> fire -> history -> audit -> outbox -> commit -> answer.  Beginning and committing are the caller's
``with transaction()``; everything between is here, the same for every trigger.  Nothing else assigns a task's state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import SYSTEM, Actor, authorise
from ..errors import NotAllowed, NotFound, StaleVersion
from ..idempotency import Answer, once
from ..plans.models import Instance, KeyTask, Plan, Round
from ..plans.policy import acting_unit, plan_facts
from ..plans.queries import TaskRow, plan_by_slug, task_id_of, task_rows
from ..reporting.commands import carry_report, checked
from .acts import Act
from .definitions import DEFINITIONS, WAITING_STATES
from .effects import EFFECTS
from .machine import fire
from .models import HistoryEntry
from .notices import tell_dispatched
from .policy import guard, task_facts
from .schemas import SCHEMAS


def act(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    trigger: str,
    version: int,
    data: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> Answer:
    """Fire ``trigger`` on a task, as the person saw it at ``version``.

    ``data`` is the form (reason, report fields, leads and supports); ``now`` is aware, on the business clock.
    Raises NotFound, NotAllowed, StaleVersion, InvalidInput, InvalidTransition, KeyReused.
    Answers ``{"ref", "state", "version"}``.
    """
    form = dict(data or {})

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        instance, row = _lock(session, plan, ref)
        return _apply(session, actor, now, plan, instance, row, trigger, form, version=version)

    content = {"command": trigger, "slug": slug, "ref": ref, "version": version, "data": form}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def dispatch_tasks(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    versions: Mapping[str, int],
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Dispatch several tasks (ref -> version seen) to the same units; one mail a person.  All or none.

    Raises as :func:`act`.  Answers ``{"dispatched": [refs], "mails": n}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        if not versions:
            raise NotFound()
        lock_tasks(session, plan)
        for ref, version in versions.items():
            instance, row = _lock(session, plan, ref)
            _apply(session, actor, now, plan, instance, row, "dispatch", dict(data), version=version, quiet=True)
        rows = [row for row in task_rows(session, [plan.id]) if row.ref in versions]
        return {"dispatched": list(versions), "mails": tell_dispatched(session, actor, now, plan, rows)}

    content = {"command": "dispatch_tasks", "slug": slug, "versions": dict(versions), "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def go_live(session: Session, actor: Actor, now: datetime, *, slug: str, key: str | None = None) -> Answer:
    """交办启动: the plan lives from ``now`` on; every pending task with a lead unit is dispatched, one mail a person.

    A plan that lives already is left as it is.  Raises NotFound, NotAllowed.
    Answers ``{"dispatched": [refs], "without_lead": [refs], "mails": n}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        authorise("plan.go_live", plan_facts(actor, plan))
        plan = session.execute(
            select(Plan)
            .where(Plan.id == plan.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).scalar_one()
        if plan.live_since is not None:
            return {"dispatched": [], "without_lead": [], "mails": 0}
        plan.live_since = now
        session.flush()
        lock_tasks(session, plan)
        waiting = [row for row in task_rows(session, [plan.id]) if row.state == "pending_dispatch"]
        ready = [row for row in waiting if row.leads]
        for row in ready:
            instance, fresh = _lock(session, plan, row.ref)
            _apply(session, actor, now, plan, instance, fresh, "dispatch", {}, version=row.version, quiet=True)
        audit.record(
            session,
            chain=audit.plan_chain(plan.id),
            actor=actor,
            now=now,
            action="plan.go_live",
            subject=f"plan:{plan.id}",
            data={"dispatched": len(ready)},
        )
        return {
            "dispatched": [row.ref for row in ready],
            "without_lead": [row.ref for row in waiting if not row.leads],
            "mails": tell_dispatched(session, actor, now, plan, ready),
        }

    return once(session, sender=actor.key, key=key, content={"command": "go_live", "slug": slug}, now=now, work=work)


def enter_round(session: Session, now: datetime, plan: Plan, round_: Round) -> None:
    """What the opening of a round does to the tasks: verified ones are reopened, waiting reports are carried in."""
    for row in task_rows(session, [plan.id]):
        if row.state == "verified":
            instance, fresh = _lock(session, plan, row.ref)
            form = {"reason": f"{round_.kind} {round_.year}"}
            _apply(session, SYSTEM, now, plan, instance, fresh, "reopen", form, version=fresh.version, round_=round_)
        elif (row.suspended_from or row.state) in WAITING_STATES and row.current_report_id is not None:
            carry_report(session, row.current_report_id, round_)


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


def _lock(session: Session, plan: Plan, ref: str) -> tuple[Instance, TaskRow]:
    task_id = task_id_of(session, plan, ref)
    instance = session.execute(
        select(Instance).where(Instance.task_id == task_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    return instance, task_rows(session, [plan.id], task_ids=[task_id])[0]


def _apply(
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
    if state != row.state or begins_anew:
        instance.state = state
        instance.entered_at = now
    instance.version = row.version + 1
    session.add(
        HistoryEntry(
            task_id=row.task_id,
            version=instance.version,
            at=now,
            actor_id=actor.user_id,
            unit_id=acting_unit(actor, plan, row),
            trigger=trigger,
            from_state=row.state,
            to_state=state,
            reason=given.get("reason", ""),
            report_id=instance.current_report_id if done.concerns_report else None,
            round_id=round_.id if round_ is not None else None,
            assignment_set_id=instance.assignment_set_id,
        )
    )
    session.flush()
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action=f"task.{trigger}",
        subject=f"task:{row.task_id}",
        data={"ref": row.ref, "from": row.state, "to": state, "version": instance.version, "given": given},
    )
    if not quiet:
        done.tell()
    return {"ref": row.ref, "state": state, "version": instance.version}
