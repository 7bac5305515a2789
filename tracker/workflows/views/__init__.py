"""The page of a task, its forms and commands; dispatching and going live stand in dispatching.py."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...access import authorise
from ...db import db, transaction
from ...errors import InvalidInput, InvalidTransition, NotFound, StaleVersion
from ...reporting.parts import taken_over
from ...reporting.queries import comments_of, reports_of
from ...web.context import current_actor, form_key, form_version, now
from .. import commands
from ..definitions import DEFINITIONS, REPORT_ACTS, STATE_LABELS, TRIGGER_LABELS, WRITING_TRIGGERS
from ..drawing import draw
from ..policy import possible
from ..queries import last_acts
from . import words
from .definition import definition_page, redefine_post
from .dispatching import dispatch_page, dispatch_post, go_live_page, go_live_post
from .faults import faults
from .forms import command_data, page_of, report_values, unit_choice
from .parts import part_page, part_post, parts_for
from .task import Place, place_of, task_page
from .timeline import time_line

blueprint = Blueprint("workflows", __name__)
blueprint.add_url_rule("/plans/<slug>/dispatch", "dispatch", dispatch_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/dispatch", "dispatch_tasks", dispatch_post, methods=["POST"])
blueprint.add_url_rule("/plans/<slug>/go-live", "go_live", go_live_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/go-live", "go_live_now", go_live_post, methods=["POST"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/parts/<int:unit_id>", "part", part_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/parts/<int:unit_id>", "file_part", part_post, methods=["POST"])

blueprint.add_url_rule("/plans/<slug>/workflow", "definition", definition_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/workflow", "redefine", redefine_post, methods=["POST"])


@blueprint.get("/plans/<slug>/tasks/<ref>")
def task(slug: str, ref: str) -> str:
    """A task: its text, where it stands, what one can do, what was reported and said, what happened."""
    page = task_page(db.session, current_actor(), now(), slug, ref)
    definition = DEFINITIONS[page.place.plan.definition]
    return render_template(
        "workflows/task.html",
        page=page,
        place=page.place,
        why=words.standing_sentence(page),
        flags=words.flags(page),
        who_does_what=words.who_does_what(page),
        comments_said=words.comments_said(page),
        time_line=time_line(page),
        picture=draw(definition),
        with_form={trigger for trigger in definition.triggers if needs_form(definition.name, trigger)},
    )


def needs_form(definition: str, trigger: str) -> bool:
    """Whether a trigger is sent from a page of its own: it must be given something, or chooses units."""
    return bool(DEFINITIONS[definition].needs(trigger)) or trigger == "dispatch"


@blueprint.get("/plans/<slug>/tasks/<ref>/<trigger>")
def form(slug: str, ref: str, trigger: str) -> str:
    """The page of a trigger that needs input.  403 and 409 as the command itself would answer."""
    place = place_of(db.session, current_actor(), now(), slug, ref)
    definition = DEFINITIONS[place.plan.definition]
    if trigger not in definition.triggers or not needs_form(definition.name, trigger):
        raise NotFound()
    authorise(f"task.{trigger}", place.facts)
    if not possible(definition.name, trigger, place.facts):
        raise InvalidTransition(trigger=TRIGGER_LABELS[trigger], state=STATE_LABELS[place.row.state])
    return _form_page(place, trigger)


def _form_page(
    place: Place, trigger: str, typed: dict[str, Any] | None = None, errors: dict[str, str] | None = None
) -> str:
    definition = DEFINITIONS[place.plan.definition]
    needs = definition.needs(trigger) or ("assignees",)
    session, row = db.session, place.row
    last = last_acts(session, [row.task_id], REPORT_ACTS).get(row.task_id)
    again = last is not None and last.trigger in ("return", "withdraw") and row.state == "in_progress"
    reports = reports_of(session, row.task_id) if "report" in needs else []
    before = reports[0] if reports and again else None
    version = before.version + 1 if before is not None else 1
    return render_template(
        page_of(needs),
        place=place,
        trigger=trigger,
        errors=errors or {},
        values=typed if typed is not None else report_values(before),
        reason=(typed or {}).get("reason", ""),
        choice=unit_choice(session, place.plan, row, typed) if "assignees" in needs else None,
        needs_reason="reason" in needs,
        version=version,
        before=before or (reports[0] if reports else None),
        returned=last if last is not None and last.trigger == "return" and again else None,
        comments=comments_of(session, row.task_id) if "report" in needs else [],
        parts=parts_for(session, row) if "report" in needs else [],
    )


@blueprint.post("/plans/<slug>/tasks/<ref>/<trigger>")
def act(slug: str, ref: str, trigger: str) -> Response | tuple[str, int]:
    """Fire a trigger.  A form with faults comes back as it was typed, with 422."""
    actor, moment, version = current_actor(), now(), form_version()
    data = command_data(request.form)
    try:
        with transaction() as session:
            answer = commands.act(
                session, actor, moment, slug=slug, ref=ref, trigger=trigger, version=version, data=data, key=form_key()
            )
    except InvalidInput as error:
        place = place_of(db.session, actor, moment, slug, ref)
        return _form_page(place, trigger, data, faults(error, data)), 422
    state = STATE_LABELS[answer["state"]]
    flash(_("%(trigger)s: done. The task is now “%(state)s”.", trigger=_(TRIGGER_LABELS[trigger]), state=_(state)))
    return redirect(url_for("workflows.task", slug=slug, ref=ref), 303)


@blueprint.post("/plans/<slug>/tasks/<ref>/<trigger>/parts")
def take_parts(slug: str, ref: str, trigger: str) -> str:
    """The report form as it was typed, with the units' parts below each text; nothing is stored.

    Raises StaleVersion where somebody acted on the task since the form was opened.
    """
    place = place_of(db.session, current_actor(), now(), slug, ref)
    if trigger not in WRITING_TRIGGERS or trigger not in DEFINITIONS[place.plan.definition].triggers:
        raise NotFound()
    authorise(f"task.{trigger}", place.facts)
    if form_version() != place.row.version:
        raise StaleVersion()
    return _form_page(place, trigger, taken_over(parts_for(db.session, place.row), command_data(request.form)))
