"""Who may comment, file parts, keep a draft of a report, and see every gap of a plan."""

from __future__ import annotations

from ..access import register

COMMENT = "task.comment"
DRAFT = "task.draft"
GAPS = "plan.gaps"
register(
    {
        COMMENT: lambda facts: (facts.involved or facts.supervisor) and facts.state != "pending_dispatch",
        # whatever the state: what is being typed while a task moves on is kept as well
        DRAFT: lambda facts: facts.first_lead,
        # the whole plan's; a lead unit sees its own without it
        GAPS: lambda facts: facts.supervisor or facts.observer or facts.administrator,
    }
)

PART = "report.part"
PART_STATES = ("assigned", "in_progress", "awaiting_sign_off", "reported", "verified")
"""While a report is to come, waits, or may be followed by the next one."""
register({PART: lambda facts: (facts.other_lead or facts.collective_member) and facts.state in PART_STATES})
