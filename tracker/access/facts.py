"""The frozen facts that a predicate may look at: who the actor is to this task, and how the task stands."""

from __future__ import annotations

from dataclasses import dataclass

from .actor import Actor


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of one actor and one task (or of one actor and one region, where there is no task).

    The unit relations hold for handlers and leaders alike unless the name says otherwise.  ``host_leads``: the unit
    that hosts the supervising unit leads the task, first-named or not.  ``wrote``: the actor wrote or signed a version
    of the report that waits.  ``completion_unproven``: the report claims completion without evidence or value.
    ``suspended_from`` is the state that a suspended task resumes to.  ``request`` is what was last done to the
    unit's request that the action concerns, ``took_part`` whether the actor did any of it.
    ``asked``: a request for input asks a unit of the actor's.  ``own_comment``: the actor wrote the comment at hand.
    ``own_person``: the person at hand is the actor, ``unit_leader``: the actor leads a unit of that person's.
    """

    system: bool = False
    in_region: bool = False
    administrator: bool = False
    observer: bool = False
    supervisor: bool = False
    first_lead_handler: bool = False
    first_lead_leader: bool = False
    other_lead: bool = False
    supporting: bool = False
    collective_member: bool = False
    host_unit_person: bool = False
    host_leads: bool = False
    wrote: bool = False
    first_checked: bool = False
    first_checked_by_actor: bool = False
    completion_unproven: bool = False
    unit_acknowledged: bool = False
    asked: bool = False
    own_comment: bool = False
    own_person: bool = False
    unit_leader: bool = False
    plan_lives: bool = True
    state: str = ""
    suspended_from: str = ""
    request: str = ""
    took_part: bool = False

    @property
    def first_lead(self) -> bool:
        """Handler or leader of the first-named lead unit."""
        return self.first_lead_handler or self.first_lead_leader

    @property
    def involved(self) -> bool:
        """Handler or leader of a unit that has part in the task, as lead, support or member of a collective unit."""
        return self.first_lead or self.other_lead or self.supporting or self.collective_member


def region_facts(actor: Actor, region_id: int) -> Facts:
    """The facts of an actor and a region."""
    return Facts(
        system=actor.is_system,
        in_region=region_id in actor.region_ids,
        administrator=actor.administrator,
        supervisor=any(role.role == "supervisor" and role.region_id == region_id for role in actor.roles),
    )
