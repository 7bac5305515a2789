"""What a person arranges beside the draft: the plan's address, who supervises it, its definition, its rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..directory.models import Unit
from ..directory.schemas import a_slug
from ..errors import InvalidInput
from ..evaluations.commands import DATES, YEARS_AFTER
from ..evaluations.dates import RoundDates, default_dates, rounds_of_term
from ..evaluations.schemas import RoundDatesSchema
from ..i18n import N_
from ..plans.models import Plan
from ..reporting.commands import checked
from ..workflows.definitions import DEFINITIONS
from .addresses import default_slug
from .editing.stored import plan_draft
from .loading import supervising_offices
from .models import ImportDraft

SLUG_TAKEN = N_("Another plan has this address. Choose another.")
NO_OFFICE = N_("Say which unit supervises the plan.")
NO_HOST = N_("Choose the unit that hosts the new office.")
NO_ROUND = N_("Choose at least one round.")

Days = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RoundChoice:
    """A round of the term: ``days`` are its default dates, ``named`` whether the plan gives cause for it."""

    kind: str
    year: int
    days: Days
    named: bool

    @property
    def code(self) -> str:
        """How forms and the stored choices name it."""
        return f"{self.kind}-{self.year}"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The choices.  ``rounds``: code -> the four days (ISO), as typed where they do not hold yet.

    ``host`` is the unit that hosts a supervising unit that is to be made, None for one that is there.
    """

    slug: str
    supervising_unit: str
    host: str | None
    definition: str
    rounds: Mapping[str, Days] = field(default_factory=dict)
    new_office: str = ""

    @classmethod
    def of(cls, typed: Mapping[str, Any]) -> Arrangement:
        """What was typed or stored, as it is."""
        return cls(
            slug=typed["slug"],
            supervising_unit=typed["supervising_unit"],
            host=typed["host"] or None,
            definition=typed["definition"],
            rounds=typed["rounds"],
            new_office=typed.get("new_office", ""),
        )

    def as_json(self) -> dict[str, Any]:
        """What is stored."""
        return {
            "slug": self.slug,
            "supervising_unit": self.supervising_unit,
            "host": self.host,
            "definition": self.definition,
            "rounds": {code: dict(days) for code, days in self.rounds.items()},
            "new_office": self.new_office,
        }

    def round_dates(self) -> list[RoundDates]:
        """The rounds to make, oldest first."""
        found = []
        for code, days in self.rounds.items():
            kind, _, year = code.rpartition("-")
            found.append(RoundDates(kind, int(year), *(date.fromisoformat(days[name]) for name in DATES)))
        return sorted(found, key=lambda dates: dates.opens_on)


def offered_rounds(draft: ImportDraft) -> list[RoundChoice]:
    """Every round that the draft's term can have, oldest first; the draft knows its period."""
    first, last = draft.draft["period"]
    named, calendar = {clause["kind"] for clause in draft.draft["evaluations"]}, draft.region.calendar
    due = {(dates.kind, dates.year) for dates in rounds_of_term(first, last, named, calendar)}
    return [
        RoundChoice(dates.kind, dates.year, _days(dates), (dates.kind, dates.year) in due)
        for dates in rounds_of_term(first, last, {"annual"}, calendar)
    ]


def _days(dates: RoundDates) -> Days:
    return {name: getattr(dates, name).isoformat() for name in DATES}


def is_default(draft: ImportDraft, code: str, days: Days) -> bool:
    """Whether a round has its default dates."""
    kind, _, year = code.rpartition("-")
    return dict(days) == _days(default_dates(kind, int(year), draft.region.calendar))


def default_arrangement(session: Session, draft: ImportDraft) -> Arrangement:
    """What was chosen before, else the defaults: a free slug, the region's supervising office, the plan's rounds."""
    stored = draft.choices.get("rounds")
    if stored is not None:
        return Arrangement.of(stored)
    offices = supervising_offices(session, draft.region)
    return Arrangement(
        slug=_free_slug(session, draft),
        supervising_unit=offices[0] if len(offices) == 1 else "",
        host=None,
        definition=next(iter(DEFINITIONS)),
        rounds={round_.code: round_.days for round_ in offered_rounds(draft) if round_.named},
    )


def _free_slug(session: Session, draft: ImportDraft) -> str:
    """A free address; empty where the title is nearly that of another plan, and a person has to say."""
    try:
        return default_slug(session, draft.region, plan_draft(draft.draft, lambda message, **_: message))
    except InvalidInput:
        return ""


def read_arrangement(session: Session, draft: ImportDraft, typed: Mapping[str, Any]) -> Arrangement:
    """Check what was typed.  Raises InvalidInput with a sentence a field; the days of a round are ``<day>-<code>``."""
    faults = _slug_faults(session, typed["slug"])
    chosen = Arrangement.of(typed)
    if chosen.new_office:
        chosen = Arrangement.of({**typed, "supervising_unit": chosen.new_office})
        if chosen.host is None:
            faults["host"] = [NO_HOST]
    elif not chosen.supervising_unit or not _is_there(session, draft, chosen.supervising_unit):
        faults["supervising_unit"] = [NO_OFFICE]
    else:
        chosen = Arrangement.of({**typed, "host": None})
    if chosen.definition not in DEFINITIONS:
        faults["definition"] = [N_("Choose one of the definitions.")]
    if not chosen.rounds:
        faults["rounds"] = [NO_ROUND]
    first, last = draft.draft["period"]
    years, calendar = range(first, last + YEARS_AFTER + 1), draft.region.calendar
    schema = RoundDatesSchema(today=date(first, 1, 1), live_on=None, years=years, calendar=calendar)
    for code, days in chosen.rounds.items():
        if is_default(draft, code, days):
            continue
        try:
            checked(schema, days)
        except InvalidInput as error:
            faults |= {f"{name}-{code}": messages for name, messages in error.fields.items()}
    if faults:
        raise InvalidInput(faults)
    return chosen


def _slug_faults(session: Session, slug: str) -> dict[str, list[str]]:
    try:
        a_slug(slug)
    except ValidationError as error:
        return {"slug": [str(message) for message in error.messages]}
    if session.scalar(select(Plan.id).where(Plan.slug == slug)) is not None:
        return {"slug": [SLUG_TAKEN]}
    return {}


def _is_there(session: Session, draft: ImportDraft, name: str) -> bool:
    """Whether the unit is one of the region, or will be made with the plan."""
    if name in draft.choices.get("units", {}).get("create", []):
        return True
    found = select(Unit.id).where(Unit.region_id == draft.region_id, Unit.name == name, Unit.kind != "collective")
    return session.scalar(found) is not None
