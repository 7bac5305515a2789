"""The pages of evaluation rounds: all of them, and one with what is still missing."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..db import db, transaction
from ..errors import InvalidInput
from ..web.context import current_actor, now, translated
from .commands import DATES
from .commands import set_dates as move_dates
from .pages import round_page, rounds_page

blueprint = Blueprint("evaluations", __name__)


@blueprint.get("/evaluations")
def index() -> str:
    """The rounds of the plans that the person sees."""
    return render_template("evaluations/index.html", plans=rounds_page(db.session, current_actor(), now()))


@blueprint.get("/evaluations/<int:round_id>")
def round(round_id: int) -> str:
    """One round."""
    return _page(round_id, {}, {})


@blueprint.post("/evaluations/<int:round_id>/dates")
def set_dates(round_id: int) -> ResponseReturnValue:
    """Move the days of a round that has not opened."""
    actor, moment = current_actor(), now()
    typed = {name: request.form.get(name, "").strip() for name in DATES}
    try:
        with transaction() as session:
            move_dates(session, actor, moment, round_id=round_id, data=typed)
    except InvalidInput as error:
        faults = {name: " ".join(messages) for name, messages in translated(error.fields).items()}
        return _page(round_id, faults or {"": error.text(_)}, typed), error.status
    flash(_("The dates of the round were moved."))
    return redirect(url_for("evaluations.round", round_id=round_id), 303)


def _page(round_id: int, errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    view = round_page(db.session, current_actor(), now(), round_id)
    values = {name: typed.get(name, getattr(view.round_, name)) for name in DATES}
    return render_template("evaluations/round.html", view=view, errors=errors, values=values)
