"""The evidence files of a task: the page where they are added, their downloads, and the index of a plan."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from ...access import authorise, permitted
from ...db import db, transaction
from ...plans.policy import acting_unit
from ...plans.queries import plan_by_slug
from ...reporting.evidence import commands
from ...reporting.evidence.kinds import KINDS, RefusedFile
from ...reporting.evidence.models import EvidenceFile
from ...reporting.evidence.policy import ADD, may_add_now, may_remove
from ...reporting.evidence.queries import entries_of, file_by_id, files_of, index_of, stored, waiting
from ...reporting.evidence.store import LARGEST_FILE, MEGABYTE, open_checked, put
from ...reporting.queries import reports_of
from ...security import LARGEST_UPLOAD, hands_out
from ...web.context import current_actor, form_key, now, settings, whole_number
from .task import Place, place_of

FIELD = "files"
LIMITS = {
    "accept": ",".join(KINDS),
    "kinds": " ".join(KINDS),
    "most": LARGEST_FILE // MEGABYTE,
    "all": LARGEST_UPLOAD // MEGABYTE,
}
"""What a field for files says and lets choose."""
OPENS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
CSV_TYPE = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits for the next report, and whether the reader may take it back."""

    file: EvidenceFile
    removable: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a form for files shows: those that wait, and those that an earlier version of the report has."""

    waiting: list[Waiting]
    kept: list[EvidenceFile]
    may_add: bool


def evidence_of(place: Place, files: list[EvidenceFile], kept: list[EvidenceFile]) -> Evidence:
    """The files of a task for a form of the reader's; what waits is for those who may add."""
    unit_id, may_add = acting_unit(current_actor(), place.plan, place.row), may_add_now(place.facts)
    shown = waiting(files) if permitted(ADD, place.facts) else []
    wait = [Waiting(file, may_add and may_remove(place.facts, file.unit_id, unit_id)) for file in shown]
    return Evidence(wait, kept, may_add)


def take_files(slug: str, ref: str) -> str | None:
    """Store the files that came with a form and let them wait; answers why some were not taken, None where all were.

    Each is on the disk before its row is written.  Raises as the command does, and StoreFailed.
    """
    uploads = [upload for upload in request.files.getlist(FIELD) if upload.filename]
    if not uploads:
        return None
    actor, moment, key = current_actor(), now(), form_key()
    authorise(ADD, place_of(db.session, actor, moment, slug, ref).facts)
    taken, refused = [], []
    for upload in uploads:
        try:
            taken.append(put(settings().evidence_folder, upload.filename or "", upload.stream))
        except RefusedFile as error:
            refused.append(error.text(_))
    if taken:
        with transaction() as session:
            commands.add_files(
                session, actor, moment, slug=slug, ref=ref, files=taken, key=f"{key}-files" if key else None
            )
    if refused and taken:
        refused.append(ngettext("%(num)s other file was taken.", "%(num)s other files were taken.", len(taken)))
    return " ".join(refused) or None


def evidence_page(slug: str, ref: str, fault: str | None = None) -> str:
    """The files of a task, and the form to add some."""
    place = place_of(db.session, current_actor(), now(), slug, ref)
    authorise(ADD, place.facts)
    files = files_of(db.session, place.row.task_id)
    filed = [file for file in files if file.report_id is not None]
    versions = {report.id: report for report in reports_of(db.session, place.row.task_id)}
    return render_template(
        "reporting/evidence.html",
        place=place,
        evidence=evidence_of(place, files, filed),
        versions=versions,
        errors={FIELD: fault} if fault else {},
    )


def evidence_post(slug: str, ref: str) -> AnyResponse | tuple[str, int]:
    """Add files.  Those that are refused come back with a sentence each, with 422; the others wait."""
    if not any(upload.filename for upload in request.files.getlist(FIELD)):
        return evidence_page(slug, ref, _("Choose at least one file.")), 422
    fault = take_files(slug, ref)
    if fault is not None:
        return evidence_page(slug, ref, fault), 422
    flash(_("The files wait for the next report and are filed with it."))
    return redirect(url_for("workflows.evidence", slug=slug, ref=ref), 303)


def remove_post(slug: str, ref: str, evidence_id: int) -> AnyResponse:
    """Take back a file that waits."""
    actor, moment, key = current_actor(), now(), form_key()
    with transaction() as session:
        commands.remove_file(session, actor, moment, slug=slug, ref=ref, evidence_id=evidence_id, key=key)
    flash(_("The file was removed; it will not be reported."))
    return redirect(url_for("workflows.evidence", slug=slug, ref=ref), 303)


@hands_out
def evidence_file(slug: str, ref: str, evidence_id: int) -> Response:
    """A file, to be saved: checked against its SHA-256 first, never shown by the browser itself; the audit notes it."""
    actor, moment = current_actor(), now()
    place = place_of(db.session, actor, moment, slug, ref)
    file = file_by_id(db.session, place.facts, place.row.task_id, evidence_id)
    opened = open_checked(settings().evidence_folder, stored(file))
    with transaction() as session:
        commands.record_saving(session, actor, moment, place.plan, file)
    answer = send_file(opened, mimetype=file.media_type, as_attachment=True, download_name=file.name, etag=False)
    answer.content_length = file.size
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.cache_control.no_store = True
    return answer


def plan_evidence(slug: str) -> str:
    """The index of all evidence of a plan."""
    plan = plan_by_slug(db.session, current_actor(), slug)
    index = index_of(db.session, plan, whole_number(request.args.get("page", "")) or 1)
    return render_template("reporting/evidence_index.html", plan=plan, index=index)


def plan_evidence_csv(slug: str) -> Response:
    """The same as a file for a spreadsheet; that it was taken out stands in the audit."""
    actor, moment = current_actor(), now()
    with transaction() as session:
        plan = plan_by_slug(session, actor, slug)
        entries = entries_of(session, plan)
        commands.record_export(session, actor, moment, plan, len(entries))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        (_("Task"), _("Report no."), _("Version"), _("File"), _("Bytes"), "SHA-256", _("Type"), _("Unit"),
         _("Added by"), _("Added at (UTC)"))
    )  # fmt: skip
    for entry in entries:
        file = entry.file
        fields = (entry.ref, entry.sequence, entry.version, file.name, file.size, file.sha256, file.media_type,
                  file.unit.name, file.uploader.name, file.at.isoformat(timespec="seconds"))  # fmt: skip
        writer.writerow([_harmless(str(value)) for value in fields])
    answer = Response(out.getvalue().encode("utf-8-sig"), content_type=CSV_TYPE)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{slug}-evidence.csv")
    return answer


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(OPENS_A_FORMULA) else text


def file_size(size: int) -> str:
    """A number of bytes for a person."""
    for unit, step in (("MB", MEGABYTE), ("KB", 1024)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} B"
