"""Parts of a report (docs/workflow.md): who owes one, which are in, and what a version of the report rested on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor
from ..directory.models import Unit
from ..errors import StaleVersion
from ..plans.queries import TaskRow
from .models import ProgressReport
from .part_models import ReportedPart, ReportPart

TEXTS = ("done", "problems", "next_steps")


@dataclass(frozen=True, slots=True)
class PartRow:
    """A unit that owes a part, and the newest version of it; ``collective`` names the unit it is a member of."""

    unit_id: int
    name: str
    collective: str | None
    part: ReportPart | None


def owing(row: TaskRow) -> dict[int, str | None]:
    """Unit id -> the collective unit that it stands in, in the order of the plan.

    The other lead units, and the members of every collective unit; never the first-named, who writes the report.
    """
    found: dict[int, str | None] = {}
    for unit in row.leads[1:]:
        if not unit.members:
            found.setdefault(unit.unit_id, None)
    for unit in (*row.leads[1:], *row.supports):
        for member in unit.members:
            found.setdefault(member, unit.name)
    if row.first_lead is not None:
        found.pop(row.first_lead.unit_id, None)
    return found


def latest_sequences(session: Session, task_ids: Collection[int]) -> dict[int, int]:
    """Task id -> the number of its newest report; a task without one is absent."""
    statement = (
        select(ProgressReport.task_id, func.max(ProgressReport.sequence))
        .where(ProgressReport.task_id.in_(task_ids))
        .group_by(ProgressReport.task_id)
    )
    return {task_id: sequence for task_id, sequence in session.execute(statement)}


def newest_parts(
    session: Session, sequences: Mapping[int, int], unit_ids: Collection[int] | None = None
) -> dict[tuple[int, int], ReportPart]:
    """(task id, unit id) -> the newest version of the part for the report of that number: one statement."""
    statement = (
        select(ReportPart)
        .where(ReportPart.task_id.in_(list(sequences)))
        .options(joinedload(ReportPart.author))
        .order_by(ReportPart.version)
    )
    if unit_ids is not None:
        statement = statement.where(ReportPart.unit_id.in_(unit_ids))
    return {
        (part.task_id, part.unit_id): part
        for part in session.scalars(statement)
        if part.sequence == sequences[part.task_id]
    }


def part_rows(
    session: Session, row: TaskRow, sequence: int, known: Sequence[ReportPart] | None = None
) -> list[PartRow]:
    """A row for each unit that owes a part of the report of that number; no statement where none does.

    ``known`` are the task's parts where they are loaded already, oldest first.
    """
    owed = owing(row)
    if not owed:
        return []
    names = {unit.id: unit.name for unit in session.scalars(select(Unit).where(Unit.id.in_(owed)))}
    if known is None:
        known = list(newest_parts(session, {row.task_id: sequence}, owed).values())
    parts = {part.unit_id: part for part in known if part.sequence == sequence}
    return [PartRow(unit_id, names[unit_id], collective, parts.get(unit_id)) for unit_id, collective in owed.items()]


def every_part(session: Session, task_id: int) -> list[ReportPart]:
    """Every version of every part of a task, oldest first."""
    statement = (
        select(ReportPart)
        .where(ReportPart.task_id == task_id)
        .options(joinedload(ReportPart.unit), joinedload(ReportPart.author))
        .order_by(ReportPart.id)
    )
    return list(session.scalars(statement))


def reported_parts(session: Session, report_ids: Iterable[int]) -> dict[int, list[ReportedPart]]:
    """Report id -> what was in and who was silent when that version was written."""
    wanted = list(report_ids)
    if not wanted:
        return {}
    statement = (
        select(ReportedPart)
        .where(ReportedPart.report_id.in_(wanted))
        .options(joinedload(ReportedPart.unit), joinedload(ReportedPart.part))
        .order_by(ReportedPart.unit_id)
    )
    found: dict[int, list[ReportedPart]] = {}
    for record in session.scalars(statement):
        found.setdefault(record.report_id, []).append(record)
    return found


def add_part(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    task_id: int,
    unit_id: int,
    sequence: int,
    seen: int,
    content: Mapping[str, Any],
) -> ReportPart:
    """Write the next version of a unit's part; ``content`` is a loaded PartSchema, ``seen`` the version corrected.

    Raises StaleVersion where a colleague wrote one since (``seen`` is 0 where there was none).
    """
    assert actor.user_id is not None
    last = newest_parts(session, {task_id: sequence}, [unit_id]).get((task_id, unit_id))
    if seen != (last.version if last is not None else 0):
        raise StaleVersion()
    part = ReportPart(
        task_id=task_id,
        unit_id=unit_id,
        author_id=actor.user_id,
        sequence=sequence,
        version=seen + 1,
        at=now,
        **content,
    )
    session.add(part)
    session.flush()
    return part


def record_parts(session: Session, row: TaskRow, report: ProgressReport) -> None:
    """Keep with a version of the report which parts were in and which unit was silent."""
    for found in part_rows(session, row, report.sequence):
        part_id = found.part.id if found.part is not None else None
        session.add(ReportedPart(report_id=report.id, unit_id=found.unit_id, part_id=part_id))


def taken_over(rows: Sequence[PartRow], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into a report with the parts below it, each once, under the name of its unit."""
    return {**typed, **{name: "\n".join(_joined(rows, name, str(typed.get(name) or ""))) for name in TEXTS}}


def _joined(rows: Sequence[PartRow], name: str, typed: str) -> Iterator[str]:
    before = typed.replace("\r\n", "\n").strip()
    if before:
        yield before
    for row in rows:
        text = getattr(row.part, name, "").replace("\r\n", "\n")
        if text and (line := f"【{row.name}】{text}") not in before:
            yield line
