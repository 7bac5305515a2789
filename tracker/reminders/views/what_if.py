"""What moving a round's dates would change, before it is saved."""

from __future__ import annotations

from flask import render_template, request

from ...db import db
from ...evaluations.commands import DATES
from ...web.context import current_actor, now, translated
from ..moving import moving_page


def what_if(round_id: int) -> str:
    """The form of a round's dates with the difference that those in the address would make."""
    typed = {name: request.args[name].strip() for name in DATES if name in request.args}
    page = moving_page(db.session, current_actor(), now(), round_id, typed)
    errors = {name: " ".join(messages) for name, messages in translated(dict(page.faults)).items()}
    return render_template("reminders/what_if.html", page=page, errors=errors)
