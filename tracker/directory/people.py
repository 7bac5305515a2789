"""Reads of people: their roles, and the contacts of a region's units as the contacts page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor
from ..errors import NotFound
from ..outbox.bounced import marks
from ..outbox.models import BouncedAddress
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
    """Somebody with a role in a unit or a region.

    ``removable``: the reader may end the role.  ``bounced``: how mails to the address came back, if they did.
    """

    user_id: int
    membership_id: int
    name: str
    email: str
    role: str
    activated: bool
    removable: bool
    bounced: BouncedAddress | None = None


@dataclass(frozen=True, slots=True)
class UnitContacts:
    """A unit with its people; a collective unit has none of its own."""

    unit_id: int
    name: str
    mailbox: str | None
    collective: bool
    people: tuple[Person, ...]
    bounced: BouncedAddress | None = None

    @property
    def reachable(self) -> bool:
        """Whether mails for the unit reach anybody."""
        mailbox = self.mailbox is not None and self.bounced is None
        return self.collective or mailbox or any(person.bounced is None for person in self.people)

    @property
    def came_back(self) -> bool:
        """Whether mails to one of its addresses came back."""
        return self.bounced is not None or any(person.bounced is not None for person in self.people)


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
        """How many units no mail reaches: neither person nor mailbox, or only addresses that mails came back from."""
        return sum(not unit.reachable for unit in self.units)

    @property
    def came_back(self) -> int:
        """How many addresses mails came back from."""
        people = {person.email for unit in self.units for person in unit.people if person.bounced is not None}
        people |= {person.email for person in self.others if person.bounced is not None}
        return len(people) + sum(unit.bounced is not None for unit in self.units)


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
        _unit(unit, mark, tuple(people.get(unit.id, ())))
        for unit, mark in session.execute(_marked_units().where(Unit.region_id == region.id).order_by(Unit.id))
    ]
    units.sort(key=lambda unit: (unit.collective, unit.reachable, not unit.came_back, bool(unit.people)))
    return RegionContacts(region.id, region.slug, region.name, tuple(units), tuple(people.get(None, ())))


def contacts_of_unit(session: Session, actor: Actor, unit_id: int) -> tuple[Region, UnitContacts]:
    """One unit.  Raises NotFound, NotAllowed."""
    found = session.execute(_marked_units().where(Unit.id == unit_id)).one_or_none()
    if found is None:
        raise NotFound()
    unit, mark = found
    authorise_contacts(actor, unit.region_id)
    people = _people(session, actor, unit.region_id, unit.id)
    return session.get_one(Region, unit.region_id), _unit(unit, mark, tuple(people.get(unit.id, ())))


def _marked_units() -> Select[Unit, BouncedAddress | None]:
    return select(Unit, BouncedAddress).outerjoin(BouncedAddress, marks(Unit.mailbox))


def _unit(unit: Unit, mark: BouncedAddress | None, people: tuple[Person, ...]) -> UnitContacts:
    return UnitContacts(unit.id, unit.name, unit.mailbox, unit.kind == "collective", people, mark)


def _people(
    session: Session, actor: Actor, region_id: int, unit_id: int | None = None
) -> dict[int | None, list[Person]]:
    statement = (
        select(Membership, BouncedAddress)
        .join(User, User.id == Membership.user_id)
        .outerjoin(BouncedAddress, marks(User.email))
        .where(Membership.region_id == region_id, Membership.ended_at.is_(None), User.active.is_(True))
        .options(joinedload(Membership.user))
        .order_by(Membership.role, Membership.id)
    )
    if unit_id is not None:
        statement = statement.where(Membership.unit_id == unit_id)
    found: dict[int | None, list[Person]] = {}
    for membership, mark in session.execute(statement):
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
                bounced=mark,
            )
        )
    return found
