"""The rounds of the plan with their dates, its address, who supervises it, and by which definition it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.utils import redirect

from ...db import db, transaction
from ...directory.models import Unit
from ...errors import InvalidInput, StaleVersion
from ...evaluations.commands import DATES
from ...plans.views.speech import gettext as _
from ...web.context import current_actor, form_key, form_version, now, today
from ...workflows.views.faults import faults
from .. import commands
from ..arranging import Arrangement, RoundChoice, default_arrangement, offered_rounds, read_arrangement
from ..models import ImportDraft
from ..queries import draft_by_id

FIELDS = ("slug", "supervising_unit", "new_office", "host", "definition")


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round that may be made, its four days as typed; ``past``: its reports were due before today, so that it will
    be skipped on going live."""

    choice: RoundChoice
    days: Mapping[str, str]
    past: bool


def page(draft_id: int) -> ResponseReturnValue:
    """The form, filled in with what was chosen before, else with the defaults."""
    draft = draft_by_id(db.session, current_actor(), draft_id)
    if draft.draft["period"] is None:
        return redirect(url_for("intake.check", draft_id=draft_id, _anchor="facts"), 303)
    return _page(draft, default_arrangement(db.session, draft), {})


def post(draft_id: int) -> ResponseReturnValue:
    """Keep what was chosen and go on to the confirmation."""
    actor, moment = current_actor(), now()
    draft = draft_by_id(db.session, actor, draft_id)
    if draft.draft["period"] is None:
        return redirect(url_for("intake.check", draft_id=draft_id, _anchor="facts"), 303)
    offered = offered_rounds(draft)
    typed: dict[str, Any] = {name: request.form.get(name, "").strip() for name in FIELDS}
    typed["rounds"] = {
        round_.code: {name: request.form.get(f"{name}-{round_.code}", "").strip() for name in DATES}
        for round_ in offered
        if request.form.get(f"round-{round_.code}")
    }
    try:
        chosen = read_arrangement(db.session, draft, typed)
        with transaction() as session:
            commands.choose(
                session,
                actor,
                moment,
                draft_id=draft_id,
                version=form_version(),
                name="rounds",
                value=chosen.as_json(),
                step="confirm",
                key=form_key(),
            )
    except InvalidInput as error:
        return _page(draft, Arrangement.of(typed), faults(error, typed)), 422
    except StaleVersion as error:
        draft = draft_by_id(db.session, actor, draft_id)
        return _page(draft, Arrangement.of(typed), {"": error.text(_)}), 409
    return redirect(url_for("intake.confirm", draft_id=draft_id), 303)


def _page(draft: ImportDraft, chosen: Arrangement, errors: Mapping[str, str]) -> str:
    units = db.session.execute(
        select(Unit.name, Unit.kind).where(Unit.region_id == draft.region_id).order_by(Unit.kind != "office", Unit.id)
    ).all()
    made = draft.choices.get("units", {}).get("create", [])
    day = today().isoformat()
    rounds = []
    for round_ in offered_rounds(draft):
        days = chosen.rounds.get(round_.code, round_.days)
        rounds.append(RoundView(round_, days, days["report_due_on"] < day))
    return render_template(
        "intake/rounds.html",
        draft=draft,
        chosen=chosen,
        rounds=rounds,
        units=[name for name, kind in units if kind != "collective"],
        made=[name for name in made if name not in [own for own, _kind in units]],
        errors=errors,
    )
