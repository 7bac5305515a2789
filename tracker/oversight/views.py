"""The pages that look over tasks: my work, the verification queue, the units."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Blueprint, Flask, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from ..db import db
from ..directory.policy import managed_regions
from ..directory.schemas import UNIT_KINDS
from ..directory.who_is_away import absences_on
from ..i18n import N_
from ..i18n_web import day
from ..outbox.composition import short_title
from ..reminders.pages import coming
from ..web.context import current_actor, now, today
from . import gaps as gap_pages
from . import handing_over as sheets
from . import my_work as work
from . import overview as overviews
from . import queue as queues
from . import units as unit_pages
from .items import Item
from .sentences import Name, Said

blueprint = Blueprint("oversight", __name__)
REMINDERS = 5


def said(sentence: Said | None) -> Markup | None:
    """A sentence in the reader's language; names keep their own and are marked as Chinese."""
    if sentence is None:
        return None
    values = {name: _value(value) for name, value in sentence.values.items()}
    message = Markup(_(sentence.message))  # noqa: S704  # a message id of ours; the values are escaped
    return message % values if values else message


def _value(value: Any) -> Any:
    if isinstance(value, Name):
        return Markup('<span lang="zh-Hans">{}</span>').format(str(value))
    if isinstance(value, date):
        return Markup('<span class="app-nb">{}</span>').format(day(value, year=value.year != today().year))
    return value


def step_url(item: Item) -> str:
    """Where the one next step leads: a command's address, a form, or the task."""
    assert item.step is not None
    slug, ref, trigger = item.task.plan.slug, item.task.row.ref, item.step.trigger
    if item.step.command:
        return url_for("workflows.act", slug=slug, ref=ref, trigger=trigger)
    if trigger == "part":
        return url_for("workflows.part", slug=slug, ref=ref, unit_id=item.step.unit_id)
    if trigger == "answer":
        return url_for("reporting.input_request", slug=slug, ref=ref, request_id=item.step.request_id)
    if trigger == "comment":
        return url_for("reporting.comment", slug=slug, ref=ref)
    if trigger in ("extension", "objections"):
        return url_for(f"workflows.{trigger}", slug=slug, ref=ref)
    if trigger in ("verify", "first_check"):
        return url_for("workflows.task", slug=slug, ref=ref)
    return url_for("workflows.form", slug=slug, ref=ref, trigger=trigger)


def in_words(messages: Iterable[str]) -> list[str]:
    """Message ids in the reader's language."""
    return [_(message) for message in messages]


def check_marks(entry: queues.Entry) -> list[dict[str, Any]]:
    """Who has checked a report, for the macro ``marks``."""
    return [
        {
            "word": _(mark.word),
            "who": Markup('<span lang="zh-Hans">{}</span>').format(mark.name) if mark.name else _(mark.who),
            "when": mark.when,
            "done": mark.done,
        }
        for mark in entry.marks
    ]


@blueprint.record_once
def _filters(state: object) -> None:
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.filters["said"] = said
    app.jinja_env.filters["step_url"] = step_url
    app.jinja_env.filters["in_words"] = in_words
    app.jinja_env.filters["check_marks"] = check_marks
    app.jinja_env.filters["short_title"] = short_title
    app.jinja_env.filters["unit_kind_label"] = lambda code: _(UNIT_KINDS[code])


@blueprint.get("/")
def my_work() -> str:
    """What waits for the person; an overview for those for whom nothing can wait."""
    actor = current_actor()
    if not work.works_on_tasks(db.session, actor):
        return render_template("oversight/overview.html", page=overviews.overview(db.session, actor, now()))
    page = work.my_work(db.session, actor, now())
    reminders = coming(db.session, actor, now(), page.plans)[:REMINDERS]
    day = today()
    absences = absences_on(db.session, actor.user_id, day) if actor.user_id is not None else []
    return render_template(
        "oversight/my_work.html",
        work=page,
        reminders=reminders,
        today_here=day,
        absences=absences,
        reader=actor.user_id,
    )


@blueprint.get("/verification")
def verification_queue() -> str:
    """The reports that wait for verification."""
    queue = queues.verification_queue(db.session, current_actor(), now())
    note = None
    if queue.hosts:
        note = said(
            Said(
                N_("%(office)s is hosted by %(host)s: the first check is a record, the second one counts"),
                {"office": Name("、".join(queue.offices)), "host": Name("、".join(queue.hosts))},
            )
        )
    return render_template("oversight/verification_queue.html", queue=queue, two_people_note=note)


@blueprint.get("/plans/<slug>/gaps")
def gaps(slug: str) -> str:
    """The claims of completion that nothing proves: of the plan, or of the reader's units."""
    return render_template("oversight/gaps.html", page=gap_pages.gap_page(db.session, current_actor(), slug))


@blueprint.get("/units")
def units() -> str:
    """The units with what they carry."""
    return render_template("oversight/units.html", page=unit_pages.units_page(db.session, current_actor(), now()))


@blueprint.get("/units/<int:unit_id>")
def unit(unit_id: int) -> str:
    """One unit with its tasks."""
    page = unit_pages.unit_page(db.session, current_actor(), now(), unit_id)
    return render_template("oversight/unit.html", page=page)


@blueprint.get("/people/<int:user_id>/handover-sheet")
def handover_sheet(user_id: int) -> str:
    """What a successor of this person must know: for the person, a successor, and who keeps the contacts."""
    actor = current_actor()
    sheet = sheets.handover_sheet(db.session, actor, now(), user_id)
    keeps = bool(managed_regions(actor, [role.membership.region_id for role in sheet.handed]))
    return render_template("oversight/handover_sheet.html", sheet=sheet, keeps=keeps and actor.user_id != user_id)
