"""Units with what they carry, and one unit with its tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor
from ..directory.models import Membership, Region, Unit, UnitAlias, UnitMember, User
from ..directory.queries import contacts_of
from ..errors import NotFound
from ..plans.queries import visible_plans
from ..reporting.input_requests import Asked, input_requests_of, stands
from ..workflows.definitions import OPEN_STATES
from .reads import Task, supervised, tasks_of
from .unit_people import Person, people_of
from .unreached import Unreached, unreached_units

DONE = ("verified", "closed_out")


@dataclass(slots=True)
class Load:
    """What a unit carries.  ``states`` and ``lamps`` count the tasks it leads, first-named or not.

    ``people`` counts its active handlers, leaders and supervisors; ``reach`` is "person", "mailbox" or "nobody".
    ``silent``: tasks are open, its own or as a member of a collective unit, and no person gets their mails.
    """

    unit: Unit
    led: int = 0
    supported: int = 0
    open: int = 0
    states: Counter[str] = field(default_factory=Counter)
    lamps: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    reach: str = "nobody"
    silent: bool = False

    @property
    def verified(self) -> int:
        """Tasks led that are verified or closed out."""
        return sum(self.states[state] for state in DONE)

    @property
    def waiting(self) -> int:
        """Tasks led whose report waits."""
        return self.states["reported"]

    @property
    def unreported(self) -> int:
        """Tasks led of which nothing is reported at present."""
        return self.states["assigned"] + self.states["in_progress"]


@dataclass(frozen=True, slots=True)
class Units:
    """The page.  ``silent`` are units with open tasks and no person; for ``supervises`` they head the list."""

    regions: tuple[tuple[Region, tuple[Load, ...]], ...]
    silent: tuple[Unreached, ...]
    supervises: bool


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit: its load, names, people, and the tasks it leads, supports, or has part in as a member."""

    load: Load
    region: Region
    host: Unit | None
    aliases: tuple[str, ...]
    members: tuple[Unit, ...]
    collectives: tuple[Unit, ...]
    people: tuple[Person, ...]
    led: tuple[Task, ...]
    supported: tuple[Task, ...]
    as_member: tuple[Task, ...]
    asked: tuple[tuple[Task, Asked], ...]

    @property
    def answered(self) -> int:
        """How many of the requests for input the unit answered."""
        return sum(item.days is not None for _, item in self.asked)

    @property
    def unanswered(self) -> int:
        """How many it did not answer by their day (未回应)."""
        return sum(item.status == "no_answer" for _, item in self.asked)

    @property
    def middle_days(self) -> float | None:
        """The median of the working days that its answers took."""
        days = [item.days for _, item in self.asked if item.days is not None]
        return median(days) if days else None


def units_page(session: Session, actor: Actor, now: datetime) -> Units:
    """The units of the actor's regions by name of region, with what they carry.

    The number of statements depends on the number of plans, never on that of units or tasks.
    """
    statement = select(Unit).options(joinedload(Unit.region)).order_by(Unit.region_id, Unit.id)
    if not actor.administrator:
        statement = statement.where(Unit.region_id.in_(actor.region_ids))
    units = list(session.scalars(statement))
    plans = visible_plans(session, actor)
    loads = _loads(session, units, tasks_of(session, actor, now, plans))
    _count_people(session, loads)
    silent = _mark_silent(session, loads, None if actor.administrator else actor.region_ids)
    regions: dict[int, list[Load]] = {}
    for unit in units:
        load = loads[unit.id]
        if load.led or load.supported or load.people or load.silent:
            regions.setdefault(unit.region_id, []).append(load)
    supervises = bool(supervised(actor, plans)) or actor.administrator
    for found in regions.values():
        found.sort(key=lambda load: (supervises and not load.silent, -load.led, -load.supported, load.unit.id))
    return Units(
        regions=tuple((found[0].unit.region, tuple(found)) for found in regions.values()),
        silent=tuple(silent),
        supervises=supervises,
    )


def unit_page(session: Session, actor: Actor, now: datetime, unit_id: int) -> UnitPage:
    """One unit.  Raises NotFound where there is none or it lies outside the actor's regions."""
    unit = session.get(Unit, unit_id, options=[joinedload(Unit.region)])
    if unit is None or not actor.sees_region(unit.region_id):
        raise NotFound()
    plans = [plan for plan in visible_plans(session, actor) if plan.region_id == unit.region_id]
    tasks = tasks_of(session, actor, now, plans)
    loads = _loads(session, [unit], tasks)
    _count_people(session, loads)
    _mark_silent(session, loads, [unit.region_id])
    collectives = session.scalars(
        select(Unit).join(UnitMember, UnitMember.collective_id == Unit.id).where(UnitMember.member_id == unit_id)
    )
    members = session.scalars(
        select(Unit)
        .join(UnitMember, UnitMember.member_id == Unit.id)
        .where(UnitMember.collective_id == unit_id)
        .order_by(UnitMember.position)
    )
    aliases = session.scalars(
        select(UnitAlias.name).where(UnitAlias.unit_id == unit_id, UnitAlias.name != unit.name).order_by(UnitAlias.id)
    )
    return UnitPage(
        load=loads[unit_id],
        region=unit.region,
        host=session.get(Unit, unit.host_unit_id) if unit.host_unit_id is not None else None,
        aliases=tuple(aliases),
        members=tuple(members),
        collectives=tuple(collectives),
        people=tuple(people_of(session, actor, now, unit)),
        led=tuple(task for task in tasks if any(u.unit_id == unit_id for u in task.row.leads)),
        supported=tuple(task for task in tasks if any(u.unit_id == unit_id for u in task.row.supports)),
        as_member=tuple(
            task for task in tasks if any(unit_id in u.members for u in (*task.row.leads, *task.row.supports))
        ),
        asked=tuple(_asked(session, unit, tasks)),
    )


def _asked(session: Session, unit: Unit, tasks: Sequence[Task]) -> Iterator[tuple[Task, Asked]]:
    """The requests for input to a unit, newest first, each with its task."""
    by_id = {task.row.task_id: task for task in tasks}
    for request in reversed(input_requests_of(session, unit_ids=[unit.id])):
        task = by_id[request.task_id]
        yield task, stands(request, task.row, task.today, unit.region)


def _loads(session: Session, units: Sequence[Unit], tasks: Sequence[Task]) -> dict[int, Load]:
    loads = {unit.id: Load(unit) for unit in units}
    for task in tasks:
        is_open = task.row.state in OPEN_STATES
        for named in task.row.leads:
            if (load := loads.get(named.unit_id)) is not None:
                load.led += 1
                load.open += is_open
                load.states[task.row.state] += 1
                load.lamps[task.standing.lamp] += 1
        for named in task.row.supports:
            if (load := loads.get(named.unit_id)) is not None:
                load.supported += 1
                load.open += is_open
    for unit_id, recipients in contacts_of(session, loads).items():
        keys = [r.key.split(":")[0] for r in recipients if r.reachable]
        loads[unit_id].reach = "person" if "user" in keys else "mailbox" if keys else "nobody"
    return loads


def _count_people(session: Session, loads: dict[int, Load]) -> None:
    statement = (
        select(Membership.unit_id, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.unit_id.in_(list(loads)), Membership.ended_at.is_(None), User.active.is_(True))
    )
    for unit_id, role in session.execute(statement):
        assert unit_id is not None
        loads[unit_id].people[role] += 1


def _mark_silent(session: Session, loads: dict[int, Load], region_ids: Collection[int] | None) -> list[Unreached]:
    """Mark the units whose open tasks reach no person, and give them, the worst first."""
    silent = [unreached for unreached in unreached_units(session, region_ids) if unreached.unit.id in loads]
    for unreached in silent:
        load = loads[unreached.unit.id]
        load.silent, load.open = True, unreached.open
    return silent
