"""The units of an entry: who leads and who supports, by columns, by words, by the document's rule, by commas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.i18n import N_

from ..blocks import Cell, Doubt
from ..draft import DraftTask
from ..vocabulary import COLLECTIVE
from .entries import Entry
from .parties import Parties, comma_parts, read_cell
from .rule import Rule
from .words import UNITS

_SAME = ("同上", "〃", "″", "同前")
_FEW = 2.5


@dataclass(slots=True)
class Shares:
    """Gives the tasks of one division their units; ``commas``: whether a comma parts leads from supporters in it."""

    rule: Rule | None
    commas: bool
    doubts: list[Doubt]
    joint: list[DraftTask] = field(default_factory=list)
    _above: dict[int, Cell] = field(default_factory=dict)

    def give(self, task: DraftTask, entry: Entry) -> None:
        """Set the units of ``task`` from its entry, and doubt what contradicts itself."""
        parties = Parties()
        mark = self.rule.mark if self.rule else None
        columns = entry.layout
        supports = entry.cells(columns.supports)
        both = [cell for cell in entry.cells(columns.leads) if any(cell is other for other in supports)]
        for role, where in (("leads", columns.leads), ("rest", columns.single), ("supports", columns.supports)):
            for column in where:
                cell = self._cell(entry, column)
                if cell and not (role == "supports" and any(cell is other for other in both)):
                    meant = "rest" if any(cell is other for other in both) else role
                    read_cell(cell, meant, parties, mark=mark)
        self._decide(task, entry, parties)
        self.doubts += [Doubt(doubt.line, doubt.message, doubt.values, task.ref) for doubt in parties.doubts]

    def close(self) -> None:
        """Say once which tasks are joint."""
        if self.joint:
            message = N_(
                "Nothing says who leads where several units are named: all lead in %(count)s task(s), such as %(ref)s."
            )
            first = self.joint[0]
            self.doubts.append(
                Doubt(first.source_line, message, {"count": len(self.joint), "ref": first.ref}, first.ref)
            )

    def _cell(self, entry: Entry, column: int) -> Cell | None:
        """What an entry says in one column of units, as one cell; that of the row above for 同上."""
        cells = entry.cells([column])
        if not cells:
            return None
        if len(cells) == 1 and "".join(cells[0].text.split()) in _SAME:
            return self._above.get(column)
        cell = cells[0] if len(cells) == 1 else Cell("\n".join(cell.text for cell in cells), cells[0].line)
        self._above[column] = cell
        return cell

    def _decide(self, task: DraftTask, entry: Entry, parties: Parties) -> None:
        leads, supports = list(parties.leads), list(parties.supports)
        rest = [name for name in parties.rest if name not in (*leads, *supports)]
        if rest and (leads or (parties.stated and supports)):
            (supports if leads else leads).extend(rest)
        elif rest:
            first = self._leading(task, entry, rest)
            leads, supports = leads + rest[:first], supports + rest[first:]
            task.joint = first == len(rest) > 1 and not supports and not self._all_lead(task)
        twice = [name for name in supports if name in leads]
        for name in twice:
            message = N_("%(name)s leads and supports the same task; it is read as lead unit.")
            self.doubts.append(Doubt(task.source_line, message, {"name": name}, task.ref))
        task.leads = leads
        task.supports = [name for name in supports if name not in twice]
        task.others = [name for name in parties.others if name in (*leads, *supports)]
        if task.joint:
            self.joint.append(task)
        self._complain(task)

    def _all_lead(self, task: DraftTask) -> bool:
        return self.rule is not None and self.rule.leading(task.number) is not None

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

    def _complain(self, task: DraftTask) -> None:
        if not task.leads:
            message = N_("Supporting units are named, but no lead unit.") if task.supports else N_("No unit is named.")
            self.doubts.append(Doubt(task.source_line, message, ref=task.ref))


def commas_divide(entries: Sequence[Entry]) -> bool:
    """Whether commas in a single column of units part leads from supporters.

    They do where other marks part the names of one side, few names stand before the comma, and what follows is mostly
    more than the local governments, which many tables set apart by a comma without meaning anything by it.
    """
    cells = [comma_parts(entry.cells(entry.layout.single)) for entry in entries if entry.layout.single]
    parted = [parts for parts in cells if len(parts) > 1]
    if not parted or not any(len(part) > 1 for parts in cells for part in parts):
        return False
    telling = [parts for parts in parted if any(not COLLECTIVE.match(name) for part in parts[1:] for name in part)]
    before = sum(len(parts[0]) for parts in parted) / len(parted)
    return 2 * len(telling) > len(parted) and before <= _FEW
