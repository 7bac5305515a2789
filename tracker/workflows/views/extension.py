"""The page of a task's deadline: how it was moved, the request that waits, and the form that asks for a later day."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...db import db, transaction
from ...errors import InvalidInput
from ...web.context import current_actor, form_key, form_version, now
from ..extending import ask_extension, decide_extension
from .faults import faults
from .request_words import EXTENSION_LABELS
from .task import place_of, place_requests

ASKED = ("new_due_on", "reason", "so_far")


def extension_page(slug: str, ref: str) -> str:
    """The deadline and its requests, for everybody who sees the task; forms for those who may act now."""
    return _page(slug, ref)


def _page(slug: str, ref: str, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> str:
    actor = current_actor()
    place = place_of(db.session, actor, now(), slug, ref)
    return render_template(
        "workflows/extension.html",
        place=place,
        requests=place_requests(db.session, actor, place),
        labels=EXTENSION_LABELS,
        values={**dict.fromkeys(ASKED, ""), **(typed or {})},
        errors=errors or {},
    )


def ask_post(slug: str, ref: str) -> Response | tuple[str, int]:
    """Ask for a later deadline.  A form with faults comes back as it was typed, with 422."""
    actor, moment, version, key = current_actor(), now(), form_version(), form_key()
    data = {name: request.form[name] for name in ASKED if name in request.form}
    try:
        with transaction() as session:
            answer = ask_extension(session, actor, moment, slug=slug, ref=ref, version=version, data=data, key=key)
    except InvalidInput as error:
        return _page(slug, ref, data, faults(error, data)), 422
    if answer["last"] == "approve":
        flash(_("Asked for and approved. The supervision office answers; you get a mail."))
    else:
        flash(_("Asked for. The leader of your unit approves it first, then the supervision office answers."))
    return redirect(url_for("workflows.task", slug=slug, ref=ref), 303)


def step_post(slug: str, ref: str, step: str) -> Response | tuple[str, int]:
    """Approve, accept, refuse or withdraw the request that waits."""
    actor, moment, version, key = current_actor(), now(), form_version(), form_key()
    data = {"reason": request.form.get("reason", "")}
    try:
        with transaction() as session:
            answer = decide_extension(
                session, actor, moment, slug=slug, ref=ref, step=step, version=version, data=data, key=key
            )
    except InvalidInput as error:
        return _page(slug, ref, data, faults(error, data)), 422
    label = EXTENSION_LABELS[answer["last"]]
    flash(_("%(text)s.", text=_(label)))
    return redirect(url_for("workflows.task", slug=slug, ref=ref), 303)
