"""Drafts of reports: what is typed is on the server within seconds, and nothing of it is overwritten unseen.

A draft is a person's own paper and no act on the task: it moves no version, and neither history nor audit knows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor, authorise
from ..errors import NotFound
from ..plans.policy import relation_facts
from ..plans.queries import plan_by_slug, task_row
from .models import ReportDraft
from .policy import DRAFT
from .schemas import ReportSchema

REPORT = "report"
FIELDS = tuple(ReportSchema().fields)
CHOICES = ("completion_claimed",)
"""Fields that a form sends even where nobody touched them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a window knows of the draft that it saves: which one, its version, and the task's version behind the form.

    ``window`` names the browser window where a script saves (empty without), ``edit`` counts the changes in it.
    """

    task_version: int
    draft: int | None = None
    version: int = 0
    window: str = ""
    edit: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft as it stands now, None where there was nothing to keep.

    ``apart``: another window of the person had saved other words meanwhile, so that there are two drafts now.
    ``moved``: somebody acted on the task after the form was shown.
    """

    draft: ReportDraft | None
    apart: bool
    moved: bool


def kept(data: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a report form, as they were typed."""
    return {name: str(data.get(name, "")).replace("\r\n", "\n") for name in FIELDS}


def blank(content: Mapping[str, str]) -> bool:
    """Whether nobody wrote anything."""
    return not any(text.strip() for name, text in content.items() if name not in CHOICES)


def save_draft(
    session: Session, actor: Actor, now: datetime, *, slug: str, ref: str, data: Mapping[str, Any], seen: Seen
) -> Saved:
    """Keep what the actor typed into the report form.  ``now`` is real time.

    A window saves over what it saved or showed itself.  Where another window saved in between, the text becomes a draft
    of its own: both are kept.  The same text twice is one draft, so a repeat of a request changes nothing.
    Raises NotFound, NotAllowed.
    """
    plan = plan_by_slug(session, actor, slug)
    row = task_row(session, plan, ref)
    authorise(DRAFT, relation_facts(actor, plan, row))
    first = row.first_lead
    assert actor.user_id is not None and first is not None
    content = kept(data)
    mine = list(
        session.scalars(
            select(ReportDraft)
            .where(
                ReportDraft.task_id == row.task_id,
                ReportDraft.author_id == actor.user_id,
                ReportDraft.form == REPORT,
            )
            .order_by(ReportDraft.id)
            .with_for_update(key_share=True)
        )
    )
    draft, apart = _own(mine, seen, content), False
    if draft is not None and not _may_overwrite(draft, seen, content):
        draft, apart = None, True
    if draft is None and not blank(content):
        draft = ReportDraft(
            task_id=row.task_id,
            form=REPORT,
            unit_id=first.unit_id,
            author_id=actor.user_id,
            content=content,
            task_version=seen.task_version,
            version=1,
            window=seen.window,
            edit=seen.edit,
            saved_at=now,
        )
        session.add(draft)
    elif draft is not None and not _late(draft, seen):
        draft.task_version = max(draft.task_version, seen.task_version)
        if draft.content != content:
            draft.content, draft.unit_id, draft.saved_at = content, first.unit_id, now
            draft.window, draft.edit, draft.version = seen.window, seen.edit, draft.version + 1
    session.flush()
    return Saved(draft, apart=apart, moved=row.version != seen.task_version)


def _own(mine: list[ReportDraft], seen: Seen, content: Mapping[str, str]) -> ReportDraft | None:
    """The draft that a window means: the one it names, the one it began, or one that says the same."""
    for draft in mine:
        if draft.id == seen.draft or (seen.draft is None and _of_window(draft, seen)):
            return draft
    return next((draft for draft in mine if draft.content == content), None)


def _may_overwrite(draft: ReportDraft, seen: Seen, content: Mapping[str, str]) -> bool:
    return seen.version == draft.version or content == draft.content or _of_window(draft, seen)


def _of_window(draft: ReportDraft, seen: Seen) -> bool:
    return bool(seen.window) and seen.window == draft.window


def _late(draft: ReportDraft, seen: Seen) -> bool:
    """Whether the window itself has saved a later text: of two requests on the way the older came second."""
    return _of_window(draft, seen) and seen.edit <= draft.edit


def drafts_of(session: Session, task_id: int) -> list[ReportDraft]:
    """Everybody's drafts of a report on a task, the last saved first, with their authors."""
    statement = (
        select(ReportDraft)
        .where(ReportDraft.task_id == task_id, ReportDraft.form == REPORT)
        .options(joinedload(ReportDraft.author))
        .order_by(ReportDraft.saved_at.desc(), ReportDraft.id.desc())
    )
    return list(session.scalars(statement))


def own_drafts(session: Session, actor: Actor, task_ids: Collection[int]) -> frozenset[int]:
    """Those of the tasks for which the actor has a draft that says something: one statement."""
    statement = select(ReportDraft).where(ReportDraft.author_id == actor.user_id, ReportDraft.task_id.in_(task_ids))
    return frozenset(draft.task_id for draft in session.scalars(statement) if not blank(draft.content))


def discard_draft(session: Session, actor: Actor, *, slug: str, ref: str, draft_id: int) -> None:
    """Throw one of the actor's own drafts away.  Raises NotFound where it is not theirs or not there."""
    plan = plan_by_slug(session, actor, slug)
    row = task_row(session, plan, ref)
    draft = session.get(ReportDraft, draft_id)
    if draft is None or draft.author_id != actor.user_id or draft.task_id != row.task_id:
        raise NotFound()
    session.delete(draft)
    session.flush()


def close_draft(
    session: Session, actor: Actor, *, slug: str, ref: str, draft_id: int | None, data: Mapping[str, Any]
) -> None:
    """The report was filed: the draft it was written in goes, and any that says the same.  Other words stay."""
    plan = plan_by_slug(session, actor, slug)
    row = task_row(session, plan, ref)
    content = kept(data)
    own = (ReportDraft.task_id == row.task_id, ReportDraft.author_id == actor.user_id, ReportDraft.form == REPORT)
    drafts = session.scalars(select(ReportDraft).where(*own))
    gone = [draft.id for draft in drafts if draft.id == draft_id or draft.content == content]
    session.execute(delete(ReportDraft).where(ReportDraft.id.in_(gone)))
