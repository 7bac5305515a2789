"""Who may keep the directory: administrators everywhere, supervisors the contacts of their own region."""

from __future__ import annotations

from collections.abc import Sequence

from ..access import Actor, Facts, authorise, permitted, region_facts, register
from ..errors import NotAllowed
from ..i18n import N_

CONTACT_ROLES = ("handler", "leader")

register(
    {
        "contacts.manage": lambda facts: facts.system or facts.administrator or facts.supervisor,
        "absence.enter": lambda facts: (
            facts.system or facts.own_person or facts.unit_leader or facts.supervisor or facts.administrator
        ),
        "accounts.manage": lambda facts: facts.system or facts.administrator,
    }
)


def person_facts(actor: Actor, user_id: int, places: Sequence[tuple[int, int | None]]) -> Facts:
    """The facts of an actor and a person who works in ``places``: (region id, unit id) each."""
    regions = {region_id for region_id, _ in places}
    return Facts(
        system=actor.is_system,
        in_region=bool(regions & actor.region_ids),
        administrator=actor.administrator,
        supervisor=any(role.role == "supervisor" and role.region_id in regions for role in actor.roles),
        own_person=actor.user_id == user_id,
        unit_leader=any(unit_id is not None and actor.has("leader", unit_id) for _, unit_id in places),
    )


def action_for(role: str) -> str:
    """The action that giving or taking a role is: handlers and leaders are contacts, the others accounts."""
    return "contacts.manage" if role in CONTACT_ROLES else "accounts.manage"


def may_give(actor: Actor, region_id: int, role: str) -> bool:
    """Whether the actor may give or take the role in the region."""
    return permitted(action_for(role), region_facts(actor, region_id))


def authorise_contacts(actor: Actor, region_id: int) -> None:
    """May the actor see and keep the region's contacts?  Raises NotFound outside their regions, NotAllowed inside."""
    authorise_role(actor, region_id, "handler")


def authorise_role(actor: Actor, region_id: int, role: str) -> None:
    """May the actor give or take the role?  Raises NotFound outside their regions, NotAllowed inside."""
    try:
        authorise(action_for(role), region_facts(actor, region_id))
    except NotAllowed as error:
        raise NotAllowed(
            N_(
                "Contacts are kept by the supervisors of the region, other roles by an administrator."
                " Ask one of them to do it."
            )
        ) from error


def managed_regions(actor: Actor, region_ids: list[int]) -> list[int]:
    """Those of the regions whose contacts the actor keeps."""
    return [region_id for region_id in region_ids if permitted("contacts.manage", region_facts(actor, region_id))]
