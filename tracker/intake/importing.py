"""One import from beginning to end: the region, then a new plan, or the difference to the plan that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..access import Actor
from ..directory.models import Region
from ..plans.models import KeyTask, Plan
from ..plans.queries import rounds_of
from .addresses import find_region, new_region, region_named
from .applying import Applied, apply_revision
from .blocks import Doubt
from .loading import load_draft
from .matching import UnitMatch
from .revision import Difference, difference
from .settling import Choices
from .sources import Source


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asks for: the region as typed, the halves of a new one, the choices, and how far to go."""

    region: str
    region_slug: str | None
    region_name: str | None
    choices: Choices
    apply_revision: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or in a dry run would do; free of the session.  ``warnings`` are the reader's."""

    slug: str
    title: str
    region: str
    is_new: bool
    dry_run: bool
    tasks: int
    new_region: bool = False
    created: tuple[str, ...] = ()
    taught: tuple[UnitMatch, ...] = ()
    rounds: tuple[tuple[str, int], ...] = ()
    supervising_unit: str = ""
    difference: Difference | None = None
    applied: Applied | None = None
    doubts: tuple[Doubt, ...] = ()
    warnings: tuple[dict[str, Any], ...] = ()

    def as_json(self, translate: Callable[..., str]) -> dict[str, Any]:
        """JSON-ready data, warnings in the language of ``translate``."""
        return {
            "slug": self.slug,
            "title": self.title,
            "region": self.region,
            "new_region": self.new_region,
            "new": self.is_new,
            "written": self.changes_something and not self.dry_run,
            "dry_run": self.dry_run,
            "tasks": self.tasks,
            "supervising_unit": self.supervising_unit,
            "created_units": list(self.created),
            "matched": [match.as_json() for match in self.taught],
            **self._revision(translate),
            "rounds": [{"kind": kind, "year": year} for kind, year in self.rounds],
            "warnings": [
                *self.warnings,
                *(
                    {"line": doubt.line, "message": translate(doubt.message, **doubt.values), "ref": doubt.ref}
                    for doubt in self.doubts
                ),
            ],
        }

    @property
    def changes_something(self) -> bool:
        """Whether there is a new plan or an applied revision."""
        return self.is_new or (self.applied is not None and self.applied.number is not None)

    def _revision(self, translate: Callable[..., str]) -> dict[str, Any]:
        if self.difference is None:
            return {"changes": [], "renumbered": [], "revision": None, "left": []}
        left = self.applied.left if self.applied is not None else ()
        return {
            "changes": [
                {
                    "key": change.key,
                    "kind": change.kind,
                    "ref": change.ref,
                    "before": change.before,
                    "after": change.after,
                    "segments": [list(segment) for segment in change.segments],
                }
                for change in self.difference.changes
            ],
            "renumbered": [
                {"ref": ref, "before": before, "after": after} for ref, before, after in self.difference.renumbered
            ],
            "revision": self.applied.number if self.applied is not None else None,
            "left": [{"key": change.key, "why": said(why, values, translate)} for change, why, values in left],
        }


def said(message: str, values: Mapping[str, Any], translate: Callable[..., str]) -> str:
    """Why a change was left; the names of states and triggers are message ids themselves."""
    labels = {name: translate(value) if name in ("state", "trigger") else value for name, value in values.items()}
    return translate(message, **labels)


def import_source(session: Session, actor: Actor, now: datetime, source: Source, wishes: Wishes) -> Report:
    """Import a draft as ``wishes`` say.  Raises what load_draft raises, NotFound where the region is not known."""
    region, made = _region(session, actor, now, source, wishes)
    loaded = load_draft(session, actor, now, region=region, draft=source.draft, choices=wishes.choices)
    plan = loaded.plan
    found, applied = (None, None) if loaded.is_new else _revise(session, actor, now, plan, source, wishes)
    return Report(
        slug=plan.slug,
        title=plan.title,
        region=region.name,
        new_region=made,
        is_new=loaded.is_new,
        dry_run=wishes.dry_run,
        tasks=session.scalar(select(func.count()).select_from(KeyTask).where(KeyTask.plan_id == plan.id)) or 0,
        created=(*loaded.created, *(applied.created if applied is not None else ())),
        difference=found,
        applied=applied,
        taught=loaded.taught,
        rounds=tuple((round_.kind, round_.year) for round_ in rounds_of(session, [plan.id])),
        supervising_unit=plan.supervising_unit.name,
        doubts=(*source.doubts, *loaded.doubts),
        warnings=tuple(source.draft["warnings"]) if loaded.is_new else (),
    )


def _revise(
    session: Session, actor: Actor, now: datetime, plan: Plan, source: Source, wishes: Wishes
) -> tuple[Difference, Applied | None]:
    found = difference(session, plan, source.draft, accepted=wishes.choices.accepted)
    if not (wishes.apply_revision and found):
        return found, None
    applied = apply_revision(
        session,
        actor,
        now,
        slug=plan.slug,
        draft=source.draft,
        document_name=source.name,
        sha256=source.sha256,
        choices=wishes.choices,
    )
    return found, applied


def _region(session: Session, actor: Actor, now: datetime, source: Source, wishes: Wishes) -> tuple[Region, bool]:
    if wishes.choices.create is None or region_named(session, wishes.region) is not None:
        return find_region(session, wishes.region), False
    made = new_region(
        session,
        actor,
        now,
        given=wishes.region,
        printed=source.draft["region"],
        slug=wishes.region_slug,
        name=wishes.region_name,
    )
    return made, True
