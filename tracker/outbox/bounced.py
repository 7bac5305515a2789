"""Addresses that mails came back from: marked by a bounce, until somebody confirms or corrects them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from .. import audit
from ..access import Actor
from ..errors import InvalidTransition
from ..i18n import N_
from .models import BouncedAddress


def marks(address: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    """The condition under which a row of BouncedAddress says that nothing is sent to a column's address."""
    return and_(BouncedAddress.address == func.lower(address), BouncedAddress.confirmed_at.is_(None))


def is_bounced(session: Session, address: str) -> bool:
    """Whether nothing is sent to the address."""
    mark = session.get(BouncedAddress, address.lower())
    return mark is not None and mark.confirmed_at is None


def mark_bounced(session: Session, now: datetime, *, address: str, sent_at: datetime, code: str, text: str) -> bool:
    """Nothing more goes to the address, because a mail that was sent at ``sent_at`` came back for good.

    Both times are on the business clock.  False where that is known already, or somebody has confirmed the address
    since the mail went out.
    """
    known = session.get(BouncedAddress, address.lower(), with_for_update={"key_share": True})
    if known is None:
        session.add(BouncedAddress(address=address.lower(), bounced_at=now, code=code, text=text))
    elif known.confirmed_at is None or sent_at <= known.confirmed_at:
        return False
    else:
        known.bounced_at, known.code, known.text, known.confirmed_at = now, code, text, None
    session.flush()
    return True


def confirm_address(session: Session, actor: Actor, now: datetime, *, address: str) -> None:
    """Somebody says that an address is right: mails go to it again.

    Whose address it is, and whether the actor keeps it, the caller has made sure of.  Raises InvalidTransition where
    nothing came back from it.
    """
    marked = update(BouncedAddress).where(
        BouncedAddress.address == address.lower(), BouncedAddress.confirmed_at.is_(None)
    )
    if session.execute(marked.values(confirmed_at=now).returning(BouncedAddress.address)).first() is None:
        raise InvalidTransition(
            N_("No mail to %(address)s came back, or somebody has confirmed it already."), address=address
        )
    audit.record(
        session,
        chain=audit.SYSTEM_CHAIN,
        actor=actor,
        now=now,
        action="address.confirm",
        subject="system",
        data={"email": address.lower()},
    )
