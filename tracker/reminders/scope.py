"""Whose reminders a page shows: one's own, or all of a plan, narrowed to a unit or a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor
from ..directory.models import Membership, Unit, User
from ..directory.queries import members_of
from ..plans.models import Plan
from ..plans.queries import visible_plans
from .lines import Entry
from .policy import looks_over

MAILED_ROLES = ("handler", "leader", "supervisor", "observer")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says: a plan's slug, a unit's id, a recipient key; each None where it says nothing."""

    slug: str | None = None
    unit_id: int | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a page can be narrowed to: units (id, name) and people (key, name, unit's name)."""

    units: tuple[tuple[int, str], ...] = ()
    people: tuple[tuple[str, str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """``plans`` can be chosen, ``asked`` are shown; ``plan`` is the one where only one is shown.

    ``whole``: everybody's reminders, not one's own.  ``keys`` are the recipients that are shown, None for all.
    """

    plans: tuple[Plan, ...]
    asked: tuple[Plan, ...]
    plan: Plan | None
    whole: bool
    keys: frozenset[str] | None
    chosen: Asked

    @property
    def recipient(self) -> str | None:
        """Whose reminders are read at all: one's own, or (None) everybody's."""
        return next(iter(self.keys)) if not self.whole and self.keys else None

    def of(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those of some entries that are shown."""
        return [entry for entry in entries if self.keys is None or entry.recipient in self.keys]


def scope_of(session: Session, actor: Actor, asked: Asked, *, one_plan: bool = False) -> Scope:
    """What a person sees of what the address says; ``one_plan``: the first where none is named."""
    plans = visible_plans(session, actor)
    over = [plan for plan in plans if looks_over(actor, plan)]
    named = next((plan for plan in plans if plan.slug == asked.slug), None)
    shown = [named] if named is not None else over or plans
    shown = shown[:1] if one_plan else shown
    whole = bool(over) and all(plan in over for plan in shown)
    keys = _keys(session, asked) if whole else frozenset([actor.key])
    return Scope(
        plans=tuple(over or plans),
        asked=tuple(shown),
        plan=named if named is not None else (shown[0] if len(shown) == 1 else None),
        whole=whole,
        keys=keys,
        chosen=asked if whole else Asked(asked.slug),
    )


def _keys(session: Session, asked: Asked) -> frozenset[str] | None:
    """The recipients of a unit or the one person that is asked for; None where nobody is."""
    if asked.person:
        return frozenset([asked.person])
    if asked.unit_id is None:
        return None
    units = members_of(session, [asked.unit_id]).get(asked.unit_id, [asked.unit_id])
    people = select(Membership.user_id).where(Membership.unit_id.in_(units), Membership.role.in_(MAILED_ROLES))
    return frozenset([f"unit:{unit_id}" for unit_id in units] + [f"user:{key}" for key in session.scalars(people)])


def choices_of(session: Session, plans: Sequence[Plan], entries: Iterable[Entry]) -> Choices:
    """The units and the recipients that a page can be narrowed to: those who get something on it."""
    keys = {entry.recipient for entry in entries}
    users = [int(key.removeprefix("user:")) for key in keys if key.startswith("user:")]
    boxes = [int(key.removeprefix("unit:")) for key in keys if key.startswith("unit:")]
    held: Any = session.execute(
        select(User.id, User.name, Unit.id, Unit.name)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(User.id.in_(users), Membership.region_id.in_([plan.region_id for plan in plans]))
        .order_by(Unit.id, User.id)
    ).all()  # an observer has no unit, which the types hide
    units = {unit_id: name for _, _, unit_id, name in held if unit_id is not None}
    units |= {unit_id: name for unit_id, name in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(boxes)))}
    people: dict[str, tuple[str, str | None]] = {}
    for user_id, name, _, unit in held:
        people.setdefault(f"user:{user_id}", (name, unit))
    return Choices(
        units=tuple(units.items()),
        people=tuple((key, name, unit) for key, (name, unit) in people.items()),
    )
