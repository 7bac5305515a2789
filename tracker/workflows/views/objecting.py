"""The pages of urging and of the right of reply."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from ...access import authorise
from ...db import db, transaction
from ...errors import InvalidInput, NotAllowed
from ...i18n_web import moment_day
from ...web.context import current_actor, form_key, form_version, now
from ..models import HistoryEntry
from ..objections import CONTESTABLE, answer_objection, raise_objection
from ..urging import silent_units, urge
from .faults import faults
from .request_words import matter_of
from .requests import requests_of
from .task import moment_of, place_of, place_requests

RAISED = ("about", "lamp_on", "lamp", "text")
ANSWERED = ("outcome", "text")


def urge_page(slug: str, ref: str) -> str:
    """Urging with a word, and other units than the leads too.  403 where it is not possible."""
    actor = current_actor()
    place = place_of(db.session, actor, now(), slug, ref)
    authorise("task.urge", place.facts)
    moment = moment_of(db.session, place)
    requests = requests_of(db.session, actor, place.plan, place.row, place.facts, moment)
    if requests.why_no_urge is not None:
        raise NotAllowed(requests.why_no_urge)
    return render_template(
        "workflows/urge.html",
        place=place,
        leads_owe=moment.leads_owe(place.plan, place.row),
        silent=len(silent_units(db.session, place.row)),
        awaited=len(moment.awaited),
        errors={},
    )


def urge_post(slug: str, ref: str) -> Response:
    """Urge the units; refused with the reason where nothing is owed or it was done today."""
    actor, moment, version, key = current_actor(), now(), form_version(), form_key()
    data = {
        "word": request.form.get("word", ""),
        "parts": "parts" in request.form.getlist("who"),
        "inputs": "inputs" in request.form.getlist("who"),
    }
    with transaction() as session:
        urge(session, actor, moment, slug=slug, ref=ref, version=version, data=data, key=key)
    flash(_("Urged. The units get a mail, and it stands in the time line."))
    return redirect(url_for("workflows.task", slug=slug, ref=ref), 303)


def objections_page(slug: str, ref: str) -> str:
    """What lead units contest about a task, with the answers; forms for those who may act."""
    return _page(slug, ref)


def _page(
    slug: str,
    ref: str,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    answering: int | None = None,
) -> str:
    actor = current_actor()
    place = place_of(db.session, actor, now(), slug, ref)
    returns = select(HistoryEntry).where(HistoryEntry.task_id == place.row.task_id, *CONTESTABLE)
    requests = place_requests(db.session, actor, place)
    mine = {o.history_id for o in requests.objections if o.unit_id in actor.unit_ids}
    choices = [
        (f"return-{entry.version}", _("The return of %(day)s", day=moment_day(entry.at)), entry.reason)
        for entry in db.session.scalars(returns.order_by(HistoryEntry.version.desc()))
        if entry.id not in mine
    ]
    return render_template(
        "workflows/objections.html",
        place=place,
        requests=requests,
        choices=[*choices, ("lamp", _("The lamp of a day"))],
        matter_of=matter_of,
        values={**dict.fromkeys((*RAISED, *ANSWERED), ""), **(typed or {})},
        errors=errors or {},
        answering=answering,
    )


def object_post(slug: str, ref: str) -> Response | tuple[str, int]:
    """Contest something.  A form with faults comes back as it was typed, with 422."""
    actor, moment, version, key = current_actor(), now(), form_version(), form_key()
    data = {name: request.form[name] for name in RAISED if request.form.get(name)}
    try:
        with transaction() as session:
            raise_objection(session, actor, moment, slug=slug, ref=ref, version=version, data=data, key=key)
    except InvalidInput as error:
        return _page(slug, ref, data, faults(error, data)), 422
    flash(_("Your objection is with the supervision office, which answers in five working days."))
    return redirect(url_for("workflows.objections", slug=slug, ref=ref), 303)


def answer_post(slug: str, ref: str, number: int) -> Response | tuple[str, int]:
    """Answer an objection.  A form with faults comes back as it was typed, with 422."""
    actor, moment, key = current_actor(), now(), form_key()
    data = {name: request.form[name] for name in ANSWERED if request.form.get(name)}
    try:
        with transaction() as session:
            answer_objection(session, actor, moment, slug=slug, ref=ref, number=number, data=data, key=key)
    except InvalidInput as error:
        return _page(slug, ref, data, faults(error, data), number), 422
    flash(_("Answered. The unit gets a mail."))
    return redirect(url_for("workflows.objections", slug=slug, ref=ref), 303)
