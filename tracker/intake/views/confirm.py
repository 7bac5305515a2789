"""The last page before the plan: what will be written, one button."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from ...db import db, transaction
from ...errors import InvalidInput, StaleVersion
from ...i18n import CHINESE, translator
from ...plans.views.speech import gettext as _
from ...web.context import current_actor, form_key, form_version, now, translated
from ..arranging import is_default
from ..confirming import confirm, confirmation
from ..editing.stored import names_of, sections_of
from ..queries import draft_by_id


def page(draft_id: int) -> str:
    """What will be written."""
    return _page(draft_id, {})


def post(draft_id: int) -> ResponseReturnValue:
    """Write the plan and go to it."""
    actor, moment = current_actor(), now()
    try:
        with transaction() as session:
            answer = confirm(
                session,
                actor,
                moment,
                draft_id=draft_id,
                version=form_version(),
                translate=translator(CHINESE),
                key=form_key(),
            )
    except InvalidInput as error:
        faults = {name: " ".join(messages) for name, messages in translated(error.fields).items()}
        return _page(draft_id, {"": " ".join(faults.values()) or error.text(_)}), 422
    except StaleVersion as error:
        return _page(draft_id, {"": error.text(_)}), 409
    flash(_("The plan is there. No unit knows of it yet: that is what going live is for."))
    return redirect(url_for("plans.overview", slug=answer["slug"]), 303)


def _page(draft_id: int, errors: Mapping[str, str]) -> str:
    draft = draft_by_id(db.session, current_actor(), draft_id)
    found = confirmation(db.session, draft, _)
    rounds = found.arranged.round_dates() if found.arranged is not None else []
    return render_template(
        "intake/confirm.html",
        draft=draft,
        found=found,
        rounds=[(dates, is_default(draft, f"{dates.kind}-{dates.year}", _days(dates))) for dates in rounds],
        units=len(names_of(draft.draft)),
        sections=len(sections_of(draft.draft)),
        errors=errors,
    )


def _days(dates: object) -> dict[str, str]:
    from ...evaluations.commands import DATES

    return {name: getattr(dates, name).isoformat() for name in DATES}
