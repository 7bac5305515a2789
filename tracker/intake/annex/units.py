"""The units of an entry: who leads and who supports, by columns, by words, by the document's rule, by commas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.i18n import N_

from ..blocks import Cell, Doubt
from ..draft import DraftTask
from ..names import split_units
from ..roles import Roles, read_roles
from .commas import comma_parts
from .entries import Entry
from .rule import Rule
from .words import UNITS, Role

_SAME = ("同上", "〃", "″", "同前")
_SIGN = re.compile(r"[*＊★☆▲△◆●※#√]")


@dataclass(slots=True)
class Parties:
    """The units of one task so far; of ``rest`` no word says whether they lead."""

    leads: list[str] = field(default_factory=list)
    supports: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    level: str | None = None

    def add(self, role: str, roles: Roles) -> None:
        """Take in what a cell says; ``role`` (leads, supports, rest) is what its column means by itself."""
        if roles.stated:
            pairs = (("leads", roles.leads), ("supports", roles.supports))
        else:
            pairs = ((role, roles.names), ("rest", []))
        for target, names in pairs:
            held = getattr(self, target)
            held += [name for name in names if name not in held]
        self.others += [name for name in roles.others if name not in self.others]
        self.level = roles.level


@dataclass(slots=True)
class Shares:
    """Gives the tasks of one division their units.

    ``commas``: whether a comma parts leads from supporters in it; ``known``: names that stand by themselves in it.
    """

    rule: Rule | None
    commas: bool
    known: Sequence[str]
    doubts: list[Doubt]
    _joint: list[DraftTask] = field(default_factory=list)
    _above: dict[int, Cell] = field(default_factory=dict)
    _asked: set[tuple[str, str]] = field(default_factory=set)

    def give(self, task: DraftTask, entry: Entry) -> None:
        """Set the units of ``task`` from its entry, and doubt what contradicts itself."""
        parties = Parties()
        columns = entry.layout
        supporting = entry.cells(columns.supports)
        both = [cell for cell in entry.cells(columns.leads) if any(cell is other for other in supporting)]
        ruled = "rest" if self.rule is not None and not columns.single and columns.ruled else "leads"
        for role, where in ((ruled, columns.leads), ("rest", columns.single), ("supports", columns.supports)):
            for column in where:
                cell = self._cell(entry, column)
                shared = any(cell is other for other in both)
                if cell and not (shared and role == "supports"):
                    roles = self._roles(cell, parties.level)
                    parties.add("rest" if shared else role, roles)
                    self._doubt(roles, task)
        self._decide(task, entry, parties)

    def close(self) -> None:
        """Say once which tasks are joint."""
        if self._joint:
            first = self._joint[0]
            message = N_(
                "Nothing says who leads where several units are named: all lead in %(count)s task(s), such as %(ref)s."
            )
            facts = {"count": len(self._joint), "ref": first.ref}
            self.doubts.append(Doubt(first.source_line, message, facts, first.ref))

    def _cell(self, entry: Entry, column: int) -> Cell | None:
        """What an entry says in one column of units, as one cell; that of the row above for 同上."""
        cells = entry.cells([column])
        if not cells:
            return None
        if len(cells) == 1 and "".join(cells[0].text.split()) in _SAME:
            return self._above.get(column)
        texts = list(dict.fromkeys(cell.text for cell in cells))
        self._above[column] = cells[0] if len(texts) == 1 else Cell("\n".join(texts), cells[0].line)
        return self._above[column]

    def _roles(self, cell: Cell, level: str | None) -> Roles:
        """What a cell says by itself.  What is known helps only where white space may part names or break one."""
        known = self.known if len(cell.text.split()) > 1 else ()
        sign = self.rule.mark if self.rule and self.rule.mark else None
        signed = {found for found in _SIGN.findall(cell.text) if sign in (None, found)}
        roles = read_roles(_SIGN.sub("", cell.text), known, level=level, line=cell.line)
        if signed and roles.plain:
            flat = "".join(cell.text.split())
            leads = [name for name in roles.names if any(f"{s}{name}" in flat or f"{name}{s}" in flat for s in signed)]
            roles.supports = [name for name in roles.names if name not in leads]
            roles.leads, roles.stated = leads, True
        return roles

    def _doubt(self, roles: Roles, task: DraftTask) -> None:
        """Pass the doubts about names on, each name once in a division."""
        for doubt in roles.doubts:
            key = (doubt.message, str(sorted(doubt.values.items())))
            if key not in self._asked:
                self._asked.add(key)
                self.doubts.append(Doubt(doubt.line, doubt.message, doubt.values, task.ref))

    def _decide(self, task: DraftTask, entry: Entry, parties: Parties) -> None:
        leads, supports = list(parties.leads), list(parties.supports)
        rest = [name for name in parties.rest if name not in (*leads, *supports)]
        if rest and leads:
            supports += rest
        elif rest:
            first = self._leading(task, entry, rest)
            leads, supports = rest[:first], rest[first:] + supports
            ruled = self.rule is not None and self.rule.leading(task.number) is not None
            task.joint = first == len(rest) > 1 and not supports and not ruled
        self._settle(task, entry, leads, supports)
        task.others = [name for name in parties.others if name in (*leads, *supports)]
        if task.joint:
            self._joint.append(task)

    def _settle(self, task: DraftTask, entry: Entry, leads: list[str], supports: list[str]) -> None:
        """A unit has one role.  A column of all responsible units (责任单位) may repeat the lead without a doubt."""
        twice = [name for name in supports if name in leads]
        task.leads = leads
        task.supports = [name for name in supports if name not in twice]
        if twice and entry.layout.of(Role.SUPPORT):
            message = N_("%(name)s leads and supports the same task; it is read as lead unit.")
            self.doubts.append(Doubt(task.source_line, message, {"name": "、".join(twice)}, task.ref))
        if not leads:
            message = N_("Supporting units are named, but no lead unit.") if supports else N_("No unit is named.")
            self.doubts.append(Doubt(task.source_line, message, ref=task.ref))

    def _leading(self, task: DraftTask, entry: Entry, names: Sequence[str]) -> int:
        """How many of the names lead: by the document's rule, else by the commas, else all."""
        parts = comma_parts(entry.cells(entry.layout.of(*UNITS))) if self.commas else []
        by_comma = len(parts[0]) if len(parts) > 1 else None
        by_rule = self.rule.leading(task.number) if self.rule else None
        if by_rule is not None:
            if by_comma is not None and by_comma != by_rule:
                message = N_(
                    "By the note the first %(rule)s lead, by the comma the first %(comma)s; the note was followed."
                )
                facts = {"rule": by_rule, "comma": by_comma}
                self.doubts.append(Doubt(task.source_line, message, facts, task.ref))
            return min(by_rule, len(names))
        return by_comma or len(names)


def names_by_themselves(entries: Sequence[Entry]) -> list[str]:
    """The names in cells of units that no white space may have broken or run together, each once."""
    cells = (cell for entry in entries for cell in entry.cells(entry.layout.of(*UNITS)) if len(cell.text.split()) == 1)
    return list(dict.fromkeys(name for cell in cells for name in split_units(cell.text).names))
