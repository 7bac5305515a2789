"""Contacts from a file: choose it, look at what it would do, confirm."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from ...clock import real_now
from ...db import db, transaction
from ...errors import InvalidInput
from ...web.context import current_actor, now
from ..contact_rows import Entry, entry
from ..contacts import Preview, import_contacts, preview_file
from ..models import Region
from ..people import regions_to_manage
from ..spreadsheet import LARGEST_FILE
from .base import blueprint, sentences
from .contacts import chosen_region

COLUMNS = ("unit", "name", "email", "role_text")


@blueprint.route("/admin/contacts/import", methods=["GET", "POST"])
def import_page() -> Response:
    """Choose a file; then see row by row what it would do.  Nothing is written."""
    actor = current_actor()
    region = chosen_region(regions_to_manage(db.session, actor))
    if request.method == "GET":
        return _page(region, None, {})
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _page(region, None, {"file": _("Choose a file.")})
    try:
        preview = preview_file(db.session, actor, region_id=region.id, content=upload.stream.read(LARGEST_FILE + 1))
    except InvalidInput as error:
        return _page(region, None, sentences(error))
    return _page(region, preview, {})


@blueprint.post("/admin/contacts/import/confirm")
def confirm_import() -> Response:
    """Take in what the preview showed; it is checked once more, for the directory may have changed."""
    actor = current_actor()
    region = chosen_region(regions_to_manage(db.session, actor))
    moment = now()
    try:
        with transaction() as writing:
            done = import_contacts(
                writing, actor, moment, real_now(), region_id=region.id, entries=_unpacked(request.form.get("rows", ""))
            )
    except InvalidInput as error:
        return _page(region, None, sentences(error))
    if done.changes:
        flash(
            _(
                "Imported. New accounts, whose activation links are on their way: %(new)s."
                " New roles of known people: %(roles)s.",
                new=done.count("new"),
                roles=done.count("new_role"),
            )
        )
    else:
        flash(_("Everybody in the file was known with this role: nothing has changed."))
    return redirect(url_for("directory.contacts", region=region.slug), 303)  # type: ignore[return-value]


def _page(region: Region, preview: Preview | None, errors: dict[str, str]) -> Response:
    page = render_template(
        "directory/import.html",
        region=region,
        preview=preview,
        rows=_packed(preview) if preview is not None else "",
        errors=errors,
        translate=_,
    )
    wrong = errors or (preview is not None and preview.errors)
    return make_response(page, 422 if wrong else 200)


def _packed(preview: Preview) -> str:
    return json.dumps([asdict(row.entry) for row in preview.rows], ensure_ascii=False, separators=(",", ":"))


def _unpacked(text: str) -> list[Entry]:
    """The rows of the preview's hidden field.  A page that was tampered with is a bad request."""
    try:
        rows: Any = json.loads(text)
        return [entry(int(row["row"]), *(str(row[name]) for name in COLUMNS)) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest() from error
