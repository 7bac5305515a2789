"""A draft becomes a plan: its units, its supervising unit, its rounds.  The one path for files, pages and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor
from ..directory.commands import load_units
from ..directory.models import Region, Unit
from ..errors import InvalidInput
from ..evaluations.commands import make_rounds
from ..i18n import N_
from ..plans.commands import load_plan
from ..plans.models import Plan
from .addresses import default_slug
from .blocks import Doubt
from .kinds import kind_of
from .matching import UnitMatch, match_units
from .policy import authorise_import
from .settling import Choices, UnknownUnits, named_once, settle_units

SUPERVISION_OFFICE = "督查室"
"""The unit that supervises in a region where nobody named one: an office that a government usually has (政府督查室)."""

OFFICE_IS_A_GUESS = N_(
    "No unit was named that supervises the plan, so %(name)s is made for it. Name another one where that is wrong."
)

ANOTHER_REGION = N_("The document names %(printed)s, but it is imported into %(region)s.")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did.  ``is_new`` is False where the slug was there: then nothing was changed."""

    plan: Plan
    is_new: bool
    created: tuple[str, ...] = ()
    taught: tuple[UnitMatch, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def load_draft(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    region: Region,
    draft: Mapping[str, Any],
    choices: Choices,
) -> Loaded:
    """Make a plan of a loaded PlanDraftSchema draft, with its rounds, not live yet.  An existing slug stays as it is.

    Raises NotFound and NotAllowed, UnknownUnits, InvalidInput where the period or the supervising unit is not known.
    """
    authorise_import(actor, region.id)
    slug = choices.slug or default_slug(session, region, draft)
    existing = session.scalar(select(Plan).where(Plan.slug == slug))
    if existing is not None and existing.region_id != region.id:
        raise InvalidInput(
            message=N_("Another region has a plan at the address %(slug)s. Choose another slug."), slug=slug
        )
    if existing is not None:
        return Loaded(existing, False)
    if draft["period"] is None:
        raise InvalidInput(message=N_("The document does not say which years the plan is for. Give the period."))
    settled = settle_units(session, actor, now, region=region, draft=draft, choices=choices)
    office, made, about_office = _supervising_unit(session, actor, now, region, choices)
    tasks, about_tasks = named_once(draft["tasks"], settled.known)
    document = {**draft, "tasks": tasks, "slug": slug, "supervising_unit": office, "definition": choices.definition}
    plan, is_new = load_plan(session, actor, now, region, document)
    make_rounds(session, actor, now, plan, kinds=choices.rounds)
    place = doubts_about_place(draft["region"], region)
    return Loaded(
        plan,
        is_new,
        created=(*settled.created, *made),
        taught=settled.taught,
        doubts=(*place, *settled.doubts, *about_office, *about_tasks),
    )


def doubts_about_place(printed: str | None, region: Region) -> tuple[Doubt, ...]:
    """A doubt where the document names another place than the region it is imported into."""
    if printed is None or region.short_name in printed or printed in region.name:
        return ()
    return (Doubt(None, ANOTHER_REGION, {"printed": printed, "region": region.name}),)


def _supervising_unit(
    session: Session, actor: Actor, now: datetime, region: Region, choices: Choices
) -> tuple[str, tuple[str, ...], tuple[Doubt, ...]]:
    """The name of the unit that supervises, the units made for it, and doubts about that."""
    wanted = choices.supervising_unit
    if wanted is not None:
        match = match_units(session, region, [wanted])[wanted]
        if match.unit is not None:
            return match.unit, (), ()
        if not choices.creates(wanted):
            raise UnknownUnits([match])
        return wanted, _make_office(session, actor, now, region, wanted, choices.host), ()
    offices = supervising_offices(session, region)
    if len(offices) == 1:
        return offices[0], (), ()
    if offices or choices.create is None:
        raise InvalidInput(
            message=N_("Say which unit supervises the plan%(offices)s."),
            offices=f" ({'、'.join(offices)})" if offices else "",
        )
    made = _make_office(session, actor, now, region, SUPERVISION_OFFICE, choices.host)
    return SUPERVISION_OFFICE, made, (Doubt(None, OFFICE_IS_A_GUESS, {"name": SUPERVISION_OFFICE}),)


def supervising_offices(session: Session, region: Region) -> list[str]:
    """The units that supervise plans of the region; where there is no plan yet, its offices."""
    serving = select(Unit.name).join(Plan, Plan.supervising_unit_id == Unit.id).where(Plan.region_id == region.id)
    found = list(session.scalars(serving.distinct().order_by(Unit.name)))
    if found:
        return found
    offices = select(Unit.name).where(Unit.region_id == region.id, Unit.kind == "office").order_by(Unit.name)
    return list(session.scalars(offices))


def _make_office(
    session: Session, actor: Actor, now: datetime, region: Region, name: str, host: str | None
) -> tuple[str, ...]:
    """Make an office and, where it is not there, the unit that hosts it.  Gives the names of the units made."""
    office: dict[str, Any] = {
        "name": name,
        "kind": "office",
        "mailbox": None,
        "aliases": [],
        "host": None,
        "members": [],
    }
    units = [office]
    made = [name]
    if host is not None:
        match = match_units(session, region, [host])[host]
        office["host"] = match.unit or host
        units.insert(0, {**office, "name": match.unit or host, "kind": kind_of(host)[0], "host": None})
        made += [] if match.known else [host]
    load_units(session, actor, now, {"region": {"slug": region.slug}, "units": units})
    return tuple(made)
