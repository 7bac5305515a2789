"""What a changed document (中期调整) did to a plan.  Rows are added and never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...db import Base, UTCDateTime


class PlanRevision(Base):
    """One revision of a plan: the document it came from, what was done and what had to be left.

    ``summary`` holds a line for each change (``key``, ``kind``, ``ref``, ``done``).  ``stated`` maps a task's ref to
    what the document now says of its units and deadline; the first import says it for the others.
    """

    __tablename__ = "plan_revisions"
    __table_args__ = (UniqueConstraint("plan_id", "number"), CheckConstraint("number > 0", name="number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    document_name: Mapped[str]
    sha256: Mapped[str]
    summary: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    stated: Mapped[dict[str, dict[str, object]]] = mapped_column(JSON)
