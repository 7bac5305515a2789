"""The page of a task, its forms and commands; dispatching and going live stand in dispatching.py."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...access import authorise
from ...db import db, transaction
from ...directory.who_is_away import away_in_units
from ...errors import InvalidInput, InvalidTransition, NotFound, StaleVersion
from ...plans.values import indicators_named
from ...reporting.drafts import close_draft
from ...reporting.evidence.queries import files_by_report, files_of
from ...reporting.parts import taken_over
from ...reporting.queries import comments_of, reports_of
from ...reporting.schemas import RETURNED_FIELDS
from ...web.context import current_actor, form_key, form_version, now, today, whole_number
from .. import commands
from ..definitions import DEFINITIONS, REPORT_ACTS, STATE_LABELS, TRIGGER_LABELS, WRITING_TRIGGERS
from ..drawing import draw
from ..policy import possible
from ..queries import last_acts
from . import comparing, drafting, evidence, objecting, words
from .definition import definition_page, redefine_post
from .dispatching import dispatch_page, dispatch_post, go_live_page, go_live_post
from .extension import ask_post, extension_page, step_post
from .faults import faults
from .forms import command_data, page_of, reasons_of, report_values, unit_choice
from .parts import inputs_for, part_page, part_post, parts_for
from .task import Place, place_of, task_page
from .timeline import time_line

blueprint = Blueprint("workflows", __name__)
blueprint.add_url_rule("/plans/<slug>/dispatch", "dispatch", dispatch_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/dispatch", "dispatch_tasks", dispatch_post, methods=["POST"])
blueprint.add_url_rule("/plans/<slug>/go-live", "go_live", go_live_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/go-live", "go_live_now", go_live_post, methods=["POST"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/parts/<int:unit_id>", "part", part_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/parts/<int:unit_id>", "file_part", part_post, methods=["POST"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/drafts", "save_draft", drafting.save, methods=["POST"])
blueprint.add_url_rule(
    "/plans/<slug>/tasks/<ref>/drafts/<int:draft_id>/discard", "discard_draft", drafting.discard, methods=["POST"]
)
blueprint.add_url_rule("/plans/<slug>/workflow", "definition", definition_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/workflow", "redefine", redefine_post, methods=["POST"])
blueprint.add_app_template_filter(drafting.saved_at)
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/urge", "urge", objecting.urge_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/urge", "urge_now", objecting.urge_post, methods=["POST"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/objections", "objections", objecting.objections_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/objections", "object", objecting.object_post, methods=["POST"])
blueprint.add_url_rule(
    "/plans/<slug>/tasks/<ref>/objections/<int:number>", "answer_objection", objecting.answer_post, methods=["POST"]
)
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/extension", "extension", extension_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/extension", "ask_extension", ask_post, methods=["POST"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/extension/<step>", "decide_extension", step_post, methods=["POST"])
blueprint.add_url_rule("/plans/<slug>/evidence", "plan_evidence", evidence.plan_evidence, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/evidence.csv", "plan_evidence_csv", evidence.plan_evidence_csv, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/evidence", "evidence", evidence.evidence_page, methods=["GET"])
blueprint.add_url_rule("/plans/<slug>/tasks/<ref>/evidence", "add_evidence", evidence.evidence_post, methods=["POST"])
_FILE = "/plans/<slug>/tasks/<ref>/evidence/<int:evidence_id>"
blueprint.add_url_rule(_FILE, "evidence_file", evidence.evidence_file, methods=["GET"])
blueprint.add_url_rule(f"{_FILE}/remove", "remove_evidence", evidence.remove_post, methods=["POST"])
blueprint.add_app_template_filter(evidence.file_size)
blueprint.add_app_template_global(lambda: evidence.LIMITS, "evidence_limits")
blueprint.add_app_template_global(comparing.pace_words)


@blueprint.get("/plans/<slug>/tasks/<ref>")
def task(slug: str, ref: str) -> str:
    """A task: its text, where it stands, what one can do, what was reported and said, what happened."""
    page = task_page(db.session, current_actor(), now(), slug, ref)
    definition = DEFINITIONS[page.place.plan.definition]
    former = comparing.version_before(page.reports)
    acted = page.last_report_act.version if page.last_report_act is not None else 0
    units = [unit.unit_id for unit in (*page.place.row.leads, *page.place.row.supports)]
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
        papers=drafting.papers_of(db.session, current_actor(), page.place, acted),
        writes=drafting.writing_trigger(page.place),
        former=former,
        wrong=reasons_of(page.latest) if page.returned is not None else {},
        field_labels=RETURNED_FIELDS,
        changes=comparing.compared(former, page.reports[0]) if former is not None else [],
        away=away_in_units(db.session, units, today(page.place.plan)),
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
    return _form_page(place, trigger, wanted=whole_number(request.args.get("draft", "")))


def _form_page(
    place: Place,
    trigger: str,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    wanted: int | None = None,
) -> str:
    definition = DEFINITIONS[place.plan.definition]
    needs = definition.needs(trigger) or ("assignees",)
    page = page_of(needs)
    context: dict[str, Any] = {"place": place, "trigger": trigger, "errors": errors or {}}
    if "report" in needs:
        context |= _report_context(place, typed, wanted)
    else:
        per_field = "reasons_per_field" in needs
        context |= {
            "reason": (typed or {}).get("reason", ""),
            "typed": typed or {},
            "fields": _fields(place) if per_field else [],
            "choice": unit_choice(db.session, place.plan, place.row, typed) if "assignees" in needs else None,
            "needs_reason": "reason" in needs,
        }
    return render_template(page, **context)


def _fields(place: Place) -> list[tuple[str, str, str]]:
    """(name, label, what the report that waits says) of each field that a return may give a reason for."""
    values = report_values(reports_of(db.session, place.row.task_id)[0])
    return [(f"reason_{name}", label, values[name]) for name, label in RETURNED_FIELDS.items()]


def _report_context(place: Place, typed: dict[str, Any] | None, wanted: int | None) -> dict[str, Any]:
    """What the form of a report shows: a draft, else the version to be revised, else the report before."""
    session, row = db.session, place.row
    last = last_acts(session, [row.task_id], REPORT_ACTS).get(row.task_id)
    again = last is not None and last.trigger in ("return", "withdraw") and row.state == "in_progress"
    reports, files = reports_of(session, row.task_id), files_of(session, row.task_id)
    before = reports[0] if reports else None
    desk = drafting.desk_of(session, current_actor(), row, last.version if last is not None else 0, wanted)
    kept = files_by_report(reports, files)[before.id] if before is not None and again else []
    known = drafting.seen() if typed is not None else None
    draft = desk.chosen.draft if desk.chosen is not None else None
    if typed is not None:
        values = typed
    elif draft is not None:
        values = draft.content
    else:
        values = report_values(before, again=again)
    return {
        "values": values,
        "version": before.version + 1 if before is not None and again else 1,
        "again": again,
        "before": before,
        "returned": last if last is not None and last.trigger == "return" and again else None,
        "wrong": reasons_of(before) if again else {},
        "field_labels": RETURNED_FIELDS,
        "comments": comments_of(session, row.task_id),
        "parts": parts_for(session, row),
        "evidence": evidence.evidence_of(place, files, kept),
        "indicators": indicators_named(session, place.plan),
        "inputs": inputs_for(session, place),
        "chosen": desk.chosen,
        "beside": desk.beside,
        "keeps": (known.draft, known.version) if known is not None else desk.keeps,
    }


@blueprint.post("/plans/<slug>/tasks/<ref>/<trigger>")
def act(slug: str, ref: str, trigger: str) -> Response | tuple[str, int]:
    """Fire a trigger.  A form with faults comes back as it was typed, with 422; a report that came late, with 409."""
    actor, moment, version = current_actor(), now(), form_version()
    data = command_data(request.form)
    try:
        refused = evidence.take_files(slug, ref)
        if refused is not None:  # the others wait; nothing is reported before the person has seen which were not taken
            place = place_of(db.session, actor, moment, slug, ref)
            return _form_page(place, trigger, data, {evidence.FIELD: refused}), 422
        with transaction() as session:
            answer = commands.act(
                session, actor, moment, slug=slug, ref=ref, trigger=trigger, version=version, data=data, key=form_key()
            )
            if trigger in WRITING_TRIGGERS:
                draft = whole_number(request.form.get("draft", ""))
                close_draft(session, actor, slug=slug, ref=ref, draft_id=draft, data=data)
    except InvalidInput as error:
        place = place_of(db.session, actor, moment, slug, ref)
        return _form_page(place, trigger, data, faults(error, data)), 422
    except (StaleVersion, InvalidTransition) as error:
        if trigger not in WRITING_TRIGGERS:
            raise
        return drafting.meanwhile(slug, ref, data, error.text(_))
    state = STATE_LABELS[answer["state"]]
    flash(_("%(trigger)s: done. The task is now “%(state)s”.", trigger=_(TRIGGER_LABELS[trigger]), state=_(state)))
    return redirect(url_for("workflows.task", slug=slug, ref=ref), 303)


@blueprint.post("/plans/<slug>/tasks/<ref>/<trigger>/parts")
def take_parts(slug: str, ref: str, trigger: str) -> str:
    """The report form as it was typed, with the units' parts below each text; of it only the files are stored.

    Raises StaleVersion where somebody acted on the task since the form was opened.
    """
    refused = evidence.take_files(slug, ref)
    place = place_of(db.session, current_actor(), now(), slug, ref)
    if trigger not in WRITING_TRIGGERS or trigger not in DEFINITIONS[place.plan.definition].triggers:
        raise NotFound()
    authorise(f"task.{trigger}", place.facts)
    if form_version() != place.row.version:
        raise StaleVersion()
    data = taken_over(parts_for(db.session, place.row), command_data(request.form))
    return _form_page(place, trigger, data, {evidence.FIELD: refused} if refused is not None else None)
