"""The people of a unit, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor, permitted
from ..clock import local_day
from ..directory.models import Absence, Membership, Unit, User
from ..directory.policy import person_facts
from ..directory.who_is_away import away_in_units

CONTACT_ROLES = ("handler", "leader", "supervisor")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a unit; ``part`` is the code of what they are there.

    ``away``: the absence they are in today; ``may_enter``: the reader may enter one.
    """

    name: str
    part: str
    user_id: int
    away: Absence | None
    may_enter: bool


def people_of(session: Session, actor: Actor, now: datetime, unit: Unit) -> list[Person]:
    """Handlers, leaders and supervisors, in this order: two statements."""
    statement = (
        select(User.id, User.name, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.unit_id == unit.id, Membership.ended_at.is_(None), User.active.is_(True))
        .order_by(Membership.id)
    )
    today = local_day(now, unit.region.timezone)
    away = {absence.user_id: absence for absence in away_in_units(session, [unit.id], today).get(unit.id, ())}
    found = [
        Person(
            name,
            role,
            user_id,
            away.get(user_id),
            permitted("absence.enter", person_facts(actor, user_id, [(unit.region_id, unit.id)])),
        )
        for user_id, name, role in session.execute(statement)
    ]
    return sorted(found, key=lambda person: CONTACT_ROLES.index(person.part))
