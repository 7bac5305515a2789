"""The page on which a unit files its part of a report, and how parts and requests are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from ...access import authorise
from ...db import db, transaction
from ...errors import InvalidInput, NotAllowed
from ...plans.queries import TaskRow
from ...plans.views.speech import gettext as _
from ...reporting.input_requests import Asked, input_requests_of, stands
from ...reporting.part_models import ReportPart
from ...reporting.parts import PartRow, part_rows
from ...reporting.policy import PART
from ...web.context import current_actor, form_key, now, whole_number
from ..parts import NOT_YOURS, file_part, own_parts
from ..queries import sequence_of
from .faults import faults
from .task import Place, place_of

FIELDS = ("done", "problems", "next_steps", "progress")


def parts_for(session: Session, row: TaskRow) -> list[PartRow]:
    """The parts of the report that is being written, a row a unit."""
    return part_rows(session, row, sequence_of(session, row.task_id))


def inputs_for(session: Session, place: Place) -> list[Asked]:
    """The requests for input on the task, as they stand today."""
    region, found = place.plan.region, input_requests_of(session, task_ids=[place.row.task_id])
    return [stands(request, place.row, place.today, region) for request in found]


def part_page(slug: str, ref: str, unit_id: int) -> str:
    """The form of a unit's part, filled with what it filed so far."""
    return _page(slug, ref, unit_id)


def _page(
    slug: str, ref: str, unit_id: int, typed: dict[str, Any] | None = None, errors: dict[str, str] | None = None
) -> str:
    actor = current_actor()
    place = place_of(db.session, actor, now(), slug, ref)
    authorise(PART, place.facts)
    if unit_id not in own_parts(actor, place.row):
        raise NotAllowed(NOT_YOURS)
    rows = parts_for(db.session, place.row)
    own = next(row for row in rows if row.unit_id == unit_id)
    seen = own.part.version if own.part is not None else 0
    return render_template(
        "reporting/part.html",
        place=place,
        own=own,
        others=[row for row in rows if row is not own],
        seen=(typed or {}).get("seen", seen),
        values=typed if typed is not None else _values(own.part),
        errors=errors or {},
    )


def _values(part: ReportPart | None) -> dict[str, str]:
    if part is None:
        return dict.fromkeys(FIELDS, "")
    return {name: "" if (value := getattr(part, name)) is None else str(value) for name in FIELDS}


def part_post(slug: str, ref: str, unit_id: int) -> Response | tuple[str, int]:
    """File the part.  A form with faults comes back as it was typed, with 422."""
    actor, moment, key, seen = current_actor(), now(), form_key(), whole_number(request.form.get("seen", ""))
    if seen is None:
        raise BadRequest()
    data = {name: request.form.get(name, "") for name in FIELDS}
    try:
        with transaction() as session:
            file_part(session, actor, moment, slug=slug, ref=ref, unit_id=unit_id, seen=seen, data=data, key=key)
    except InvalidInput as error:
        return _page(slug, ref, unit_id, {**data, "seen": seen}, faults(error, data)), 422
    flash(_("Your part is filed; the first-named lead unit takes it into its report."))
    return redirect(url_for("workflows.task", slug=slug, ref=ref, _anchor="parts"), 303)


def inputs_told(items: Iterable[Asked]) -> list[dict[str, Any]]:
    """Entries of the time line: each asking, and each answer."""
    told: list[dict[str, Any]] = []
    for item in items:
        request, unit = item.request, item.request.unit.name
        asked = {"title": _("Input asked for"), "what": unit, "who": request.author.name, "quote": request.question}
        told.append({"when": request.at, **asked})
        for number, answer in enumerate(request.answers):
            title = _("Answer corrected") if number else _("Input answered")
            said = {"title": title, "what": unit, "who": answer.author.name, "quote": answer.answer}
            told.append({"when": answer.at, **said})
    return told


def parts_told(parts: Iterable[ReportPart]) -> list[dict[str, Any]]:
    """Entries of the time line, one a version of a part."""
    return [
        {
            "when": part.at,
            "title": _("Part filed"),
            "what": _("version %(version)s", version=part.version) if part.version > 1 else "",
            "who": f"{part.unit.name}，{part.author.name}",
        }
        for part in parts
    ]
