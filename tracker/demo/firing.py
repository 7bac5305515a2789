"""One step of the demo's history, as the command that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import SYSTEM, Actor
from ..directory.queries import region_by_slug, units_by_name
from ..idempotency import Answer, once
from ..plans.models import Indicator
from ..plans.queries import plan_by_slug, task_row, task_rows
from ..reporting.comments import add_comment
from ..reporting.drafts import Seen, save_draft
from ..reporting.evidence.commands import add_files
from ..workflows.commands import act, dispatch_tasks, go_live
from ..workflows.extending import ask_extension, decide_extension
from ..workflows.extensions import extensions_of
from ..workflows.objections import answer_objection, objections_of, raise_objection
from ..workflows.queries import last_acts
from ..workflows.urging import urge
from .accounts import unit_names
from .script import Step


def fire(session: Session, actor: Actor, step: Step, key: str) -> None:
    """Carry out a step by the command that a person would use; ``key`` is its idempotency key."""
    DEEDS.get(step.what, _act)(session, actor, step, key)


def _go_live(session: Session, actor: Actor, step: Step, key: str) -> None:
    go_live(session, actor, step.at, slug=step.slug, key=key)


def _comment(session: Session, actor: Actor, step: Step, key: str) -> None:
    add_comment(session, actor, step.at, slug=step.slug, ref=step.ref, data=step.data, key=key)


def _draft(session: Session, actor: Actor, step: Step, key: str) -> None:
    seen = Seen(task_version=task_row(session, plan_by_slug(session, SYSTEM, step.slug), step.ref).version)

    def work() -> Answer:
        save_draft(session, actor, step.at, slug=step.slug, ref=step.ref, data=step.data, seen=seen)
        return {}

    once(session, sender=actor.key, key=key, content={"command": "draft", "ref": step.ref}, now=step.at, work=work)


def _add_evidence(session: Session, actor: Actor, step: Step, key: str) -> None:
    add_files(session, actor, step.at, slug=step.slug, ref=step.ref, files=step.data["files"], key=key)


def _dispatch_tasks(session: Session, actor: Actor, step: Step, key: str) -> None:
    data = _with_ids(session, step)
    refs = data.pop("refs")
    plan = plan_by_slug(session, SYSTEM, step.slug)
    versions = {row.ref: row.version for row in task_rows(session, [plan.id]) if row.ref in refs}
    dispatch_tasks(session, actor, step.at, slug=step.slug, versions=versions, data=data, key=key)


def _act(session: Session, actor: Actor, step: Step, key: str) -> None:
    data, plan = _with_ids(session, step), plan_by_slug(session, SYSTEM, step.slug)
    version = task_row(session, plan, step.ref).version
    act(session, actor, step.at, slug=step.slug, ref=step.ref, trigger=step.what, version=version, data=data, key=key)


def _ask_extension(session: Session, actor: Actor, step: Step, key: str) -> None:
    row = task_row(session, plan_by_slug(session, SYSTEM, step.slug), step.ref)
    version = len(extensions_of(session, [row.task_id]))
    ask_extension(session, actor, step.at, slug=step.slug, ref=step.ref, version=version, data=step.data, key=key)


def _decide_extension(session: Session, actor: Actor, step: Step, key: str) -> None:
    row = task_row(session, plan_by_slug(session, SYSTEM, step.slug), step.ref)
    version = extensions_of(session, [row.task_id])[-1].last.number
    word = step.what.removesuffix("_extension")
    decide_extension(
        session, actor, step.at, slug=step.slug, ref=step.ref, step=word, version=version, data=step.data, key=key
    )


def _urge(session: Session, actor: Actor, step: Step, key: str) -> None:
    version = task_row(session, plan_by_slug(session, SYSTEM, step.slug), step.ref).version
    urge(session, actor, step.at, slug=step.slug, ref=step.ref, version=version, data=step.data, key=key)


def _object(session: Session, actor: Actor, step: Step, key: str) -> None:
    """Contest the latest return."""
    row = task_row(session, plan_by_slug(session, SYSTEM, step.slug), step.ref)
    entry = last_acts(session, [row.task_id], ("return",))[row.task_id]
    data = {"about": f"return-{entry.version}", **step.data}
    known = len(objections_of(session, row.task_id))
    raise_objection(session, actor, step.at, slug=step.slug, ref=step.ref, version=known, data=data, key=key)


def _answer(session: Session, actor: Actor, step: Step, key: str) -> None:
    row = task_row(session, plan_by_slug(session, SYSTEM, step.slug), step.ref)
    number = len(objections_of(session, row.task_id))
    answer_objection(session, actor, step.at, slug=step.slug, ref=step.ref, number=number, data=step.data, key=key)


def _with_ids(session: Session, step: Step) -> dict[str, Any]:
    """The step's form, with units and an indicator by id."""
    form: Mapping[str, Any] = step.data
    if "indicator" in form:
        plan = plan_by_slug(session, SYSTEM, step.slug)
        known = {one.name: one.id for one in session.scalars(select(Indicator).where(Indicator.plan_id == plan.id))}
        return {name: value for name, value in form.items() if name != "indicator"} | {
            "indicator_id": known[form["indicator"]]
        }
    if "leads" not in form:
        return dict(form)
    ids, names = units_by_name(session, region_by_slug(session, step.slug).id), unit_names(step.slug)
    units = {role: [ids[names[unit]] for unit in form[role]] for role in ("leads", "supports")}
    return {**form, **units}


DEEDS: dict[str, Callable[[Session, Actor, Step, str], None]] = {
    "go_live": _go_live,
    "comment": _comment,
    "draft": _draft,
    "add_evidence": _add_evidence,
    "dispatch_tasks": _dispatch_tasks,
    "ask_extension": _ask_extension,
    "approve_extension": _decide_extension,
    "accept_extension": _decide_extension,
    "urge": _urge,
    "object": _object,
    "answer": _answer,
}
"""What is no trigger of the workflow."""
