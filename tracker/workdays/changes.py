"""What a person can do to a region's days, as values: each turns the days as they are into the days as they would be.

Pure, so that a page can show what would follow before anything is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from .models import DayOverride
from .notice import Notice

HAND, NOTICE = "hand", "notice"


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day of a region without who set it and when (the columns of DayOverride)."""

    day: date
    working: bool
    name: str
    origin: str
    notice_year: int | None
    source: str

    @property
    def key(self) -> tuple[date, str]:
        """What is unique in a region."""
        return self.day, self.origin


class Change(Protocol):
    """One act on a region's days; ``action`` is its name in the audit, ``data`` what the audit keeps besides."""

    @property
    def action(self) -> str:
        """The name in the audit."""

    @property
    def data(self) -> dict[str, Any]:
        """What the audit keeps."""

    @property
    def years(self) -> Sequence[int]:
        """The years whose days it may change."""

    def applied(self, days: Iterable[OwnDay]) -> list[OwnDay]:
        """The days after it."""


@dataclass(frozen=True, slots=True)
class SetDay:
    """Set one day by hand; it prevails over the notice and the package.  ``reason`` is what the page shows of it."""

    day: date
    working: bool
    reason: str

    action = "workdays.set"

    @property
    def data(self) -> dict[str, Any]:
        """The day, what it is now, and why."""
        return {"day": self.day, "working": self.working, "reason": self.reason}

    @property
    def years(self) -> Sequence[int]:
        """The year of the day."""
        return (self.day.year,)

    def applied(self, days: Iterable[OwnDay]) -> list[OwnDay]:
        """The days with this one."""
        own = OwnDay(self.day, self.working, "", HAND, None, self.reason)
        return [*(day for day in days if day.key != own.key), own]


@dataclass(frozen=True, slots=True)
class FreeDay:
    """Take back what was set by hand for one day: the notice, or the package, counts again."""

    day: date

    action = "workdays.unset"

    @property
    def data(self) -> dict[str, Any]:
        """The day."""
        return {"day": self.day}

    @property
    def years(self) -> Sequence[int]:
        """The year of the day."""
        return (self.day.year,)

    def applied(self, days: Iterable[OwnDay]) -> list[OwnDay]:
        """The days without it."""
        return [day for day in days if day.key != (self.day, HAND)]


@dataclass(frozen=True, slots=True)
class TakeNotice:
    """Take in the notice for a year in place of an earlier one; days set by hand stay."""

    notice: Notice
    source: str

    action = "workdays.notice"

    @property
    def data(self) -> dict[str, Any]:
        """The year, where the notice is from, and its days."""
        days = self.notice.days
        return {
            "year": self.notice.year,
            "source": self.source,
            "free": [named.day for named in days if not named.working],
            "working": [named.day for named in days if named.working],
        }

    @property
    def years(self) -> Sequence[int]:
        """The notice's year, and the one before it where it begins in its December."""
        return sorted({self.notice.year, *(named.day.year for named in self.notice.days)})

    def applied(self, days: Iterable[OwnDay]) -> list[OwnDay]:
        """The days with those of the notice."""
        year = self.notice.year
        own = [OwnDay(d.day, d.working, d.name, NOTICE, year, self.source) for d in self.notice.days]
        keys = {day.key for day in own}
        return [*(day for day in days if day.notice_year != year and day.key not in keys), *own]


@dataclass(frozen=True, slots=True)
class DropNotice:
    """Take a year's notice out again: the package counts, or Monday to Friday where it knows nothing."""

    year: int

    action = "workdays.drop_notice"

    @property
    def data(self) -> dict[str, Any]:
        """The year."""
        return {"year": self.year}

    @property
    def years(self) -> Sequence[int]:
        """The notice's year and the one before it."""
        return (self.year - 1, self.year)

    def applied(self, days: Iterable[OwnDay]) -> list[OwnDay]:
        """The days without those of the notice."""
        return [day for day in days if day.notice_year != self.year]


def own_days(overrides: Iterable[DayOverride]) -> list[OwnDay]:
    """Frozen copies of a region's rows."""
    return [OwnDay(o.day, o.working, o.name, o.origin, o.notice_year, o.source) for o in overrides]
