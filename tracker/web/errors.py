"""Error pages: one clear sentence, what to do, and nothing that the person typed is lost."""

from __future__ import annotations

import logging

from flask import Flask, Response, abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException

from ..errors import DatabaseNotReady, TrackerError
from ..i18n import N_

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
    "measured_value": N_("Value reached"),
    "measured_year": N_("Year of the value"),
    "measured_source": N_("Source of the value"),
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
    back = request.path.rsplit("/", 1)[0] if form and "/tasks/" in request.path else None
    text = render_template(f"errors/{page}.html", message=message, typed=typed_texts(), back_url=back)
    return make_response(text, status)


def init_app(app: Flask) -> None:
    """Register the handlers."""

    @app.before_request
    def refuse_nul() -> None:
        """PostgreSQL takes no NUL in a text, and no address of ours has one."""
        if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
            abort(404)

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

    @app.errorhandler(OperationalError)
    @app.errorhandler(ProgrammingError)
    def database_error(error: OperationalError | ProgrammingError) -> Response:
        log.error("database: %s", error.orig)
        if "no such" in str(error.orig) or "does not exist" in str(error.orig):
            # no template: the layout itself reads the database
            return make_response(DatabaseNotReady().text(_), 503, {"Content-Type": "text/plain; charset=utf-8"})
        return make_response(
            _("The database does not answer. Try again in a minute; what you typed is still in your browser's form."),
            503,
            {"Content-Type": "text/plain; charset=utf-8"},
        )
