"""What was done to a task: history, acknowledgements of lead units, signatures (签发), first checks (初核)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UTCDateTime
from ..directory.models import Unit, User


class HistoryEntry(Base):
    """One act on a task.  Each version of the instance has exactly one row: of two acts at once, one fails here.

    ``actor_id`` is empty where the system acted; ``from_state`` equals ``to_state`` for a record that moves nothing.
    """

    __tablename__ = "task_history"
    __table_args__ = (UniqueConstraint("task_id", "version"), CheckConstraint("version > 0", name="version"))

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    trigger: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    report_id: Mapped[int | None] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"))
    assignment_set_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_sets.id", ondelete="RESTRICT"))

    actor: Mapped[User | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Acknowledgement(Base):
    """That a lead unit has acknowledged (签收) its assignment."""

    __tablename__ = "acknowledgements"
    __table_args__ = (UniqueConstraint("assignment_set_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_set_id: Mapped[int] = mapped_column(ForeignKey("assignment_sets.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignOff(Base):
    """That the unit leader signed one version of a report; a new version needs a new one."""

    __tablename__ = "sign_offs"

    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class FirstCheck(Base):
    """The first of two checks (初核) of one version of a report; a new version needs a new one."""

    __tablename__ = "first_checks"

    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
