"""Who somebody is to a key task."""

from __future__ import annotations

from ..access import Actor, Facts, register
from .models import Plan
from .queries import TaskRow, UnitRef

register(
    {
        "plan.see": lambda facts: True,
        "plan.go_live": lambda facts: facts.supervisor or facts.system,
        "plan.redefine": lambda facts: facts.supervisor,
    }
)


def plan_facts(actor: Actor, plan: Plan) -> Facts:
    """The facts of an actor and a plan as a whole."""
    host = plan.supervising_unit.host_unit_id
    return Facts(
        system=actor.is_system,
        in_region=plan.region_id in actor.region_ids,
        administrator=actor.administrator,
        observer=any(role.role == "observer" and role.region_id == plan.region_id for role in actor.roles),
        supervisor=actor.has("supervisor", plan.supervising_unit_id),
        host_unit_person=host is not None and host in actor.unit_ids,
    )


def relation_facts(actor: Actor, plan: Plan, row: TaskRow) -> Facts:
    """The facts of an actor and a task that follow from memberships and assignments alone."""
    base = plan_facts(actor, plan)
    host = plan.supervising_unit.host_unit_id
    mine = actor.unit_ids
    first = row.first_lead

    def through_collective(units: tuple[UnitRef, ...]) -> bool:
        return any(member in mine for unit in units for member in unit.members)

    return Facts(
        system=base.system,
        in_region=base.in_region,
        administrator=base.administrator,
        observer=base.observer,
        supervisor=base.supervisor,
        first_lead_handler=first is not None and actor.has("handler", first.unit_id),
        first_lead_leader=first is not None and actor.has("leader", first.unit_id),
        other_lead=any(unit.unit_id in mine for unit in row.leads[1:]),
        supporting=any(unit.unit_id in mine for unit in row.supports),
        collective_member=through_collective(row.leads) or through_collective(row.supports),
        host_unit_person=base.host_unit_person,
        host_leads=host is not None and any(unit.unit_id == host for unit in row.leads),
        plan_lives=plan.live_since is not None,
        state=row.state,
        suspended_from=row.suspended_from or "",
    )


def acting_unit(actor: Actor, plan: Plan, row: TaskRow) -> int | None:
    """The unit a person acts for on a task: leads first, then supporting ones and members, then the supervisor's."""
    mine = actor.unit_ids
    for unit in (*row.leads, *row.supports):
        if unit.unit_id in mine:
            return unit.unit_id
        for member in unit.members:
            if member in mine:
                return member
    return plan.supervising_unit_id if actor.has("supervisor", plan.supervising_unit_id) else None
