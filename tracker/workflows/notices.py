"""The notices that only acts of the workflow send; what all notices share stands in plans/notices.py."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..access import Actor
from ..directory.absences import contacts_on, leaders_on
from ..outbox.commands import Recipient
from ..plans.models import Plan
from ..plans.notices import notice_day, send, task_context
from ..plans.queries import TaskRow


def tell_leaders(
    session: Session, actor: Actor, now: datetime, plan: Plan, row: TaskRow, template: str, *, unit_id: int, **more: Any
) -> None:
    """One mail to each leader of the unit, the actor apart: who signs their own report need not be asked."""
    for recipient in leaders_on(session, unit_id, notice_day(now, plan)):
        if recipient.key != actor.key:
            context = {"task": task_context(plan, row), "actor": actor.name, **more}
            send(session, now, plan, recipient, template, context)


def tell_dispatched(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    rows: Sequence[TaskRow],
    *,
    but: Collection[tuple[int, str]] = (),
) -> int:
    """One mail ``dispatched`` a person that lists every task of theirs, led ones first.  Returns how many.

    ``but`` names (unit id, role) pairs that had the task before and need not be told.
    """
    units = {unit.unit_id for row in rows for unit in (*row.leads, *row.supports)}
    contacts = contacts_on(session, units, notice_day(now, plan))
    recipients: dict[str, Recipient] = {}
    lists: dict[str, dict[str, dict[str, Any]]] = {}
    for role in ("lead", "support"):
        for row in rows:
            for unit in row.leads if role == "lead" else row.supports:
                if (unit.unit_id, role) in but:
                    continue
                for recipient in contacts[unit.unit_id]:
                    recipients[recipient.key] = recipient
                    entry = {**task_context(plan, row), "role": role}
                    lists.setdefault(recipient.key, {}).setdefault(row.ref, entry)
    for key, recipient in recipients.items():
        send(session, now, plan, recipient, "dispatched", {"tasks": list(lists[key].values()), "actor": actor.name})
    return sum(recipient.address is not None for recipient in recipients.values())
