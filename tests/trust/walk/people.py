"""The people of the walk: every role in every relation to a task, inside the region and outside."""

from __future__ import annotations

INSIDE = {
    "handler": "handler", "leader": "leader",
    "othhd": "other", "othld": "other",
    "suphd": "support", "supld": "support",
    "memhd": "member", "memld": "member",
    "superv": "superv", "hostsv": "hostsv", "plansv": "unit",
    "observer": "observer", "evaluator": "observer", "admin": "admin",
    "unit": "unit", "unitld": "unit",
}  # fmt: skip
"""Person of the region -> the relation that answers for them in the tables of cells of the triggers."""
OUTSIDE = {"former": "region", "region": "region", "regionhd": "region", "nobody": "nobody"}
RELATION = {**INSIDE, **OUTSIDE, "system": "system"}
PERSONS = tuple(RELATION)
GROUPS = {
    "first": ("handler", "leader"),
    "other": ("othhd", "othld"),
    "support": ("suphd", "supld"),
    "member": ("memhd", "memld"),
    "office": ("superv", "hostsv"),
    "home": tuple(INSIDE),
    "none": (),
}
SOMEBODY = "suphd"
"""Whom an action on a person is about."""
ELSEWHERE = {"plansv": "superv", "region": "superv", "regionhd": "unit", "former": "unit"}
"""Who they are where an address names no plan or region: supervisors and a handler of their own, somebody of none."""
IN_THE_CITY = {
    "handler": "handler", "leader": "leader", "othhd": "other_lead", "suphd": "supporting",
    "memhd": "collective_member", "superv": "supervisor", "hostsv": "host_supervisor", "observer": "observer",
    "admin": "administrator", "unit": "another_unit", "region": "another_region",
}  # fmt: skip
"""Person -> the name that tests/factories.py gives them; the others join its city."""


def people_of(words: list[str], place: str) -> frozenset[str]:
    """The persons that groups and names stand for.  AssertionError names a word that is neither."""
    found: set[str] = set()
    for word in words:
        assert word in GROUPS or word in PERSONS, f"{place}: {word} is nobody of the walk"
        found |= set(GROUPS.get(word, (word,)))
    return frozenset(found)
