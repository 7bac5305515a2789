"""What units ask for and a person must answer today, beside the one next step of each task."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from ..access import Actor
from ..clock import local_day
from ..i18n import N_
from ..workflows.extensions import available_steps, extension_facts, is_live, open_extensions
from ..workflows.models import Extension
from .duties import part_of
from .items import Item, Step
from .reads import Task
from .sentences import Name, Said


def request_items(session: Session, actor: Actor, tasks: Sequence[Task]) -> list[Item]:
    """The requests that wait for the actor's answer: one statement, whatever the number of tasks."""
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
    return items


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
