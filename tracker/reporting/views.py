"""The form for a comment."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..access import authorise
from ..db import db, transaction
from ..errors import InvalidInput
from ..plans.policy import relation_facts
from ..plans.queries import plan_by_slug, task_row
from ..web.context import current_actor, form_key, now
from ..workflows.views.faults import faults
from . import commands
from .queries import comments_of

blueprint = Blueprint("reporting", __name__)


def _page(slug: str, ref: str, body: str = "", errors: dict[str, str] | None = None) -> str:
    plan = plan_by_slug(db.session, current_actor(), slug)
    row = task_row(db.session, plan, ref)
    authorise("task.comment", relation_facts(current_actor(), plan, row))
    comments = comments_of(db.session, row.task_id)
    return render_template(
        "reporting/comment.html", plan=plan, row=row, body=body, errors=errors or {}, comments=comments
    )


@blueprint.get("/plans/<slug>/tasks/<ref>/comments")
def comment(slug: str, ref: str) -> str:
    """The comment form, with what was said before beside it."""
    return _page(slug, ref)


@blueprint.post("/plans/<slug>/tasks/<ref>/comments")
def add_comment(slug: str, ref: str) -> Response | tuple[str, int]:
    """Comment for the actor's unit.  A form with faults comes back as it was typed, with 422."""
    actor, moment, data = current_actor(), now(), request.form.to_dict()
    try:
        with transaction() as session:
            commands.add_comment(session, actor, moment, slug=slug, ref=ref, data=data, key=form_key())
    except InvalidInput as error:
        return _page(slug, ref, data.get("body", ""), faults(error, data)), 422
    flash(_("Your comment stands in the time line; the lead unit sees it."))
    return redirect(url_for("workflows.task", slug=slug, ref=ref, _anchor="comments"), 303)
