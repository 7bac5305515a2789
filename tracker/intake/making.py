"""Making one change of a revision, kind by kind, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ..access import Actor
from ..errors import InvalidInput, InvalidTransition
from ..plans.commands import add_targets, add_task, assign, assignees_of, move_due_date
from ..plans.document import Stated
from ..plans.models import Instance, KeyTask, Plan, Target
from ..plans.queries import task_row
from ..workflows.commands import act
from .ordering import section_titled
from .revision import Change


@dataclass(slots=True)
class Work:
    """One revision under way.  ``actor`` applies it, ``fires`` fires the triggers; ``known`` leads names to units.

    ``stated`` is what the document says of each task, and changes along; ``refs`` holds those of new tasks by key.
    """

    session: Session
    actor: Actor
    fires: Actor
    now: datetime
    plan: Plan
    draft: Mapping[str, Any]
    known: Mapping[str, int]
    reason: str
    stated: dict[str, Stated]
    refs: dict[str, str] = field(default_factory=dict)


def refused(work: Work, change: Change) -> tuple[str, Mapping[str, Any]] | None:
    """Make one change; the message id and values of why not, where the task does not allow it."""
    if change.hindrance is not None:
        return change.hindrance, {"state": change.state}
    try:
        with work.session.begin_nested():
            _MAKE[change.kind](work, change)
    except InvalidTransition as error:
        return error.message, error.values
    except InvalidInput as error:
        return next((texts[0] for texts in error.fields.values()), error.message), error.values
    return None


def _task(work: Work, change: Change) -> KeyTask:
    where = (KeyTask.plan_id == work.plan.id, KeyTask.ref == change.ref)
    return work.session.execute(select(KeyTask).where(*where)).scalar_one()


def entry_of(work: Work, change: Change) -> Mapping[str, Any]:
    """The task of the draft that a change is about."""
    assert change.position is not None
    entry: Mapping[str, Any] = work.draft["tasks"][change.position]
    return entry


def _state(work: Work, change: Change) -> Stated:
    return work.stated.setdefault(change.ref, Stated())


def _add(work: Work, change: Change) -> None:
    entry = dict(entry_of(work, change))
    taken = set(work.session.scalars(select(KeyTask.ref).where(KeyTask.plan_id == work.plan.id)))
    stem = entry["ref"] if entry["ref"] not in taken else f"{work.now.year}-{entry['ref']}"
    number, ref = 1, stem
    while ref in taken:
        number += 1
        ref = f"{stem}.{number}"
    last = work.session.scalar(select(func.max(KeyTask.position)).where(KeyTask.plan_id == work.plan.id))
    section = section_titled(work.session, work.plan, entry["section"])
    place = 0 if last is None else last + 1
    add_task(work.session, work.actor, work.now, work.plan, section, place, {**entry, "ref": ref}, work.known)
    work.refs[change.key] = ref


def _remove(work: Work, change: Change) -> None:
    _fire(work, change.ref, "terminate", {"reason": work.reason})


def _reword(work: Work, change: Change) -> None:
    task, entry = _task(work, change), entry_of(work, change)
    task.text = entry["text"]
    work.session.execute(delete(Target).where(Target.task_id == task.id))
    work.session.expire(task, ["targets"])
    add_targets(work.session, task.id, entry["targets"])


def _reassign(work: Work, change: Change) -> None:
    task, entry = _task(work, change), entry_of(work, change)
    row = task_row(work.session, work.plan, change.ref)
    units = assignees_of(entry, work.known)
    leads = [unit.unit_id for unit in units if unit.role == "lead"]
    supports = [unit.unit_id for unit in units if unit.role == "support"]
    present = ([unit.unit_id for unit in row.leads], {unit.unit_id for unit in row.supports})
    form = {"reason": work.reason, "leads": leads, "supports": supports}
    if (leads, set(supports)) == present:
        pass  # who is responsible stays, only whether one of them leads does not
    elif row.state != "pending_dispatch":
        _fire(work, change.ref, "reassign", form)
    elif work.plan.live_since is not None and leads:
        _fire(work, change.ref, "dispatch", form)
    else:
        instance = work.session.get_one(Instance, task.id)
        instance.assignment_set_id = assign(work.session, work.actor, work.now, task.id, units, act="import").id
    task.joint = entry["joint"]
    stated = _state(work, change)
    stated.leads, stated.supports, stated.others = entry["leads"], entry["supports"], entry["others"]


def _move_date(work: Work, change: Change) -> None:
    task, entry = _task(work, change), entry_of(work, change)
    instance = work.session.get_one(Instance, task.id)
    task.deadline_words = entry["deadline_words"]
    if change.after["deadline"] == change.before["deadline"]:
        return
    if entry["deadline"] is None:
        instance.due_date_id = None
    else:
        due = move_due_date(work.session, work.actor, work.now, task.id, entry["deadline"], act="revision")
        instance.due_date_id = due.id
    _state(work, change).deadline = change.after["deadline"]


def _move(work: Work, change: Change) -> None:
    section = section_titled(work.session, work.plan, entry_of(work, change)["section"])
    _task(work, change).section_id = section.id if section is not None else None


def _remark(work: Work, change: Change) -> None:
    _task(work, change).remark = entry_of(work, change)["remark"]


_MAKE = {
    "new": _add,
    "removed": _remove,
    "reworded": _reword,
    "reassigned": _reassign,
    "date_moved": _move_date,
    "moved": _move,
    "remark": _remark,
}


def _fire(work: Work, ref: str, trigger: str, form: Mapping[str, Any]) -> None:
    version = task_row(work.session, work.plan, ref).version
    act(
        work.session, work.fires, work.now, slug=work.plan.slug, ref=ref, trigger=trigger, version=version, data=form
    )  # fmt: skip
