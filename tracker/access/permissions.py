"""The one permission map: action -> predicate over Facts.

Features register their actions from their ``policy.py``; an action that nobody registered is an error, not a no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..errors import NotAllowed, NotFound
from .facts import Facts

Predicate = Callable[[Facts], bool]

_map: dict[str, Predicate] = {}


def register(predicates: Mapping[str, Predicate]) -> None:
    """Add a feature's actions.  The same action twice is a programming error."""
    for action, predicate in predicates.items():
        if _map.get(action, predicate) is not predicate:
            raise ValueError(f"action {action!r} is registered twice")
        _map[action] = predicate


def permitted(action: str, facts: Facts) -> bool:
    """Whether the facts allow the action.  Outside the actor's regions nothing is allowed."""
    predicate = _map[action]
    if not (facts.in_region or facts.system or facts.administrator):
        return False
    return bool(predicate(facts))


def authorise(action: str, facts: Facts) -> None:
    """Raise NotFound outside the actor's regions, NotAllowed inside them, unless the action is permitted."""
    if permitted(action, facts):
        return
    if not (facts.in_region or facts.system or facts.administrator):
        raise NotFound()
    raise NotAllowed()


def actions() -> Iterator[str]:
    """Every registered action, sorted."""
    return iter(sorted(_map))
