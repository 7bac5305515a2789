"""Who may do what: the one permission map and the facts its predicates look at."""

from .actor import NOBODY, SYSTEM, Actor, Role
from .facts import Facts, region_facts
from .permissions import actions, authorise, permitted, register

__all__ = [
    "NOBODY", "SYSTEM", "Actor", "Facts", "Role",
    "actions", "authorise", "permitted", "region_facts", "register",
]  # fmt: skip
