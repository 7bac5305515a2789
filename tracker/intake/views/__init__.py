"""The import pages: upload, check, units, rounds, confirm; or, for a plan that exists, the revision."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ...db import db, transaction
from ...security import LARGEST_DOCUMENT
from ...web.context import current_actor, now
from ...workflows.definitions import DEFINITIONS
from .. import commands
from ..policy import may_import_somewhere
from ..queries import draft_by_id
from . import check, confirm, revision, rounds, units, upload, words

blueprint = Blueprint("intake", __name__)
_FILTERS: tuple[Callable[..., str], ...] = (
    *(words.doubt_text, words.sign, words.target_words, words.iso_day, words.hindrance),
)
for _filter in _FILTERS:
    blueprint.add_app_template_filter(_filter)
for _name, _labels in words.LABEL_FILTERS.items():
    blueprint.add_app_template_filter(_labels, _name)

_PAGES = (
    ("/import", "index", upload.page, upload.post),
    ("/import/<int:draft_id>/check", "check", check.page, check.post),
    ("/import/<int:draft_id>/units", "units", units.page, units.post),
    ("/import/<int:draft_id>/rounds", "rounds", rounds.page, rounds.post),
    ("/import/<int:draft_id>/confirm", "confirm", confirm.page, confirm.post),
    ("/import/<int:draft_id>/revision", "revision", revision.page, revision.post),
)
for _rule, _endpoint, _get, _post in _PAGES:
    blueprint.add_url_rule(_rule, _endpoint, _get)
    blueprint.add_url_rule(_rule, f"{_endpoint}_post", _post, methods=["POST"])
blueprint.add_url_rule("/import/<int:draft_id>/source", "source", check.source)
blueprint.add_url_rule("/import/<int:draft_id>/compare", "compare", revision.compare, methods=["POST"])


@blueprint.app_context_processor
def _importing() -> dict[str, object]:
    """Whether the reader may import plans, and what the import pages offer."""
    return {
        "may_import": may_import_somewhere(current_actor()),
        "largest_document": LARGEST_DOCUMENT // 1024**2,
        "definitions": tuple(DEFINITIONS),
    }


@blueprint.before_request
def _closed() -> Response | None:
    """The pages of a draft that is closed lead to what became of it."""
    draft_id = (request.view_args or {}).get("draft_id")
    if request.method != "GET" or draft_id is None or request.endpoint in ("intake.resume", "intake.source"):
        return None
    open_ = draft_by_id(db.session, current_actor(), draft_id).open
    return None if open_ else redirect(url_for("intake.resume", draft_id=draft_id), 303)


@blueprint.get("/import/<int:draft_id>")
def resume(draft_id: int) -> Response:
    """Go on where the draft was left; one that is done leads to its plan."""
    draft = draft_by_id(db.session, current_actor(), draft_id)
    if draft.open:
        return redirect(url_for(f"intake.{draft.step}", draft_id=draft_id), 303)
    if draft.plan is not None:
        return redirect(url_for("plans.overview", slug=draft.plan.slug), 303)
    return redirect(url_for("intake.index"), 303)


@blueprint.post("/import/<int:draft_id>/discard")
def discard(draft_id: int) -> Response:
    """Throw a draft away."""
    actor, moment = current_actor(), now()
    with transaction() as session:
        commands.discard(session, actor, moment, draft_id=draft_id)
    return redirect(url_for("intake.index"), 303)
