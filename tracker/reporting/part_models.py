"""The parts of a report: what each other lead unit and each member of a collective unit gives the first-named lead.

Rows are never changed once written.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UTCDateTime
from ..directory.models import Unit, User


class ReportPart(Base):
    """One version of a unit's part.

    ``sequence`` is that of the report it is for (ProgressReport.sequence, the coming one where none waits);
    ``progress`` is in percent of what the unit itself has to do, where it says so.
    """

    __tablename__ = "report_parts"
    __table_args__ = (
        UniqueConstraint("task_id", "unit_id", "sequence", "version"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("length(done) > 0", name="done_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    sequence: Mapped[int]
    version: Mapped[int]
    done: Mapped[str]
    problems: Mapped[str] = mapped_column(default="")
    next_steps: Mapped[str] = mapped_column(default="")
    progress: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    unit: Mapped[Unit] = relationship()
    author: Mapped[User] = relationship()


class ReportedPart(Base):
    """Which part of a unit was in when a version of the report was written; none: the unit was silent (未提供)."""

    __tablename__ = "reported_parts"

    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), primary_key=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("report_parts.id", ondelete="RESTRICT"))

    unit: Mapped[Unit] = relationship()
    part: Mapped[ReportPart | None] = relationship()
