"""Who sets the rules of a plan's reminders, and who may ask why one went to somebody, or did not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..access import Actor, Facts, register
from ..plans.models import Plan
from ..plans.policy import plan_facts

EXPLAIN = "reminder.explain"
SET_RULES = "plan.set_rules"

register(
    {
        EXPLAIN: lambda facts: (
            facts.own_person
            or facts.unit_leader
            or facts.supervisor
            or facts.observer
            or facts.administrator
            or facts.system
        ),
        SET_RULES: lambda facts: facts.supervisor or facts.system,
    }
)


def recipient_facts(actor: Actor, plan: Plan, recipient: str, unit_ids: Iterable[int]) -> Facts:
    """The facts of an actor and a recipient of a plan's mails, who is of these units."""
    return replace(
        plan_facts(actor, plan),
        own_person=recipient == actor.key,
        unit_leader=any(actor.has("leader", unit_id) for unit_id in unit_ids),
    )


def looks_over(actor: Actor, plan: Plan) -> bool:
    """Whether the actor sees all reminders of a plan."""
    facts = plan_facts(actor, plan)
    return facts.supervisor or facts.administrator or facts.observer
