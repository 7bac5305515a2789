"""A checked draft becomes a plan: what will be written, and writing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from ..access import Actor
from ..directory.schemas import problems
from ..errors import InvalidInput, StaleVersion
from ..evaluations.commands import add_rounds
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.schemas import PlanDraftSchema
from . import commands
from .arranging import SLUG_TAKEN, Arrangement
from .editing.stored import open_doubts, plan_draft
from .loading import load_draft
from .matching import UnitMatch
from .models import ImportDraft
from .settling import Choices, match_draft

Translate = Callable[..., str]
NOT_ARRANGED = N_("Choose the rounds and the supervising unit first.")
NOT_MATCHED = N_("Some names lead to no unit yet. Match them first.")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What confirming would write.

    ``problems`` are (where, msgid of a sentence) of the draft; ``unmatched`` names lead nowhere yet; ``taught`` are the
    matches that teach an alias.
    """

    arranged: Arrangement | None
    problems: tuple[tuple[str, str], ...]
    unmatched: tuple[str, ...]
    created: tuple[str, ...]
    taught: tuple[UnitMatch, ...]
    doubts: int
    without_lead: int

    @property
    def ready(self) -> bool:
        """Whether it can be confirmed."""
        return self.arranged is not None and not self.problems and not self.unmatched


def unit_choices(draft: ImportDraft) -> tuple[dict[str, str], list[str]]:
    """The matches that were accepted, and the names that become units."""
    units = draft.choices.get("units", {})
    return dict(units.get("accepted", {})), list(units.get("create", []))


def confirmation(session: Session, draft: ImportDraft, translate: Translate) -> Confirmation:
    """What confirming the draft would write now."""
    given = plan_draft(draft.draft, translate)
    accepted, create = unit_choices(draft)
    matches = match_draft(session, draft.region, given, accepted)
    unknown = [match.name for match in matches.values() if not match.known]
    stored = draft.choices.get("rounds")
    return Confirmation(
        arranged=Arrangement.of(stored) if stored is not None else None,
        problems=tuple(draft_problems(given)),
        unmatched=tuple(name for name in unknown if name not in create),
        created=tuple(name for name in unknown if name in create),
        taught=tuple(match for match in matches.values() if match.known and match.how not in ("exact", "alias")),
        doubts=len(open_doubts(draft.draft)),
        without_lead=sum(not row["leads"] for row in draft.draft["tasks"]),
    )


def draft_problems(given: dict[str, Any]) -> list[tuple[str, str]]:
    """What the plan's own schema says against a draft: (where, msgid of a sentence)."""
    try:
        PlanDraftSchema().load(given)
    except ValidationError as error:
        return problems(error, given)
    return []


def confirm(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    draft_id: int,
    version: int,
    translate: Translate,
    key: str | None = None,
) -> Answer:
    """Write the plan with its units, aliases and rounds, not live yet; the draft is closed.  All of it or nothing.

    ``translate`` gives the doubts that nobody settled the language in which the plan keeps them.  Returns
    ``{"slug": …}``.  Raises NotFound, NotAllowed, StaleVersion, InvalidInput.
    """

    def work() -> Answer:
        draft = commands.locked(session, actor, draft_id)
        if draft.version != version:
            raise StaleVersion(commands.CHANGED)
        found = confirmation(session, draft, translate)
        if found.arranged is None:
            raise InvalidInput(message=NOT_ARRANGED)
        if found.unmatched:
            raise InvalidInput(message=NOT_MATCHED)
        if found.problems:
            raise InvalidInput(message=found.problems[0][1])
        accepted, create = unit_choices(draft)
        arranged = found.arranged
        loaded = load_draft(
            session,
            actor,
            now,
            region=draft.region,
            draft=PlanDraftSchema().load(plan_draft(draft.draft, translate)),
            choices=Choices(
                slug=arranged.slug,
                supervising_unit=arranged.supervising_unit,
                host=arranged.host,
                definition=arranged.definition,
                accepted=accepted,
                create=[*create, *([arranged.supervising_unit] if arranged.host is not None else [])],
                rounds=(),
            ),
        )
        if not loaded.is_new:
            raise InvalidInput({"slug": [SLUG_TAKEN]})
        add_rounds(session, actor, now, loaded.plan, arranged.round_dates())
        draft.plan_id, draft.step = loaded.plan.id, "done"
        commands.save(session, actor, now, draft, "import.confirm", plan=loaded.plan.slug)
        return {"slug": loaded.plan.slug}

    sent = {"command": "import.confirm", "draft": draft_id, "version": version}
    return once(session, sender=actor.key, key=key, content=sent, now=now, work=work)
