"""The units that a plan names, each with its other spellings in the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..i18n import N_
from .abbreviations import is_short_for, plain_name
from .blocks import Doubt
from .draft import DraftTask, DraftUnit


def plan_units(tasks: Iterable[DraftTask], region: str | None, doubts: list[Doubt]) -> list[DraftUnit]:
    """The units of ``tasks`` in the order in which they first appear.

    Spellings of one unit stand together under the one that is printed most, of two the longer.  A short form that
    could stand for two of the names is a unit of its own, and a doubt says so.
    """
    printed: Counter[str] = Counter()
    lines: dict[str, int] = {}
    for task in tasks:
        for name in (*task.leads, *task.supports):
            printed[name] += 1
            lines.setdefault(name, task.source_line)
    groups = {name: name for name in printed}
    for name in printed:
        owners = _owners(name, printed, region)
        if len(owners) == 1:
            groups[name] = owners[0]
        elif owners:
            doubts.append(
                Doubt(
                    lines[name],
                    N_("“%(name)s” may be short for %(owners)s: it is kept as a unit of its own."),
                    {"name": name, "owners": "、".join(owners)},
                )
            )
    return _units(printed, groups)


def _owners(name: str, printed: Iterable[str], region: str | None) -> list[str]:
    """The longer names that ``name`` may be short for; of several spellings of one body only the longest."""
    longer = [other for other in printed if other != name and _is_below(name, other, region)]
    return [
        other for other in longer if not any(third != other and _is_below(other, third, region) for third in longer)
    ]


def _is_below(short: str, long: str, region: str | None) -> bool:
    """Whether ``short`` goes under ``long``: an abbreviation of it, or the same name written shorter."""
    if not is_short_for(short, long, region):
        return False
    return plain_name(short, region) != plain_name(long, region) or (len(short), short) < (len(long), long)


def _units(printed: Counter[str], groups: dict[str, str]) -> list[DraftUnit]:
    members: dict[str, list[str]] = {}
    for name in printed:
        owner = name
        while groups[owner] != owner:
            owner = groups[owner]
        members.setdefault(owner, []).append(name)
    units = []
    for names in members.values():
        best = max(names, key=lambda name: (printed[name], len(name)))
        units.append(DraftUnit(best, tuple(name for name in names if name != best)))
    return units
