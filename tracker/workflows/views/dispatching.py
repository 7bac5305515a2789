"""The supervisor's pages: choosing units for tasks that have none yet, and going live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from ...access import Actor, authorise
from ...db import db, transaction
from ...errors import InvalidInput
from ...plans.models import Plan
from ...plans.policy import plan_facts
from ...plans.queries import TaskRow, plan_by_slug, task_rows
from ...plans.views.speech import gettext as _
from ...plans.views.speech import ngettext
from ...web.context import current_actor, form_key, now, whole_number
from .. import commands
from ..queries import GoLivePreview, go_live_preview
from .faults import faults
from .forms import command_data, unit_choice


@dataclass(frozen=True, slots=True)
class Group:
    """The tasks of one section that wait to be assigned."""

    section_id: int | None
    title: str | None
    rows: list[TaskRow]


def groups_of(rows: list[TaskRow]) -> list[Group]:
    """The rows by section, in the order of the plan."""
    found: dict[int | None, Group] = {}
    for row in rows:
        found.setdefault(row.section_id, Group(row.section_id, row.section, [])).rows.append(row)
    return list(found.values())


def _plan_and_waiting(session: Session, actor: Actor, slug: str, action: str) -> tuple[Plan, list[TaskRow]]:
    plan = plan_by_slug(session, actor, slug)
    authorise(action, plan_facts(actor, plan))
    return plan, [row for row in task_rows(session, [plan.id]) if row.state == "pending_dispatch"]


def dispatch_page(slug: str) -> str:
    """Tasks that are not assigned yet, by section; with ``ref`` or ``section`` in the address, the units for them."""
    plan, waiting = _plan_and_waiting(db.session, current_actor(), slug, "task.dispatch")
    refs, section = request.args.getlist("ref"), request.args.get("section")
    chosen = [row for row in waiting if row.ref in refs or (section and str(row.section_id) == section)]
    if not chosen:
        return render_template("workflows/dispatch.html", plan=plan, groups=groups_of(waiting), total=len(waiting))
    return _units_page(plan, chosen, None, {})


def _units_page(plan: Plan, rows: list[TaskRow], typed: dict[str, Any] | None, errors: dict[str, str]) -> str:
    same = rows[0] if len({row.leads for row in rows}) == 1 else None
    choice = unit_choice(db.session, plan, same, typed)
    return render_template("workflows/dispatch_units.html", plan=plan, rows=rows, choice=choice, errors=errors)


def dispatch_post(slug: str) -> Response | tuple[str, int]:
    """Dispatch the tasks of the form to the units chosen: all or none."""
    actor, moment, versions, data = current_actor(), now(), _versions(), command_data(request.form)
    try:
        with transaction() as session:
            answer = commands.dispatch_tasks(
                session, actor, moment, slug=slug, versions=versions, data=data, key=form_key()
            )
    except InvalidInput as error:
        plan, waiting = _plan_and_waiting(db.session, actor, slug, "task.dispatch")
        rows = [row for row in waiting if row.ref in versions]
        return _units_page(plan, rows, data, faults(error, data)), 422
    flash(_dispatched(len(answer["dispatched"]), answer["mails"]))
    return redirect(url_for("workflows.dispatch", slug=slug), 303)


def _versions() -> dict[str, int]:
    pairs = [value.rpartition("@")[::2] for value in request.form.getlist("task")]
    versions = {ref: version for ref, text in pairs if (version := whole_number(text)) is not None}
    if not pairs or len(versions) != len({ref for ref, _text in pairs}):
        raise BadRequest()
    return versions


def _dispatched(tasks: int, mails: int) -> str:
    return _(
        "%(tasks)s dispatched, %(mails)s queued.",
        tasks=ngettext("%(num)s task", "%(num)s tasks", tasks),
        mails=ngettext("%(num)s mail", "%(num)s mails", mails),
    )


@dataclass(frozen=True, slots=True)
class GoLivePage:
    """Before going live whom it will tell; afterwards what it did: ``dispatched`` tasks went out with it."""

    plan: Plan
    preview: GoLivePreview
    dispatched: int
    since: datetime | None


def go_live_page(slug: str) -> str:
    """Going live: whom it will notify, one button; once live, what it did."""
    session = db.session
    plan = plan_by_slug(session, current_actor(), slug)
    authorise("plan.go_live", plan_facts(current_actor(), plan))
    since = plan.live_since
    page = GoLivePage(
        plan=plan,
        preview=go_live_preview(session, plan, now()),
        dispatched=sum(row.dispatched_at == since for row in task_rows(session, [plan.id])) if since else 0,
        since=since,
    )
    return render_template("workflows/go_live.html", page=page)


def go_live_post(slug: str) -> Response:
    """Go live; a plan that lives already is left as it is."""
    actor, moment = current_actor(), now()
    with transaction() as session:
        answer = commands.go_live(session, actor, moment, slug=slug, key=form_key())
    flash(_dispatched(len(answer["dispatched"]), answer["mails"]))
    return redirect(url_for("workflows.go_live", slug=slug), 303)
