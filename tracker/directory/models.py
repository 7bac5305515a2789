"""Regions, units and people."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UTCDateTime, one_of
from ..workdays.calendar import Calendar
from ..workdays.models import DayOverride, calendar_of
from .schemas import UNIT_KINDS

ROLES = ("handler", "leader", "supervisor", "observer", "evaluator")
UNIT_ROLES = ("handler", "leader", "supervisor")


def _once_current(name: str, *columns: str, where: str) -> Index:
    condition = text(f"ended_at IS NULL AND {where}")
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


class Region(Base):
    """A place with its own units, people and plans; ``timezone`` is an IANA name."""

    __tablename__ = "regions"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    short_name: Mapped[str]
    timezone: Mapped[str]

    day_overrides: Mapped[list[DayOverride]] = relationship(viewonly=True)

    @property
    def calendar(self) -> Calendar:
        """The region's working days, as they stood when its overrides were first read in this session."""
        return calendar_of(self.day_overrides)


class Unit(Base):
    """A unit of a region.  ``host_unit_id``: the unit that hosts this office; ``mailbox`` serves where nobody does."""

    __tablename__ = "units"
    __table_args__ = (
        UniqueConstraint("region_id", "name"),
        CheckConstraint(one_of("kind", UNIT_KINDS), name="kind"),
        CheckConstraint("host_unit_id <> id", name="not_its_own_host"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id", ondelete="RESTRICT"))
    name: Mapped[str]
    kind: Mapped[str]
    mailbox: Mapped[str | None]
    host_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), index=True)

    region: Mapped[Region] = relationship()


class UnitAlias(Base):
    """Every name a unit answers to, its own included: in a region a name belongs to one unit."""

    __tablename__ = "unit_aliases"
    __table_args__ = (UniqueConstraint("region_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id", ondelete="RESTRICT"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    name: Mapped[str]


class UnitMember(Base):
    """Membership of a unit in a collective unit (各县（市、区）政府), in order."""

    __tablename__ = "unit_members"
    __table_args__ = (
        UniqueConstraint("collective_id", "position"),
        CheckConstraint("collective_id <> member_id", name="not_itself"),
    )

    collective_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), primary_key=True, index=True)
    position: Mapped[int]


class User(Base):
    """A person.  ``password_hash`` is empty until the activation link was used; ``email`` is lower case.

    ``weekly``: what is not due within a week comes once a week.  ``mails_version`` counts the changes of that choice
    and of the person's absences.
    """

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="zh_Hans_CN")
    active: Mapped[bool] = mapped_column(default=True)
    administrator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    weekly: Mapped[bool] = mapped_column(default=False, server_default=false())
    mails_version: Mapped[int] = mapped_column(default=0, server_default="0")


class Absence(Base):
    """Somebody is away from ``from_on`` to ``to_on``, both days included, in their region's zone.

    Their mails go to ``deputy_id``, to the unit's mailbox where nobody is named.  Taken back, never deleted; who comes
    back early has ``to_on`` moved.
    """

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("deputy_id <> user_id", name="not_ones_own_deputy"),
        Index("ix_absences_user_id_to_on", "user_id", "to_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship(foreign_keys=user_id)
    deputy: Mapped[User | None] = relationship(foreign_keys=deputy_id)


class Membership(Base):
    """A role in a unit, or (observer, evaluator) in a region as a whole.  Ended, never deleted."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(one_of("role", ROLES), name="role"),
        CheckConstraint(f"({one_of('role', UNIT_ROLES)}) = (unit_id IS NOT NULL)", name="unit_where_needed"),
        _once_current("uq_memberships_in_unit", "user_id", "unit_id", "role", where="unit_id IS NOT NULL"),
        _once_current("uq_memberships_in_region", "user_id", "region_id", "role", where="unit_id IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id", ondelete="RESTRICT"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"), index=True)
    role: Mapped[str]
    from_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()
    unit: Mapped[Unit | None] = relationship()
    region: Mapped[Region] = relationship()
    handover: Mapped[Handover | None] = relationship(back_populates="membership")


class Handover(Base):
    """That the role which this membership was went to another person when it ended."""

    __tablename__ = "handovers"

    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="RESTRICT"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)

    membership: Mapped[Membership] = relationship(back_populates="handover")
    successor: Mapped[User] = relationship()


class SignInSession(Base):
    """A signed-in browser.  The cookie holds the token, the table its SHA-256.  Times are real, not the demo's."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class AccountToken(Base):
    """A single-use link for activation or a new password.  Times are real."""

    __tablename__ = "account_tokens"
    __table_args__ = (CheckConstraint(one_of("purpose", ("activation", "reset")), name="purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    purpose: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
