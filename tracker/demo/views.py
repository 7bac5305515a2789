"""The demo's two buttons: signing in as one of its accounts, and moving its clock.  A real installation has neither."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.local import LocalProxy

from ..access import NOBODY, SYSTEM
from ..clock import local_day
from ..db import db
from ..directory.views.kept import from_field, kept_page
from ..directory.views.sign_in import enter
from ..errors import InvalidInput, NotFound
from ..evaluations.rounds import ROUND_KIND_LABELS
from ..i18n import N_
from ..i18n_web import day as day_of_reader
from ..plans.queries import visible_plans
from ..security import local_path
from ..web.context import current_actor, now, settings
from ..workdays.calendar import CHINA
from .commands import LONGEST_DAYS, Moved
from .commands import advance as move_clock
from .pages import demo_user, groups
from .writing import ZONE

blueprint = Blueprint("demo", __name__)


@blueprint.app_context_processor
def sign_in_accounts() -> dict[str, Any]:
    """``demo_accounts`` for the sign-in page, read only where a template looks at it."""
    if not settings().demo or current_user.is_authenticated:
        return {}
    return {"demo_accounts": LocalProxy(lru_cache(maxsize=1)(lambda: groups(db.session)))}


@blueprint.post("/demo/sign-in")
def sign_in() -> Response:
    """Sign this browser in as an account of the demo's list, and nobody else."""
    _only_in_the_demo()
    user = demo_user(db.session, request.form.get("account", 0, type=int))
    if user is None:
        raise NotFound(N_("This is none of the demo's accounts. Choose one on the sign-in page."))
    enter(user.id)
    kept = from_field(request.form.get("kept"))
    if kept is not None:
        return kept_page(kept)
    return redirect(local_path(request.form.get("next")), 303)  # type: ignore[return-value]


@blueprint.post("/demo/advance")
def advance() -> Response:
    """Move the demo's clock to the next working day or to a date, and say what happened on the way."""
    _only_in_the_demo()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  (behind the proxy)
    try:
        to = _chosen_day()
        db.session.close()  # its read lock would keep the ticks from committing
        moved = move_clock(app, to, longest=LONGEST_DAYS)
    except InvalidInput as error:
        flash(error.text(_), "error")
    else:
        flash(_what_happened(moved))
        if moved.failures:
            flash(_("Something failed on the way; the log of the service names it."), "error")
    return redirect(local_path(request.form.get("return_to")), 303)  # type: ignore[return-value]


def _only_in_the_demo() -> None:
    if not settings().demo:
        raise NotFound()


def _chosen_day() -> date:
    if request.form.get("to") == "next":
        return CHINA.next_working_day(local_day(now(), ZONE))
    text = request.form.get("date", "")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(message=N_("“%(text)s” is no date. Choose a day such as 2023-08-31."), text=text) from error


def _what_happened(moved: Moved) -> str:
    """One sentence; rounds are named of the reader's own regions, on the sign-in page of all."""
    reader = current_actor()
    plans = visible_plans(db.session, SYSTEM if reader is NOBODY else reader)
    names = {plan.slug: plan.region.short_name for plan in plans}
    opened = [
        f"{names[slug]} {_(ROUND_KIND_LABELS[kind])}"
        for slug, kind, _year, state in moved.rounds
        if state == "open" and slug in names
    ]
    values = {"day": day_of_reader(moved.today), "reminders": moved.reminders, "mails": moved.mails}
    sentence = _("It is now %(day)s. Reminders due: %(reminders)s; mails sent: %(mails)s.")
    if opened:
        values["rounds"] = _(", ").join(opened)
        sentence = _(
            "It is now %(day)s. Rounds opened: %(rounds)s. Reminders due: %(reminders)s; mails sent: %(mails)s."
        )
    return str(sentence % values)
