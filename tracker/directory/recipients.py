"""Whose mails somebody may read, and who a recipient key (``user:7``, ``unit:3``) is."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, String, cast, false, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from ..access import Actor
from ..errors import NotFound
from ..i18n import N_
from .models import Membership, Unit, User

LONGEST_NUMBER = 9
NOBODY_NAMED = N_("“%(text)s” is nobody known. Write a person's e-mail address or number, or unit:3 for a mailbox.")
NO_ADDRESS = N_("This recipient has no address any more. Name a contact or a mailbox for the unit under Contacts.")


def readable_by(actor: Actor, recipient: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition on a column of recipient keys: one's own, and those whose mails one may decide about."""
    return or_(recipient == actor.key, managed_by(actor, recipient))


def managed_by(actor: Actor, recipient: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """All for an administrator; for a supervisor the units of their regions and the people of no other region.

    A digest merges all of a person's regions, so somebody who has or had a role elsewhere is not theirs to read.
    """
    if actor.administrator or actor.is_system:
        return true()
    regions = {role.region_id for role in actor.roles if role.role == "supervisor"}
    return of_regions(regions, recipient) if regions else false()


def of_regions(regions: Collection[int], recipient: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition on a column of recipient keys: the units of some regions, and the people of no other region."""
    inside = select(Membership.user_id).where(Membership.region_id.in_(regions))
    outside = select(Membership.user_id).where(Membership.region_id.not_in(regions))
    people = select(literal("user:").concat(cast(User.id, String))).where(User.id.in_(inside), User.id.not_in(outside))
    units = select(literal("unit:").concat(cast(Unit.id, String))).where(Unit.region_id.in_(regions))
    return or_(recipient.in_(people), recipient.in_(units))


def names_of(session: Session, recipients: Iterable[str]) -> dict[str, str]:
    """Recipient key -> the name of the person or unit: two statements at most."""
    return {key: name for key, (name, _) in _found(session, recipients).items()}


def recipient_named(session: Session, text: str) -> str:
    """The recipient key that an e-mail address, the number of a person or a key such as ``unit:3`` stands for.

    Raises NotFound where there is no such person or unit.
    """
    typed = text.strip()
    if "@" in typed:
        user_id = session.scalar(select(User.id).where(User.email == typed.lower()))
        key = f"user:{user_id}" if user_id is not None else typed
    else:
        key = f"user:{typed}" if typed.isdecimal() else typed
    kind, _, number = key.partition(":")
    known = kind in ("user", "unit") and number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    if not known or key not in _found(session, [key]):
        raise NotFound(NOBODY_NAMED, text=typed)
    return key


def present_address(session: Session, recipient: str) -> str | None:
    """The address that a mail to this recipient would go to today; None where there is none."""
    return _found(session, [recipient]).get(recipient, ("", None))[1]


def _found(session: Session, recipients: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    keys = {key.partition(":")[::2] for key in recipients}
    found: dict[str, tuple[str, str | None]] = {}
    people = [int(number) for kind, number in keys if kind == "user"]
    units = [int(number) for kind, number in keys if kind == "unit"]
    if people:
        for user in session.scalars(select(User).where(User.id.in_(people))):
            found[f"user:{user.id}"] = (user.name, user.email if user.active else None)
    if units:
        for unit in session.scalars(select(Unit).where(Unit.id.in_(units))):
            found[f"unit:{unit.id}"] = (unit.name, unit.mailbox)
    return found
