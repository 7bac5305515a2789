"""Drafts of plans that are being imported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UTCDateTime, one_of
from ..directory.models import Region, User
from ..plans.models import Plan

STEPS = ("check", "units", "rounds", "confirm", "revision", "done", "discarded")
"""The page at which whoever resumes a draft goes on; ``revision`` where the plan exists in the region."""


class ImportDraft(Base):
    """A document that was read, as people have edited it since; nothing of it is a plan before it is confirmed.

    ``lines`` is the source as the reader gave it, ``places`` says where a line stands in the file.  ``draft`` has the
    shape of ``editing/stored.py``, ``choices`` holds what is chosen on the later pages.  The uploaded bytes are not
    kept, only their SHA-256.  ``version`` counts every change.  ``plan_id`` is the plan that the draft became or
    revised, ``revises_id`` the plan that it is compared with.
    """

    __tablename__ = "import_drafts"
    __table_args__ = (
        CheckConstraint(one_of("step", STEPS), name="step"),
        CheckConstraint("version >= 0", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id", ondelete="RESTRICT"), index=True)
    file_name: Mapped[str]
    file_kind: Mapped[str]
    sha256: Mapped[str]
    lines: Mapped[list[str]] = mapped_column(JSON, deferred=True)
    places: Mapped[dict[str, str]] = mapped_column(JSON, deferred=True)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    choices: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    step: Mapped[str] = mapped_column(default="check")
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    edited_at: Mapped[datetime] = mapped_column(UTCDateTime)
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    revises_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))

    region: Mapped[Region] = relationship()
    editor: Mapped[User | None] = relationship(foreign_keys=[edited_by])
    plan: Mapped[Plan | None] = relationship(foreign_keys=[plan_id])
    revises: Mapped[Plan | None] = relationship(foreign_keys=[revises_id])

    @property
    def open(self) -> bool:
        """Whether it can still be edited."""
        return self.step not in ("done", "discarded")
