"""Reads of the directory: actors, units by name, and who gets mails for a unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor, Role
from ..errors import NotFound
from ..i18n import CHINESE
from ..outbox.bounced import marks
from ..outbox.commands import Recipient
from ..outbox.models import BouncedAddress
from .models import Membership, Region, Unit, UnitAlias, UnitMember, User


def actor_of(session: Session, user: User) -> Actor:
    """The actor that a user is now, with the memberships that have not ended."""
    rows = session.execute(
        select(Membership.region_id, Membership.unit_id, Membership.role)
        .where(Membership.user_id == user.id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    roles = tuple(Role(region_id, unit_id, role) for region_id, unit_id, role in rows)
    return Actor(user_id=user.id, name=user.name, roles=roles, administrator=user.administrator)


def actors_of(session: Session, user_ids: Collection[int]) -> dict[int, Actor]:
    """The actors that some users are now, by id: two statements."""
    roles: dict[int, list[Role]] = {}
    rows = session.execute(
        select(Membership.user_id, Membership.region_id, Membership.unit_id, Membership.role)
        .where(Membership.user_id.in_(user_ids), Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    for user_id, region_id, unit_id, role in rows:
        roles.setdefault(user_id, []).append(Role(region_id, unit_id, role))
    return {
        user.id: Actor(user.id, user.name, tuple(roles.get(user.id, ())), administrator=user.administrator)
        for user in session.scalars(select(User).where(User.id.in_(user_ids)))
    }


def region_by_slug(session: Session, slug: str) -> Region:
    """Raises NotFound."""
    region = session.scalar(select(Region).where(Region.slug == slug))
    if region is None:
        raise NotFound()
    return region


def units_by_name(session: Session, region_id: int) -> dict[str, int]:
    """Every name and alias of a region's units -> unit id."""
    rows = session.execute(select(UnitAlias.name, UnitAlias.unit_id).where(UnitAlias.region_id == region_id))
    return {name: unit_id for name, unit_id in rows}


def members_of(session: Session, unit_ids: Iterable[int]) -> dict[int, list[int]]:
    """Collective unit id -> the ids of its members, in order; units that are not collective are absent."""
    members: dict[int, list[int]] = {}
    rows = session.execute(
        select(UnitMember.collective_id, UnitMember.member_id)
        .where(UnitMember.collective_id.in_(list(unit_ids)))
        .order_by(UnitMember.collective_id, UnitMember.position)
    )
    for collective_id, member_id in rows:
        members.setdefault(collective_id, []).append(member_id)
    return members


def collectives_of(session: Session, unit_ids: Iterable[int]) -> frozenset[int]:
    """The collective units that the given units are members of."""
    statement = select(UnitMember.collective_id).where(UnitMember.member_id.in_(list(unit_ids)))
    return frozenset(session.scalars(statement))


def contacts_of(
    session: Session, unit_ids: Iterable[int], *, roles: Sequence[str] = ("handler", "leader")
) -> dict[int, list[Recipient]]:
    """For each unit, who gets its mails: the active people in the first of ``roles`` that has any, else its mailbox.

    A collective unit's are its members'.  A unit with neither person nor mailbox has one recipient ``unit:<id>``
    without address.
    """
    wanted = list(dict.fromkeys(unit_ids))
    members = members_of(session, wanted)
    plain = list(dict.fromkeys(m for unit in wanted for m in members.get(unit, [unit])))
    with_marks = select(Unit, BouncedAddress.address).outerjoin(BouncedAddress, marks(Unit.mailbox))
    units = {unit.id: (unit, mark) for unit, mark in session.execute(with_marks.where(Unit.id.in_(plain)))}
    people: dict[tuple[int, str], list[Recipient]] = {}
    statement = (
        select(Membership, BouncedAddress.address)
        .join(User, User.id == Membership.user_id)
        .outerjoin(BouncedAddress, marks(User.email))
        .where(
            Membership.unit_id.in_(plain),
            Membership.role.in_(roles),
            Membership.ended_at.is_(None),
            User.active.is_(True),
        )
        .options(joinedload(Membership.user))
        .order_by(Membership.id)
    )
    for membership, mark in session.execute(statement):
        assert membership.unit_id is not None
        recipient = recipient_of(membership.user, bounced=mark is not None)
        people.setdefault((membership.unit_id, membership.role), []).append(recipient)

    def of_plain(unit_id: int) -> list[Recipient]:
        recipients = next((people[unit_id, role] for role in roles if (unit_id, role) in people), None)
        if recipients is not None:
            return recipients
        unit, mark = units[unit_id]
        return [mailbox_of(unit, bounced=mark is not None)]

    return {unit: list({r.key: r for m in members.get(unit, [unit]) for r in of_plain(m)}.values()) for unit in wanted}


def leaders_of(session: Session, unit_id: int) -> list[Recipient]:
    """The active leaders of a unit; its mailbox where there is none."""
    return _holders_of(session, unit_id, "leader")


def supervisors_of(session: Session, unit_id: int) -> list[Recipient]:
    """The active supervisors of a supervising unit; its mailbox where there is none."""
    return _holders_of(session, unit_id, "supervisor")


def observers_of(session: Session, region_id: int) -> list[Recipient]:
    """The active observers of a region; empty where it has none."""
    statement = (
        select(User, BouncedAddress.address)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(BouncedAddress, marks(User.email))
        .where(
            Membership.region_id == region_id,
            Membership.role == "observer",
            Membership.ended_at.is_(None),
            User.active.is_(True),
        )
        .order_by(User.id)
    )
    return [recipient_of(user, bounced=mark is not None) for user, mark in session.execute(statement)]


def _holders_of(session: Session, unit_id: int, role: str) -> list[Recipient]:
    statement = (
        select(User, BouncedAddress.address)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(BouncedAddress, marks(User.email))
        .where(
            Membership.unit_id == unit_id,
            Membership.role == role,
            Membership.ended_at.is_(None),
            User.active.is_(True),
        )
        .order_by(User.id)
    )
    recipients = [recipient_of(user, bounced=mark is not None) for user, mark in session.execute(statement)]
    if recipients:
        return recipients
    with_mark = select(Unit, BouncedAddress.address).outerjoin(BouncedAddress, marks(Unit.mailbox))
    unit, mark = session.execute(with_mark.where(Unit.id == unit_id)).one()
    return [mailbox_of(unit, bounced=mark is not None)]


def recipient_of(user: User, *, bounced: bool = False) -> Recipient:
    """A person as the recipient of a mail; ``bounced``: mails to the address came back."""
    return Recipient(f"user:{user.id}", user.email, user.locale, user.name, weekly=user.weekly, bounced=bounced)


def mailbox_of(unit: Unit, *, bounced: bool = False) -> Recipient:
    """A unit's mailbox as the recipient of a mail; without one it has no address."""
    return Recipient(f"unit:{unit.id}", unit.mailbox, CHINESE, unit.name, bounced=bounced)
