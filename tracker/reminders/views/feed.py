"""The calendar that a person subscribes to, and the page with its address."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...clock import real_now
from ...db import db, transaction
from ...web.context import current_actor, now, settings
from ..feed import calendar_of, link_of, reader_of, renew_link


def feed_page() -> str:
    """The address of one's calendar, where there is one."""
    actor = current_actor()
    token = link_of(db.session, actor.user_id, settings().secret_key) if actor.user_id is not None else None
    address = f"{settings().base_url}{url_for('reminders.feed', token=token)}" if token is not None else None
    return render_template("reminders/subscribe.html", address=address)


def renew_feed() -> ResponseReturnValue:
    """A new address; the old one stops working."""
    actor, moment = current_actor(), now()
    with transaction() as session:
        renew_link(session, actor, real_now(), moment)
    flash(_("Your calendar has a new address. An older one no longer works."))
    return redirect(url_for("reminders.feed_page"), 303)


def feed(token: str) -> Response:
    """Somebody's calendar, for whoever has its address."""
    user = reader_of(db.session, token, settings().secret_key)
    body = calendar_of(db.session, user, now(), settings().base_url)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="reminders.ics"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
