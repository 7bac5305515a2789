"""The workflow of a plan: its picture, and changing it while the plan lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...access import authorise, permitted
from ...db import db, transaction
from ...errors import InvalidInput
from ...plans.models import Plan
from ...plans.policy import plan_facts
from ...plans.queries import plan_by_slug, task_rows
from ...web.context import current_actor, form_key, now
from ..definitions import DEFINITION_LABELS, DEFINITIONS, MOVES
from ..drawing import Picture, draw
from ..redefining import redefine
from .faults import faults


@dataclass(frozen=True, slots=True)
class Choice:
    """Another definition, and the refs of the tasks that would move with it."""

    name: str
    moved: list[str]


@dataclass(frozen=True, slots=True)
class DefinitionPage:
    """The workflow of a plan as the reader may see or change it."""

    plan: Plan
    picture: Picture
    choices: list[Choice]
    may_change: bool


def definition_page(slug: str) -> str:
    """The picture of the plan's workflow; for supervisors the form that changes it."""
    return _page(slug, {}, "")


def _page(slug: str, errors: Mapping[str, str], reason: str) -> str:
    actor = current_actor()
    plan = plan_by_slug(db.session, actor, slug)
    facts = plan_facts(actor, plan)
    authorise("plan.see", facts)
    rows = task_rows(db.session, [plan.id])
    page = DefinitionPage(
        plan=plan,
        picture=draw(DEFINITIONS[plan.definition]),
        choices=[
            Choice(new, [row.ref for row in rows if (row.suspended_from or row.state) in MOVES[plan.definition, new]])
            for new in DEFINITIONS
            if new != plan.definition
        ],
        may_change=permitted("plan.redefine", facts),
    )
    return render_template("workflows/definition.html", page=page, errors=errors, reason=reason)


def redefine_post(slug: str) -> Response | tuple[str, int]:
    """Change the workflow.  A form with faults comes back as it was typed, with 422."""
    actor, moment = current_actor(), now()
    name, reason = request.form.get("definition", ""), request.form.get("reason", "")
    try:
        with transaction() as session:
            answer = redefine(
                session, actor, moment, slug=slug, definition=name, data={"reason": reason}, key=form_key()
            )
    except InvalidInput as error:
        return _page(slug, faults(error, {}), reason), 422
    label = DEFINITION_LABELS[answer["definition"]]
    flash(_("The workflow is now: %(definition)s.", definition=_(label)))
    return redirect(url_for("workflows.definition", slug=slug), 303)
