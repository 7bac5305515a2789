"""Signed-in browsers.  The cookie holds a random token, the table its SHA-256; what is revoked is gone for every copy.

All times here are real, not the demo's.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from .models import SignInSession, User

IDLE_LIMIT = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=5)


def new_token() -> str:
    """A random token, 256 bits, fit for an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(session: Session, real_now: datetime, user_id: int) -> str:
    """Sign a browser in and return its token, which nothing but the cookie keeps."""
    token = new_token()
    session.add(
        SignInSession(token_hash=token_hash(token), user_id=user_id, created_at=real_now, last_seen_at=real_now)
    )
    session.flush()
    return token


def live_session(session: Session, real_now: datetime, token: str) -> SignInSession | None:
    """The session of a token with its user, unless it was revoked, lay idle for 12 hours, or the user is disabled."""
    return session.scalar(
        select(SignInSession)
        .join(SignInSession.user)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.revoked_at.is_(None),
            SignInSession.last_seen_at > real_now - IDLE_LIMIT,
            User.active.is_(True),
        )
        .options(joinedload(SignInSession.user))
    )


def touch(session: Session, real_now: datetime, session_id: int) -> None:
    """Note that the browser was seen.  A revoked session stays revoked."""
    session.execute(update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=real_now))


def revoke_session(session: Session, real_now: datetime, token: str) -> None:
    """End the session of a token; signing out."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == token_hash(token), SignInSession.revoked_at.is_(None))
        .values(revoked_at=real_now)
    )


def revoke_all(session: Session, real_now: datetime, user_id: int) -> None:
    """End every session of a person: after a new password, another role, or when the account is disabled."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=real_now)
    )
