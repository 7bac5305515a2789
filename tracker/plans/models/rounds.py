"""Evaluation rounds.  The rows lie here; ``evaluations`` alone writes them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...db import Base, one_of
from ..schemas import ROUND_KINDS
from .document import Plan

ROUND_STATES = ("planned", "open", "reviewing", "sealed", "disclosed", "skipped")


class Round(Base):
    """One evaluation round of a plan.

    ``year`` is the year evaluated: Y of the annual round, the plan's middle year, the last year of the term.
    Dates are days in the region's zone.  ``dates_are_default``: the plan is silent and the dates are 默认.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("plan_id", "kind", "year"),
        CheckConstraint(one_of("kind", ROUND_KINDS), name="kind"),
        CheckConstraint(one_of("state", ROUND_STATES), name="state"),
        CheckConstraint(
            "opens_on <= report_due_on AND report_due_on <= verify_due_on AND verify_due_on <= disclosure_on",
            name="order",
        ),
        Index(
            "uq_rounds_one_open",
            "plan_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    kind: Mapped[str]
    year: Mapped[int]
    opens_on: Mapped[date]
    report_due_on: Mapped[date]
    verify_due_on: Mapped[date]
    disclosure_on: Mapped[date]
    dates_are_default: Mapped[bool]
    state: Mapped[str] = mapped_column(default="planned")

    plan: Mapped[Plan] = relationship()
