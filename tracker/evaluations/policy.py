"""Who may do what with a round."""

from __future__ import annotations

from ..access import register

SET_DATES = "round.set_dates"

register({SET_DATES: lambda facts: facts.supervisor or facts.system})
