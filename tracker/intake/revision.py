"""The difference between a plan and a new document of it (中期调整): what a person ticks, or leaves.

A published document is compared with what the plan's document said before: what supervisors moved since then (other
units, an extension) is no difference.  An exported workbook shows the plan as it stands, and is compared with that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from diff_match_patch import diff_match_patch
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Facts
from ..i18n import N_
from ..plans.document import Stated, stated_of
from ..plans.models import KeyTask, Plan
from ..plans.queries import TaskRow, UnitRef, task_rows
from ..workflows.definitions import STATE_LABELS
from ..workflows.policy import possible
from .matching import UnitMatch
from .pairing import Printed, bare, pair
from .settling import match_draft

KINDS = {
    "new": N_("New"),
    "removed": N_("Removed"),
    "reworded": N_("Reworded"),
    "reassigned": N_("Other units"),
    "date_moved": N_("Date moved"),
    "moved": N_("Other section"),
    "remark": N_("Other remark"),
}
"""Every kind of change and the msgid of its label, in the order in which they are shown."""

REFS = "refs"
"""Key beside a draft that an exported workbook gives: position of the task -> its ref in the plan."""

UNITS_STAY = N_(
    "Its units cannot change while it is “%(state)s”. Return its report or reopen the task, then apply the document"
    " again."
)
STAYS_DONE = N_("It cannot be terminated while it is “%(state)s”. Leave it, or reopen it and apply the document again.")
NO_LEAD = N_("The document names no lead unit for it. Terminate the task, or reassign it on its page.")
_OPERATIONS = {-1: "delete", 0: "equal", 1: "insert"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one task.  ``key`` is what a tick names; ``ref`` is the task's in the plan, the draft's where new.

    ``before`` and ``after`` are JSON-ready: a text, ``{"leads", "supports", "joint"}``, ``{"deadline", "words"}``.
    ``segments`` are pairs (equal, delete or insert; text).  ``position`` is the task's in the draft; ``hindrance``
    is the message id of why it cannot be applied now, the label ``state`` filled in as ``%(state)s``.
    """

    key: str
    kind: str
    ref: str
    before: Any = None
    after: Any = None
    segments: tuple[tuple[str, str], ...] = ()
    position: int | None = None
    hindrance: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that a new document changes.

    ``renumbered`` holds (ref, number in the plan, number in the document): known by their texts, these keep their
    numbers.  ``pairs`` leads positions in the draft to refs of the plan; ``matches`` says where each name leads.
    """

    changes: tuple[Change, ...]
    renumbered: tuple[tuple[str, str, str], ...]
    pairs: Mapping[int, str]
    matches: Mapping[str, UnitMatch] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.changes)


def difference(
    session: Session, plan: Plan, draft: Mapping[str, Any], *, accepted: Mapping[str, str] | None = None
) -> Difference:
    """What a loaded draft would change in a plan; writes nothing.  A name that leads nowhere counts as another unit.

    Raises InvalidInput where an accepted match names a unit that is not there.
    """
    tasks = list(session.scalars(select(KeyTask).where(KeyTask.plan_id == plan.id).order_by(KeyTask.position)))
    rows = {row.ref: row for row in task_rows(session, [plan.id])}
    stated = stated_of(session, plan)
    matches = match_draft(session, plan.region, draft, accepted or {})
    refs: Mapping[int, str] | None = draft.get(REFS)
    old = [Printed(task.ref, rows[task.ref].section, task.text) for task in tasks]
    new = [
        Printed(entry["ref"], entry["section"], entry["text"], refs.get(position) if refs is not None else None)
        for position, entry in enumerate(draft["tasks"])
    ]
    known = match_names(session, plan, stated)
    pairs = pair(old, new)
    changes, renumbered = [], []
    for position, entry in enumerate(draft["tasks"]):
        if position not in pairs:
            key = f"new:{position + 1}"
            changes.append(Change(key, "new", entry["ref"], after=entry["text"], position=position))
            continue
        task = tasks[pairs[position]]
        row = rows[task.ref]
        if row.state == "terminated":
            continue
        if bare(entry["number"]) != bare(task.number):
            renumbered.append((task.ref, task.number, entry["number"]))
        base = stated[task.ref] if refs is None else None
        changes += _of_task(plan, task, row, base, entry, position, matches, known)
    gone = set(range(len(tasks))) - set(pairs.values())
    for task in (tasks[position] for position in sorted(gone)):
        if rows[task.ref].state != "terminated":
            changes.append(
                _change(plan, rows[task.ref], "removed", before=task.text, trigger="terminate", fault=STAYS_DONE)
            )
    return Difference(
        tuple(changes), tuple(renumbered), {new_: tasks[old_].ref for new_, old_ in pairs.items()}, matches
    )


def match_names(session: Session, plan: Plan, stated: Mapping[str, Stated]) -> dict[str, int | str]:
    """Every name that the plan's document used -> its unit, or the name itself where it leads nowhere any more."""
    tasks = [{"leads": entry.leads, "supports": entry.supports} for entry in stated.values()]
    found = match_draft(session, plan.region, {"tasks": tasks, "units": []}, {})
    return {name: match.unit_id if match.unit_id is not None else name for name, match in found.items()}


def segments_of(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Two texts compared character by character: pairs (equal, delete or insert; text)."""
    engine = diff_match_patch()
    parts = engine.diff_main(before, after, False)
    engine.diff_cleanupSemantic(parts)
    return tuple((_OPERATIONS[operation], text) for operation, text in parts)


def _change(
    plan: Plan,
    row: TaskRow,
    kind: str,
    *,
    before: Any = None,
    after: Any = None,
    segments: tuple[tuple[str, str], ...] = (),
    position: int | None = None,
    trigger: str | None = None,
    fault: str | None = None,
) -> Change:
    can = trigger is None or possible(plan.definition, trigger, Facts(state=row.state))
    key = f"{row.ref}:{kind}"
    return Change(
        key, kind, row.ref, before, after, segments, position, None if can else fault, STATE_LABELS[row.state]
    )


def _of_task(
    plan: Plan,
    task: KeyTask,
    row: TaskRow,
    base: Stated | None,
    entry: Mapping[str, Any],
    position: int,
    matches: Mapping[str, UnitMatch],
    known: Mapping[str, int | str],
) -> Iterator[Change]:
    if bare(task.text) != bare(entry["text"]):
        segments = segments_of(task.text, entry["text"])
        yield _change(
            plan, row, "reworded", before=task.text, after=entry["text"], segments=segments, position=position
        )
    yield from _units(plan, task, row, base, entry, position, matches, known)
    day = entry["deadline"].isoformat() if entry["deadline"] is not None else None
    now = row.deadline.isoformat() if row.deadline is not None else None
    moved = day != now and (base is None or day != base.deadline)
    if moved or bare(task.deadline_words) != bare(entry["deadline_words"]):
        before = {"deadline": now, "words": task.deadline_words}
        after = {"deadline": day if moved else now, "words": entry["deadline_words"]}
        yield _change(plan, row, "date_moved", before=before, after=after, position=position)
    if bare(row.section) != bare(entry["section"]):
        yield _change(plan, row, "moved", before=row.section, after=entry["section"], position=position)
    if bare(task.remark) != bare(entry["remark"]):
        yield _change(plan, row, "remark", before=task.remark, after=entry["remark"], position=position)


def _units(
    plan: Plan,
    task: KeyTask,
    row: TaskRow,
    base: Stated | None,
    entry: Mapping[str, Any],
    position: int,
    matches: Mapping[str, UnitMatch],
    known: Mapping[str, int | str],
) -> Iterator[Change]:
    ids = {name: match.unit_id if match.unit_id is not None else name for name, match in matches.items()}
    wanted = _sides(entry["leads"], entry["supports"], ids)
    present = ([unit.unit_id for unit in row.leads], {unit.unit_id for unit in row.supports})
    same = wanted == present or (base is not None and wanted == _sides(base.leads, base.supports, known))
    if same and task.joint == entry["joint"]:
        return
    before = {"leads": _names(row.leads), "supports": _names(row.supports), "joint": task.joint}
    after = {"leads": list(entry["leads"]), "supports": list(entry["supports"]), "joint": entry["joint"]}
    waits = row.state == "pending_dispatch"
    change = _change(
        plan, row, "reassigned", before=before, after=after, position=position,
        trigger=None if waits or same else "reassign", fault=UNITS_STAY,
    )  # fmt: skip
    if not (waits or same or entry["leads"]):
        change = Change(change.key, change.kind, row.ref, before, after, (), position, NO_LEAD, change.state)
    yield change


def _sides(
    leads: list[str], supports: list[str], ids: Mapping[str, int | str]
) -> tuple[list[int | str], set[int | str]]:
    """Leads in order and the supporting units, each unit once, as ``named_once`` keeps them."""
    first = list(dict.fromkeys(ids[name] for name in leads))
    return first, {ids[name] for name in supports} - set(first)


def _names(units: tuple[UnitRef, ...]) -> list[str]:
    return [unit.printed_name for unit in units]
