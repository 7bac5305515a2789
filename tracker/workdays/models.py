"""What a region's offices do on a day, where it differs from what the package ``holidays`` knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UTCDateTime, one_of
from .calendar import Calendar

ORIGINS = ("notice", "hand")


class DayOverride(Base):
    """One free (放假) or working (上班) day of a region.

    ``origin`` notice: a day of the official notice for ``notice_year``, ``source`` is its title or number.  ``origin``
    hand: set by a person, ``source`` is the reason; it prevails over the notice.  ``name`` is the holiday's (元旦).
    """

    __tablename__ = "day_overrides"
    __table_args__ = (
        UniqueConstraint("region_id", "day", "origin"),
        CheckConstraint(one_of("origin", ORIGINS), name="origin"),
        CheckConstraint("(origin = 'notice') = (notice_year IS NOT NULL)", name="year_of_notice"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id", ondelete="RESTRICT"))
    day: Mapped[date]
    working: Mapped[bool]
    name: Mapped[str]
    origin: Mapped[str]
    notice_year: Mapped[int | None]
    source: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class AnyDay(Protocol):
    """What makes a calendar: a row of the table or a frozen copy of one."""

    @property
    def day(self) -> date:
        """The day."""

    @property
    def working(self) -> bool:
        """Whether offices work on it."""

    @property
    def origin(self) -> str:
        """notice or hand."""

    @property
    def notice_year(self) -> int | None:
        """The year of the notice, None for a day set by hand."""


def calendar_of(overrides: Iterable[AnyDay]) -> Calendar:
    """The calendar that a region's overrides make: what was set by hand prevails over the notice."""
    rows = sorted(overrides, key=lambda row: row.origin, reverse=True)
    announced = {row.notice_year for row in rows if row.notice_year is not None}
    return Calendar({row.day: row.working for row in rows}, announced)
