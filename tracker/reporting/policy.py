"""Who may comment, file parts, ask for input and answer, keep a draft of a report, and see every gap of a plan."""

from __future__ import annotations

from ..access import Facts, register

COMMENT = "task.comment"
DRAFT = "task.draft"
GAPS = "plan.gaps"
COMMENT_ANSWER = "comment.answer"
COMMENT_CORRECT = "comment.correct"


def _may_comment(facts: Facts) -> bool:
    return (facts.involved or facts.supervisor) and facts.state != "pending_dispatch"


register(
    {
        COMMENT: _may_comment,
        COMMENT_ANSWER: _may_comment,
        COMMENT_CORRECT: lambda facts: _may_comment(facts) and facts.own_comment,
        # whatever the state: what is being typed while a task moves on is kept as well
        DRAFT: lambda facts: facts.first_lead,
        # the whole plan's; a lead unit sees its own without it
        GAPS: lambda facts: facts.supervisor or facts.observer or facts.administrator,
    }
)

PART = "report.part"
PART_STATES = ("assigned", "in_progress", "awaiting_sign_off", "reported", "verified")
"""While a report is to come, waits, or may be followed by the next one: input can be given and asked for."""
register({PART: lambda facts: (facts.other_lead or facts.collective_member) and facts.state in PART_STATES})

REQUEST = "input.request"
ANSWER = "input.answer"
register(
    {
        REQUEST: lambda facts: (facts.first_lead or facts.supervisor) and facts.state in PART_STATES,
        ANSWER: lambda facts: facts.asked and facts.state in PART_STATES,
    }
)
