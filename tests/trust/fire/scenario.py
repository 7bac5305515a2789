"""The day under fire: 2023-08-31, when two plans remind seventy recipients of a report and of their tasks' deadlines.

Who must be reminded of what is worked out here by hand, without asking the rules.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, give_role, make_person, make_plan, make_region, make_unit, plan_document, task_entry
from tracker.access import SYSTEM
from tracker.db import transaction
from tracker.directory.models import Membership, Region, Unit, User
from tracker.directory.queries import actor_of
from tracker.evaluations.commands import make_rounds
from tracker.plans.models import KeyTask, Plan, Round
from tracker.plans.queries import task_rows
from tracker.scheduler import tick
from tracker.workflows.commands import act, go_live

Key = tuple[str, str, date, str]
"""What is unique in the ledger: subject, kind, due_on, recipient."""

DAY, NEXT_DAY = date(2023, 8, 31), date(2023, 9, 1)
PLANS = {"shaoguan": ("韶关市", 64), "jiangmen": ("江门市", 6)}
"""Region and number of units; unit n leads task n, first-named, and task n - 1."""
MAILBOXES = (5, 6, 7)
"""Units of 韶关 without a person: their mailbox is reminded."""
SHARED = (1, 2, 3)
"""Units of both cities that have one and the same handler: one digest, not two."""
LATE = ("L1", "L2", "L3", "L4")
"""Tasks of 韶关 without units until they are dispatched on the day itself, after its digests went out."""
RECIPIENTS = sum(units for _, units in PLANS.values()) - len(SHARED)


def at(day: date, clock: str) -> datetime:
    """An instant of a day in Shanghai."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def the_day_before(app: Flask) -> None:
    """Fill a database: both plans live, everything up to the evening before sent."""
    with app.app_context(), transaction() as session:
        for slug, (city, units) in PLANS.items():
            _plan(session, slug, city, units)
    for moment in (NOW + timedelta(hours=1), at(DAY - timedelta(days=1), "09:00")):
        done = tick(app, moment)
        assert done["failures"] == []
        assert done["mails"]["sent"] >= RECIPIENTS


def _plan(session: Session, slug: str, city: str, count: int) -> None:
    region = make_region(session, slug, city, city[:2])
    office = make_unit(session, region, "残工委办公室", kind="office")
    supervisor = make_person(session, office, "supervisor")
    for number in range(1, count + 1):
        mailbox = slug == "shaoguan" and number in MAILBOXES
        address = f"unit{number}@unit.example.test" if mailbox else None
        unit = make_unit(session, region, unit_name(number), mailbox=address)
        if slug == "jiangmen" and number in SHARED:
            give_role(session, _handler(session, "shaoguan", number), "handler", unit)
        elif not mailbox:
            make_person(session, unit, "handler", locale="en" if number % 5 == 0 else "zh_Hans_CN")
    tasks = [
        task_entry(str(number), [unit_name(unit) for unit in leads_of(number, count)], deadline=DAY.isoformat())
        for number in range(1, count + 1)
    ]
    late = [task_entry(ref, deadline=DAY.isoformat()) for ref in LATE] if slug == "shaoguan" else []
    plan = make_plan(session, region, plan_document(slug, office.name, [*tasks, *late]))
    make_rounds(session, SYSTEM, NOW, plan)
    go_live(session, supervisor, NOW, slug=slug)


def unit_name(number: int) -> str:
    """The name of a unit."""
    return f"第{number}局"


def leads_of(task: int, units: int) -> tuple[int, int]:
    """The two units that lead a task."""
    return task, task % units + 1


def dispatch_late_tasks(session: Session) -> None:
    """What the supervisor does at 11:00 of the day: four tasks whose deadline is today get a lead unit."""
    plan = session.scalars(select(Plan).where(Plan.slug == "shaoguan")).one()
    office = session.scalars(select(User).join(Membership).where(Membership.unit_id == plan.supervising_unit_id)).one()
    versions = {row.ref: row.version for row in task_rows(session, [plan.id])}
    for ref, unit in late_leads(session):
        act(
            session,
            actor_of(session, office),
            at(DAY, "11:00"),
            slug=plan.slug,
            ref=ref,
            trigger="dispatch",
            version=versions[ref],
            data={"leads": [unit.id]},
        )


def late_leads(session: Session) -> list[tuple[str, Unit]]:
    """Which unit gets which late task."""
    return [(ref, _unit(session, "shaoguan", number)) for number, ref in enumerate(LATE, 1)]


def reminders_of_the_day(session: Session) -> set[Key]:
    """The ledger's keys that the day must have: a report a recipient and plan, a deadline a task and lead unit."""
    keys: set[Key] = set()
    for slug, (_, count) in PLANS.items():
        plan = session.scalars(select(Plan).where(Plan.slug == slug)).one()
        round_ = session.scalars(select(Round).where(Round.plan_id == plan.id, Round.kind == "mid_term")).one()
        assert round_.report_due_on == DAY
        tasks = _task_ids(session, plan)
        for number in range(1, count + 1):
            for lead in leads_of(number, count):
                recipient = _recipient(session, slug, lead)
                keys.add((f"round:{round_.id}", "report_due", DAY, recipient))
                keys.add((f"task:{tasks[str(number)]}", "deadline", DAY, recipient))
    return keys


def late_reminders(session: Session) -> set[Key]:
    """The keys that dispatching the late tasks adds to the day."""
    plan = session.scalars(select(Plan).where(Plan.slug == "shaoguan")).one()
    tasks = _task_ids(session, plan)
    return {
        (f"task:{tasks[ref]}", "deadline", DAY, _recipient(session, "shaoguan", number))
        for number, ref in enumerate(LATE, 1)
    }


def task_paths(session: Session) -> dict[str, str]:
    """Where each task's page is, by the ledger's subject."""
    tasks = session.execute(select(KeyTask.id, KeyTask.ref, Plan.slug).join(Plan, Plan.id == KeyTask.plan_id))
    return {f"task:{task_id}": f"/plans/{slug}/tasks/{ref}" for task_id, ref, slug in tasks}


def _task_ids(session: Session, plan: Plan) -> dict[str, int]:
    return {task.ref: task.id for task in session.scalars(select(KeyTask).where(KeyTask.plan_id == plan.id))}


def _recipient(session: Session, slug: str, number: int) -> str:
    if slug == "shaoguan" and number in MAILBOXES:
        return f"unit:{_unit(session, slug, number).id}"
    return f"user:{_handler(session, slug, number).id}"


def _handler(session: Session, slug: str, number: int) -> User:
    unit = _unit(session, slug, number)
    return session.scalars(select(User).join(Membership).where(Membership.unit_id == unit.id)).one()


def _unit(session: Session, slug: str, number: int) -> Unit:
    named = select(Unit).join(Region).where(Region.slug == slug, Unit.name == unit_name(number))
    return session.scalars(named).one()
