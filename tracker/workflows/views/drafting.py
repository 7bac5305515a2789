"""Drafts of a report: kept while somebody types, shown around the form; and both texts where two people were at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from ...access import Actor, permitted
from ...clock import real_now
from ...db import db, transaction
from ...i18n_web import moment
from ...plans.queries import TaskRow
from ...plans.views.speech import gettext as _
from ...reporting.drafts import Saved, Seen, discard_draft, drafts_of, save_draft
from ...reporting.models import ReportDraft
from ...reporting.policy import DRAFT
from ...reporting.queries import reports_of
from ...web.context import current_actor, form_version, now, whole_number
from ...web.errors import FIELD_LABELS
from ..definitions import DEFINITIONS, REPORT_ACTS, WRITING_TRIGGERS
from ..policy import possible
from ..queries import last_acts
from .forms import command_data, report_values
from .task import Place, place_of


@dataclass(frozen=True, slots=True)
class Paper:
    """A draft as its reader sees it.  ``mine``: the reader's own; ``stale``: the report was acted on since it began."""

    draft: ReportDraft
    mine: bool
    stale: bool

    @property
    def texts(self) -> list[tuple[str, str]]:
        """(label, text) of what it says."""
        return said_in(self.draft.content)


@dataclass(frozen=True, slots=True)
class Desk:
    """The drafts that lie around a form: the one that fills it, if any, and the others."""

    chosen: Paper | None
    beside: list[Paper]

    @property
    def keeps(self) -> tuple[int | None, int]:
        """Id and version of the draft that the form goes on saving to: the reader's own, where it fills the form."""
        own = self.chosen.draft if self.chosen is not None and self.chosen.mine else None
        return (own.id, own.version) if own is not None else (None, 0)


def said_in(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of the fields of a report form that say something."""
    return [(_(label), content[name]) for name, label in FIELD_LABELS.items() if content.get(name, "").strip()]


def desk_of(session: Session, actor: Actor, row: TaskRow, acted: int, wanted: int | None = None) -> Desk:
    """The drafts around a form.  ``acted`` is the task's version at which the report was last acted on.

    The form is filled by the ``wanted`` draft, else by the reader's last one, unless the report went on without it.
    """
    papers = _papers(session, actor, row, acted)
    fresh = [paper for paper in papers if paper.mine and not paper.stale]
    chosen = next((paper for paper in papers if paper.draft.id == wanted), fresh[0] if fresh else None)
    return Desk(chosen, [paper for paper in papers if paper is not chosen])


def papers_of(session: Session, actor: Actor, place: Place, acted: int) -> list[Paper]:
    """The drafts that a task's page shows its reader; none to those who may not write its report."""
    return _papers(session, actor, place.row, acted) if permitted(DRAFT, place.facts) else []


def _papers(session: Session, actor: Actor, row: TaskRow, acted: int) -> list[Paper]:
    """The reader's own drafts and those of colleagues in the first-named lead unit, the last saved first."""
    first = row.first_lead
    return [
        Paper(draft, mine=draft.author_id == actor.user_id, stale=draft.task_version < acted)
        for draft in drafts_of(session, row.task_id)
        if draft.author_id == actor.user_id or (first is not None and draft.unit_id == first.unit_id)
    ]


def writing_trigger(place: Place) -> str:
    """The trigger that writes a report in the plan's definition."""
    return next(trigger for trigger in DEFINITIONS[place.plan.definition].triggers if trigger in WRITING_TRIGGERS)


def saved_words(saved: Saved) -> str:
    """What the person is told of a saving, in words."""
    if saved.draft is None:
        return _("Nothing to save yet.")
    parts = [_("Draft saved at %(time)s.", time=saved_at(saved.draft))]
    if saved.apart:
        parts.append(
            _("Another window of yours saved other words in between: both are kept; open this page again to see them.")
        )
    if saved.moved:
        parts.append(
            _("Somebody acted on the task since you opened this page; when you send, you will see both texts.")
        )
    return " ".join(parts)


def saved_at(draft: ReportDraft) -> str:
    """When a draft was saved: the time of today, else day and time."""
    text = moment(draft.saved_at)
    return text.rsplit(" ", 1)[1] if moment(real_now()).rsplit(" ", 1)[0] == text.rsplit(" ", 1)[0] else text


def seen() -> Seen:
    """What the posted form says of its draft.  Aborts with 400 where the task's version is missing."""
    return Seen(
        task_version=form_version(),
        draft=whole_number(request.form.get("draft", "")),
        version=whole_number(request.form.get("draft_version", "")) or 0,
        window=request.form.get("window", "")[:64],
        edit=whole_number(request.form.get("edit", "")) or 0,
    )


def save(slug: str, ref: str) -> Response:
    """Keep what is typed: the script is answered in JSON, a form without a script by the form again."""
    actor, data, known = current_actor(), command_data(request.form), seen()
    with transaction() as session:
        saved = save_draft(session, actor, real_now(), slug=slug, ref=ref, data=data, seen=known)
    draft = saved.draft
    if request.accept_mimetypes.best == "application/json":
        state = {"draft": draft.id if draft else "", "version": draft.version if draft else 0}
        return jsonify(state | {"said": saved_words(saved)})
    flash(saved_words(saved))
    place = place_of(db.session, actor, now(), slug, ref)
    trigger = writing_trigger(place)
    if not possible(place.plan.definition, trigger, place.facts):
        return redirect(url_for("workflows.task", slug=slug, ref=ref), 303)
    wanted = draft.id if draft is not None else None
    return redirect(url_for("workflows.form", slug=slug, ref=ref, trigger=trigger, draft=wanted), 303)


def discard(slug: str, ref: str, draft_id: int) -> Response:
    """Throw one's own draft away."""
    with transaction() as session:
        discard_draft(session, current_actor(), slug=slug, ref=ref, draft_id=draft_id)
    flash(_("The draft is thrown away."))
    return redirect(url_for("workflows.task", slug=slug, ref=ref), 303)


def meanwhile(slug: str, ref: str, data: Mapping[str, Any], message: str) -> Response:
    """Somebody was faster: the text is kept as a draft and shown beside what stands now, with 409."""
    actor, known = current_actor(), seen()
    with transaction() as session:
        saved = save_draft(session, actor, real_now(), slug=slug, ref=ref, data=data, seen=known)
    place = place_of(db.session, actor, now(), slug, ref)
    reports: Sequence[Any] = reports_of(db.session, place.row.task_id)
    last = last_acts(db.session, [place.row.task_id], REPORT_ACTS).get(place.row.task_id)
    trigger = writing_trigger(place)
    page = render_template(
        "workflows/meanwhile.html",
        place=place,
        trigger=trigger,
        message=message,
        draft=saved.draft,
        mine=dict(said_in(data)),
        latest=reports[0] if reports else None,
        filed=dict(said_in(report_values(reports[0]))) if reports else {},
        fresh=last is not None and last.version > known.task_version,
        goes_on=possible(place.plan.definition, trigger, place.facts),
    )
    return make_response(page, 409)
