"""What units ask for and a person must answer today, beside the one next step of each task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from ..access import Actor, permitted
from ..clock import local_day
from ..i18n import N_
from ..reporting.drafts import own_drafts
from ..workflows.definitions import WRITING_TRIGGERS
from ..workflows.extensions import available_steps, extension_facts, is_live, open_extensions
from ..workflows.models import Extension, Objection, Urge
from ..workflows.objections import objection_facts, open_objections
from ..workflows.urging import last_urges
from .duties import part_of
from .items import Item, Step
from .reads import Task
from .sentences import Name, Said


def request_items(session: Session, actor: Actor, tasks: Sequence[Task]) -> list[Item]:
    """What waits for the actor's answer: two statements, whatever the number of tasks."""
    if not tasks:
        return []
    known = {task.row.task_id: task for task in tasks}
    items = []
    for extension in open_extensions(session, {task.plan.id for task in tasks}):
        task = known.get(extension.task_id)
        if task is None or not is_live(extension, task.row):
            continue
        steps = available_steps(extension_facts(task.facts, actor, extension))
        if {"approve", "accept"} & set(steps):
            items.append(_extension(task, extension))
    for objection in open_objections(session, {task.plan.id for task in tasks}):
        task = known.get(objection.task_id)
        if task is not None and permitted("objection.answer", objection_facts(task.facts, actor, objection)):
            items.append(_objection(task, objection))
    return items


def _objection(task: Task, objection: Objection) -> Item:
    why = Said(N_("%(unit)s objects: %(text)s"), {"unit": Name(objection.unit.name), "text": Name(objection.text)})
    step, day = Step("objections", N_("Answer")), objection.due_on
    return Item("duty", task, part_of(task.facts), step, why, day, N_("Objections to answer"))


def urged(session: Session, items: Sequence[Item]) -> list[Item]:
    """The same items, flagged where the person's own unit was urged since the task moved or asked it: one statement."""
    if not any(item.task.facts.involved for item in items):
        return list(items)
    urges = last_urges(session, {item.task.plan.id for item in items})
    return [_flagged(item, urges.get(item.task.row.task_id)) for item in items]


def drafted(session: Session, actor: Actor, items: Sequence[Item]) -> list[Item]:
    """The same items, flagged where the actor has a draft of the report: one statement."""
    writing = [
        item.task.row.task_id for item in items if item.step is not None and item.step.trigger in WRITING_TRIGGERS
    ]
    kept = own_drafts(session, actor, writing) if writing else frozenset()
    return [
        replace(item, flags=(*item.flags, N_("Draft kept"))) if item.task.row.task_id in kept else item
        for item in items
    ]


def _flagged(item: Item, urge: Urge | None) -> Item:
    facts = item.task.facts
    if urge is None or item.kind not in ("duty", "open"):
        return item
    if item.step is not None and item.step.trigger == "answer":
        asked_on = item.since or item.task.today
        mine = urge.inputs and urge.day >= asked_on
    else:
        mine = (facts.first_lead or facts.other_lead) and urge.at >= item.task.row.entered_at
    if not mine:
        return item
    return replace(item, flags=(*item.flags, N_("Urged")))


def _extension(task: Task, extension: Extension) -> Item:
    asked = local_day(extension.steps[0].at, task.plan.region.timezone)
    why = Said(
        N_("%(unit)s asks for %(new)s instead of %(old)s: %(reason)s"),
        {
            "unit": Name(extension.unit.name),
            "new": extension.new_due_on,
            "old": extension.old_due_on,
            "reason": Name(extension.reason),
        },
    )
    flags = (N_("Extension asked for"),)
    return Item("decide", task, part_of(task.facts), Step("extension", N_("Decide")), why, flags=flags, since=asked)
