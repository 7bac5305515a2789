"""Filing a unit's part of the report that the first-named lead unit writes.  It moves nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor, authorise
from ..errors import NotAllowed
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.models import Instance
from ..plans.policy import relation_facts
from ..plans.queries import TaskRow, plan_by_slug, task_row
from ..reporting.commands import checked, note
from ..reporting.parts import add_part, owing
from ..reporting.policy import PART
from ..reporting.schemas import PartSchema
from .queries import sequence_of

NOT_YOURS = N_("This unit owes no part of the report, or you do not act for it.")


def own_parts(actor: Actor, row: TaskRow) -> list[int]:
    """The units that owe a part of a task's report and that the actor acts for, in the order of the plan."""
    return [unit_id for unit_id in owing(row) if unit_id in actor.unit_ids]


def file_part(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    unit_id: int,
    seen: int,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """File or correct a unit's part of the report that comes or waits.  ``data`` is the form (PartSchema).

    ``seen`` is the version that is corrected, 0 for the first.
    Raises NotFound, NotAllowed, StaleVersion, InvalidInput, KeyReused.  Answers ``{"part", "sequence", "version"}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        row = task_row(session, plan, ref)
        # A report that is written at the same moment counts this part or does not, never half.
        session.execute(select(Instance.task_id).where(Instance.task_id == row.task_id).with_for_update(key_share=True))
        row = task_row(session, plan, ref)
        authorise(PART, relation_facts(actor, plan, row))
        if unit_id not in own_parts(actor, row):
            raise NotAllowed(NOT_YOURS)
        part = add_part(
            session,
            actor,
            now,
            task_id=row.task_id,
            unit_id=unit_id,
            sequence=sequence_of(session, row.task_id),
            seen=seen,
            content=checked(PartSchema(), data),
        )
        said = {"unit": unit_id, "part": part.id, "sequence": part.sequence, "version": part.version}
        note(session, actor, now, plan, row, PART, said, unit_id)
        return {"part": part.id, "sequence": part.sequence, "version": part.version}

    content = {"command": "part", "slug": slug, "ref": ref, "unit": unit_id, "seen": seen, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)
