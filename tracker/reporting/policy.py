"""Who may comment."""

from __future__ import annotations

from ..access import register

COMMENT = "task.comment"
register({COMMENT: lambda facts: (facts.involved or facts.supervisor) and facts.state != "pending_dispatch"})
