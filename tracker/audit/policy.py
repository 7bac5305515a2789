"""Who may read the audit: administrators all of it, supervisors the chains of their plans."""

from __future__ import annotations

from ..access import Facts, register

READ = "audit.read"


def _reads(facts: Facts) -> bool:
    """The export is the same text as the page, so the same people may take it with them."""
    return facts.administrator or facts.supervisor or facts.system


register({READ: _reads, "audit.export": _reads})
