"""What was done to a task: history, acknowledgements, signatures (签发), first checks (初核), extensions (延期申请)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UTCDateTime, one_of
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


EXTENSION_ACTS = ("ask", "approve", "accept", "refuse", "withdraw", "lapse")


class Extension(Base):
    """A request of the first-named lead unit for a later deadline.  Days are of the region's zone.

    ``so_far`` says where the task stands.  ``closed_at`` is empty while the request is open, and a task has one open
    request at most.  ``due_date_id`` is the move that an accepted request made.
    """

    __tablename__ = "extensions"
    __table_args__ = (
        UniqueConstraint("task_id", "number"),
        CheckConstraint("new_due_on > old_due_on", name="later"),
        Index(
            "uq_extensions_open",
            "task_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    number: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    reason: Mapped[str]
    so_far: Mapped[str]
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    due_date_id: Mapped[int | None] = mapped_column(ForeignKey("due_dates.id", ondelete="RESTRICT"))

    unit: Mapped[Unit] = relationship()
    steps: Mapped[list[ExtensionStep]] = relationship(order_by="ExtensionStep.number")

    @property
    def last(self) -> ExtensionStep:
        """What was last done to it; its ``number`` is the request's version."""
        return self.steps[-1]


class ExtensionStep(Base):
    """One act on a request, append-only.  ``user_id`` is empty where the system let it lapse."""

    __tablename__ = "extension_steps"
    __table_args__ = (
        UniqueConstraint("extension_id", "number"),
        CheckConstraint(one_of("act", EXTENSION_ACTS), name="act"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    extension_id: Mapped[int] = mapped_column(ForeignKey("extensions.id", ondelete="RESTRICT"))
    number: Mapped[int]
    act: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(default="")

    user: Mapped[User | None] = relationship()


class Urge(Base):
    """A supervisor urged (催办) who owed something, at most once a local day a task.  ``word`` is what they added.

    ``parts``: the units whose part of the report was missing were urged too; ``inputs``: so were those that had not
    answered a request for input.
    """

    __tablename__ = "urges"
    __table_args__ = (UniqueConstraint("task_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    word: Mapped[str]
    parts: Mapped[bool]
    inputs: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship()


class Objection(Base):
    """A lead unit contests (异议) a return, or the lamp of a day in the region's zone.  Never changed once written.

    ``due_on`` is the day by which it is answered.
    """

    __tablename__ = "objections"
    __table_args__ = (
        UniqueConstraint("task_id", "number"),
        UniqueConstraint("unit_id", "history_id"),
        UniqueConstraint("task_id", "unit_id", "lamp_on"),
        CheckConstraint("(history_id IS NULL) <> (lamp_on IS NULL)", name="one_matter"),
        CheckConstraint("(lamp_on IS NULL) = (lamp IS NULL)", name="lamp_of_a_day"),
        CheckConstraint(one_of("lamp", ("yellow", "red")), name="lamp"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    number: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    history_id: Mapped[int | None] = mapped_column(ForeignKey("task_history.id", ondelete="RESTRICT"))
    lamp_on: Mapped[date | None]
    lamp: Mapped[str | None]
    text: Mapped[str]
    due_on: Mapped[date]

    unit: Mapped[Unit] = relationship()
    user: Mapped[User] = relationship()
    entry: Mapped[HistoryEntry | None] = relationship()
    answer: Mapped[ObjectionAnswer | None] = relationship()


class ObjectionAnswer(Base):
    """The supervisor's answer to an objection, once: ``upheld`` (采纳) or not (不采纳), with its text."""

    __tablename__ = "objection_answers"

    objection_id: Mapped[int] = mapped_column(ForeignKey("objections.id", ondelete="RESTRICT"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    upheld: Mapped[bool]
    text: Mapped[str]

    user: Mapped[User] = relationship()
