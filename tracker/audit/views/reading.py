"""The page of the audit: which entries, and who and what the names in them are.  The same statements at any length."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from ...access import Actor, Facts, authorise, permitted
from ...directory.models import User
from ...directory.recipients import names_of
from ...plans.models import KeyTask, Plan
from ...plans.policy import plan_facts
from ...plans.queries import visible_plans
from ..commands import SYSTEM_CHAIN, plan_chain
from ..models import AuditEntry
from ..policy import READ

PAGE_SIZE = 50
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters: a chain, part of a name or address, an action or (ending in a dot) a group of them, two days."""

    chain: str = ""
    person: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None

    def args(self) -> dict[str, str]:
        """The same as arguments of an address."""
        given = {"chain": self.chain, "person": self.person, "action": self.action}
        days = {"from": self.first, "to": self.last}
        return {**{k: v for k, v in given.items() if v}, **{k: v.isoformat() for k, v in days.items() if v}}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is shown; names are those of today."""

    entry: AuditEntry
    who: str | None
    for_whom: str | None
    subject: str | None
    plan: Plan | None
    ref: str | None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some of the entries under the filters, newest first, and the chains to choose from."""

    lines: tuple[Line, ...]
    plans: tuple[Plan, ...]
    everything: bool
    total: int
    number: int
    pages: int


def reads_audit(session: Session, actor: Actor) -> bool:
    """Whether the actor may read any of it."""
    return permitted(READ, _facts(actor, _plans(session, actor)))


def _plans(session: Session, actor: Actor) -> list[Plan]:
    plans = visible_plans(session, actor)
    return [plan for plan in plans if actor.administrator or plan_facts(actor, plan).supervisor]


def _facts(actor: Actor, plans: Sequence[Plan]) -> Facts:
    own = bool(plans) and not actor.administrator
    return Facts(administrator=actor.administrator, supervisor=own, in_region=bool(actor.roles))


def readable_plans(session: Session, actor: Actor) -> list[Plan]:
    """The plans whose chains the actor may read.  Raises NotAllowed for those who may read none."""
    plans = _plans(session, actor)
    authorise(READ, _facts(actor, plans))
    return plans


def chains_of(actor: Actor, plans: Sequence[Plan], chosen: str) -> set[str] | None:
    """The chains to show: the chosen one where the actor may read it, else all of theirs; None is every chain."""
    own = {plan_chain(plan.id) for plan in plans} | ({SYSTEM_CHAIN} if actor.administrator else set())
    if chosen in own:
        return {chosen}
    return None if actor.administrator else own


def audit_page(session: Session, actor: Actor, zone: ZoneInfo, asked: Asked, number: int) -> AuditPage:
    """A page of entries; one beyond the last is the last.  Raises NotAllowed."""
    plans = readable_plans(session, actor)
    conditions = _conditions(session, chains_of(actor, plans, asked.chain), zone, asked)
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(number, 1), pages)
    statement = select(AuditEntry).where(*conditions).order_by(AuditEntry.id.desc())
    found = session.scalars(statement.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)).all()
    return AuditPage(_lines(session, found, plans), tuple(plans), actor.administrator, total, number, pages)


def _conditions(
    session: Session, chains: Collection[str] | None, zone: ZoneInfo, asked: Asked
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chains is not None:
        conditions.append(AuditEntry.chain.in_(chains))
    if asked.person:
        people = select(User.id).where(
            or_(User.name.contains(asked.person, autoescape=True), User.email == asked.person.lower())
        )
        keys = [f"user:{user_id}" for user_id in session.scalars(people.limit(MOST_PEOPLE))]
        conditions.append(or_(AuditEntry.actor.in_(keys), AuditEntry.subject.in_(keys)))
    if asked.action.endswith("."):
        conditions.append(AuditEntry.action.startswith(asked.action, autoescape=True))
    elif asked.action:
        conditions.append(AuditEntry.action == asked.action)
    if asked.first is not None:
        conditions.append(AuditEntry.at >= _midnight(asked.first, zone))
    if asked.last is not None:
        conditions.append(AuditEntry.at < _midnight(asked.last + timedelta(days=1), zone))
    return conditions


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _lines(session: Session, entries: Sequence[AuditEntry], plans: Sequence[Plan]) -> tuple[Line, ...]:
    names = names_of(session, {key for entry in entries for key in (entry.actor, entry.for_whom or "", entry.subject)})
    tasks = {int(e.subject.partition(":")[2]) for e in entries if e.subject.startswith("task:")}
    refs = {row.id: row for row in session.execute(select(KeyTask.id, KeyTask.ref).where(KeyTask.id.in_(tasks)))}
    by_chain = {plan_chain(plan.id): plan for plan in plans}
    return tuple(
        Line(
            entry=entry,
            who=names.get(entry.actor),
            for_whom=names.get(entry.for_whom or ""),
            subject=names.get(entry.subject),
            plan=by_chain.get(entry.chain),
            ref=refs[int(number)].ref if kind == "task" and int(number) in refs else None,
            data=json.loads(entry.data),
        )
        for entry in entries
        for kind, _, number in [entry.subject.partition(":")]
    )
