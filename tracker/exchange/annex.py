"""The rows of the annex as it stands today: who is responsible, by when, in which state, how far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..intake.workbook import AND_OTHERS
from ..plans.models import KeyTask, Plan
from ..plans.queries import UnitRef, task_rows
from ..reporting.models import ProgressReport
from ..workflows.definitions import STATE_LABELS


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """One task.  ``deadline`` is its day in the region's zone, ``words`` what the document says instead or besides."""

    ref: str
    section: str
    number: str
    text: str
    leads: str
    supports: str
    deadline: date | None
    words: str
    state: str
    progress: str
    remark: str
    joint: bool


def annex_rows(session: Session, plan: Plan, translate: Callable[..., str]) -> list[AnnexRow]:
    """Every task in the order of the plan; states in the language of ``translate``."""
    tasks = {task.id: task for task in session.scalars(select(KeyTask).where(KeyTask.plan_id == plan.id))}
    rows = task_rows(session, [plan.id])
    wanted = [row.current_report_id for row in rows if row.current_report_id is not None]
    reports = {
        report.id: f"{report.progress}% {report.done}"
        for report in session.scalars(select(ProgressReport).where(ProgressReport.id.in_(wanted)))
    }
    return [
        AnnexRow(
            ref=row.ref,
            section=row.section or "",
            number=row.number,
            text=row.text,
            leads=_names(row.leads),
            supports=_names(row.supports),
            deadline=row.deadline,
            words=tasks[row.task_id].deadline_words or "",
            state=translate(STATE_LABELS[row.state]),
            progress=reports.get(row.current_report_id, "") if row.current_report_id is not None else "",
            remark=tasks[row.task_id].remark or "",
            joint=row.joint,
        )
        for row in rows
    ]


def _names(units: tuple[UnitRef, ...]) -> str:
    return "、".join(unit.printed_name + (AND_OTHERS if unit.and_others else "") for unit in units)
