"""A checked draft of a plan that exists: what it changes, and applying what a person ticks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor, permitted
from ..errors import InvalidInput, NotFound, StaleVersion
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.models import Plan
from ..plans.policy import plan_facts
from ..plans.schemas import PlanDraftSchema
from . import commands
from .applying import apply_revision
from .confirming import Translate, draft_problems, unit_choices
from .editing.stored import plan_draft
from .models import ImportDraft
from .policy import REVISE
from .revision import KINDS, Change, Difference, difference
from .settling import Choices

NOTHING_TICKED = N_("Tick at least one change.")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A draft beside its plan.  ``found`` is None while the draft does not hold (``problems``).

    ``unmatched`` are the names that lead nowhere and are not to be created; ``may_apply``: the reader may revise.
    """

    plan: Plan
    problems: tuple[tuple[str, str], ...]
    found: Difference | None
    unmatched: tuple[str, ...]
    may_apply: bool

    def groups(self) -> list[tuple[str, list[Change]]]:
        """The changes by kind, in the order of KINDS."""
        changes = self.found.changes if self.found is not None else ()
        by_kind = [(kind, [change for change in changes if change.kind == kind]) for kind in KINDS]
        return [(kind, own) for kind, own in by_kind if own]


def compare_with(
    session: Session, actor: Actor, now: datetime, *, draft_id: int, version: int, plan_id: int | None
) -> None:
    """Say which plan the draft revises, None for a plan of its own.

    Raises NotFound for a plan of another region, NotAllowed, StaleVersion.
    """
    draft = commands.locked(session, actor, draft_id)
    if draft.version != version:
        raise StaleVersion(commands.CHANGED)
    if plan_id is not None:
        plan = session.get(Plan, plan_id)
        if plan is None or plan.region_id != draft.region_id:
            raise NotFound()
    draft.revises_id, draft.step = plan_id, "check"
    commands.save(session, actor, now, draft, "import.compare_with", plan=plan_id)


def plans_of_region(session: Session, region_id: int) -> list[Plan]:
    """The plans that a draft of the region may revise, newest first."""
    return list(session.scalars(select(Plan).where(Plan.region_id == region_id).order_by(Plan.id.desc())))


def comparison(session: Session, actor: Actor, draft: ImportDraft, translate: Translate) -> Comparison:
    """What the draft changes in its plan.  Raises NotFound where it revises none."""
    plan = _plan(session, draft)
    given = plan_draft(draft.draft, translate)
    problems = tuple(draft_problems(given))
    accepted, create = unit_choices(draft)
    found = difference(session, plan, PlanDraftSchema().load(given), accepted=accepted) if not problems else None
    unknown = [match.name for match in found.matches.values() if not match.known] if found is not None else []
    return Comparison(
        plan=plan,
        problems=problems,
        found=found,
        unmatched=tuple(name for name in unknown if name not in create),
        may_apply=permitted(REVISE, plan_facts(actor, plan)),
    )


def _plan(session: Session, draft: ImportDraft) -> Plan:
    if draft.revises_id is None:
        raise NotFound()
    return session.get_one(Plan, draft.revises_id)


def revise(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    draft_id: int,
    version: int,
    ticked: Collection[str],
    translate: Translate,
    key: str | None = None,
) -> Answer:
    """Apply the ticked changes to the plan; the draft is closed.

    Returns ``{"slug", "done", "left"}``: how many were made, and [ref, why] of those that a task's state does not allow
    (in the language of ``translate``).  Raises NotFound, NotAllowed, StaleVersion, InvalidInput.
    """

    def work() -> Answer:
        draft = commands.locked(session, actor, draft_id)
        if draft.version != version:
            raise StaleVersion(commands.CHANGED)
        plan = _plan(session, draft)
        given = plan_draft(draft.draft, translate)
        problems = draft_problems(given)
        if problems:
            raise InvalidInput(message=problems[0][1])
        if not ticked:
            raise InvalidInput(message=NOTHING_TICKED)
        accepted, create = unit_choices(draft)
        applied = apply_revision(
            session,
            actor,
            now,
            slug=plan.slug,
            draft=PlanDraftSchema().load(given),
            document_name=draft.file_name,
            sha256=draft.sha256,
            ticked=ticked,
            choices=Choices(accepted=accepted, create=create),
        )
        draft.plan_id, draft.step = plan.id, "done"
        commands.save(session, actor, now, draft, "import.revise", plan=plan.slug, ticked=sorted(ticked))
        left: list[Any] = [
            [change.ref, translate(why, **_said(values, translate))] for change, why, values in applied.left
        ]
        return {"slug": plan.slug, "done": len(applied.done), "left": left}

    sent = {"command": "import.revise", "draft": draft_id, "version": version, "ticked": sorted(ticked)}
    return once(session, sender=actor.key, key=key, content=sent, now=now, work=work)


def _said(values: Any, translate: Translate) -> dict[str, Any]:
    """The values of a sentence, labels among them translated."""
    return {name: translate(value) if name in ("state", "trigger") else value for name, value in values.items()}
