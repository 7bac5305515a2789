"""A plan follows another definition from an instant on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor, authorise
from ..errors import NotFound
from ..idempotency import Answer, once
from ..plans.models import Plan
from ..plans.policy import plan_facts
from ..plans.queries import plan_by_slug, task_rows
from ..reporting.commands import checked
from .acts import Act
from .definitions import DEFINITIONS, MOVES
from .path import lock_plan, lock_task, lock_tasks, move
from .policy import task_facts
from .schemas import ReasonSchema


def redefine(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    definition: str,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Let a plan follow another definition from ``now`` on; ``data`` is the form (ReasonSchema).

    A task in a state that the new definition does not have moves as ``definitions.MOVES`` says, with a row of history:
    its report is withdrawn and its unit told.  Everything else stays where it stands.
    Raises NotFound, NotAllowed, InvalidInput, KeyReused.  Answers ``{"definition", "moved": [refs]}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        authorise("plan.redefine", plan_facts(actor, plan))
        if definition not in DEFINITIONS:
            raise NotFound()
        given = checked(ReasonSchema(), data)
        plan = lock_plan(session, plan)
        old, plan.definition = plan.definition, definition
        lock_tasks(session, plan)
        moved = [] if old == definition else _moved(session, actor, now, plan, MOVES[old, definition], given)
        if old != definition:
            audit.record(
                session,
                chain=audit.plan_chain(plan.id),
                actor=actor,
                now=now,
                action="plan.redefine",
                subject=f"plan:{plan.id}",
                data={"from": old, "to": definition, "moved": moved, "given": given},
            )
        return {"definition": definition, "moved": moved}

    content = {"command": "redefine", "slug": slug, "definition": definition, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def _moved(
    session: Session, actor: Actor, now: datetime, plan: Plan, moves: Mapping[str, str], given: Mapping[str, Any]
) -> list[str]:
    found = []
    for row in task_rows(session, [plan.id]):
        if (row.suspended_from or row.state) not in moves:
            continue
        instance, fresh = lock_task(session, plan, row.ref)
        facts = task_facts(session, actor, plan, [fresh])[fresh.task_id]
        if fresh.suspended_from is not None:
            instance.suspended_from = moves[fresh.suspended_from]
        state = moves.get(fresh.state, fresh.state)
        done = Act(session, actor, now, plan, fresh, instance, facts, "withdraw", given, state, False, None)
        done.tell_later("returned", done.lead_ids[:1])
        move(done)
        done.tell()
        found.append(row.ref)
    return found
