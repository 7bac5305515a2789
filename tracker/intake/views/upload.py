"""The drafts that wait, and the upload of a document."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from ...db import db, transaction
from ...directory.models import Region
from ...errors import InvalidInput, NotAllowed
from ...i18n import N_
from ...plans.views.speech import gettext as _
from ...web.context import current_actor, form_key, now, translated
from ..commands import start_draft, start_in_new_region
from ..policy import IMPORT_NEEDED
from ..queries import done_drafts, open_drafts, regions_to_import
from ..uploads import read_upload

PASTED = "text.txt"
NEW_REGION = "new"
FIELDS = ("region", "region_name", "region_slug", "text")
NO_FILE = N_("Choose a file, or paste the text of the document.")
NO_REGION = N_("Choose the region whose plan this is.")


def page() -> str:
    """What can be resumed, and the form for the next document."""
    return _page({}, {})


def post() -> ResponseReturnValue:
    """Read a document in a process of its own, keep it as a draft, go to the check page."""
    actor, moment = current_actor(), now()
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    regions = {str(region.id): region for region in _regions()}
    chosen = regions.get(typed["region"])
    if chosen is None and typed["region"] != NEW_REGION:
        return _page({"region": _(NO_REGION)}, typed), 422
    name, data = _document(typed["text"])
    if not data:
        return _page({"file": _(NO_FILE)}, typed), 422
    try:
        upload = read_upload(name, data)
        with transaction() as session:
            if chosen is not None:
                answer = start_draft(session, actor, moment, region_id=chosen.id, upload=upload, key=form_key())
            else:
                answer = start_in_new_region(
                    session,
                    actor,
                    moment,
                    name=typed["region_name"],
                    slug=typed["region_slug"],
                    upload=upload,
                    key=form_key(),
                )
    except InvalidInput as error:
        faults = {field: " ".join(messages) for field, messages in translated(error.fields).items()}
        return _page(faults or {"file": error.text(_)}, typed), 422
    return redirect(url_for("intake.check", draft_id=answer["draft"]), 303)


def _document(text: str) -> tuple[str, bytes]:
    """The name and the bytes of what was sent: the file, else the pasted text."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.filename.replace("\\", "/").rsplit("/", 1)[-1][:200], upload.stream.read()
    return PASTED, text.encode()


def _regions() -> list[Region]:
    regions = regions_to_import(db.session, current_actor())
    if not regions and not current_actor().administrator:
        raise NotAllowed(IMPORT_NEEDED)
    return regions


def _page(errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    actor, regions = current_actor(), _regions()
    return render_template(
        "intake/index.html",
        regions=regions,
        drafts=open_drafts(db.session, actor),
        done=done_drafts(db.session, actor),
        errors=errors,
        may_make_region=actor.administrator,
        typed={"region": str(regions[0].id) if len(regions) == 1 else "", **typed},
    )
