"""Who may import a plan: administrators, and the supervisors of the region.

DESIGN leaves it open.  A plan is brought in by the office that will supervise it, and before there is a plan that is
whoever supervises anything in the region.  Handlers, leaders, observers and evaluators do not see drafts at all: what
is not confirmed is nobody's task yet.
"""

from __future__ import annotations

from ..access import Actor, authorise, permitted, region_facts, register
from ..errors import NotAllowed
from ..i18n import N_

IMPORT = "plan.import"
REVISE = "plan.revise"
IMPORT_NEEDED = N_(
    "Plans are imported by the supervisors of the region and by administrators. Ask one of them to do it."
)

register(
    {
        IMPORT: lambda facts: facts.system or facts.administrator or facts.supervisor,
        REVISE: lambda facts: facts.system or facts.administrator or facts.supervisor,
    }
)


def authorise_import(actor: Actor, region_id: int) -> None:
    """May the actor import plans into the region?  Raises NotFound outside their regions, NotAllowed inside."""
    try:
        authorise(IMPORT, region_facts(actor, region_id))
    except NotAllowed as error:
        raise NotAllowed(IMPORT_NEEDED) from error


def may_import(actor: Actor, region_id: int) -> bool:
    """Whether the actor may import plans into the region."""
    return permitted(IMPORT, region_facts(actor, region_id))


def may_import_somewhere(actor: Actor) -> bool:
    """Whether there is a region into which the actor may import plans; every page asks, so it reads nothing."""
    return actor.administrator or any(may_import(actor, region_id) for region_id in actor.region_ids)
