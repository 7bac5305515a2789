"""The term as a year of small months, as a list, and as JSON."""

from __future__ import annotations

from flask import Response, jsonify, render_template, request, url_for

from ...db import db
from ...web.context import current_actor, now, whole_number
from ..scope import Asked
from ..term import list_of_term, rows_of_term, year_of_term
from .why import day_of


def asked_for() -> Asked:
    """What the address narrows a page to."""
    return Asked(
        slug=request.args.get("plan") or None,
        unit_id=whole_number(request.args.get("unit", "")),
        person=request.args.get("person") or None,
    )


def year_page() -> str:
    """A year of a plan's term."""
    year = whole_number(request.args.get("year", ""))
    page = year_of_term(db.session, current_actor(), now(), asked_for(), year)
    return render_template("reminders/year.html", page=page)


def list_page() -> str:
    """The reminders of a span of days, fifty a page."""
    page = list_of_term(
        db.session,
        current_actor(),
        now(),
        asked_for(),
        day_of(request.args.get("from")),
        day_of(request.args.get("to")),
        whole_number(request.args.get("page", "")) or 1,
    )

    def address(number: int) -> str:
        kept = {name: value for name, value in request.args.items() if name in ("plan", "unit", "person", "from", "to")}
        return url_for("reminders.list", page=number, _external=False, **kept)

    return render_template("reminders/list.html", page=page, address=address)


def list_json() -> Response:
    """The rehearsal from today on, in the shape of ``reminders preview --json``."""
    first, last = day_of(request.args.get("from")), day_of(request.args.get("to"))
    return jsonify(rows_of_term(db.session, current_actor(), now(), asked_for(), first, last))
