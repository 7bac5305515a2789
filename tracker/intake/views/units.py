"""Names that lead to no unit of the region: each is matched with one, or becomes one, by a person's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.utils import redirect

from ...db import db, transaction
from ...directory.models import Unit
from ...errors import StaleVersion
from ...i18n import N_
from ...plans.views.speech import gettext as _
from ...plans.views.speech import ngettext
from ...web.context import current_actor, form_key, form_version, now
from .. import commands
from ..editing.stored import plan_draft
from ..kinds import kind_of
from ..matching import UnitMatch, unknown_of
from ..models import ImportDraft
from ..queries import draft_by_id
from ..settling import match_draft

CREATE, OTHER, MATCH = "create", "other", "match:"
UNDECIDED = N_("Say which unit this is, or let it be created.")


@dataclass(frozen=True, slots=True)
class NameView:
    """An unknown name: its nearest units, the kind it would have as a new unit, the rows that name it, and the choice
    (``create``, ``other`` or ``match:`` and a unit's name; empty where nobody has chosen)."""

    match: UnitMatch
    kind: str
    refs: tuple[str, ...]
    chosen: str
    other: str


def page(draft_id: int) -> str:
    """The unknown names, each with its nearest matches; below, what was matched by rule."""
    draft = draft_by_id(db.session, current_actor(), draft_id)
    return _page(draft, draft.choices.get("units", {}), {})


def post(draft_id: int) -> ResponseReturnValue:
    """Keep the choices; with ``create_all`` every name that nobody matched becomes a unit."""
    actor, moment = current_actor(), now()
    draft = draft_by_id(db.session, actor, draft_id)
    unknown = [match.name for match in unknown_of(_matches(draft, {}))]
    chosen = _chosen(unknown)
    missing = [name for name in unknown if name not in chosen["accepted"] and name not in chosen["create"]]
    if missing and request.form.get("act") == "create_all":
        chosen["create"], missing = [*chosen["create"], *missing], []
    if missing:
        faults = {f"name-{unknown.index(name)}": f"{name}{_(': ')}{_(UNDECIDED)}" for name in missing}
        return _page(draft, chosen, faults), 422
    step = "revision" if draft.revises_id is not None else "rounds"
    try:
        with transaction() as session:
            commands.choose(
                session,
                actor,
                moment,
                draft_id=draft_id,
                version=form_version(),
                name="units",
                value=chosen,
                step=step,
                key=form_key(),
            )
    except StaleVersion as error:
        draft = draft_by_id(db.session, actor, draft_id)
        return _page(draft, chosen, {"": error.text(_)}), 409
    if chosen["create"]:
        number = len(chosen["create"])
        flash(ngettext("%(num)s unit is created on confirming.", "%(num)s units are created on confirming.", number))
    return redirect(url_for(f"intake.{step}", draft_id=draft_id), 303)


def _matches(draft: ImportDraft, accepted: Mapping[str, str]) -> dict[str, UnitMatch]:
    return match_draft(db.session, draft.region, plan_draft(draft.draft, _), accepted)


def _chosen(unknown: list[str]) -> dict[str, Any]:
    """What the form says of each unknown name, by its place in the list."""
    accepted, create = {}, []
    for place, name in enumerate(unknown):
        other = request.form.get(f"other-{place}", "")
        value = request.form.get(f"name-{place}", OTHER)
        if value == CREATE:
            create.append(name)
        elif value == OTHER and other:
            accepted[name] = other
        elif value.startswith(MATCH):
            accepted[name] = value.removeprefix(MATCH)
    return {"accepted": accepted, "create": create}


def _page(draft: ImportDraft, chosen: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    matches = _matches(draft, {})
    units = db.session.scalars(select(Unit.name).where(Unit.region_id == draft.region_id).order_by(Unit.id)).all()
    views = [_view(draft, match, chosen) for match in unknown_of(matches)]
    by_rule = [match for match in matches.values() if match.known and match.how not in ("exact", "alias")]
    return render_template(
        "intake/units.html",
        draft=draft,
        names=views,
        by_rule=by_rule,
        known=sum(match.known for match in matches.values()),
        units=units,
        errors=errors,
    )


def _view(draft: ImportDraft, match: UnitMatch, chosen: Mapping[str, Any]) -> NameView:
    accepted = chosen.get("accepted", {}).get(match.name)
    near = accepted in [entry.unit for entry in match.nearest]
    if match.name in chosen.get("create", ()):
        choice = CREATE
    elif accepted is not None:
        choice = f"{MATCH}{accepted}" if near else OTHER
    else:
        choice = ""
    rows = draft.draft["tasks"]
    refs = tuple(row["ref"] for row in rows if match.name in (*row["leads"], *row["supports"]))
    return NameView(match, kind_of(match.name)[0], refs, choice, accepted if accepted and not near else "")
