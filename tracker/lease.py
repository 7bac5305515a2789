"""A lease: which one of several processes works, by the clock of the database.

A row says who holds it and until when; who holds it renews it, and whoever finds it expired may take it.  Every
instant is the database's own, so that processes whose clocks differ agree; it is real time in the demo, too.  A lease
keeps processes from doing the same work twice for nothing; what makes twice harmless are the unique keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, UTCDateTime, insert_into

SCHEDULER_LEASE = "scheduler"
"""The lease of the process that ticks."""


class Lease(Base):
    """Who holds a lease, since when, and until when unless it is renewed; by the database's clock."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    acquired_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True)
class Held:
    """How a lease stands: ``left`` until it expires, negative afterwards; ``since`` it was taken."""

    holder: str
    since: timedelta
    left: timedelta

    @property
    def valid(self) -> bool:
        """Whether somebody holds it."""
        return self.left > timedelta(0)


def database_now(session: Session, seconds: float = 0) -> ColumnElement[datetime]:
    """The database's clock as it runs (not the beginning of the transaction), so many seconds from now."""
    if session.get_bind().dialect.name == "postgresql":
        return func.clock_timestamp(type_=UTCDateTime) + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    return func.strftime("%Y-%m-%d %H:%M:%f000", "now", f"{seconds:+.3f} seconds", type_=UTCDateTime)


def take(session: Session, name: str, holder: str, seconds: float) -> bool:
    """Take the lease, or renew it, for so many seconds; False where another holds it."""
    now, until = database_now(session), database_now(session, seconds)
    mine = Lease.holder == holder
    statement = insert_into(session, Lease).values(name=name, holder=holder, acquired_at=now, expires_at=until)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "holder": holder,
            "acquired_at": case((mine & (Lease.expires_at > now), Lease.acquired_at), else_=now),
            "expires_at": until,
        },
        where=or_(mine, Lease.expires_at <= now),
    ).returning(Lease.holder)
    return session.scalar(statement) is not None


def holds(session: Session, name: str, holder: str) -> bool:
    """Whether the lease is the holder's at this instant."""
    own = select(Lease.name).where(Lease.name == name, Lease.holder == holder, Lease.expires_at > database_now(session))
    return session.scalar(own) is not None


def release(session: Session, name: str, holder: str) -> None:
    """Let the lease expire now, if it is the holder's."""
    statement = update(Lease).where(
        Lease.name == name, Lease.holder == holder, Lease.expires_at > database_now(session)
    )
    session.execute(statement.values(expires_at=database_now(session)))


def held(session: Session, name: str) -> Held | None:
    """How the lease stands; None where nobody ever took it."""
    row: Any = session.execute(
        select(Lease.holder, Lease.acquired_at, Lease.expires_at, database_now(session).label("now")).where(
            Lease.name == name
        )
    ).one_or_none()
    return None if row is None else Held(row.holder, row.now - row.acquired_at, row.expires_at - row.now)
