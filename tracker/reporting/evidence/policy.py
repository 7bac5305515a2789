"""Who may add evidence, and when."""

from __future__ import annotations

from ...access import Facts, permitted, register
from ...i18n import N_

ADD = "task.add_evidence"
ADDABLE_STATES = ("assigned", "in_progress", "verified")
"""Those in which the next version of a report is still to be written."""

NOT_NOW = N_(
    "Files are added while a report is being written. A report that waits keeps the files it was filed with: withdraw"
    " it first, or add the file to the next one."
)

# The parts of other leads and of members come to the report with their proof; a supporting unit answers in words.
register(
    {
        ADD: lambda facts: (
            (facts.first_lead or facts.other_lead or facts.collective_member) and facts.state != "pending_dispatch"
        )
    }
)


def may_add_now(facts: Facts) -> bool:
    """Whether the actor may add files and the task takes them."""
    return permitted(ADD, facts) and facts.state in ADDABLE_STATES


def may_remove(facts: Facts, unit_id: int, acting_unit_id: int | None) -> bool:
    """Whether the actor, who may add now, may take back a waiting file of ``unit_id``."""
    return facts.first_lead or unit_id == acting_unit_id
