"""Writing, answering and correcting comments."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from ...access import authorise
from ...db import db, transaction
from ...errors import InvalidInput, NotAllowed
from ...plans.policy import relation_facts
from ...plans.queries import plan_by_slug, task_row
from ...web.context import current_actor, form_key, now, whole_number
from ...workflows.views.faults import faults
from .. import comments as commands
from ..policy import COMMENT, COMMENT_ANSWER, COMMENT_CORRECT
from ..queries import comments_of


def _page(
    slug: str, ref: str, typed: dict[str, Any] | None = None, errors: dict[str, str] | None = None, above: int = 0
) -> str:
    session, actor = db.session, current_actor()
    plan = plan_by_slug(session, actor, slug)
    row = task_row(session, plan, ref)
    authorise(COMMENT_ANSWER if above else COMMENT, relation_facts(actor, plan, row))
    answered = commands.comment_of(session, row, above) if above else None
    return render_template(
        "reporting/comment.html",
        plan=plan,
        row=row,
        body=(typed or {}).get("body", ""),
        mentions=(typed or {}).get("mentions", []),
        units=commands.mentionable_units(session, actor, plan, row),
        errors=errors or {},
        comments=comments_of(session, row.task_id) if answered is None else [],
        answered=answered,
    )


def comment_form(slug: str, ref: str) -> str:
    """The comment form, with what was said before beside it."""
    return _page(slug, ref)


def answer_form(slug: str, ref: str, comment_id: int) -> str:
    """The same form as an answer to a comment."""
    return _page(slug, ref, above=comment_id)


def comment_post(slug: str, ref: str) -> Response | tuple[str, int]:
    """Comment for the actor's unit.  A form with faults comes back as it was typed, with 422."""
    actor, moment, key, answers = current_actor(), now(), form_key(), whole_number(request.form.get("answers", ""))
    data: dict[str, Any] = {"body": request.form.get("body"), "mentions": request.form.getlist("mentions")}
    if answers is not None:
        data["answers"] = answers
    try:
        with transaction() as session:
            commands.add_comment(session, actor, moment, slug=slug, ref=ref, data=data, key=key)
    except InvalidInput as error:
        return _page(slug, ref, data, faults(error, data), above=answers or 0), 422
    flash(_("Your comment stands in the time line; the lead unit sees it."))
    return redirect(url_for("workflows.task", slug=slug, ref=ref, _anchor="comments"), 303)


def correction_form(slug: str, ref: str, comment_id: int) -> str:
    """One's own comment, to be corrected as long as there is time for it."""
    return _correction(slug, ref, comment_id)


def _correction(
    slug: str, ref: str, comment_id: int, typed: dict[str, Any] | None = None, errors: dict[str, str] | None = None
) -> str:
    session, actor = db.session, current_actor()
    plan = plan_by_slug(session, actor, slug)
    row = task_row(session, plan, ref)
    comment = commands.comment_of(session, row, comment_id)
    authorise(COMMENT_CORRECT, commands.comment_facts(actor, plan, row, comment))
    if not commands.correctable(comment, now()):
        raise NotAllowed(commands.TOO_LATE)
    return render_template(
        "reporting/correction.html",
        plan=plan,
        row=row,
        comment=comment,
        until=comment.at + commands.CORRECTABLE,
        body=typed["body"] if typed is not None else comment.text,
        seen=typed["seen"] if typed is not None else len(comment.corrections),
        errors=errors or {},
    )


def correct_post(slug: str, ref: str, comment_id: int) -> Response | tuple[str, int]:
    """Correct the comment.  A form with faults comes back as it was typed, with 422."""
    actor, moment, key, seen = current_actor(), now(), form_key(), whole_number(request.form.get("seen", ""))
    if seen is None:
        raise BadRequest()
    data = {"body": request.form.get("body", "")}
    try:
        with transaction() as session:
            commands.correct_comment(
                session, actor, moment, slug=slug, ref=ref, comment_id=comment_id, seen=seen, data=data, key=key
            )
    except InvalidInput as error:
        return _correction(slug, ref, comment_id, {**data, "seen": seen}, faults(error, data)), 422
    flash(_("The comment is corrected; what it said before stays readable."))
    return redirect(url_for("workflows.task", slug=slug, ref=ref, _anchor="comments"), 303)
