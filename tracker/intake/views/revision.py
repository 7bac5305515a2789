"""The revision: what a changed document changes in its plan, ticks, one button."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from ...db import db, transaction
from ...errors import InvalidInput, StaleVersion
from ...plans.views.speech import gettext as _
from ...plans.views.speech import ngettext
from ...web.context import current_actor, form_key, form_version, now, whole_number
from ..queries import draft_by_id
from ..revising import compare_with, comparison, revise


def page(draft_id: int) -> ResponseReturnValue:
    """Every change, ticked where it can be applied."""
    if draft_by_id(db.session, current_actor(), draft_id).revises_id is None:
        return redirect(url_for("intake.rounds", draft_id=draft_id), 303)
    return _page(draft_id, None, {})


def post(draft_id: int) -> ResponseReturnValue:
    """Apply what is ticked and go to the plan."""
    actor, moment, ticked = current_actor(), now(), request.form.getlist("change")
    try:
        with transaction() as session:
            answer = revise(
                session,
                actor,
                moment,
                draft_id=draft_id,
                version=form_version(),
                ticked=ticked,
                translate=_,
                key=form_key(),
            )
    except InvalidInput as error:
        return _page(draft_id, ticked, {"": error.text(_)}), 422
    except StaleVersion as error:
        return _page(draft_id, ticked, {"": error.text(_)}), 409
    flash(
        ngettext(
            "%(num)s change of the document was applied.",
            "%(num)s changes of the document were applied.",
            answer["done"],
        )
    )
    for ref, why in answer["left"]:
        flash(_("Not applied to task %(ref)s: %(why)s", ref=ref, why=why), "error")
    return redirect(url_for("plans.overview", slug=answer["slug"]), 303)


def compare(draft_id: int) -> ResponseReturnValue:
    """Say which plan the document revises."""
    actor, moment = current_actor(), now()
    with transaction() as session:
        compare_with(
            session,
            actor,
            moment,
            draft_id=draft_id,
            version=form_version(),
            plan_id=whole_number(request.form.get("plan", "")),
        )
    return redirect(url_for("intake.check", draft_id=draft_id), 303)


def _page(draft_id: int, ticked: Collection[str] | None, errors: Mapping[str, str]) -> str:
    draft = draft_by_id(db.session, current_actor(), draft_id)
    shown = comparison(db.session, current_actor(), draft, _)
    groups = shown.groups()
    can = {change.key for _kind, changes in groups for change in changes if change.hindrance is None}
    return render_template(
        "intake/revision.html",
        draft=draft,
        shown=shown,
        groups=groups,
        ticked=can if ticked is None else set(ticked),
        errors=errors,
    )
