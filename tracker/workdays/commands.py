"""Writes of a region's own working days.  What follows for rounds and reminders is ``reminders.adjusting``'s."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from ..db import Base
from .calendar import Calendar
from .changes import Change, own_days
from .models import DayOverride, calendar_of
from .policy import authorise_setting


def change_days(session: Session, actor: Actor, now: datetime, *, region_id: int, change: Change) -> Calendar:
    """Apply a change to a region's days and return the calendar that they make then.

    The region's row is locked: of two people at once the second works on what the first has left.  A change that
    changes nothing writes nothing.  Raises NotFound outside the actor's regions, NotAllowed inside.
    """
    authorise_setting(actor, region_id)
    regions = Base.metadata.tables["regions"]
    session.execute(select(regions.c.id).where(regions.c.id == region_id).with_for_update(key_share=True))
    before = {day.key: day for day in own_days(_rows(session, region_id))}
    after = {day.key: day for day in change.applied(before.values())}
    gone = [key for key in before if before[key] != after.get(key)]
    new = [after[key] for key in after if after[key] != before.get(key)]
    for day, origin in gone:
        session.execute(
            delete(DayOverride).where(
                DayOverride.region_id == region_id, DayOverride.day == day, DayOverride.origin == origin
            )
        )
    session.add_all(
        DayOverride(
            region_id=region_id,
            day=own.day,
            working=own.working,
            name=own.name,
            origin=own.origin,
            notice_year=own.notice_year,
            source=own.source,
            user_id=actor.user_id,
            at=now,
        )
        for own in new
    )
    session.flush()
    if gone or new:
        audit.record(
            session,
            chain=audit.SYSTEM_CHAIN,
            actor=actor,
            now=now,
            action=change.action,
            subject=f"region:{region_id}",
            data=change.data,
        )
    return calendar_of(_rows(session, region_id))


def _rows(session: Session, region_id: int) -> list[DayOverride]:
    statement = select(DayOverride).where(DayOverride.region_id == region_id).order_by(DayOverride.day)
    return list(session.scalars(statement))
