"""Reads of drafts.  What a person sees ends at the regions into which they may import."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from ..access import Actor
from ..directory.models import Region
from ..errors import NotFound
from .models import ImportDraft
from .policy import authorise_import, may_import

RECENT = 20


def regions_to_import(session: Session, actor: Actor) -> list[Region]:
    """The regions into which the actor may import plans, oldest first."""
    regions = session.scalars(select(Region).order_by(Region.id))
    return [region for region in regions if may_import(actor, region.id)]


def open_drafts(session: Session, actor: Actor) -> list[ImportDraft]:
    """The drafts that anybody who may import into their region can resume, last edited first."""
    regions = [region.id for region in regions_to_import(session, actor)]
    statement = (
        select(ImportDraft)
        .where(ImportDraft.region_id.in_(regions), ImportDraft.step.not_in(("done", "discarded")))
        .options(joinedload(ImportDraft.region), joinedload(ImportDraft.editor), joinedload(ImportDraft.revises))
        .order_by(ImportDraft.edited_at.desc(), ImportDraft.id.desc())
    )
    return list(session.scalars(statement))


def done_drafts(session: Session, actor: Actor) -> list[ImportDraft]:
    """The newest drafts that became or revised a plan, at most RECENT."""
    regions = [region.id for region in regions_to_import(session, actor)]
    statement = (
        select(ImportDraft)
        .where(ImportDraft.region_id.in_(regions), ImportDraft.step == "done")
        .options(joinedload(ImportDraft.region), joinedload(ImportDraft.editor), joinedload(ImportDraft.plan))
        .order_by(ImportDraft.edited_at.desc(), ImportDraft.id.desc())
        .limit(RECENT)
    )
    return list(session.scalars(statement))


def draft_by_id(session: Session, actor: Actor, draft_id: int, *, source: bool = False) -> ImportDraft:
    """One draft; ``source``: with its lines.  Raises NotFound outside the actor's regions, NotAllowed inside them."""
    statement = select(ImportDraft).where(ImportDraft.id == draft_id)
    if source:
        statement = statement.options(undefer(ImportDraft.lines), undefer(ImportDraft.places))
    statement = statement.options(joinedload(ImportDraft.region), joinedload(ImportDraft.editor))
    draft = session.scalar(statement.options(joinedload(ImportDraft.revises), joinedload(ImportDraft.plan)))
    if draft is None:
        raise NotFound()
    authorise_import(actor, draft.region_id)
    return draft
