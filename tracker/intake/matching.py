"""Names of a plan meet the units of its region: by name, by alias, by the place's prefix; else likeness is offered.

Only the first three lead to a unit by themselves.  A name that is merely like another is unknown until a person says
so: 市水务局 and 市水利局 differ by one character and may be two units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..directory.models import Region, Unit, UnitAlias

NEAREST = 3  # how many units an unknown name is offered
LIKE_ENOUGH = 45  # of 100: below it a unit is no offer, only noise
_LEVELS = "省市县区州盟旗"


@dataclass(frozen=True, slots=True)
class Nearest:
    """A unit that an unknown name may mean.  ``score`` runs from 0 to 100; ``spelling`` is the name that is like it."""

    unit_id: int
    unit: str
    spelling: str
    score: int


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """Where a printed name leads.  ``how``: exact, alias, prefix, document (the plan itself explains it) or unknown."""

    name: str
    how: str
    unit_id: int | None = None
    unit: str | None = None
    nearest: tuple[Nearest, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the name leads to a unit."""
        return self.unit_id is not None

    def as_json(self) -> dict[str, Any]:
        """JSON-ready data."""
        nearest = [{"unit": entry.unit, "spelling": entry.spelling, "score": entry.score} for entry in self.nearest]
        return {"name": self.name, "how": self.how, "unit": self.unit, "nearest": nearest}


@dataclass(frozen=True, slots=True)
class _Spelling:
    unit_id: int
    unit: str
    text: str
    forms: frozenset[str]


def match_units(
    session: Session,
    region: Region | None,
    names: Iterable[str],
    *,
    together: Iterable[Iterable[str]] = (),
) -> dict[str, UnitMatch]:
    """Printed name -> where it leads, in the order given; ``region`` None stands for one that knows no unit yet.

    ``together`` holds groups of spellings that the plan itself uses for one unit (its list of units): a name of a group
    that leads nowhere by itself leads where the others do, unless they lead to two units.
    """
    spellings = _spellings(session, region) if region is not None else []
    place = region.name if region is not None else ""
    wanted = list(dict.fromkeys(names))
    groups = [tuple(group) for group in together]
    found = {name: _match(name, place, spellings) for name in dict.fromkeys([*wanted, *(n for g in groups for n in g)])}
    for group in groups:
        units = {match.unit_id: match.unit for match in (found[name] for name in group) if match.known}
        if len(units) != 1:
            continue
        unit_id, unit = next(iter(units.items()))
        for name in group:
            if not found[name].known:
                found[name] = UnitMatch(name, "document", unit_id, unit)
    return {name: found[name] for name in wanted}


def unknown_of(matches: Mapping[str, UnitMatch]) -> list[UnitMatch]:
    """The matches that lead nowhere."""
    return [match for match in matches.values() if not match.known]


def _spellings(session: Session, region: Region) -> list[_Spelling]:
    rows = session.execute(
        select(UnitAlias.name, Unit.id, Unit.name)
        .join(Unit, Unit.id == UnitAlias.unit_id)
        .where(UnitAlias.region_id == region.id)
        .order_by(Unit.id, UnitAlias.id)
    )
    return [_Spelling(unit_id, unit, text, forms_of(text, region.name)) for text, unit_id, unit in rows]


def _match(name: str, place: str, spellings: list[_Spelling]) -> UnitMatch:
    for spelling in spellings:
        if spelling.text == name:
            return UnitMatch(name, "exact" if spelling.unit == name else "alias", spelling.unit_id, spelling.unit)
    forms = forms_of(name, place)
    units = {spelling.unit_id: spelling.unit for spelling in spellings if spelling.forms & forms}
    if len(units) == 1:
        unit_id, unit = next(iter(units.items()))
        return UnitMatch(name, "prefix", unit_id, unit)
    return UnitMatch(name, "unknown", nearest=_nearest(forms, spellings))


def _nearest(forms: frozenset[str], spellings: list[_Spelling]) -> tuple[Nearest, ...]:
    best: dict[int, Nearest] = {}
    for spelling in spellings:
        score = _likeness(min(forms, key=len), min(spelling.forms, key=len))
        if score >= LIKE_ENOUGH and (spelling.unit_id not in best or best[spelling.unit_id].score < score):
            best[spelling.unit_id] = Nearest(spelling.unit_id, spelling.unit, spelling.text, score)
    return tuple(sorted(best.values(), key=lambda entry: (-entry.score, entry.unit_id))[:NEAREST])


def _likeness(name: str, other: str) -> int:
    """0 to 100.  An abbreviation takes characters of the name in their order (政数局 of 政务服务数据管理局)."""
    ratio = fuzz.ratio(name, other)
    short, long = sorted((name, other), key=len)
    rest = iter(long)
    abbreviated = len(short) > 2 and all(character in rest for character in short)
    return round(80 + ratio / 5 if abbreviated else ratio)


def forms_of(name: str, place: str) -> frozenset[str]:
    """The ways of writing a unit of ``place`` (韶关市): 韶关市教育局, 韶关教育局, 市教育局 and 教育局 share one.

    Only the place's own level is taken off: in a county's plan 市教育局 is another unit than 县教育局.
    """
    text = re.sub(r"\s", "", name).replace("(", "（").replace(")", "）")
    forms = {text}
    if place:
        level = "自治区" if place.endswith("自治区") else place[-1] if place[-1] in _LEVELS else ""
        short = place.removesuffix(level)
        for prefix in (place, short if len(short) > 1 else "", level):
            at = text.find(prefix) if prefix else -1
            before, rest = text[: max(at, 0)], text[at + len(prefix) :]
            if at == 0 or (prefix == place and before.endswith(("省", "自治区"))):
                forms.add(rest)
                if level and rest.startswith(level):  # 韶关市教育局 without 韶关
                    forms.add(rest[len(level) :])
    return frozenset(form for form in forms if len(form) > 1)
