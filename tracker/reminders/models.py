"""The reminder ledger: the unique key here, and not the scheduler, is why nobody is reminded twice."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UTCDateTime, one_of
from ..directory.models import User
from .ruleset import KINDS

REMINDER_KINDS = tuple(KINDS)
REMINDER_STATES = ("waiting", "in_digest", "superseded", "no_address")


class Reminder(Base):
    """One row a (subject, kind, day, recipient).

    ``subject`` is ``task:12``, ``round:3``, ``request:5`` (for input), ``extension:2`` or ``objection:4``;
    ``due_on`` is the scheduled day, moved off free days, never the day it really went; ``recipient`` is ``user:7`` or
    ``unit:3``; ``instead_of`` is somebody who is away and for whom they stand in.  ``step`` is the offset in working
    days (for ``overdue`` the week).  ``state`` is written by ``reminders/ledger.py`` alone.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("subject", "kind", "due_on", "recipient"),
        CheckConstraint(one_of("kind", REMINDER_KINDS), name="kind"),
        CheckConstraint(one_of("state", REMINDER_STATES), name="state"),
        CheckConstraint("(state = 'in_digest') = (message_id IS NOT NULL)", name="digest_has_message"),
        Index("ix_reminders_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"), index=True)
    subject: Mapped[str]
    kind: Mapped[str]
    due_on: Mapped[date]
    recipient: Mapped[str]
    instead_of: Mapped[str | None]
    target_on: Mapped[date]
    step: Mapped[int]
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_messages.id", ondelete="RESTRICT"), index=True)


class ReminderRuleSet(Base):
    """The rules of a plan's reminders from ``at`` on: append-only, numbered, the latest counts; none: the defaults.

    ``rules`` are triples (kind, offset, audience) as ruleset.py has them; ``opens`` and ``closes`` are local times of
    the region.  ``user_id`` is empty where the system set them (the command line).
    """

    __tablename__ = "reminder_rule_sets"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("opens < closes", name="window"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    number: Mapped[int]
    rules: Mapped[list[tuple[str, int, str]]] = mapped_column(JSON)
    opens: Mapped[time]
    closes: Mapped[time]
    reason: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    user: Mapped[User | None] = relationship()


class ReminderMark(Base):
    """The last local day whose reminders of a plan are all in the ledger: the catch-up after an outage starts there."""

    __tablename__ = "reminder_marks"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"), primary_key=True)
    through: Mapped[date]


class WeeklyMark(Base):
    """The Monday of the last week of which the supervisors of a plan were told (reminders/weekly.py)."""

    __tablename__ = "weekly_marks"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"), primary_key=True)
    week: Mapped[date]


class Heartbeat(Base):
    """The last tick that a scheduler finished: when (real time), how long it took, what failed in it.  One row."""

    __tablename__ = "heartbeats"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    seconds: Mapped[float]
    failures: Mapped[list[dict[str, str | None]]] = mapped_column(JSON)


class CalendarLink(Base):
    """That somebody subscribes to their calendar.  The address is made of ``number`` and the secret key, and kept
    nowhere; renewing counts ``number`` up, and the old address stops working.  ``made_at`` is on real time.
    """

    __tablename__ = "calendar_links"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True)
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
