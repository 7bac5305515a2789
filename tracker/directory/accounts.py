"""Accounts: who has one, which roles they hold, and the single-use links by which they set a password.

``now`` is the business clock (memberships, audit, mails); ``real_now`` the machine's (sessions and links): the
demo's day does not move them.  Acts are recorded in the system's audit chain.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from ..errors import InvalidInput, NotAllowed, NotFound
from ..i18n import CHINESE, N_
from .links import invite, record_act
from .models import UNIT_ROLES, Membership, Region, Unit, User
from .policy import authorise_role
from .sessions import revoke_all

CLOSED = N_("This account is closed. Open it again on the page of the person, or use another e-mail address.")
UNKNOWN_PERSON = N_("There is no account with the e-mail address %(email)s. Check its spelling.")
KNOWN_EMAIL = N_("An account with this e-mail address exists already. Use another address, or give it the role.")
UNIT_NEEDED = N_("This role belongs to a unit: choose one.")
NO_COLLECTIVE = N_("This is a collective unit: choose one of its members.")


def user_by_email(session: Session, email: str) -> User:
    """Raises NotFound, naming the address."""
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise NotFound(UNKNOWN_PERSON, email=email)
    return user


def add_user(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    email: str,
    name: str,
    locale: str = CHINESE,
    administrator: bool = False,
) -> User:
    """An account without password and without roles: it sees nothing until it gets one (:func:`grant`).

    Raises InvalidInput where the e-mail address has an account, NotAllowed for those who keep nobody's contacts.
    """
    keeps = actor.is_system or actor.administrator
    if not keeps and (administrator or not any(role.role == "supervisor" for role in actor.roles)):
        raise NotAllowed(N_("Accounts are made by supervisors and administrators. Ask one of them to do it."))
    email = email.strip().lower()
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise InvalidInput({"email": [KNOWN_EMAIL]})
    user = User(
        email=email, name=name.strip(), password_hash=None, locale=locale, administrator=administrator, created_at=now
    )
    session.add(user)
    session.flush()
    record_act(session, actor, now, "user.add", user, {"email": email, "administrator": administrator})
    return user


def grant(
    session: Session,
    actor: Actor,
    now: datetime,
    real_now: datetime,
    *,
    user: User,
    region_id: int,
    unit_id: int | None,
    role: str,
) -> bool:
    """Give a role from ``now`` on; the person signs in anew.  False where they hold it already.

    Handlers, leaders and supervisors belong to a unit of the region, observers and evaluators to the region as a whole.
    Nobody but an administrator gives a role to themselves.
    Raises NotFound, NotAllowed, InvalidInput.
    """
    authorise_role(actor, region_id, role)
    if actor.user_id == user.id and not actor.administrator:
        raise NotAllowed(N_("Nobody changes their own roles. Ask another supervisor or an administrator."))
    if not user.active:
        raise InvalidInput({"email": [CLOSED]})
    unit_id = _checked_unit(session, region_id, unit_id, role)
    held = _held(session, user.id, region_id, unit_id, role)
    if held is not None:
        return False
    session.add(Membership(user_id=user.id, region_id=region_id, unit_id=unit_id, role=role, from_at=now))
    session.flush()
    revoke_all(session, real_now, user.id)
    record_act(session, actor, now, "user.grant", user, {"region": region_id, "unit": unit_id, "role": role})
    return True


def _checked_unit(session: Session, region_id: int, unit_id: int | None, role: str) -> int | None:
    if role not in UNIT_ROLES:
        return None
    if unit_id is None:
        raise InvalidInput({"unit": [UNIT_NEEDED]})
    unit = session.get(Unit, unit_id)
    if unit is None or unit.region_id != region_id:
        raise NotFound()
    if unit.kind == "collective":
        raise InvalidInput({"unit": [NO_COLLECTIVE]})
    return unit_id


def _held(session: Session, user_id: int, region_id: int, unit_id: int | None, role: str) -> Membership | None:
    place = Membership.unit_id.is_(None) if unit_id is None else Membership.unit_id == unit_id
    return session.scalar(
        select(Membership).where(
            Membership.user_id == user_id,
            Membership.region_id == region_id,
            Membership.role == role,
            Membership.ended_at.is_(None),
            place,
        )
    )


def end_membership(
    session: Session, actor: Actor, now: datetime, real_now: datetime, *, membership: Membership
) -> None:
    """Take a role away from ``now`` on; the person signs in anew.  It stays on record.

    Whether a unit may lose the person is the workflows' rule: pages and commands go through ``workflows.people``.
    Raises NotFound, NotAllowed.
    """
    authorise_role(actor, membership.region_id, membership.role)
    if actor.user_id == membership.user_id and not actor.administrator:
        raise NotAllowed(N_("Nobody changes their own roles. Ask another supervisor or an administrator."))
    membership.ended_at = now
    session.flush()
    revoke_all(session, real_now, membership.user_id)
    record_act(
        session,
        actor,
        now,
        "user.end_membership",
        session.get_one(User, membership.user_id),
        {"region": membership.region_id, "unit": membership.unit_id, "role": membership.role},
    )


def add_person(
    session: Session,
    actor: Actor,
    now: datetime,
    real_now: datetime,
    *,
    email: str,
    name: str,
    region_id: int,
    unit_id: int | None,
    role: str,
    administrator: bool = False,
) -> tuple[User, bool]:
    """An account with its first role and the mail that activates it.  A known account just gets the role.

    Returns the account and whether it is new.  Raises NotFound, NotAllowed, InvalidInput.
    """
    authorise_role(actor, region_id, role)
    known = session.scalar(select(User).where(User.email == email.strip().lower()))
    user = known or add_user(session, actor, now, email=email, name=name, administrator=administrator)
    grant(session, actor, now, real_now, user=user, region_id=region_id, unit_id=unit_id, role=role)
    if known is None:
        invite(session, actor, now, real_now, user=user)
    return user, known is None


def set_mailbox(session: Session, actor: Actor, now: datetime, *, unit_id: int, address: str | None) -> Unit:
    """The address that serves a unit where nobody does; None takes it away.  Raises NotFound, NotAllowed."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound()
    authorise_role(actor, unit.region_id, "handler")
    if unit.mailbox != address:
        before, unit.mailbox = unit.mailbox, address
        session.flush()
        audit.record(
            session,
            chain=audit.SYSTEM_CHAIN,
            actor=actor,
            now=now,
            action="unit.set_mailbox",
            subject=f"unit:{unit.id}",
            data={"before": {"mailbox": before}, "after": {"mailbox": address}},
        )
    return unit


def set_locale(session: Session, actor: Actor, now: datetime, *, locale: str) -> None:
    """The language in which the actor gets mails."""
    if actor.user_id is None:
        raise NotAllowed()
    user = session.get_one(User, actor.user_id)
    if user.locale != locale:
        before, user.locale = user.locale, locale
        session.flush()
        record_act(session, actor, now, "user.set_locale", user, {"from": before, "to": locale})


def lock_region(session: Session, region_id: int) -> Region:
    """The region, locked until the commit: two imports into it come one after the other.  Raises NotFound.

    Rows that name the region may still be written: whoever does so may hold the audit that the import waits for.
    """
    region = session.scalar(select(Region).where(Region.id == region_id).with_for_update(key_share=True))
    if region is None:
        raise NotFound()
    return region
