"""Deadline extensions (延期申请): what may be asked for, who may take the next step, and what was asked before.

An extension moves the task's own deadline and nothing else: a task without one is measured by the rounds, whose days
are the same for every task of the plan (docs/workflow.md).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor, Facts, permitted
from ..i18n import N_
from ..plans.models import KeyTask
from ..plans.queries import TaskRow
from ..reporting.schemas import FormSchema, filled
from .definitions import OPEN_STATES
from .models import Extension, ExtensionStep

STEPS = {"approve": ("ask",), "accept": ("approve",), "refuse": ("ask", "approve"), "withdraw": ("ask", "approve")}
"""Step -> after which act it may come."""

CLOSING = ("accept", "refuse", "withdraw", "lapse")
DAY = N_("Write the new deadline as a day, such as 2024-06-30.")


class ExtensionSchema(FormSchema):
    """What is asked for: the new day, why, and where the task stands."""

    new_due_on = fields.Date(required=True, error_messages=dict.fromkeys(("required", "invalid", "null"), DAY))
    reason = fields.String(
        required=True,
        validate=filled(N_("Write the reason; the other side reads it.")),
        error_messages={"required": N_("Write the reason; the other side reads it.")},
    )
    so_far = fields.String(
        required=True,
        validate=filled(N_("Write where the task stands.")),
        error_messages={"required": N_("Write where the task stands.")},
    )


def extensions_of(session: Session, task_ids: Collection[int]) -> list[Extension]:
    """The requests of some tasks with their steps, by task, oldest first: one statement."""
    statement = (
        select(Extension)
        .where(Extension.task_id.in_(task_ids))
        .options(joinedload(Extension.unit), joinedload(Extension.steps).joinedload(ExtensionStep.user))
        .order_by(Extension.task_id, Extension.number)
    )
    return list(session.scalars(statement).unique())


def open_extensions(session: Session, plan_ids: Collection[int]) -> list[Extension]:
    """The open requests of some plans' tasks, oldest first: one statement."""
    statement = (
        select(Extension)
        .join(KeyTask, KeyTask.id == Extension.task_id)
        .where(KeyTask.plan_id.in_(plan_ids), Extension.closed_at.is_(None))
        .options(joinedload(Extension.unit), joinedload(Extension.steps))
        .order_by(Extension.id)
    )
    return list(session.scalars(statement).unique())


def is_live(extension: Extension, row: TaskRow) -> bool:
    """Whether a request still waits: it is open, its task goes on, and the unit that asked is still named first."""
    first = row.first_lead
    asks = first is not None and first.unit_id == extension.unit_id
    return extension.closed_at is None and row.state in OPEN_STATES and asks


def extension_facts(facts: Facts, actor: Actor, extension: Extension) -> Facts:
    """The facts of an actor and one request."""
    took_part = any(step.user_id == actor.user_id for step in extension.steps)
    return replace(facts, request=extension.last.act, took_part=took_part)


def available_steps(facts: Facts) -> tuple[str, ...]:
    """The steps that a person can take now on the request that ``facts`` (of extension_facts) speak of."""
    return tuple(
        step for step, after in STEPS.items() if facts.request in after and permitted(f"extension.{step}", facts)
    )


def why_no_extension(row: TaskRow, today: date, open_: Extension | None) -> str | None:
    """Why none can be asked for on ``today`` (a day in the region's zone), as a message id; None where one can."""
    if row.state not in OPEN_STATES or row.completion_verified:
        return N_("Nothing is owed on this task any more, so there is no deadline to move.")
    if row.deadline is None:
        return N_(
            "This task has no deadline of its own. It is measured by the rounds, and their days are the same for every"
            " task of the plan."
        )
    if open_ is not None:
        return N_("An extension is asked for already. Wait for the answer, or withdraw it first.")
    if today >= row.deadline:
        return N_("An extension is asked for before the due day, and that day has come. Report what is done instead.")
    return None
