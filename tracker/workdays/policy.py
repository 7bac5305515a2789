"""Who may look at a region's working days, and who may set them.

Everybody of the region counts in them, so everybody may look.  They are set by who keeps the region's contacts, too:
its supervisors and administrators.
"""

from __future__ import annotations

from ..access import Actor, Facts, authorise, permitted, region_facts, register
from ..errors import NotAllowed
from ..i18n import N_

READ = "workdays.read"
SET = "workdays.set"


def _keeps(facts: Facts) -> bool:
    return facts.system or facts.administrator or facts.supervisor


register({READ: lambda facts: True, SET: _keeps})


def authorise_setting(actor: Actor, region_id: int) -> None:
    """May the actor set working days of the region?  Raises NotFound outside their regions, NotAllowed inside."""
    try:
        authorise(SET, region_facts(actor, region_id))
    except NotAllowed as error:
        raise NotAllowed(
            N_("Working days are set by the supervisors of the region and by administrators. Ask one of them to do it.")
        ) from error


def may_set(actor: Actor, region_id: int) -> bool:
    """Whether the actor may set working days of the region."""
    return permitted(SET, region_facts(actor, region_id))
