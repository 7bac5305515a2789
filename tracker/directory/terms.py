"""Reads of one person: the roles that they hold and held, who took over, and who could."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor
from ..errors import NotFound
from .models import Handover, Membership, User
from .people import regions_to_manage
from .policy import authorise_contacts, managed_regions

_SUCCESSOR = joinedload(Membership.handover).joinedload(Handover.successor)


@dataclass(frozen=True, slots=True)
class Term:
    """A role from when to when; ``successor`` is who it was handed over to."""

    role: str
    unit: str | None
    region: str
    from_at: datetime
    ended_at: datetime | None
    successor: str | None


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody who had a role, until when, whether their account is open, and who took the role over, if anybody."""

    user_id: int
    name: str
    role: str
    ended_at: datetime | None
    active: bool
    successor: str | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Somebody with the roles that they hold and those they held, as far as the reader keeps them, newest first.

    ``sheet``: there is something to hand over or that was handed over.
    """

    user_id: int
    name: str
    email: str
    active: bool
    activated: bool
    held: tuple[Term, ...]
    former: tuple[Term, ...]

    @property
    def sheet(self) -> bool:
        """Whether there is a hand-over sheet."""
        return bool(self.held) or any(term.successor is not None for term in self.former)


def person_page(session: Session, actor: Actor, user_id: int) -> PersonPage:
    """Raises NotFound for who never had a role that the actor keeps, NotAllowed for who keeps none."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound()
    statement = (
        select(Membership)
        .where(Membership.user_id == user_id)
        .options(joinedload(Membership.unit), joinedload(Membership.region), _SUCCESSOR)
        .order_by(Membership.id.desc())
    )
    seen = [held for held in session.scalars(statement) if actor.sees_region(held.region_id)]
    if not seen:
        raise NotFound()
    kept = set(managed_regions(actor, [held.region_id for held in seen]))
    if not kept:
        authorise_contacts(actor, seen[0].region_id)
    terms = [
        Term(
            role=held.role,
            unit=held.unit.name if held.unit is not None else None,
            region=held.region.short_name,
            from_at=held.from_at,
            ended_at=held.ended_at,
            successor=held.handover.successor.name if held.handover is not None else None,
        )
        for held in seen
        if held.region_id in kept
    ]
    return PersonPage(
        user_id=user.id,
        name=user.name,
        email=user.email,
        active=user.active,
        activated=user.password_hash is not None,
        held=tuple(term for term in terms if term.ended_at is None),
        former=tuple(term for term in terms if term.ended_at is not None),
    )


def successors(session: Session, actor: Actor, user_id: int) -> list[User]:
    """Who may take over from a person: everybody else with a role in the regions whose contacts the actor keeps.

    Not the actor, who gives themselves no role, unless they are administrator.
    """
    regions = [region.id for region in regions_to_manage(session, actor)]
    held = select(Membership.user_id).where(Membership.region_id.in_(regions), Membership.ended_at.is_(None))
    left_out = {user_id} if actor.administrator else {user_id, actor.user_id}
    statement = select(User).where(User.active.is_(True), User.id.not_in(left_out), User.id.in_(held))
    return list(session.scalars(statement.order_by(User.name, User.id)))


def former_people(session: Session, unit_id: int) -> list[Gone]:
    """Who had a role in a unit and does not hold it any more: once a role, as it last ended, newest first."""
    statement = (
        select(Membership)
        .where(Membership.unit_id == unit_id)
        .options(joinedload(Membership.user), _SUCCESSOR)
        .order_by(Membership.ended_at.desc(), Membership.id.desc())
    )
    terms = session.scalars(statement).all()
    current = {(held.user_id, held.role) for held in terms if held.ended_at is None}
    last: dict[tuple[int, str], Membership] = {}
    for held in terms:
        if (held.user_id, held.role) not in current:
            last.setdefault((held.user_id, held.role), held)
    return [
        Gone(
            user_id=held.user_id,
            name=held.user.name,
            role=held.role,
            ended_at=held.ended_at,
            active=held.user.active,
            successor=held.handover.successor.name if held.handover is not None else None,
        )
        for held in last.values()
    ]
