"""Deputies: who may stand in for whom, and why somebody may not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ..errors import InvalidInput
from ..i18n import N_
from .absences import CAPACITIES
from .forms import NOT_LISTED
from .models import Absence, Membership, Unit, User

DISABLED = N_("The account of %(name)s is disabled. Choose somebody else.")
ANOTHER_UNIT = N_("%(name)s works in none of the same units. Choose somebody of the unit.")
AWAY_TOO = N_("%(name)s is away on some of these days. %(end)s gets the mails then: choose %(end)s.")
ALL_AWAY = N_("%(name)s is away on some of these days and has no deputy. Choose somebody else.")
NOBODY = N_(
    "%(unit)s has no mailbox, so a deputy is needed. Choose one, or ask the supervisors of the region to enter a"
    " mailbox under Contacts."
)


def checked_deputy(
    session: Session, user: User, roles: Sequence[Membership], *, from_on: date, to_on: date, deputy: int | None
) -> User | None:
    """The deputy whom the form names, if they can take the mails of these days; None where mailboxes do.

    Raises InvalidInput.
    """
    chosen = session.get(User, deputy) if deputy is not None else None
    served = {(role.unit_id, CAPACITIES[role.role]) for role in roles if role.unit_id is not None}
    theirs = _served_by(session, chosen)
    if deputy is not None:
        _check_person(session, user, roles, chosen, from_on, to_on, together=bool(served & theirs))
    for unit_id, capacity in sorted(served - theirs):
        unit = session.get_one(Unit, unit_id)
        if unit.mailbox is None and not (chosen is not None and _others_serve(session, user, unit_id, capacity)):
            raise InvalidInput({"deputy": [NOBODY]}, message=NOBODY, unit=unit.name)
    return chosen


def _served_by(session: Session, person: User | None) -> set[tuple[int, str]]:
    if person is None:
        return set()
    statement = select(Membership.unit_id, Membership.role).where(
        Membership.user_id == person.id, Membership.ended_at.is_(None), Membership.role.in_(tuple(CAPACITIES))
    )
    return {(unit_id, CAPACITIES[role]) for unit_id, role in session.execute(statement) if unit_id is not None}


def _others_serve(session: Session, user: User, unit_id: int, capacity: str) -> bool:
    roles = [role for role, serves in CAPACITIES.items() if serves == capacity]
    statement = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.unit_id == unit_id,
            Membership.role.in_(roles),
            Membership.ended_at.is_(None),
            User.active.is_(True),
            User.id != user.id,
        )
    )
    return session.scalar(statement.limit(1)) is not None


def _check_person(
    session: Session,
    user: User,
    roles: Sequence[Membership],
    deputy: User | None,
    first: date,
    last: date,
    *,
    together: bool,
) -> None:
    near = {role.region_id for role in roles}
    seen = deputy is not None and session.scalar(
        select(Membership.id).where(Membership.user_id == deputy.id, Membership.region_id.in_(near)).limit(1)
    )
    if deputy is None or not seen:
        raise InvalidInput({"deputy": [NOT_LISTED]})
    if not deputy.active:
        raise InvalidInput({"deputy": [DISABLED]}, message=DISABLED, name=deputy.name)
    if deputy.id == user.id or not together:
        raise InvalidInput({"deputy": [ANOTHER_UNIT]}, message=ANOTHER_UNIT, name=deputy.name)
    absence: Absence | None = session.scalars(overlapping(deputy.id, first, last)).first()
    if absence is None:
        return
    end, passed = absence.deputy, {user.id, deputy.id}
    while end is not None and end.id not in passed:
        passed.add(end.id)
        further: Absence | None = session.scalars(overlapping(end.id, first, last)).first()
        if further is None:
            raise InvalidInput({"deputy": [AWAY_TOO]}, message=AWAY_TOO, name=deputy.name, end=end.name)
        end = further.deputy
    raise InvalidInput({"deputy": [ALL_AWAY]}, message=ALL_AWAY, name=deputy.name)


def overlapping(user_id: int, first: date, last: date) -> Select[Absence]:
    """Somebody's absences that share a day with these, the first first."""
    return (
        select(Absence)
        .where(
            Absence.user_id == user_id,
            Absence.taken_back_at.is_(None),
            Absence.from_on <= last,
            Absence.to_on >= first,
        )
        .order_by(Absence.from_on)
    )


def may_stand_in(session: Session, roles: Sequence[Membership], user_id: int) -> list[User]:
    """Whom a form offers as deputies: the other active people of the same units, by name."""
    statement = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.unit_id.in_([role.unit_id for role in roles]),
            Membership.role.in_(tuple(CAPACITIES)),
            Membership.ended_at.is_(None),
            User.active.is_(True),
            User.id != user_id,
        )
        .distinct()
        .order_by(User.name, User.id)
    )
    return list(session.scalars(statement))


def roles_in_units(session: Session, user_id: int) -> list[Membership]:
    """The roles by which a person gets the mails of units, the oldest first."""
    statement = (
        select(Membership)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None), Membership.role.in_(tuple(CAPACITIES)))
        .order_by(Membership.id)
    )
    return list(session.scalars(statement))
