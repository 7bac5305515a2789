"""Addresses that mails came back from: which of the directory's they are, and correcting or confirming them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor
from ..errors import InvalidInput, NotFound
from ..outbox.bounced import confirm_address, marks
from ..outbox.models import BouncedAddress
from .accounts import KNOWN_EMAIL
from .links import record_act, spend_links
from .models import Membership, Unit, User
from .policy import authorise_contacts, authorise_role, managed_regions
from .sessions import revoke_all


@dataclass(frozen=True, slots=True)
class CameBack:
    """An address in use that nothing is sent to.  ``recipient`` is ``user:7`` or ``unit:3``, ``name`` whose it is.

    ``bounced_at`` is on the business clock, ``code`` a status code such as 5.1.1, ``text`` the mail server's words.
    """

    recipient: str
    name: str
    address: str
    bounced_at: datetime
    code: str
    text: str


def bounced_addresses(session: Session, region_ids: Collection[int] | None = None) -> list[CameBack]:
    """The addresses of active people and of units that mails came back from, the latest first; two statements.

    ``region_ids``: only those with a role, or a unit, in one of the regions; None: all.
    """
    people = select(User, BouncedAddress).join(BouncedAddress, marks(User.email)).where(User.active.is_(True))
    units = select(Unit, BouncedAddress).join(BouncedAddress, marks(Unit.mailbox))
    if region_ids is not None:
        inside = select(Membership.user_id).where(Membership.region_id.in_(region_ids), Membership.ended_at.is_(None))
        people, units = people.where(User.id.in_(inside)), units.where(Unit.region_id.in_(region_ids))
    found = [
        *(_row(f"user:{user.id}", user.name, mark) for user, mark in session.execute(people)),
        *(_row(f"unit:{unit.id}", unit.name, mark) for unit, mark in session.execute(units)),
    ]
    return sorted(found, key=lambda row: (-row.bounced_at.timestamp(), row.recipient))


def bounced_for(session: Session, actor: Actor) -> list[CameBack]:
    """Those of the regions whose contacts the actor keeps; all for an administrator."""
    if actor.administrator:
        return bounced_addresses(session)
    regions = managed_regions(actor, sorted(actor.region_ids))
    return bounced_addresses(session, regions) if regions else []


def confirm_person(session: Session, actor: Actor, now: datetime, *, membership_id: int) -> Membership:
    """Somebody says that a person's address is right: mails go to it again.  Raises NotFound, NotAllowed."""
    membership = _current(session, membership_id)
    authorise_contacts(actor, membership.region_id)
    confirm_address(session, actor, now, address=session.get_one(User, membership.user_id).email)
    return membership


def confirm_mailbox(session: Session, actor: Actor, now: datetime, *, unit_id: int) -> None:
    """The same of a unit's mailbox.  Raises NotFound, NotAllowed."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound()
    authorise_contacts(actor, unit.region_id)
    confirm_address(session, actor, now, address=unit.mailbox or "")


def change_email(
    session: Session, actor: Actor, now: datetime, real_now: datetime, *, membership_id: int, email: str
) -> Membership:
    """Correct a person's address, by which they sign in: their sessions and links end.

    An administrator's act: who may change an address could ask for a new password in another's name.
    Raises NotFound, NotAllowed, InvalidInput (field ``email``) where another account has the address.
    """
    membership = _current(session, membership_id)
    authorise_role(actor, membership.region_id, "observer")
    user = session.get_one(User, membership.user_id)
    email = email.strip().lower()
    if session.scalar(select(User.id).where(User.email == email, User.id != user.id)) is not None:
        raise InvalidInput({"email": [KNOWN_EMAIL]})
    if user.email != email:
        before, user.email = user.email, email
        session.flush()
        spend_links(session, real_now, user.id)
        revoke_all(session, real_now, user.id)
        record_act(session, actor, now, "user.change_email", user, {"from": before, "to": email})
    return membership


def _current(session: Session, membership_id: int) -> Membership:
    membership = session.get(Membership, membership_id)
    if membership is None or membership.ended_at is not None:
        raise NotFound()
    return membership


def _row(recipient: str, name: str, mark: BouncedAddress) -> CameBack:
    return CameBack(recipient, name, mark.address, mark.bounced_at, mark.code, mark.text)
