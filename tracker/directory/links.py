"""Single-use links by mail, activation (7 days) and a new password (1 hour), on real time; and setting passwords."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from .. import audit
from ..access import NOBODY, Actor
from ..errors import InvalidInput, NotFound
from ..i18n import N_
from ..outbox.commands import enqueue
from .models import AccountToken, User
from .passwords import check_new_password, hash_password, needs_rehash, verify_password
from .queries import recipient_of
from .sessions import live_session, new_token, open_session, revoke_all, revoke_session, token_hash

LIFETIMES = {"activation": timedelta(days=7), "reset": timedelta(hours=1)}
FRESH = timedelta(minutes=10)
PATHS = {"activation": "/activate/", "reset": "/reset/"}
USED_LINK = N_(
    "This link was used already or has run out. Ask for a new one under “Forgotten your password?” on the sign-in page."
)
WRONG = N_("The e-mail address or the password is wrong. Check both and try again.")


def record_act(
    session: Session, actor: Actor, now: datetime, action: str, user: User, data: Mapping[str, Any] | None = None
) -> None:
    """Note an act on a person in the system's audit chain."""
    audit.record(
        session, chain=audit.SYSTEM_CHAIN, actor=actor, now=now, action=action, subject=f"user:{user.id}", data=data
    )


def invite(session: Session, actor: Actor, now: datetime, real_now: datetime, *, user: User) -> None:
    """Mail a link by which the person sets the first password.  Links sent before stop working."""
    _send_link(session, actor, now, real_now, user, "activation")


def request_link(session: Session, actor: Actor, now: datetime, real_now: datetime, *, email: str) -> None:
    """Mail a link for a new password, or the activation link to who never had one; an unknown address gets nothing.

    While a link that was sent less than ten minutes ago still works none is sent: strangers who type the address
    neither fill the mailbox nor spend the link that its owner is about to use.
    """
    user = session.scalar(select(User).where(User.email == email.strip().lower(), User.active.is_(True)))
    if user is not None and not _has_fresh_link(session, real_now, user.id):
        _send_link(session, actor, now, real_now, user, "activation" if user.password_hash is None else "reset")


def _has_fresh_link(session: Session, real_now: datetime, user_id: int) -> bool:
    fresh = select(AccountToken.id).where(
        AccountToken.user_id == user_id,
        AccountToken.used_at.is_(None),
        AccountToken.created_at > real_now - FRESH,
        AccountToken.expires_at > real_now,
    )
    return session.scalar(fresh.limit(1)) is not None


def _send_link(session: Session, actor: Actor, now: datetime, real_now: datetime, user: User, purpose: str) -> None:
    spend_links(session, real_now, user.id)
    token = new_token()
    expires = real_now + LIFETIMES[purpose]
    session.add(
        AccountToken(
            user_id=user.id,
            purpose=purpose,
            token_hash=token_hash(token),
            created_at=real_now,
            expires_at=expires,
        )
    )
    enqueue(
        session,
        kind="account",
        recipient=recipient_of(user),
        template=purpose,
        context={
            "name": user.name,
            "path": PATHS[purpose] + token,
            "hours": int(LIFETIMES[purpose].total_seconds()) // 3600,
            "expires": expires.isoformat(),
        },
        now=now,
        not_before=now,
    )
    session.flush()
    record_act(session, actor, now, f"user.{purpose}_link", user)


def spend_links(session: Session, real_now: datetime, user_id: int) -> None:
    """Links sent to the person until now stop working."""
    session.execute(
        update(AccountToken)
        .where(AccountToken.user_id == user_id, AccountToken.used_at.is_(None))
        .values(used_at=real_now)
    )


def user_of_link(session: Session, real_now: datetime, *, purpose: str, token: str) -> User:
    """Whose link it is.  Raises NotFound where it was used, has run out or never was."""
    link = session.scalar(
        select(AccountToken)
        .where(
            AccountToken.token_hash == token_hash(token),
            AccountToken.purpose == purpose,
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > real_now,
        )
        .with_for_update()
    )
    user = session.get(User, link.user_id) if link is not None else None
    if user is None or not user.active:
        raise NotFound(USED_LINK)
    return user


def set_password_by_link(
    session: Session,
    now: datetime,
    real_now: datetime,
    *,
    purpose: str,
    token: str,
    password: str,
    repeated: str,
    locale: str | None = None,
) -> str:
    """Set a password by a link, use the link up, end every session, and sign this browser in: returns its token.

    ``locale``: the language the person read the page in, which their mails are then written in.
    Raises NotFound for the link, InvalidInput for the password.
    """
    user = user_of_link(session, real_now, purpose=purpose, token=token)
    check_new_password(password, repeated, user.email)
    if locale is not None and purpose == "activation":
        user.locale = locale
    actor = Actor(user_id=user.id, name=user.name)
    return _set_password(session, actor, now, real_now, user, password, f"user.{purpose}")


def change_password(
    session: Session,
    actor: Actor,
    now: datetime,
    real_now: datetime,
    *,
    current: str,
    password: str,
    repeated: str,
) -> str:
    """Change one's own password; every session ends, and this browser gets the token of a new one.

    Raises InvalidInput where the current password is wrong or the new one does not hold.
    """
    user = session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        raise NotFound()
    if not verify_password(user.password_hash, current):
        raise InvalidInput({"current": [N_("The current password is wrong. Type it again.")]})
    check_new_password(password, repeated, user.email)
    return _set_password(session, actor, now, real_now, user, password, "user.change_password")


def _set_password(
    session: Session, actor: Actor, now: datetime, real_now: datetime, user: User, password: str, action: str
) -> str:
    user.password_hash = hash_password(password)
    spend_links(session, real_now, user.id)
    revoke_all(session, real_now, user.id)
    record_act(session, actor, now, action, user)
    return open_session(session, real_now, user.id)


def authenticate(session: Session, *, email: str, password: str) -> User:
    """Who signs in, by e-mail and password.  It writes nothing, so that guessing holds no lock.

    Raises InvalidInput with one sentence, after the same time, for an unknown address, a wrong password, a disabled
    account and one that was never activated.
    """
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    right = verify_password(user.password_hash if user is not None else None, password)
    if user is None or not user.active or not right:
        raise InvalidInput({"email": [WRONG]}, message=WRONG)
    return user


def note_failure(session: Session, now: datetime, *, email: str) -> None:
    """Record that somebody tried to sign in and could not.  What was typed is not kept: it may be a password."""
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    audit.record(
        session,
        chain=audit.SYSTEM_CHAIN,
        actor=NOBODY,
        now=now,
        action="user.sign_in_failed",
        subject=f"user:{user.id}" if user is not None else "unknown",
    )


def sign_in(session: Session, now: datetime, real_now: datetime, *, user: User, password: str) -> str:
    """Open a session for who was authenticated and return its token; an old hash is made anew."""
    known = session.get_one(User, user.id, with_for_update={"key_share": True})
    if not known.active or known.password_hash != user.password_hash:
        raise InvalidInput({"email": [WRONG]}, message=WRONG)
    if known.password_hash is not None and needs_rehash(known.password_hash):
        known.password_hash = hash_password(password)
    return enter(session, now, real_now, user=known)


def enter(session: Session, now: datetime, real_now: datetime, *, user: User) -> str:
    """Open a session for somebody and return its token."""
    record_act(session, Actor(user_id=user.id, name=user.name), now, "user.sign_in", user)
    return open_session(session, real_now, user.id)


def sign_out(session: Session, now: datetime, real_now: datetime, *, token: str) -> None:
    """End the session of a token; one that has ended already leaves no trace."""
    found = live_session(session, real_now, token)
    if found is not None:
        revoke_session(session, real_now, token)
        record_act(session, Actor(user_id=found.user.id, name=found.user.name), now, "user.sign_out", found.user)
