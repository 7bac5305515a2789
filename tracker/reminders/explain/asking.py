"""The page that explains: whose mails somebody may ask about, and what is shown of a task, a person and a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...access import Actor, authorise, permitted
from ...clock import local_day
from ...directory.models import Membership, Unit, User
from ...directory.recipients import readable_by
from ...errors import NotFound
from ...outbox.models import OutboxMessage
from ...plans.models import Plan
from ...plans.queries import TaskRow, plan_by_slug, task_rows
from ..models import Reminder
from ..policy import EXPLAIN, recipient_facts
from .explaining import Explanation, explain

MAILED_ROLES = ("handler", "leader", "supervisor", "observer")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or a mailbox, whose mails can be asked about; ``units`` are ids, ``words`` name the units."""

    key: str
    name: str
    units: tuple[int, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """The page.  ``people`` are those that the reader may choose; ``readable`` the mails that they may open."""

    plan: Plan
    row: TaskRow
    tasks: Sequence[TaskRow]
    people: Sequence[Person]
    found: Explanation
    today: date
    readable: frozenset[int]


def why_page(
    session: Session, actor: Actor, now: datetime, slug: str, *, ref: str | None, key: str | None, day: date | None
) -> Why:
    """Why something went to somebody on a day.  What is not given: the reader, today, a task that concerns them.

    Raises NotFound for a plan, task or person that there is not, NotAllowed where the person is not the reader's to ask
    about.
    """
    plan = plan_by_slug(session, actor, slug)
    tasks = task_rows(session, [plan.id])
    people = {person.key: person for person in _people(session, plan, tasks, key or actor.key)}
    mine = [p for p in people.values() if permitted(EXPLAIN, recipient_facts(actor, plan, p.key, p.units))]
    asked = key or (actor.key if any(p.key == actor.key for p in mine) else mine[0].key if mine else actor.key)
    if asked not in people:
        raise NotFound()
    authorise(EXPLAIN, recipient_facts(actor, plan, asked, people[asked].units))
    today = local_day(now, plan.region.timezone)
    row = _task(session, plan, tasks, people[asked], ref, day or today)
    found = explain(session, plan, row, asked, day or today, now)
    return Why(plan, row, tasks, mine, found, today, _readable(session, actor, found))


def _people(session: Session, plan: Plan, tasks: Sequence[TaskRow], asked: str) -> list[Person]:
    """Everybody who is or was contact of a unit of the plan, looks over it or got a reminder of it; mailboxes too."""
    named = {
        unit_id for row in tasks for unit in (*row.leads, *row.supports) for unit_id in unit.members or [unit.unit_id]
    }
    rows = session.execute(
        select(Membership.user_id, Membership.unit_id)
        .where(
            Membership.region_id == plan.region_id,
            Membership.role.in_(MAILED_ROLES),
            Membership.unit_id.in_([*named, plan.supervising_unit_id]) | Membership.unit_id.is_(None),
        )
        .order_by(Membership.ended_at.is_not(None), Membership.id)
    )
    units: dict[str, list[int]] = {}
    for user_id, unit_id in rows:
        held = units.setdefault(f"user:{user_id}", [])
        held += [unit_id] if unit_id is not None and unit_id not in held else []
    reminded = session.scalars(select(Reminder.recipient).where(Reminder.plan_id == plan.id).distinct())
    for key in (*sorted(reminded), asked):
        units.setdefault(key, [int(key.removeprefix("unit:"))] if _number(key, "unit") else [])
    users = {int(key.removeprefix("user:")) for key in units if _number(key, "user")}
    names = {f"user:{n}": name for n, name in session.execute(select(User.id, User.name).where(User.id.in_(users)))}
    ids = {unit_id for held in units.values() for unit_id in held}
    words = {n: name for n, name in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))}
    names |= {f"unit:{unit_id}": name for unit_id, name in words.items()}
    return [
        Person(key, names[key], tuple(held), tuple(words[unit_id] for unit_id in held))
        for key, held in units.items()
        if key in names
    ]


def _number(key: str, kind: str) -> bool:
    before, _, number = key.partition(":")
    return before == kind and number.isascii() and number.isdecimal() and len(number) < 10


def _task(
    session: Session, plan: Plan, tasks: Sequence[TaskRow], person: Person, ref: str | None, day: date
) -> TaskRow:
    """The task that is named, else one that a mail of the day names, else the person's first.  Raises NotFound."""
    if ref is not None:
        found = next((row for row in tasks if row.ref == ref), None)
    else:
        refs = _refs_of_the_day(session, plan, person.key, day)
        theirs = [row for row in tasks if any(unit.unit_id in person.units for unit in row.leads)]
        found = next((row for row in tasks if row.ref in refs), next(iter([*theirs, *tasks]), None))
    if found is None:
        raise NotFound()
    return found


def _refs_of_the_day(session: Session, plan: Plan, key: str, day: date) -> set[str]:
    statement = select(OutboxMessage.context).where(OutboxMessage.recipient == key, OutboxMessage.local_day == day)
    entries = [entry for context in session.scalars(statement) for entry in context.get("entries", ())]  # type: ignore[attr-defined]
    return {
        ref
        for entry in entries
        if entry["slug"] == plan.slug
        for ref in ([entry["ref"]] if entry.get("ref") else [task["ref"] for task in entry["tasks"]])
    }


def _readable(session: Session, actor: Actor, found: Explanation) -> frozenset[int]:
    ids = {said.message_id for said in found.sentences if said.message_id is not None}
    statement = select(OutboxMessage.id).where(OutboxMessage.id.in_(ids), readable_by(actor, OutboxMessage.recipient))
    return frozenset(session.scalars(statement))
