"""Requests for input to supporting units, and their answers.  Rows are never changed once written."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UTCDateTime
from ..directory.models import Unit, User


class InputRequest(Base):
    """That ``by_unit`` asks ``unit`` for input on a task by ``due_on``, a date in the region's zone."""

    __tablename__ = "input_requests"
    __table_args__ = (CheckConstraint("length(question) > 0", name="question_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    by_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    question: Mapped[str]
    due_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    unit: Mapped[Unit] = relationship(foreign_keys=unit_id)
    by_unit: Mapped[Unit] = relationship(foreign_keys=by_unit_id)
    author: Mapped[User] = relationship()
    answers: Mapped[list[InputAnswer]] = relationship(order_by="InputAnswer.id", viewonly=True)


class InputAnswer(Base):
    """What the unit answers; a later answer to the same request corrects the one before."""

    __tablename__ = "input_answers"
    __table_args__ = (CheckConstraint("length(answer) > 0", name="answer_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("input_requests.id", ondelete="RESTRICT"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    answer: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    author: Mapped[User] = relationship()
