"""One step of the demo's history, as the command that it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import SYSTEM, Actor
from ..clock import real_now
from ..directory.accounts import user_by_email
from ..directory.mail_choices import choose_weekly, enter_absence
from ..directory.queries import region_by_slug, units_by_name
from ..idempotency import Answer, once
from ..plans.models import Indicator
from ..plans.queries import plan_by_slug, task_row, task_rows
from ..reporting.asking import answer, ask
from ..reporting.comments import add_comment, correct_comment
from ..reporting.drafts import Seen, save_draft
from ..reporting.evidence.commands import add_files
from ..reporting.input_requests import input_requests_of
from ..reporting.models import Comment
from ..reporting.queries import comments_of
from ..workflows.commands import act, dispatch_tasks, go_live
from ..workflows.extending import ask_extension, decide_extension
from ..workflows.extensions import extensions_of
from ..workflows.objections import answer_objection, objections_of, raise_objection
from ..workflows.parts import file_part
from ..workflows.people import disable_user, handover
from ..workflows.queries import last_acts
from ..workflows.redefining import redefine
from ..workflows.urging import urge
from .accounts import unit_names
from .steps import Step

UNIT_FIELDS = ("leads", "supports", "units", "mentions")


def fire(session: Session, actor: Actor, step: Step, key: str) -> None:
    """Carry out a step by the command that a person would use; ``key`` is its idempotency key."""
    DEEDS.get(step.what, _act)(session, actor, step, key)


def _go_live(session: Session, actor: Actor, step: Step, key: str) -> None:
    go_live(session, actor, step.at, slug=step.slug, key=key)


def _comment(session: Session, actor: Actor, step: Step, key: str) -> None:
    data = _with_ids(session, step)
    add_comment(session, actor, step.at, slug=step.slug, ref=step.ref, data=data, key=key)


def _last_comment(session: Session, step: Step) -> Comment:
    row = task_row(session, plan_by_slug(session, SYSTEM, step.slug), step.ref)
    return comments_of(session, row.task_id)[-1]


def _correct_comment(session: Session, actor: Actor, step: Step, key: str) -> None:
    """The author corrects the latest comment."""
    last = _last_comment(session, step).id
    correct_comment(
        session, actor, step.at, slug=step.slug, ref=step.ref, comment_id=last, seen=0, data=step.data, key=key
    )


def _reply(session: Session, actor: Actor, step: Step, key: str) -> None:
    """Answer the latest comment."""
    data = {**step.data, "answers": _last_comment(session, step).id}
    add_comment(session, actor, step.at, slug=step.slug, ref=step.ref, data=data, key=key)


def _part(session: Session, actor: Actor, step: Step, key: str) -> None:
    data = dict(step.data)
    unit_id = _unit_ids(session, step.slug, [data.pop("unit")])[0]
    file_part(session, actor, step.at, slug=step.slug, ref=step.ref, unit_id=unit_id, seen=0, data=data, key=key)


def _ask(session: Session, actor: Actor, step: Step, key: str) -> None:
    ask(session, actor, step.at, slug=step.slug, ref=step.ref, data=_with_ids(session, step), key=key)


def _give(session: Session, actor: Actor, step: Step, key: str) -> None:
    """Answer the latest request for input."""
    row = task_row(session, plan_by_slug(session, SYSTEM, step.slug), step.ref)
    last = input_requests_of(session, task_ids=[row.task_id])[-1].id
    answer(session, actor, step.at, slug=step.slug, ref=step.ref, request_id=last, seen=0, data=step.data, key=key)


def _redefine(session: Session, actor: Actor, step: Step, key: str) -> None:
    data = dict(step.data)
    redefine(session, actor, step.at, slug=step.slug, definition=data.pop("definition"), data=data, key=key)


def _handover(session: Session, actor: Actor, step: Step, key: str) -> None:
    leaver, successor = (user_by_email(session, step.data[who]) for who in ("leaver", "successor"))
    handover(session, actor, step.at, real_now(), leaver=leaver, successor=successor, key=key)


def _disable(session: Session, actor: Actor, step: Step, key: str) -> None:
    def work() -> Answer:
        disable_user(session, actor, step.at, real_now(), user=user_by_email(session, step.data["leaver"]))
        return {}

    _once(session, actor, step, key, work)


def _choose_weekly(session: Session, actor: Actor, step: Step, key: str) -> None:
    choose_weekly(
        session, actor, step.at, version=user_by_email(session, step.who).mails_version, data=step.data, key=key
    )


def _enter_absence(session: Session, actor: Actor, step: Step, key: str) -> None:
    user = user_by_email(session, step.who)
    data = {**step.data, "deputy": user_by_email(session, step.data["deputy"]).id}
    enter_absence(session, actor, step.at, user_id=user.id, version=user.mails_version, data=data, key=key)


def _once(session: Session, actor: Actor, step: Step, key: str, work: Callable[[], Answer]) -> None:
    """What has no idempotency key of its own, once."""
    content = {"command": step.what, "ref": step.ref}
    once(session, sender=actor.key, key=key, content=content, now=step.at, work=work)


def _draft(session: Session, actor: Actor, step: Step, key: str) -> None:
    seen = Seen(task_version=task_row(session, plan_by_slug(session, SYSTEM, step.slug), step.ref).version)

    def work() -> Answer:
        save_draft(session, actor, step.at, slug=step.slug, ref=step.ref, data=step.data, seen=seen)
        return {}

    _once(session, actor, step, key, work)


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
    named = [name for name in UNIT_FIELDS if name in form]
    return {**form, **{name: _unit_ids(session, step.slug, form[name]) for name in named}}


def _unit_ids(session: Session, slug: str, units: Iterable[str]) -> list[int]:
    """The ids of units of a plan's region, by slug."""
    ids, names = units_by_name(session, region_by_slug(session, slug).id), unit_names(slug)
    return [ids[names[unit]] for unit in units]


DEEDS: dict[str, Callable[[Session, Actor, Step, str], None]] = {
    "go_live": _go_live,
    "comment": _comment,
    "draft": _draft,
    "add_evidence": _add_evidence,
    "correct_comment": _correct_comment,
    "reply": _reply,
    "part": _part,
    "ask": _ask,
    "give": _give,
    "redefine": _redefine,
    "handover": _handover,
    "disable": _disable,
    "choose_weekly": _choose_weekly,
    "enter_absence": _enter_absence,
    "dispatch_tasks": _dispatch_tasks,
    "ask_extension": _ask_extension,
    "approve_extension": _decide_extension,
    "accept_extension": _decide_extension,
    "urge": _urge,
    "object": _object,
    "answer": _answer,
}
"""What is no trigger of the workflow."""
