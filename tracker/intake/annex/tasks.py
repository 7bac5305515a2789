"""From the entries of a division to draft tasks: sections, texts, numbers, units, time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tracker.i18n import N_

from ..blocks import Cell, Doubt
from ..context import Context
from ..deadlines import read_deadline
from ..draft import DraftTask
from ..targets import read_targets
from . import numbering
from .addresses import give_addresses
from .commas import commas_divide
from .entries import Entry
from .rows import flow, section_title, texts_of
from .rule import Rule
from .units import Shares, names_by_themselves
from .words import UNITS, Role

_SHARED = 0.25
_TICK = re.compile(r"[√✓●○★▲]")
_STOPS = "。；;：:！!？?，,"


def draft_tasks(entries: Sequence[Entry], rule: Rule | None, context: Context, doubts: list[Doubt]) -> list[DraftTask]:
    """One task for each entry, in order; whatever is not sure goes to ``doubts``."""
    entries = [part for entry, after in _with_next(entries) for part in _apart(entry, after)]
    entries = list(_below_heads(entries))
    grouping = _grouping(entries)
    sections = list(_sections(entries, grouping))
    kept, tasks, ordinals = [], [], []
    places: dict[tuple[int, str | None], int] = {}
    for entry, section in zip(entries, sections, strict=True):
        words = _text(entry, () if section and _outer(entry) else grouping)
        if not words:
            message = N_("Row %(number)s has no text and was left out.")
            doubts.append(Doubt(entry.line, message, {"number": entry.number or "?"}))
            continue
        kept.append(entry)
        tasks.append(DraftTask(entry.number or "", words, entry.line, section=section))
        ordinals.append(places.setdefault((entry.group, section), len(places) + 1))
    _number(tasks, doubts)
    give_addresses(tasks, ordinals, doubts)
    shares = Shares(rule, commas_divide(kept), names_by_themselves(kept), doubts)
    for entry, task in zip(kept, tasks, strict=True):
        shares.give(task, entry)
        _time(task, entry, context, doubts)
        task.targets = read_targets(task.text)
        task.remark = _remark(entry)
    shares.close()
    _mixed(kept, tasks, doubts)
    return tasks


def _with_next(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry | None]]:
    yield from zip(entries, [*entries[1:], None], strict=False)


def _below_heads(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries without those that only head others: 1 without units above 1.1 and 1.2 is their section."""
    heads: dict[str, str] = {}
    for entry, after in _with_next(entries):
        number = entry.number or ""
        below = after is not None and re.match(rf"{re.escape(number)}[.\-—]\d", after.number or "")
        if number and below and not entry.cells(entry.layout.of(*UNITS)):
            heads[number] = section_title(entry.text(entry.layout.of(Role.TEXT)))
            continue
        above = re.match(r"(\d+)[.\-—]\d", number)
        if above and above[1] in heads:
            entry.section = heads[above[1]]
        yield entry


def _begun_in(entry: Entry) -> list[int]:
    """The rows below an entry's first that have both a text and units of their own to answer for it."""
    columns = (*entry.layout.leads, *entry.layout.single)
    own = []
    for place in range(1, len(entry.rows)):
        above, row = entry.rows[place - 1], entry.rows[place]
        answering = [row[column] for column in columns if row[column].text.strip()]
        if _own(texts_of(row, entry.layout), above) and _own(answering, above):
            own.append(place)
    return own


def _own(cells: Sequence[Cell], above: Sequence[Cell]) -> bool:
    return any(not any(cell is other for other in above) for cell in cells)


def _apart(entry: Entry, after: Entry | None) -> Iterator[Entry]:
    """The entry, or several where the numbers around it leave room for exactly its rows without number."""
    number, following = numbering.value(entry.number or ""), numbering.value(after.number or "") if after else None
    begun = _begun_in(entry)
    if not (
        after and number and following and begun and after.group == entry.group and following - number - 1 == len(begun)
    ):
        yield entry
        return
    bounds = [0, *begun, len(entry.rows)]
    for place, (start, end) in enumerate(pairwise(bounds)):
        printed = entry.number if place == 0 else None
        yield Entry(entry.layout, printed, entry.section, entry.group, entry.rows[start:end], entry.words)


def _grouping(entries: Sequence[Entry]) -> tuple[int, ...]:
    """The columns of texts, but for the last, whose cells stand for several tasks and so name groups of them."""
    if not entries:
        return ()
    texts = entries[0].layout.of(Role.TEXT)
    return tuple(column for column in texts[:-1] if _shared(entries, column) >= max(1, _SHARED * (len(entries) - 1)))


def _shared(entries: Sequence[Entry], column: int) -> int:
    shared = 0
    for before, entry in pairwise(entries):
        cell = entry.rows[0][column]
        shared += (
            cell is before.rows[-1][column] or not cell.text.strip() or entry.text([column]) == before.text([column])
        )
    return shared


def _outer(entry: Entry) -> bool:
    """Whether a section row, a heading or a column of its own names the section."""
    return entry.section is not None or bool(entry.layout.of(Role.SECTION))


def _sections(entries: Sequence[Entry], grouping: Sequence[int]) -> Iterator[str | None]:
    """The title of each entry's section: of the rows or headings above, and of the columns of sections.

    Where there are none, of the column of texts whose cells stand for several tasks.  An empty cell goes on with the
    section above.
    """
    above: dict[int, str] = {}
    group = None
    for entry in entries:
        if entry.group != group:
            above, group = {}, entry.group
        columns = entry.layout.of(Role.SECTION) if _outer(entry) else grouping
        for column in columns:
            if words := flow(entry.rows[0][column].text):
                above[column] = section_title(words)
        titles = [entry.section or "", *(above.get(column, "") for column in columns)]
        yield " ".join(filter(None, titles)) or None


def _text(entry: Entry, grouping: Sequence[int]) -> str:
    """The words of a task; those of a column that names groups are left out where they are its section."""
    columns = entry.layout.of(Role.TEXT)
    pieces = [entry.text([column]) for column in columns if column not in grouping]
    pieces = [piece for piece in pieces if piece] or [entry.text(grouping)]
    text = ""
    for piece in pieces:
        text += ("。" if text and text[-1] not in _STOPS else "") + piece
    found = numbering.leading(text)
    return found[1] if found and found[0] == entry.number else text


def _number(tasks: Sequence[DraftTask], doubts: list[Doubt]) -> None:
    """Running numbers for tasks that bear none."""
    missing = [task for task in tasks if not task.number]
    if missing and len(missing) == len(tasks):
        message = N_("The table numbers no tasks; they were numbered in their order.")
        doubts.append(Doubt(tasks[0].source_line, message))
    before = 0
    for task in tasks:
        if not task.number:
            task.number = str(before + 1)
            if len(missing) < len(tasks):
                message = N_("This row bears no number; it was read as task %(number)s.")
                doubts.append(Doubt(task.source_line, message, {"number": task.number}))
        before = numbering.value(task.number) or before


def _time(task: DraftTask, entry: Entry, context: Context, doubts: list[Doubt]) -> None:
    """The deadline of the column of time, else of the task's own words."""
    stated = entry.text(entry.layout.of(Role.DEADLINE))
    found = read_deadline(stated or task.text, context.period, line=task.source_line, told=bool(stated))
    task.deadline = found.day
    task.deadline_words = found.words if stated else None
    doubts += [Doubt(doubt.line, doubt.message, doubt.values, task.ref) for doubt in found.doubts]


def _remark(entry: Entry) -> str | None:
    """The columns of remarks and, with their heads, those of aims and results."""
    pieces = [entry.text([column]) for column in entry.layout.of(Role.REMARK)]
    for column in entry.layout.of(Role.GOAL):
        if (words := entry.text([column])) and not _TICK.fullmatch(words):
            pieces.append(f"{entry.layout.heads[column]}：{words}")
    return "；".join(filter(None, pieces)) or None


def _mixed(entries: Sequence[Entry], tasks: Sequence[DraftTask], doubts: list[Doubt]) -> None:
    """Say once that tasks consist of rows with units of their own."""
    mixed = [task for entry, task in zip(entries, tasks, strict=True) if _begun_in(entry)]
    if mixed:
        message = N_(
            "%(count)s task(s), such as %(ref)s, have several rows with units of their own; split where needed."
        )
        doubts.append(Doubt(mixed[0].source_line, message, {"count": len(mixed), "ref": mixed[0].ref}, mixed[0].ref))
