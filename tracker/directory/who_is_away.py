"""Absences as pages show them: of a person, of a unit, and for whom somebody stands in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from .absences import CAPACITIES
from .models import Absence, Membership, UnitMember


def coming_absences(session: Session, user_ids: Collection[int], day: date) -> list[Absence]:
    """The absences of some people that have not ended by ``day``, the first first, with the deputies loaded."""
    statement = (
        select(Absence)
        .where(Absence.user_id.in_(user_ids), Absence.taken_back_at.is_(None), Absence.to_on >= day)
        .options(joinedload(Absence.deputy))
        .order_by(Absence.from_on, Absence.id)
    )
    return list(session.scalars(statement))


def stood_in_for(session: Session, user_id: int, day: date) -> list[Absence]:
    """The absences that name somebody as deputy and have not ended by ``day``, the first first."""
    statement = (
        select(Absence)
        .where(Absence.deputy_id == user_id, Absence.taken_back_at.is_(None), Absence.to_on >= day)
        .options(joinedload(Absence.user))
        .order_by(Absence.from_on, Absence.id)
    )
    return list(session.scalars(statement))


def absences_on(session: Session, user_id: int, day: date) -> list[Absence]:
    """The absences of a day that somebody is in or stands in for, their own first: one statement."""
    statement = (
        select(Absence)
        .where(
            or_(Absence.user_id == user_id, Absence.deputy_id == user_id),
            Absence.taken_back_at.is_(None),
            Absence.from_on <= day,
            Absence.to_on >= day,
        )
        .options(joinedload(Absence.user), joinedload(Absence.deputy))
        .order_by(Absence.user_id != user_id, Absence.id)
    )
    return list(session.scalars(statement))


def away_in_units(session: Session, unit_ids: Collection[int], day: date) -> dict[int, list[Absence]]:
    """Unit id -> the absences of its people on a day, a collective unit's members' too: one statement."""
    served = (
        select(Membership.unit_id, Membership.user_id)
        .where(Membership.ended_at.is_(None), Membership.role.in_(tuple(CAPACITIES)), Membership.unit_id.is_not(None))
        .distinct()
        .subquery()
    )
    member = UnitMember.member_id == served.c.unit_id
    statement = (
        select(served.c.unit_id, UnitMember.collective_id, Absence)
        .join(served, served.c.user_id == Absence.user_id)
        .outerjoin(UnitMember, member & UnitMember.collective_id.in_(unit_ids))
        .where(
            Absence.taken_back_at.is_(None),
            Absence.from_on <= day,
            Absence.to_on >= day,
            or_(served.c.unit_id.in_(unit_ids), UnitMember.collective_id.is_not(None)),
        )
        .options(joinedload(Absence.user), joinedload(Absence.deputy))
        .order_by(Absence.id)
    )
    found: dict[int, list[Absence]] = {}
    for unit_id, collective_id, absence in session.execute(statement):
        for place in {unit_id, collective_id} & set(unit_ids):
            if absence not in found.setdefault(place, []):
                found[place].append(absence)
    return found
