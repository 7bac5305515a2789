"""Who may see how the installation stands: its administrators."""

from __future__ import annotations

from ..access import Actor, Facts, authorise, permitted, register

SEE = "operations.see"

register({SEE: lambda facts: facts.system or facts.administrator})


def sees_status(actor: Actor) -> bool:
    """Whether the actor may see how the installation stands."""
    return permitted(SEE, _facts(actor))


def authorise_status(actor: Actor) -> None:
    """Raises NotAllowed for who may not."""
    authorise(SEE, _facts(actor))


def _facts(actor: Actor) -> Facts:
    """The installation lies in no region: whoever is somebody anywhere is refused, not left in the dark."""
    return Facts(system=actor.is_system, in_region=True, administrator=actor.administrator)
