"""What the directory's pages share: the blueprint, the signed-in person, how errors reach a form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, g, session
from flask_babel import gettext as _

from ...access import Actor
from ...clock import real_now
from ...db import db, transaction
from ...errors import InvalidInput
from ...i18n import day_text
from ...i18n_web import COOKIE, reader_locale
from ...security import login_manager
from ..models import User
from ..queries import actor_of
from ..sessions import TOUCH_AFTER, live_session, touch

blueprint = Blueprint("directory", __name__)
COOKIE_FIELD = "_user_id"  # where Flask-Login keeps what get_id() says


@dataclass(frozen=True)
class SignedIn:
    """The person of a request: what Flask-Login asks of a user, the row, and the actor as it is now."""

    user: User
    actor: Actor
    token: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """The token of the server's session, so that revoking it ends every copy of the cookie."""
        return self.token


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_person(token: str) -> SignedIn | None:
    """Who holds this token; nobody once it was revoked or lay idle for 12 hours of real time."""
    moment = real_now()
    found = live_session(db.session, moment, token)
    if found is None:
        return None
    person = SignedIn(found.user, actor_of(db.session, found.user), token)
    if moment - found.last_seen_at > TOUCH_AFTER:
        with transaction() as writing:
            touch(writing, moment, found.id)
    return person


def remember(token: str) -> None:
    """Let this browser be signed in by ``token``.  Nothing of the session before is kept but the language."""
    language = session.get(COOKIE)
    session.clear()
    g.pop("csrf_token", None)  # a page rendered in this request needs a token of the new session
    g.pop("_login_user", None)
    if language is not None:
        session[COOKIE] = language
    session[COOKIE_FIELD] = token


def forget() -> None:
    """This browser is signed in no longer."""
    language = session.get(COOKIE)
    session.clear()
    g.pop("csrf_token", None)
    g.pop("_login_user", None)
    if language is not None:
        session[COOKIE] = language


def sentences(error: InvalidInput) -> dict[str, str]:
    """The faults of a form, one sentence a field, in the reader's language."""
    values = {name: _shown(value) for name, value in error.values.items()}
    found = {name: " ".join(_(message, **values) for message in messages) for name, messages in error.fields.items()}
    return found or {"": error.text(_)}


def _shown(value: object) -> object:
    return day_text(value, reader_locale()) if isinstance(value, date) else value
