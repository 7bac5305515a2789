"""One import from beginning to end: the region, then a new plan, or the difference to the plan that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..access import Actor, authorise
from ..directory.models import Region
from ..errors import InvalidInput
from ..i18n import N_
from ..plans.models import KeyTask, Plan
from ..plans.policy import plan_facts
from ..plans.queries import plan_by_slug, rounds_of
from .addresses import find_region, new_region, region_named
from .applying import Applied, apply_revision
from .blocks import Doubt
from .bookdraft import draft_of_book
from .loading import load_draft
from .matching import UnitMatch
from .policy import REVISE
from .revision import Difference, difference
from .settling import Choices
from .sources import Source
from .workbook import Book, RowFaults


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
    """Import a file as ``wishes`` say.

    Raises what load_draft and apply_revision raise, NotFound where the region is not known, RowFaults for the rows of
    an exported workbook.
    """
    if source.book is not None:
        return _take_back(session, actor, now, source, source.book, wishes)
    assert source.draft is not None
    region, made = _region(session, actor, now, source.draft["region"], wishes)
    loaded = load_draft(session, actor, now, region=region, draft=source.draft, choices=wishes.choices)
    if not loaded.is_new:
        return _revise(session, actor, now, loaded.plan, source, source.draft, wishes)
    return Report(
        **_of_plan(session, loaded.plan, wishes),
        is_new=True,
        new_region=made,
        created=loaded.created,
        taught=loaded.taught,
        rounds=tuple((round_.kind, round_.year) for round_ in rounds_of(session, [loaded.plan.id])),
        doubts=(*source.doubts, *loaded.doubts),
        warnings=tuple(source.draft["warnings"]),
    )


def _of_plan(session: Session, plan: Plan, wishes: Wishes) -> dict[str, Any]:
    return {
        "slug": plan.slug,
        "title": plan.title,
        "region": plan.region.name,
        "dry_run": wishes.dry_run,
        "tasks": session.scalar(select(func.count()).select_from(KeyTask).where(KeyTask.plan_id == plan.id)) or 0,
        "supervising_unit": plan.supervising_unit.name,
    }


def _take_back(session: Session, actor: Actor, now: datetime, source: Source, book: Book, wishes: Wishes) -> Report:
    """An exported workbook comes back: it knows its plan, and is compared with the plan as it stands."""
    region = find_region(session, wishes.region)
    slug = wishes.choices.slug or book.slug
    plan = plan_by_slug(session, actor, slug) if slug == book.slug else None
    if plan is None or plan.region_id != region.id:
        raise InvalidInput(
            message=N_("This workbook was exported from the plan %(slug)s. Import it into that plan and its region."),
            slug=book.slug,
        )
    draft, faults = draft_of_book(session, plan, book, wishes.choices)
    if faults:
        raise RowFaults(tuple(faults))
    return _revise(session, actor, now, plan, source, draft, wishes)


def _revise(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    source: Source,
    draft: Mapping[str, Any],
    wishes: Wishes,
) -> Report:
    authorise(REVISE, plan_facts(actor, plan))
    found = difference(session, plan, draft, accepted=wishes.choices.accepted)
    applied = None
    if wishes.apply_revision and found:
        applied = apply_revision(
            session,
            actor,
            now,
            slug=plan.slug,
            draft=draft,
            document_name=source.name,
            sha256=source.sha256,
            choices=wishes.choices,
        )
    return Report(
        **_of_plan(session, plan, wishes),
        is_new=False,
        created=applied.created if applied is not None else (),
        difference=found,
        applied=applied,
        doubts=source.doubts,
    )


def _region(session: Session, actor: Actor, now: datetime, printed: str | None, wishes: Wishes) -> tuple[Region, bool]:
    if wishes.choices.create is None or region_named(session, wishes.region) is not None:
        return find_region(session, wishes.region), False
    made = new_region(
        session,
        actor,
        now,
        given=wishes.region,
        printed=printed,
        slug=wishes.region_slug,
        name=wishes.region_name,
    )
    return made, True
