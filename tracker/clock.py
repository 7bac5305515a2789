"""Time.  Only the edges (views, commands of the command line, the scheduler) ask for it; the rest is given ``now``.

The *business clock* is what plans, rounds and reminders live by.  In the demo it runs at an offset that is stored
in the database; everywhere else it is real time.  Sessions, tokens, limits, leases and heartbeats are on real time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from .config import Settings
from .db import Base
from .errors import ConfigurationError
from .i18n import N_

DEMO_DATABASE = N_(
    "This database holds the demo, whose clock is not the real one. Set TRACKER_DEMO=1, or name another database in"
    " TRACKER_DATABASE_URL."
)


class DemoClock(Base):
    """The demo's offset from real time: at most one row, and none in a real installation."""

    __tablename__ = "demo_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offset_seconds: Mapped[int]


def real_now() -> datetime:
    """The instant by the machine's clock, aware, UTC."""
    return datetime.now(UTC)


def business_now(session: Session) -> datetime:
    """The instant that plans live by, aware, UTC: real time, moved by the demo's offset where there is one."""
    clock = session.get(DemoClock, 1)
    now = real_now()
    return now if clock is None else now + timedelta(seconds=clock.offset_seconds)


def require_own_clock(session: Session, settings: Settings) -> None:
    """A demo's database belongs to the demo: without TRACKER_DEMO=1 its clock would be off and nothing would say so.

    Raises ConfigurationError.
    """
    if not settings.demo and session.get(DemoClock, 1) is not None:
        raise ConfigurationError(DEMO_DATABASE)


def local_day(moment: datetime, zone: ZoneInfo | str) -> date:
    """The calendar day of an aware instant in a region's zone."""
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()
