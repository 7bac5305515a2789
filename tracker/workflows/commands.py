"""What may be asked of the workflow: one act, dispatching many tasks, going live, the opening of a round.

Each goes the one way of ``path.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from .. import audit
from ..access import SYSTEM, Actor, authorise
from ..errors import NotFound
from ..idempotency import Answer, once
from ..plans.models import Plan, Round
from ..plans.policy import plan_facts
from ..plans.queries import plan_by_slug, task_rows
from ..reporting.commands import carry_report
from .definitions import WAITING_STATES
from .notices import tell_dispatched
from .path import apply, lock_plan, lock_task, lock_tasks


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
        instance, row = lock_task(session, plan, ref)
        return apply(session, actor, now, plan, instance, row, trigger, form, version=version)

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
            instance, row = lock_task(session, plan, ref)
            apply(session, actor, now, plan, instance, row, "dispatch", dict(data), version=version, quiet=True)
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
        plan = lock_plan(session, plan)
        if plan.live_since is not None:
            return {"dispatched": [], "without_lead": [], "mails": 0}
        plan.live_since = now
        session.flush()
        lock_tasks(session, plan)
        waiting = [row for row in task_rows(session, [plan.id]) if row.state == "pending_dispatch"]
        ready = [row for row in waiting if row.leads]
        for row in ready:
            instance, fresh = lock_task(session, plan, row.ref)
            apply(session, actor, now, plan, instance, fresh, "dispatch", {}, version=row.version, quiet=True)
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
            instance, fresh = lock_task(session, plan, row.ref)
            form = {"reason": f"{round_.kind} {round_.year}"}
            apply(session, SYSTEM, now, plan, instance, fresh, "reopen", form, version=fresh.version, round_=round_)
        elif (row.suspended_from or row.state) in WAITING_STATES and row.current_report_id is not None:
            carry_report(session, row.current_report_id, round_)
