"""Reads of evidence files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, and_, distinct, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from ...access import Facts, permitted
from ...errors import NotFound
from ...plans.models import KeyTask, Plan
from ..models import ProgressReport
from .models import EvidenceFile
from .policy import ADD
from .store import DamagedFile, StoredFile, open_checked

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A filed file in the index of a plan: the task's ref, and the report and version that it was filed with."""

    file: EvidenceFile
    ref: str
    sequence: int
    version: int


@dataclass(frozen=True, slots=True)
class Index:
    """One page of the index of a plan; ``total`` counts all filed files, ``contents`` the different ones."""

    entries: list[Entry]
    number: int
    pages: int
    total: int
    contents: int


def filed_files(report_version: type[ProgressReport]) -> ColumnElement[bool]:
    """Whether a version of a report has a file: its own, or one that an earlier version of it was filed with."""
    filed = aliased(ProgressReport)
    return exists().where(
        EvidenceFile.report_id == filed.id,
        filed.task_id == report_version.task_id,
        filed.sequence == report_version.sequence,
        filed.version <= report_version.version,
    )


def file_counts(session: Session, report_ids: Iterable[int]) -> dict[int, int]:
    """Report id -> how many files that version has, earlier versions' included; one without any is absent."""
    filed = aliased(ProgressReport)
    statement = (
        select(ProgressReport.id, func.count())
        .join(
            filed,
            and_(
                filed.task_id == ProgressReport.task_id,
                filed.sequence == ProgressReport.sequence,
                filed.version <= ProgressReport.version,
            ),
        )
        .join(EvidenceFile, EvidenceFile.report_id == filed.id)
        .where(ProgressReport.id.in_(list(report_ids)))
        .group_by(ProgressReport.id)
    )
    return {report_id: count for report_id, count in session.execute(statement)}


def files_of(session: Session, task_id: int) -> list[EvidenceFile]:
    """All files of a task, filed and waiting, in the order in which they came."""
    statement = (
        select(EvidenceFile)
        .where(EvidenceFile.task_id == task_id)
        .options(joinedload(EvidenceFile.unit), joinedload(EvidenceFile.uploader))
        .order_by(EvidenceFile.id)
    )
    return list(session.scalars(statement))


def waiting(files: Sequence[EvidenceFile]) -> list[EvidenceFile]:
    """Those that wait for the next report."""
    return [file for file in files if file.report_id is None]


def files_by_report(reports: Sequence[ProgressReport], files: Sequence[EvidenceFile]) -> dict[int, list[EvidenceFile]]:
    """Report id -> the files of that version: a new version keeps those of the versions before it."""
    versions = {report.id: report for report in reports}
    found: dict[int, list[EvidenceFile]] = {report.id: [] for report in reports}
    for file in files:
        filed = versions.get(file.report_id) if file.report_id is not None else None
        for report in reports if filed is not None else ():
            assert filed is not None
            if report.sequence == filed.sequence and report.version >= filed.version:
                found[report.id].append(file)
    return found


def file_by_id(session: Session, facts: Facts, task_id: int, evidence_id: int) -> EvidenceFile:
    """A file of a task that the person sees; what waits is seen by those who may add.  Raises NotFound."""
    file = session.scalar(select(EvidenceFile).where(EvidenceFile.id == evidence_id, EvidenceFile.task_id == task_id))
    if file is None or (file.report_id is None and not permitted(ADD, facts)):
        raise NotFound()
    return file


def index_of(session: Session, plan: Plan, number: int) -> Index:
    """Page ``number`` (from 1) of the filed files of a plan, in the order of its tasks: two statements."""
    counting = (
        select(func.count(), func.count(distinct(EvidenceFile.sha256)))
        .join(KeyTask, KeyTask.id == EvidenceFile.task_id)
        .where(KeyTask.plan_id == plan.id, EvidenceFile.report_id.is_not(None))
    )
    total, contents = session.execute(counting).one()
    pages = max(1, -(-total // PAGE_SIZE))
    number = max(1, min(number, pages))
    return Index(entries_of(session, plan, (number - 1) * PAGE_SIZE, PAGE_SIZE), number, pages, total, contents)


def entries_of(session: Session, plan: Plan, offset: int = 0, limit: int | None = None) -> list[Entry]:
    """The filed files of a plan, in the order of its tasks and their reports."""
    statement = (
        select(EvidenceFile, KeyTask.ref, ProgressReport.sequence, ProgressReport.version)
        .join(KeyTask, KeyTask.id == EvidenceFile.task_id)
        .join(ProgressReport, ProgressReport.id == EvidenceFile.report_id)
        .where(KeyTask.plan_id == plan.id)
        .options(joinedload(EvidenceFile.unit), joinedload(EvidenceFile.uploader))
        .order_by(KeyTask.position, ProgressReport.sequence, ProgressReport.version, EvidenceFile.id)
        .offset(offset)
        .limit(limit)
    )
    return [Entry(*row) for row in session.execute(statement)]


def damaged_files(session: Session, folder: Path) -> tuple[int, list[tuple[EvidenceFile, DamagedFile]]]:
    """Read every stored file through: how many rows were checked, and those whose file is gone or changed."""
    faults: dict[str, DamagedFile | None] = {}
    rows = list(session.scalars(select(EvidenceFile).order_by(EvidenceFile.id)))
    for row in rows:
        if row.sha256 not in faults:
            try:
                open_checked(folder, stored(row)).close()
                faults[row.sha256] = None
            except DamagedFile as error:
                faults[row.sha256] = error
    return len(rows), [(row, fault) for row in rows if (fault := faults[row.sha256]) is not None]


def needed(session: Session) -> set[str]:
    """The SHA-256 of every file that a row names."""
    return set(session.scalars(select(EvidenceFile.sha256).distinct()))


def stored(row: EvidenceFile) -> StoredFile:
    """What the store knows a row's file by."""
    return StoredFile(row.name, row.media_type, row.size, row.sha256)
