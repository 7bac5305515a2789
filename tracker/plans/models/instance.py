"""The workflow instance of a key task and the append-only facts it points to.

``Instance.state``, ``suspended_from`` and ``version`` are written by ``workflows`` alone.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...db import Base, UTCDateTime, one_of
from ...directory.models import Unit
from .document import KeyTask

STATES = (
    "pending_dispatch", "assigned", "in_progress", "awaiting_sign_off", "reported",
    "verified", "closed_out", "suspended", "terminated",
)  # fmt: skip


class AssignmentSet(Base):
    """Who is responsible for a task from an instant on, by which act.  The next set replaces it, an empty one too."""

    __tablename__ = "assignment_sets"
    __table_args__ = (
        UniqueConstraint("task_id", "number"),
        CheckConstraint(one_of("act", ("import", "dispatch", "decline", "reassign")), name="act"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    number: Mapped[int]
    act: Mapped[str]
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))

    assignments: Mapped[list[Assignment]] = relationship(order_by="[Assignment.role, Assignment.position]")


class Assignment(Base):
    """One unit of an assignment set.  ``position`` starts at 0; the lead at 0 is the first-named."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("set_id", "role", "position"),
        UniqueConstraint("set_id", "unit_id"),
        CheckConstraint(one_of("role", ("lead", "support")), name="role"),
        CheckConstraint("position >= 0", name="position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("assignment_sets.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    role: Mapped[str]
    position: Mapped[int]
    printed_name: Mapped[str]
    and_others: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit] = relationship()


class DueDate(Base):
    """A task's own deadline from an instant on, by which act; ``due_on`` is a day in the region's zone."""

    __tablename__ = "due_dates"
    __table_args__ = (UniqueConstraint("task_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    number: Mapped[int]
    due_on: Mapped[date]
    act: Mapped[str]
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))


class Instance(Base):
    """Where a key task stands.  ``version`` counts every act on it; ``entered_at`` is when ``state`` was entered.

    ``suspended_from`` is the state that a suspended task resumes to, empty in every other state.
    """

    __tablename__ = "instances"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint("version >= 0", name="version"),
        CheckConstraint(
            "state NOT IN ('reported', 'awaiting_sign_off') OR current_report_id IS NOT NULL",
            name="reported_has_report",
        ),
        CheckConstraint("(state = 'suspended') = (suspended_from IS NOT NULL)", name="suspended_from_a_state"),
        Index("ix_instances_state", "state"),
    )

    task_id: Mapped[int] = mapped_column(
        ForeignKey("key_tasks.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    state: Mapped[str] = mapped_column(default="pending_dispatch")
    suspended_from: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=0)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    dispatched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    assignment_set_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_sets.id", ondelete="RESTRICT"))
    due_date_id: Mapped[int | None] = mapped_column(ForeignKey("due_dates.id", ondelete="RESTRICT"))
    current_report_id: Mapped[int | None] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"))
    completion_verified: Mapped[bool] = mapped_column(default=False)

    task: Mapped[KeyTask] = relationship()
    assignment_set: Mapped[AssignmentSet | None] = relationship()
    due_date: Mapped[DueDate | None] = relationship()
