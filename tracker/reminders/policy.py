"""Who sets the rules of a plan's reminders."""

from __future__ import annotations

from ..access import register

SET_RULES = "plan.set_rules"

register({SET_RULES: lambda facts: facts.supervisor or facts.system})
