"""Reads of people: their roles, and the contacts of a region's units as the contacts page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor
from ..errors import NotFound
from .models import Membership, Region, Unit, User
from .policy import authorise_contacts, managed_regions, may_give


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds; ``unit`` is None where it is a role in the region as a whole."""

    membership_id: int
    role: str
    unit: str | None
    region: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a role in a unit or a region.  ``removable``: the reader may end the role."""

    user_id: int
    membership_id: int
    name: str
    email: str
    role: str
    activated: bool
    removable: bool


@dataclass(frozen=True, slots=True)
class UnitContacts:
    """A unit with its people; a collective unit has none of its own."""

    unit_id: int
    name: str
    mailbox: str | None
    collective: bool
    people: tuple[Person, ...]

    @property
    def reachable(self) -> bool:
        """Whether mails for the unit reach anybody."""
        return self.collective or self.mailbox is not None or any(self.people)


@dataclass(frozen=True, slots=True)
class RegionContacts:
    """The units of a region, those without a person first, and the people of the region as a whole."""

    region_id: int
    slug: str
    name: str
    units: tuple[UnitContacts, ...]
    others: tuple[Person, ...]

    @property
    def without_person(self) -> int:
        """How many units have nobody."""
        return sum(not unit.people and not unit.collective for unit in self.units)

    @property
    def unreachable(self) -> int:
        """How many units have neither person nor mailbox."""
        return sum(not unit.reachable for unit in self.units)


def roles_of(session: Session, user_id: int) -> list[Held]:
    """The roles that a person holds now."""
    statement = (
        select(Membership, Unit.name, Region.short_name)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .join(Region, Region.id == Membership.region_id)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    return [Held(m.id, m.role, unit, region) for m, unit, region in session.execute(statement)]


def regions_to_manage(session: Session, actor: Actor) -> list[Region]:
    """The regions whose contacts the actor keeps, by name."""
    regions = list(session.scalars(select(Region).order_by(Region.id)))
    mine = set(managed_regions(actor, [region.id for region in regions]))
    return [region for region in regions if region.id in mine]


def contacts_of_region(session: Session, actor: Actor, region: Region) -> RegionContacts:
    """Every unit of a region with its people, in three statements.  Raises NotFound, NotAllowed."""
    authorise_contacts(actor, region.id)
    people = _people(session, actor, region.id)
    units = [
        _unit(unit, tuple(people.get(unit.id, ())))
        for unit in session.scalars(select(Unit).where(Unit.region_id == region.id).order_by(Unit.id))
    ]
    units.sort(key=lambda unit: (unit.collective, unit.reachable, bool(unit.people)))
    return RegionContacts(region.id, region.slug, region.name, tuple(units), tuple(people.get(None, ())))


def contacts_of_unit(session: Session, actor: Actor, unit_id: int) -> tuple[Region, UnitContacts]:
    """One unit.  Raises NotFound, NotAllowed."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound()
    authorise_contacts(actor, unit.region_id)
    people = _people(session, actor, unit.region_id, unit.id)
    return session.get_one(Region, unit.region_id), _unit(unit, tuple(people.get(unit.id, ())))


def _unit(unit: Unit, people: tuple[Person, ...]) -> UnitContacts:
    return UnitContacts(unit.id, unit.name, unit.mailbox, unit.kind == "collective", people)


def _people(
    session: Session, actor: Actor, region_id: int, unit_id: int | None = None
) -> dict[int | None, list[Person]]:
    statement = (
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.region_id == region_id, Membership.ended_at.is_(None), User.active.is_(True))
        .options(joinedload(Membership.user))
        .order_by(Membership.role, Membership.id)
    )
    if unit_id is not None:
        statement = statement.where(Membership.unit_id == unit_id)
    found: dict[int | None, list[Person]] = {}
    for membership in session.scalars(statement):
        user = membership.user
        found.setdefault(membership.unit_id, []).append(
            Person(
                user_id=user.id,
                membership_id=membership.id,
                name=user.name,
                email=user.email,
                role=membership.role,
                activated=user.password_hash is not None,
                removable=may_give(actor, region_id, membership.role)
                and (actor.administrator or actor.user_id != user.id),
            )
        )
    return found
