"""Asking supporting units for input, and answering."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from ...access import authorise
from ...db import db, transaction
from ...errors import InvalidInput
from ...web.context import current_actor, form_key, now, whole_number
from ...workflows.views.faults import faults
from ...workflows.views.task import place_of
from .. import asking
from ..input_requests import askable_units, input_requests_of, stands
from ..policy import ANSWER, REQUEST


def ask_page(slug: str, ref: str) -> str:
    """The form of a request: which units, what, and by which working day."""
    return _ask(slug, ref)


def _ask(slug: str, ref: str, typed: dict[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    place = place_of(db.session, current_actor(), now(), slug, ref)
    authorise(REQUEST, place.facts)
    return render_template(
        "reporting/ask.html",
        place=place,
        trigger="report",
        units=askable_units(db.session, place.row),
        values=typed or {"units": [], "question": "", "due_on": ""},
        errors=errors or {},
    )


def ask_post(slug: str, ref: str) -> Response | tuple[str, int]:
    """Ask.  A form with faults comes back as it was typed, with 422."""
    actor, moment, key = current_actor(), now(), form_key()
    data: dict[str, Any] = {name: request.form.get(name, "") for name in ("question", "due_on")}
    data["units"] = request.form.getlist("units")
    try:
        with transaction() as session:
            asking.ask(session, actor, moment, slug=slug, ref=ref, data=data, key=key)
    except InvalidInput as error:
        return _ask(slug, ref, data, faults(error, data)), 422
    flash(_("The units are asked; each gets a notice and has it in its list."))
    return redirect(url_for("workflows.task", slug=slug, ref=ref, _anchor="input"), 303)


def answer_page(slug: str, ref: str, request_id: int) -> str:
    """A request with its answers; who may answer has the form."""
    return _answer(slug, ref, request_id)


def _answer(
    slug: str, ref: str, request_id: int, typed: dict[str, Any] | None = None, errors: dict[str, str] | None = None
) -> str:
    session, actor = db.session, current_actor()
    place = place_of(session, actor, now(), slug, ref)
    asked = asking.request_of(session, place.row, request_id)
    authorise(ANSWER, asking.answering_facts(actor, place.plan, place.row, asked))
    found = next(r for r in input_requests_of(session, task_ids=[place.row.task_id]) if r.id == asked.id)
    item = stands(found, place.row, place.today, place.plan.region)
    return render_template(
        "reporting/answer.html",
        place=place,
        trigger="report",
        item=item,
        seen=typed["seen"] if typed is not None else len(found.answers),
        answer=typed["answer"] if typed is not None else item.answer.answer if item.answer is not None else "",
        errors=errors or {},
    )


def answer_post(slug: str, ref: str, request_id: int) -> Response | tuple[str, int]:
    """Answer, or correct the answer.  A form with faults comes back as it was typed, with 422."""
    actor, moment, key, seen = current_actor(), now(), form_key(), whole_number(request.form.get("seen", ""))
    if seen is None:
        raise BadRequest()
    data = {"answer": request.form.get("answer", "")}
    try:
        with transaction() as session:
            asking.answer(
                session, actor, moment, slug=slug, ref=ref, request_id=request_id, seen=seen, data=data, key=key
            )
    except InvalidInput as error:
        return _answer(slug, ref, request_id, {**data, "seen": seen}, faults(error, data)), 422
    flash(_("Your answer is sent; who asked gets a notice."))
    return redirect(url_for("workflows.task", slug=slug, ref=ref, _anchor="input"), 303)
