"""Error pages: one clear sentence, what to do, and nothing that the person typed is lost."""

from __future__ import annotations

import logging
import re

from flask import Flask, Response, abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError, ProgrammingError
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException

from ..db import db
from ..errors import DatabaseNotReady, TrackerError
from ..i18n import N_
from ..reporting.schemas import RETURNED_FIELDS

log = logging.getLogger(__name__)
PAGES = (400, 403, 404, 409, 422, 429, 500)
FIELD_LABELS = {
    "done": N_("What was done"),
    "problems": N_("What was not done, and why"),
    "next_steps": N_("What comes next"),
    "progress": N_("Progress in percent"),
    "evidence": N_("Evidence"),
    "reason": N_("Reason"),
    "body": N_("Comment"),
    "question": N_("What is asked"),
    "answer": N_("Answer"),
    "measured_value": N_("Value reached"),
    "measured_year": N_("Year of the value"),
    "measured_source": N_("Source of the value"),
    "new_due_on": N_("New deadline"),
    "so_far": N_("Where the task stands"),
    "word": N_("A word to the units"),
    "text": N_("What you wrote"),
    **{f"reason_{name}": label for name, label in RETURNED_FIELDS.items()},
}


def typed_texts() -> list[tuple[str, str]]:
    """(label, text) of what the person typed, for an error page; passwords and hidden fields are left out."""
    return [
        (_(label), request.form[name]) for name, label in FIELD_LABELS.items() if request.form.get(name, "").strip()
    ]


def error_page(status: int, message: str | None = None) -> Response:
    """The page of a status; one that has no page of its own gets the nearest."""
    page = status if status in PAGES else (500 if status >= 500 else 400)
    form = request.method == "POST" or status == 409  # the form of a step that is over, opened again by the way back
    task = re.match(r".*/tasks/[^/]+", request.path) if form else None
    back = task[0] if task is not None else None
    text = render_template(f"errors/{page}.html", message=message, typed=typed_texts(), back_url=back)
    return make_response(text, status)


def _holds_nul(given: MultiDict[str, str]) -> bool:
    return any("\x00" in text for name, values in given.lists() for text in (name, *values))


def _value_error(error: DataError | OverflowError) -> Response:
    """A value that no column takes: nothing has it, and no form of ours sends it."""
    log.error("%s: a value that the database does not take", request.path, exc_info=error)
    db.session.rollback()
    return error_page(404 if request.method == "GET" else 400)


def _database_error(error: OperationalError | ProgrammingError) -> Response:
    log.error("database: %s", error.orig)
    if "no such" in str(error.orig) or "does not exist" in str(error.orig):
        # no template: the layout itself reads the database
        return make_response(DatabaseNotReady().text(_), 503, {"Content-Type": "text/plain; charset=utf-8"})
    return make_response(
        _("The database does not answer. Try again in a minute; what you typed is still in your browser's form."),
        503,
        {"Content-Type": "text/plain; charset=utf-8"},
    )


def init_app(app: Flask) -> None:
    """Register the handlers."""

    @app.before_request
    def keep_nul_out() -> None:
        """PostgreSQL takes no NUL in a text: no address of ours has one, and one that was pasted into a form goes."""
        if "\x00" in request.path or _holds_nul(request.args):
            abort(404)
        if _holds_nul(request.form):
            pairs = request.form.items(multi=True)
            request.form = ImmutableMultiDict((name, text.replace("\x00", "")) for name, text in pairs)

    @app.errorhandler(TrackerError)
    def tracker_error(error: TrackerError) -> Response:
        return error_page(error.status, error.text(_))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if isinstance(error, CSRFError):
            return error_page(400, _("The form had been open too long. Your text is kept below; open the page again."))
        if error.code is not None and error.code < 400:
            return make_response(error.get_response())
        return error_page(error.code or 500)

    app.register_error_handler(DataError, _value_error)
    app.register_error_handler(OverflowError, _value_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(ProgrammingError, _database_error)
