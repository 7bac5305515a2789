"""The evidence files of tasks.  The bytes lie in the store under their SHA-256; a row says whose file it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...db import Base, UTCDateTime
from ...directory.models import Unit, User


class EvidenceFile(Base):
    """A file that a unit added to a task.

    It waits (``report_id`` NULL) until the next version of a report is filed, which it then belongs to for good; only
    while it waits may it be removed.  ``name`` is as uploaded, without folders; ``size`` is in bytes; ``media_type``
    follows from the content; ``sha256`` is of the content, in hexadecimal.
    """

    __tablename__ = "evidence_files"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("length(name) > 0", name="named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    uploader_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    unit: Mapped[Unit] = relationship()
    uploader: Mapped[User] = relationship()
