"""Notices: somebody acted, and the units concerned are told at once or at the next opening of the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ..access import Actor
from ..clock import local_day
from ..directory.absences import contacts_on, supervisors_on
from ..outbox.commands import Recipient, enqueue
from .models import Plan
from .queries import TaskRow


class HasSlug(Protocol):
    """A plan, or a frozen copy of one."""

    @property
    def slug(self) -> str:
        """The plan's address."""


def task_path(plan: HasSlug, ref: str) -> str:
    """The address of a task's page, below the base URL."""
    return f"/plans/{plan.slug}/tasks/{ref}"


def notice_day(now: datetime, plan: Plan) -> date:
    """The local day on which a notice of ``now`` goes out: who is away then has it sent to a deputy."""
    zone = ZoneInfo(plan.region.timezone)
    return local_day(plan.region.calendar.next_window(now, zone), zone)


def send(
    session: Session, now: datetime, plan: Plan, recipient: Recipient, template: str, context: Mapping[str, Any]
) -> None:
    """Queue one notice; a recipient without address gets none."""
    if recipient.address is None:
        return  # heads the supervisor's list: oversight shows units without contact
    enqueue(
        session,
        kind="notice",
        recipient=recipient,
        template=template,
        context={
            "plan": plan.title,
            "region": plan.region.short_name,
            "slug": plan.slug,
            "instead_of": absent_context(recipient),
            **context,
        },
        now=now,
        not_before=plan.region.calendar.next_window(now, ZoneInfo(plan.region.timezone)),
    )


def absent_context(recipient: Recipient) -> list[dict[str, str]]:
    """For whom the recipient stands in, as a mail says it."""
    return [{"name": absent.name, "until": absent.until.isoformat()} for absent in recipient.instead_of]


def task_context(plan: Plan, row: TaskRow) -> dict[str, Any]:
    """What a mail says of a task."""
    return {
        "ref": row.ref,
        "text": row.text,
        "path": task_path(plan, row.ref),
        "leads": [unit.name for unit in row.leads],
        "deadline": row.deadline.isoformat() if row.deadline is not None else None,
    }


def tell_units(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    row: TaskRow,
    template: str,
    *,
    unit_ids: Iterable[int],
    reason: str = "",
    **more: Any,
) -> None:
    """One mail to each contact of the units: ``returned``, ``terminated``, ``reopened``, ``declined`` …

    ``more`` is what the mail says besides.
    """
    contacts = contacts_on(session, unit_ids, notice_day(now, plan))
    recipients = {recipient.key: recipient for found in contacts.values() for recipient in found}
    for recipient in recipients.values():
        context = {"task": task_context(plan, row), "reason": reason, "actor": actor.name, **more}
        send(session, now, plan, recipient, template, context)


def tell_supervisors(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    row: TaskRow,
    template: str,
    *,
    reason: str = "",
    **more: Any,
) -> None:
    """One mail to each supervisor of the plan."""
    for recipient in supervisors_on(session, plan.supervising_unit_id, notice_day(now, plan)):
        context = {"task": task_context(plan, row), "reason": reason, "actor": actor.name, **more}
        send(session, now, plan, recipient, template, context)
