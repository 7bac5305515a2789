"""What views and templates know of the request: who asks, when it is, where they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from jinja2 import pass_context
from werkzeug.exceptions import BadRequest

from .. import clock
from ..access import NOBODY, Actor
from ..config import Settings
from ..db import db
from ..directory.models import Region
from ..evaluations.rounds import ROUND_KIND_LABELS, ROUND_STATE_LABELS
from ..i18n import N_
from ..i18n_web import reader_locale
from ..plans.models import Plan
from ..workflows.definitions import DEFINITION_LABELS, STATE_LABELS, TRIGGER_LABELS

LONGEST_NUMBER = 9
ROLE_LABELS = {
    "handler": N_("Handler"),
    "leader": N_("Unit leader"),
    "supervisor": N_("Supervisor"),
    "observer": N_("Observer"),
    "evaluator": N_("Evaluator"),
}
CONTACT_PAGES = (
    *("contacts", "unit_contacts", "change_mailbox", "add_", "correct_email", "import_page", "confirm_import"),
    *("person", "hand_over", "close_account"),
)
PLACES = (
    ("oversight.my_work", lazy_gettext("My work"), ("oversight.my_work", "oversight.verification_queue")),
    ("plans.index", lazy_gettext("Plans"), ("plans.", "workflows.", "reporting.", "intake.", "oversight.gaps")),
    ("evaluations.index", lazy_gettext("Evaluations"), ("evaluations.",)),
    ("plans.indicators", lazy_gettext("Indicators"), ()),
    (
        "oversight.units",
        lazy_gettext("Units"),
        ("oversight.unit", "oversight.handover", *(f"directory.{page}" for page in CONTACT_PAGES)),
    ),
    ("reminders.index", lazy_gettext("Reminders"), ("reminders.", "outbox.", "workdays.")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One of the six places of the header."""

    url: str
    label: str
    current: bool


def current_actor() -> Actor:
    """The signed-in person as they are now, or NOBODY."""
    actor: Actor = current_user.actor if current_user.is_authenticated else NOBODY
    return actor


def now() -> datetime:
    """The business clock, read once a request."""
    if "business_now" not in g:
        g.business_now = clock.business_now(db.session)
    moment: datetime = g.business_now
    return moment


def today(plan: Plan | None = None) -> date:
    """The business day in the plan's region, or in the setting's zone."""
    return clock.local_day(now(), plan.region.timezone if plan is not None else settings().zone)


def settings() -> Settings:
    """The process's settings."""
    from flask import current_app

    chosen: Settings = current_app.config["SETTINGS"]
    return chosen


def new_key() -> str:
    """An idempotency key for a form that is being shown: sending that form twice does it once."""
    return uuid.uuid4().hex


def form_version() -> int:
    """The version that a form was shown at.  Aborts with 400 where it is missing."""
    version = whole_number(request.form.get("version", ""))
    if version is None:
        raise BadRequest()
    return version


def whole_number(text: str) -> int | None:
    """The number that a text from outside spells in at most nine digits, which every column takes; else None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def form_key() -> str | None:
    """The idempotency key of a form, None where it has none."""
    return request.form.get("key") or None


def translated(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """The faults of InvalidInput in the reader's language."""
    return {name: [_(message) for message in _flat(messages)] for name, messages in fields.items()}


def _flat(messages: Any) -> Iterable[str]:
    if isinstance(messages, dict):
        for below in messages.values():
            yield from _flat(below)
    elif isinstance(messages, str):
        yield messages
    else:
        yield from messages


def _is_current(endpoint: str, own: str, prefixes: tuple[str, ...]) -> bool:
    if endpoint == own:
        return True
    return endpoint != "plans.indicators" and any(endpoint.startswith(prefix) for prefix in prefixes)


def navigation() -> list[Place]:
    """The header's places; none before sign-in."""
    if not current_user.is_authenticated:
        return []
    endpoint = request.endpoint or ""
    return [Place(url_for(own), str(label), _is_current(endpoint, own, prefixes)) for own, label, prefixes in PLACES]


def who() -> str | None:
    """Region and name of the signed-in person, as the header shows it."""
    actor = current_actor()
    if actor is NOBODY:
        return None
    region = db.session.get(Region, actor.roles[0].region_id) if actor.roles and not actor.administrator else None
    return f"{region.short_name} · {actor.name}" if region is not None else actor.name


def init_app(app: Flask) -> None:
    """The context of every template and the filters that turn codes into words."""

    def variables() -> dict[str, Any]:
        demo = settings().demo
        return {
            "locale": reader_locale(),
            "navigation": navigation(),
            "who": who(),
            "home_url": url_for("oversight.my_work"),
            "return_to": request.full_path.rstrip("?") if request.method == "GET" else "/",
            "demo_day": today() if demo else None,
            "new_key": new_key,
        }

    app.context_processor(variables)
    labels = {
        "state_label": STATE_LABELS,
        "trigger_label": TRIGGER_LABELS,
        "definition_label": DEFINITION_LABELS,
        "role_label": ROLE_LABELS,
        "round_kind_label": ROUND_KIND_LABELS,
        "round_state_label": ROUND_STATE_LABELS,
    }
    for name, table in labels.items():  # pass_context: else Jinja translates a constant once, when it compiles
        app.jinja_env.filters[name] = pass_context(lambda _context, code, table=table: _(table[code]))
