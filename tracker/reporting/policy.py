"""Who may comment."""

from __future__ import annotations

from ..access import register

register({"task.comment": lambda facts: (facts.involved or facts.supervisor) and facts.state != "pending_dispatch"})
