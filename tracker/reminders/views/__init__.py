"""The pages of reminders: the month with its mails, and the rules of a plan."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request
from flask_babel import gettext as _

from ...db import db
from ...directory.addresses import bounced_for
from ...directory.recipients import readable_by
from ...outbox.models import OutboxMessage
from ...outbox.queries import mails_for
from ...web.context import current_actor, now
from ..pages import reminders_page
from .feed import feed, feed_page, renew_feed
from .rule_words import AUDIENCE_LABELS, KIND_HINTS, KIND_LABELS
from .rules import rules_page, rules_post
from .term import asked_for, list_json, list_page, year_page
from .what_if import what_if
from .why import why
from .words import STATUS_LABELS, month_words, reminder_short, reminder_words, step_words

blueprint = Blueprint("reminders", __name__)
blueprint.add_url_rule("/plans/<slug>/reminder-rules", "rules", rules_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/reminder-rules", "set_rules", rules_post, methods=["POST"])
blueprint.add_url_rule("/plans/<slug>/why", "why", why)
blueprint.add_url_rule("/reminders/year", "year", year_page)
blueprint.add_url_rule("/reminders/list", "list", list_page)
blueprint.add_url_rule("/reminders/list.json", "list_json", list_json)
blueprint.add_url_rule("/evaluations/<int:round_id>/what-if", "what_if", what_if)
blueprint.add_url_rule("/calendar/<token>.ics", "feed", feed)
blueprint.add_url_rule("/reminders/calendar", "feed_page", feed_page)
blueprint.add_url_rule("/reminders/calendar", "renew_feed", renew_feed, methods=["POST"])
MAILS = 5


@blueprint.record_once
def _filters(state: object) -> None:
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.filters["reminder_words"] = reminder_words
    app.jinja_env.filters["step_words"] = step_words
    app.jinja_env.filters["reminder_short"] = reminder_short
    app.jinja_env.filters["month"] = month_words
    labels = {"rule_kind": KIND_LABELS, "rule_hint": KIND_HINTS, "audience_label": AUDIENCE_LABELS}
    for name, table in labels.items():
        app.jinja_env.filters[name] = lambda code, table=table: _(table[code])
    app.jinja_env.filters["reminder_status"] = lambda code: _(STATUS_LABELS[code])


@blueprint.get("/reminders")
def index() -> str:
    """A month of reminders."""
    page = reminders_page(db.session, current_actor(), now(), month=request.args.get("month"), asked=asked_for())
    mails = mails_for(db.session, readable_by(current_actor(), OutboxMessage.recipient), size=MAILS).mails
    came_back = bounced_for(db.session, current_actor())
    return render_template("reminders/index.html", page=page, mails=mails, came_back=came_back)
