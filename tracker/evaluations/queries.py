"""Reads of rounds."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor
from ..errors import NotFound
from ..plans.models import Plan, Round


def round_by_id(session: Session, actor: Actor, round_id: int) -> Round:
    """A round with its plan and region.  Raises NotFound where there is none or it lies outside the actor's regions."""
    round_ = session.scalar(
        select(Round)
        .where(Round.id == round_id)
        .options(
            joinedload(Round.plan).joinedload(Plan.region), joinedload(Round.plan).joinedload(Plan.supervising_unit)
        )
    )
    if round_ is None or not actor.sees_region(round_.plan.region_id):
        raise NotFound()
    return round_
