"""What tests of accounts share: the real instant, a password, the link that was mailed, and who is signed in."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW
from tracker.access import Actor
from tracker.directory import links, sessions
from tracker.directory.models import User
from tracker.directory.passwords import hash_password
from tracker.outbox.models import OutboxMessage

REAL = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PASSWORD = "a password of words"


def user_of(session: Session, actor: Actor) -> User:
    """The row of a person."""
    return session.get_one(User, actor.user_id)


def last_link(session: Session) -> str:
    """The token in the newest account mail."""
    statement = select(OutboxMessage).where(OutboxMessage.kind == "account").order_by(OutboxMessage.id.desc())
    mail = session.scalars(statement).first()
    assert mail is not None
    return str(mail.context["path"]).rsplit("/", 1)[1]


def alive(session: Session, token: str, at: datetime = REAL) -> bool:
    """Whether a browser with this token is signed in."""
    return sessions.live_session(session, at, token) is not None


def activated(session: Session, user: User) -> User:
    """The person with PASSWORD."""
    user.password_hash = hash_password(PASSWORD)
    session.flush()
    return user


def set_by_link(session: Session, token: str, purpose: str = "activation", at: datetime = REAL) -> str:
    """Set PASSWORD by a link."""
    return links.set_password_by_link(
        session, NOW, at, purpose=purpose, token=token, password=PASSWORD, repeated=PASSWORD
    )
