"""The units that a draft names become units of the region: matched by rule, accepted or made by a person's word.

An unknown name stops everything; nothing becomes a unit by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..access import Actor
from ..directory.commands import load_units, teach_aliases
from ..directory.models import Region
from ..directory.queries import units_by_name
from ..errors import InvalidInput
from ..i18n import N_
from .blocks import Doubt
from .kinds import kind_of
from .matching import UnitMatch, forms_of, match_units, unknown_of

COLLECTIVE_WITHOUT_MEMBERS = N_(
    "%(name)s is made as a collective unit without members. Name its members, or nobody sees its tasks."
)
KIND_IS_A_GUESS = N_("%(name)s is made as a government department: its name does not say what it is.")
NAMED_TWICE = N_("Task %(ref)s names one unit twice, as “%(first)s” and “%(second)s”. The first is kept.")


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decides beside the draft.

    ``supervising_unit`` is a unit's name; None takes the one supervising office of the region.  ``host`` names the
    unit that hosts it, where it is made.  ``accepted`` leads printed names to names of units of the region.
    ``create`` names the units to make: None makes none, "all" makes every unknown one.  ``rounds`` are kinds of rounds;
    None makes those that follow from the document.
    """

    slug: str | None = None
    supervising_unit: str | None = None
    host: str | None = None
    definition: str = "standard"
    accepted: Mapping[str, str] = field(default_factory=dict)
    create: Collection[str] | None = None
    rounds: Collection[str] | None = None

    def creates(self, name: str) -> bool:
        """Whether an unknown name becomes a unit."""
        return self.create is not None and (self.create == "all" or name in self.create)


@dataclass(frozen=True, slots=True)
class Settled:
    """Every name of the region -> its unit, the names of the units made, the matches that taught an alias, doubts."""

    known: Mapping[str, int]
    created: tuple[str, ...]
    taught: tuple[UnitMatch, ...]
    doubts: tuple[Doubt, ...]


class UnknownUnits(InvalidInput):
    """Names of the plan that the region does not know; ``matches`` says what each is like."""

    default = N_(
        "%(count)s names of the plan lead to no unit of the region. Match each of them with a unit, or let them be"
        " created. Nothing was changed."
    )

    def __init__(self, matches: Sequence[UnitMatch]) -> None:
        super().__init__(count=len(matches))
        self.matches = tuple(matches)


def names_of(draft: Mapping[str, Any]) -> list[str]:
    """Every name that has part in a task, in the order of the document."""
    return list(dict.fromkeys(name for task in draft["tasks"] for name in (*task["leads"], *task["supports"])))


def spellings_of(draft: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The groups of spellings that the plan uses for one unit."""
    return [(unit["name"], *unit["aliases"]) for unit in draft["units"]]


def match_draft(
    session: Session, region: Region | None, draft: Mapping[str, Any], accepted: Mapping[str, str]
) -> dict[str, UnitMatch]:
    """Where every name of the draft leads, ``accepted`` matches included.

    Raises InvalidInput where an accepted match names a unit that is not there.
    """
    matches = match_units(session, region, names_of(draft), together=spellings_of(draft))
    targets = match_units(session, region, accepted.values())
    for name, wanted in accepted.items():
        target = targets[wanted]
        if not target.known:
            raise InvalidInput(
                message=N_("“%(name)s” cannot be matched with “%(unit)s”: the region has no such unit."),
                name=name,
                unit=wanted,
            )
        if name in matches:
            matches[name] = UnitMatch(name, "accepted", target.unit_id, target.unit)
    return matches


def settle_units(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    region: Region,
    draft: Mapping[str, Any],
    choices: Choices,
) -> Settled:
    """Let every name of the draft lead to a unit: make what may be made, teach what was matched.

    Raises UnknownUnits.
    """
    matches = match_draft(session, region, draft, choices.accepted)
    unknown = unknown_of(matches)
    refused = [match for match in unknown if not choices.creates(match.name)]
    if refused:
        raise UnknownUnits(refused)
    entries, doubts = _new_units(session, region, [match.name for match in unknown], spellings_of(draft))
    if entries:
        load_units(session, actor, now, {"region": {"slug": region.slug}, "units": entries})
    taught = [match for match in matches.values() if match.known and match.how not in ("exact", "alias")]
    teach_aliases(session, actor, now, region, {m.name: m.unit_id for m in taught if m.unit_id is not None})
    created = tuple(entry["name"] for entry in entries)
    return Settled(units_by_name(session, region.id), created, tuple(taught), doubts)


def _new_units(
    session: Session, region: Region, names: Sequence[str], groups: Sequence[Sequence[str]]
) -> tuple[list[dict[str, Any]], tuple[Doubt, ...]]:
    """One entry of a units file for each unit that the names stand for: spellings of one unit make one."""
    taken = units_by_name(session, region.id)
    owners: dict[str, dict[str, Any]] = {}
    entries: list[dict[str, Any]] = []
    doubts: list[Doubt] = []
    for name in names:
        group = next((group for group in groups if name in group), (name,))
        spellings = [spelling for spelling in dict.fromkeys((group[0], *group, name)) if spelling not in taken]
        forms = {form for spelling in spellings for form in forms_of(spelling, region.name)}
        entry = next((owners[form] for form in sorted(forms) if form in owners), None)
        if entry is None:
            kind, sure = kind_of(spellings[0])
            entry = {"name": spellings[0], "kind": kind, "mailbox": None, "aliases": [], "host": None, "members": []}
            entries.append(entry)
            if kind == "collective":
                doubts.append(Doubt(None, COLLECTIVE_WITHOUT_MEMBERS, {"name": entry["name"]}))
            elif not sure:
                doubts.append(Doubt(None, KIND_IS_A_GUESS, {"name": entry["name"]}))
        known = {entry["name"], *entry["aliases"]}
        entry["aliases"] += [spelling for spelling in spellings if spelling not in known]
        owners |= {form: entry for form in forms if form not in owners}
    return entries, tuple(doubts)


def named_once(
    tasks: Sequence[Mapping[str, Any]], known: Mapping[str, int]
) -> tuple[list[dict[str, Any]], tuple[Doubt, ...]]:
    """The tasks with each unit once: two spellings in one task may lead to the same unit."""
    settled, doubts = [], []
    for task in tasks:
        names: dict[int, str] = {}
        kept: dict[str, list[str]] = {}
        for role in ("leads", "supports"):
            kept[role] = []
            for name in task[role]:
                first = names.setdefault(known[name], name)
                if first == name:
                    kept[role].append(name)
                    continue
                values = {"ref": task["ref"], "first": first, "second": name}
                doubts.append(Doubt(task["source_line"], NAMED_TWICE, values, task["ref"]))
        others = [name for name in task["others"] if name in names.values()]
        settled.append({**task, **kept, "others": others})
    return settled, tuple(doubts)
