"""Progress reports and comments: what units say about a task.  Rows are never changed once written, drafts apart."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UTCDateTime, one_of
from ..directory.models import Unit, User
from ..plans.models import Indicator
from .schemas import RETURNED_FIELDS


class ProgressReport(Base):
    """One version of a progress report.

    ``sequence`` counts a task's reports (a new one begins after each verification), ``version`` the versions of one
    report (a new one after each return or withdrawal).  ``progress`` is in percent of the whole task.
    ``evidence`` names the documents that prove it; ``measured_*`` is a value reached, with its year and source;
    ``indicator_id`` the plan's indicator that it is a value of, where it is one.
    """

    __tablename__ = "progress_reports"
    __table_args__ = (
        UniqueConstraint("task_id", "sequence", "version"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("length(done) > 0", name="done_given"),
        CheckConstraint("NOT completion_claimed OR progress = 100", name="completion_is_100"),
        CheckConstraint(
            "indicator_id IS NULL OR (measured_value IS NOT NULL AND measured_year IS NOT NULL)",
            name="indicator_has_value",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    sequence: Mapped[int]
    version: Mapped[int]
    done: Mapped[str]
    problems: Mapped[str] = mapped_column(default="")
    next_steps: Mapped[str] = mapped_column(default="")
    progress: Mapped[int]
    completion_claimed: Mapped[bool]
    evidence: Mapped[str] = mapped_column(default="")
    measured_value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    measured_year: Mapped[int | None]
    measured_source: Mapped[str] = mapped_column(default="")
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id", ondelete="RESTRICT"))
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)

    unit: Mapped[Unit] = relationship()
    author: Mapped[User] = relationship()
    indicator: Mapped[Indicator | None] = relationship()
    return_reasons: Mapped[list[ReturnReason]] = relationship(viewonly=True)


class ReturnReason(Base):
    """What was wrong with one field of a version that was returned: a version is returned once at most."""

    __tablename__ = "return_reasons"
    __table_args__ = (
        CheckConstraint(one_of("field", RETURNED_FIELDS), name="field"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]


class RoundReport(Base):
    """That a report counts in a round.  ``carried``: it was waiting when the round opened (docs/workflow.md)."""

    __tablename__ = "round_reports"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="RESTRICT"), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("progress_reports.id", ondelete="RESTRICT"), primary_key=True)
    carried: Mapped[bool] = mapped_column(default=False)


class ReportDraft(Base):
    """What somebody is typing into a form about a task, kept until it is filed or thrown away.

    A person has one draft a task and ``form`` (``report``), more only where two of their browser windows went apart.
    ``content`` holds the fields as typed.  ``task_version`` is the task's version that the form was shown at.
    ``version`` counts the savings; ``window`` names the browser window that saved last, ``edit`` its latest change.
    ``saved_at`` is real time, whatever the demo's clock says.
    """

    __tablename__ = "report_drafts"
    __table_args__ = (Index("ix_report_drafts_task_id_form", "task_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    form: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    task_version: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    window: Mapped[str] = mapped_column(default="")
    edit: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)

    author: Mapped[User] = relationship()


class Comment(Base):
    """What a unit says on a task it has part in."""

    __tablename__ = "comments"
    __table_args__ = (CheckConstraint("length(body) > 0", name="body_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    unit: Mapped[Unit | None] = relationship()
    author: Mapped[User] = relationship()
    answer_to: Mapped[CommentAnswer | None] = relationship(
        primaryjoin="CommentAnswer.comment_id == Comment.id", viewonly=True
    )
    mentions: Mapped[list[Unit]] = relationship(secondary="comment_mentions", order_by=Unit.id, viewonly=True)
    corrections: Mapped[list[CommentCorrection]] = relationship(order_by="CommentCorrection.id", viewonly=True)

    @property
    def text(self) -> str:
        """What the comment says now: ``body`` is what was sent first."""
        return self.corrections[-1].body if self.corrections else self.body

    @property
    def former(self) -> list[str]:
        """What it said before its corrections, oldest first."""
        return [self.body, *(correction.body for correction in self.corrections)][: len(self.corrections)]


class CommentAnswer(Base):
    """That a comment answers another, which answers none itself."""

    __tablename__ = "comment_answers"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="RESTRICT"), primary_key=True)
    answers_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="RESTRICT"))


class CommentMention(Base):
    """That a comment names a unit, whose contacts were told."""

    __tablename__ = "comment_mentions"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="RESTRICT"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), primary_key=True)


class CommentCorrection(Base):
    """What the author made of a comment within the time for it; earlier texts stay."""

    __tablename__ = "comment_corrections"
    __table_args__ = (CheckConstraint("length(body) > 0", name="body_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id", ondelete="RESTRICT"), index=True)
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
