"""Regions, units, people, plans: what tests put into a database, made by the product's own commands where it has one.

``make_city`` is a whole small city with somebody in every relation to a task; ``City.do`` fires a trigger as one of
them.  ``load_seed`` brings in one of the five real plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.access import NOBODY, SYSTEM, Actor
from tracker.directory.commands import add_alias
from tracker.directory.models import Membership, Region, Unit, UnitMember, User
from tracker.directory.queries import actor_of
from tracker.idempotency import Answer
from tracker.plans.commands import load_plan
from tracker.plans.models import Plan
from tracker.plans.queries import TaskRow, task_row
from tracker.plans.schemas import PlanDocumentSchema
from tracker.workflows.commands import act, go_live

NOW = datetime(2023, 6, 15, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai on a Thursday: a working day, inside the window of notices."""

ROLE_NAMES = {
    "handler": "经办人",
    "leader": "负责人",
    "supervisor": "督查专员",
    "observer": "领导",
    "evaluator": "评估机构",
}
REPORT = {"done": "已完成半年任务。", "progress": 50}
COMPLETION = {"done": "全部完成。", "progress": 100, "completion_claimed": True, "evidence": "验收文件〔2023〕5号"}
UNPROVEN = {"done": "全部完成。", "progress": 100, "completion_claimed": True}


def make_region(session: Session, slug: str = "shaoguan", name: str = "韶关市", short_name: str = "韶关") -> Region:
    """A region in Shanghai's zone."""
    region = Region(slug=slug, name=name, short_name=short_name, timezone="Asia/Shanghai")
    session.add(region)
    session.flush()
    return region


def make_unit(
    session: Session,
    region: Region,
    name: str,
    *,
    kind: str = "government_department",
    mailbox: str | None = None,
    host: Unit | None = None,
    members: Sequence[Unit] = (),
) -> Unit:
    """A unit that answers to its name; with ``members`` a collective one."""
    unit = Unit(
        region_id=region.id,
        name=name,
        kind="collective" if members else kind,
        mailbox=mailbox,
        host_unit_id=host.id if host is not None else None,
    )
    session.add(unit)
    session.flush()
    add_alias(session, region.id, unit, name)
    for position, member in enumerate(members):
        session.add(UnitMember(collective_id=unit.id, member_id=member.id, position=position))
    session.flush()
    return unit


def make_user(session: Session, name: str, *, locale: str = "zh_Hans_CN", administrator: bool = False) -> User:
    """An active person without a password; the address counts up."""
    number = (session.scalar(select(func.max(User.id))) or 0) + 1
    user = User(
        email=f"user{number}@example.test", name=name, locale=locale, administrator=administrator, created_at=NOW
    )
    session.add(user)
    session.flush()
    return user


def give_role(session: Session, user: User, role: str, unit: Unit | None = None, region: Region | None = None) -> None:
    """A membership from NOW on: in a unit, or (observer, evaluator) in a region."""
    region_id = unit.region_id if unit is not None else region.id if region is not None else None
    assert region_id is not None, "name a unit or a region"
    session.add(
        Membership(
            user_id=user.id, region_id=region_id, unit_id=unit.id if unit is not None else None, role=role, from_at=NOW
        )
    )
    session.flush()


def end_role(session: Session, user: User, role: str, now: datetime = NOW) -> None:
    """End the person's memberships in this role."""
    for membership in session.scalars(select(Membership).where(Membership.user_id == user.id, Membership.role == role)):
        membership.ended_at = now
    session.flush()


def make_person(session: Session, unit: Unit, role: str, **values: Any) -> Actor:
    """A person with one role in a unit, as an actor; named by unit and role."""
    user = make_user(session, f"{unit.name} {ROLE_NAMES[role]}", **values)
    give_role(session, user, role, unit)
    return actor_of(session, user)


def reload_actor(session: Session, actor: Actor) -> Actor:
    """The same person with the memberships of now."""
    return actor_of(session, session.get_one(User, actor.user_id))


def task_entry(ref: str, leads: Sequence[str] = (), supports: Sequence[str] = (), **values: Any) -> dict[str, Any]:
    """One task of a plan document."""
    return {
        "ref": ref,
        "number": ref,
        "section": None,
        "text": f"第{ref}项重点任务。",
        "leads": list(leads),
        "supports": list(supports),
        "others": [],
        "joint": False,
        "deadline": None,
        "targets": [],
        "source_line": 1,
        **values,
    }


def plan_document(slug: str, supervising_unit: str, tasks: Sequence[dict[str, Any]], **values: Any) -> dict[str, Any]:
    """A plan document in the shape of a file of seed_tasks/."""
    return {
        "slug": slug,
        "supervising_unit": supervising_unit,
        "definition": "standard",
        "title": "残疾人保障和发展规划",
        "document_number": None,
        "issuer": None,
        "issued_on": None,
        "region": None,
        "period": [2021, 2025],
        "form": "annex_two_columns",
        "tasks": list(tasks),
        "indicators": [],
        "projects": [],
        "evaluations": [],
        "units": [],
        "warnings": [],
        **values,
    }


def make_plan(session: Session, region: Region, document: dict[str, Any], now: datetime = NOW) -> Plan:
    """Load a plan document (through its schema) into a region."""
    return load_plan(session, SYSTEM, now, region, PlanDocumentSchema().load(document))[0]


def load_seed(session: Session, slug: str, now: datetime = NOW) -> Plan:
    """One of the five real plans with its region and units, not live yet; without rounds."""
    from tracker.directory.commands import load_units
    from tracker.plans.files import read_plan, read_units

    region = load_units(session, SYSTEM, now, read_units(slug))
    return load_plan(session, SYSTEM, now, region, read_plan(slug))[0]


@dataclass
class City:
    """A city with its units by name, a plan, and its people by relation (see make_city)."""

    region: Region
    units: dict[str, Unit]
    plan: Plan
    people: dict[str, Actor] = field(default_factory=dict)

    def unit_ids(self, *names: str) -> list[int]:
        """The ids of units, in the order of their names."""
        return [self.units[name].id for name in names]

    def row(self, session: Session, ref: str) -> TaskRow:
        """Where a task stands now."""
        return task_row(session, self.plan, ref)

    def do(
        self,
        session: Session,
        who: str | Actor,
        ref: str,
        trigger: str,
        *,
        now: datetime = NOW,
        version: int | None = None,
        key: str | None = None,
        **data: Any,
    ) -> Answer:
        """Fire a trigger as one of the people, at the present version unless another is given."""
        return act(
            session,
            self.people[who] if isinstance(who, str) else who,
            now,
            slug=self.plan.slug,
            ref=ref,
            trigger=trigger,
            version=self.row(session, ref).version if version is None else version,
            data=data,
            key=key,
        )

    def let_live(self, session: Session, now: datetime = NOW) -> None:
        """Let the plan live without dispatching anything, so that a test can dispatch each task itself."""
        session.get_one(Plan, self.plan.id).live_since = now
        session.flush()

    def go_live(self, session: Session, now: datetime = NOW) -> Answer:
        """The supervisor's going live."""
        return go_live(session, self.people["supervisor"], now, slug=self.plan.slug)


def make_city(session: Session, tasks: Sequence[dict[str, Any]] | None = None, *, definition: str = "standard") -> City:
    """韶关 in small, and one supervisor of 江门.

    Units: 残工委办公室 (supervises, hosted by 市残联), 市残联, 市民政局, 市教育局, 市财政局, 市体育局, and
    the collective 各县（市、区）政府 of 浈江区政府 and 武江区政府.  People: handler and leader of 市民政局, other_lead
    of 市教育局, supporting of 市财政局, collective_member of 浈江区政府, supervisor, second_supervisor (reads English),
    host_supervisor (of both 残工委办公室 and 市残联), host_handler and host_leader of 市残联, observer, administrator,
    another_unit (市体育局), another_region, nobody, system.  Nobody is at 武江区政府: it has a mailbox.
    ``tasks`` default to: 1 led by 市民政局 and 市教育局, 2 by 市残联 and 市教育局, 3 by 市民政局 and 市残联, all
    supported by 市财政局 and the collective unit; 4 without units.
    """
    region = make_region(session)
    units: dict[str, Unit] = {}
    for name in ("市残联", "市民政局", "市教育局", "市财政局", "市体育局"):
        units[name] = make_unit(session, region, name)
    for name in ("浈江区政府", "武江区政府"):
        units[name] = make_unit(session, region, name, kind="county", mailbox=f"{len(units)}@county.example.test")
    units["各县（市、区）政府"] = make_unit(
        session, region, "各县（市、区）政府", members=[units["浈江区政府"], units["武江区政府"]]
    )
    office = make_unit(session, region, "残工委办公室", kind="office", host=units["市残联"])
    units[office.name] = office
    supports = ["市财政局", "各县（市、区）政府"]
    given = tasks or [
        task_entry("1", ["市民政局", "市教育局"], supports),
        task_entry("2", ["市残联", "市教育局"], supports),
        task_entry("3", ["市民政局", "市残联"], supports),
        task_entry("4"),
    ]
    document = plan_document("shaoguan", office.name, given, definition=definition)
    city = City(region, units, make_plan(session, region, document))
    city.people = _people(session, city, office)
    return city


def _people(session: Session, city: City, office: Unit) -> dict[str, Actor]:
    units = city.units
    people = {
        "handler": make_person(session, units["市民政局"], "handler"),
        "leader": make_person(session, units["市民政局"], "leader"),
        "other_lead": make_person(session, units["市教育局"], "handler"),
        "supporting": make_person(session, units["市财政局"], "handler"),
        "collective_member": make_person(session, units["浈江区政府"], "handler"),
        "supervisor": make_person(session, office, "supervisor"),
        "second_supervisor": make_person(session, office, "supervisor", locale="en"),
        "host_supervisor": make_person(session, office, "supervisor"),
        "host_handler": make_person(session, units["市残联"], "handler"),
        "host_leader": make_person(session, units["市残联"], "leader"),
        "another_unit": make_person(session, units["市体育局"], "handler"),
        "nobody": NOBODY,
        "system": SYSTEM,
    }
    give_role(session, session.get_one(User, people["host_supervisor"].user_id), "handler", units["市残联"])
    people["host_supervisor"] = reload_actor(session, people["host_supervisor"])
    observer = make_user(session, "韶关市 领导")
    give_role(session, observer, "observer", region=city.region)
    people["observer"] = actor_of(session, observer)
    people["administrator"] = actor_of(session, make_user(session, "管理员", administrator=True))
    elsewhere = make_region(session, "jiangmen", "江门市", "江门")
    other_office = make_unit(session, elsewhere, "残工委办公室", kind="office")
    people["another_region"] = make_person(session, other_office, "supervisor")
    return people
