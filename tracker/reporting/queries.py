"""Reads of reports and comments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from .evidence.queries import filed_files
from .models import Comment, ProgressReport


@dataclass(frozen=True, slots=True)
class ReportMarks:
    """Of a report's current version: who wrote any of its versions, and whether its claim of completion is unproven.

    What proves it is a file, a value reached, or a document named in words.
    """

    authors: frozenset[int]
    completion_unproven: bool


def report_marks(session: Session, report_ids: Iterable[int]) -> dict[int, ReportMarks]:
    """Report id -> its marks, in one statement; in none where no report is asked for."""
    wanted = list(report_ids)
    if not wanted:
        return {}
    version = aliased(ProgressReport)
    statement = (
        select(ProgressReport, filed_files(ProgressReport), version.author_id)
        .join(version, and_(version.task_id == ProgressReport.task_id, version.sequence == ProgressReport.sequence))
        .where(ProgressReport.id.in_(wanted))
    )
    authors: dict[int, set[int]] = {}
    unproven: dict[int, bool] = {}
    for report, has_files, author_id in session.execute(statement):
        authors.setdefault(report.id, set()).add(author_id)
        named = bool(report.evidence) or report.measured_value is not None
        unproven[report.id] = report.completion_claimed and not named and not has_files
    return {report_id: ReportMarks(frozenset(who), unproven[report_id]) for report_id, who in authors.items()}


def reports_of(session: Session, task_id: int) -> list[ProgressReport]:
    """Every version of every report of a task, newest first."""
    statement = (
        select(ProgressReport)
        .where(ProgressReport.task_id == task_id)
        .options(
            joinedload(ProgressReport.unit),
            joinedload(ProgressReport.author),
            joinedload(ProgressReport.indicator),
            selectinload(ProgressReport.return_reasons),
        )
        .order_by(ProgressReport.sequence.desc(), ProgressReport.version.desc())
    )
    return list(session.scalars(statement))


def comments_of(session: Session, task_id: int) -> list[Comment]:
    """The comments of a task, oldest first: three statements, one where there is none."""
    statement = (
        select(Comment)
        .where(Comment.task_id == task_id)
        .options(
            joinedload(Comment.unit),
            joinedload(Comment.author),
            joinedload(Comment.answer_to),
            selectinload(Comment.mentions),
            selectinload(Comment.corrections),
        )
        .order_by(Comment.at, Comment.id)
    )
    return list(session.scalars(statement))
