"""What the commands on reports, parts, comments and requests share, and writing reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from ..errors import InvalidInput
from ..plans.models import Plan, Round
from ..plans.policy import acting_unit
from ..plans.queries import TaskRow
from .evidence.commands import file_with
from .models import ProgressReport, RoundReport


def checked(schema: Schema, data: Mapping[str, Any]) -> dict[str, Any]:
    """Load a form through its schema.  Raises InvalidInput with the message ids by field."""
    try:
        loaded: dict[str, Any] = schema.load(dict(data))
    except ValidationError as error:
        raise InvalidInput(fields=_by_field(error.messages)) from error
    return loaded


def _by_field(messages: Any) -> dict[str, list[str]]:
    """marshmallow's nested messages as one list a field."""
    found: dict[str, list[str]] = {}
    for name, below in messages.items():
        flat = below if isinstance(below, list) else [text for texts in below.values() for text in texts]
        found[str(name)] = [str(text) for text in flat]
    return found


def note(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    row: TaskRow,
    action: str,
    data: Mapping[str, Any],
    unit_id: int | None = None,
) -> None:
    """What somebody gave on a task, and for which unit (default: that which they act for), in the plan's audit."""
    unit_id = acting_unit(actor, plan, row) if unit_id is None else unit_id
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action=action,
        subject=f"task:{row.task_id}",
        data={"ref": row.ref, **data},
        for_whom=f"unit:{unit_id}" if unit_id is not None else "",
    )


def add_report(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    task_id: int,
    unit_id: int,
    continues: bool,
    current_round: Round | None,
    content: Mapping[str, Any],
) -> ProgressReport:
    """Write the next version of the present report (``continues``) or the first of the next one.

    ``content`` is a loaded ReportSchema.  The report counts in ``current_round`` where there is one, and the
    evidence files that wait on the task are filed with it.
    """
    assert actor.user_id is not None
    sequence = session.scalar(select(func.max(ProgressReport.sequence)).where(ProgressReport.task_id == task_id))
    if sequence is None or not continues:
        sequence, version = (sequence or 0) + 1, 1
    else:
        last = session.scalar(
            select(func.max(ProgressReport.version)).where(
                ProgressReport.task_id == task_id, ProgressReport.sequence == sequence
            )
        )
        version = (last or 0) + 1
    report = ProgressReport(
        task_id=task_id,
        unit_id=unit_id,
        author_id=actor.user_id,
        sequence=sequence,
        version=version,
        submitted_at=now,
        **content,
    )
    session.add(report)
    session.flush()
    file_with(session, actor, now, report)
    if current_round is not None:
        session.add(RoundReport(round_id=current_round.id, report_id=report.id))
        session.flush()
    return report


def carry_report(session: Session, report_id: int, round_: Round) -> None:
    """Let a report that was waiting when ``round_`` opened count in it too."""
    if session.get(RoundReport, (round_.id, report_id)) is None:
        session.add(RoundReport(round_id=round_.id, report_id=report_id, carried=True))
        session.flush()
