"""What tests of the rehearsal share: plans as their people left them, the rehearsal and the ledger in one shape."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import COMPLETION, NOW, REPORT, load_seed, make_person
from tracker.access import SYSTEM, Actor
from tracker.directory.models import Unit
from tracker.evaluations.commands import make_rounds
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Plan
from tracker.plans.queries import task_row, task_rows
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import rehearse
from tracker.workflows.commands import act, dispatch_tasks, go_live

FIRST, LAST = "2023-06-15", "2024-03-31"
Line = tuple[str, str, str, str, str | None]


def rehearsed(session: Session, plan: Plan, first: str = FIRST, last: str = LAST) -> list[Line]:
    """The rehearsal as (day, kind, subject, recipient, mail)."""
    rows = rehearse(session, plan, date.fromisoformat(first), date.fromisoformat(last))
    return sorted(
        (row["due_on"], row["kind"], row["subject"], row["recipient"], row["mail"])
        for row in (entry.as_json() for entry in rows)
    )


def done(session: Session, plan: Plan) -> list[Line]:
    """The ledger in the same shape."""
    statement = (
        select(Reminder, OutboxMessage.recipient, OutboxMessage.local_day)
        .outerjoin(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .where(Reminder.plan_id == plan.id)
    )
    return sorted(
        (
            row.due_on.isoformat(),
            row.kind,
            row.subject,
            row.recipient,
            f"digest {recipient} {day}" if recipient is not None else None,
        )
        for row, recipient, day in session.execute(statement)
    )


def people(session: Session, plan: Plan) -> dict[int, Actor]:
    """A handler for two units out of three, a mailbox for half of the others; two supervisors."""
    units = session.scalars(select(Unit).where(Unit.region_id == plan.region_id, Unit.kind != "collective")).all()
    handlers: dict[int, Actor] = {}
    for number, unit in enumerate(unit for unit in units if unit.id != plan.supervising_unit_id):
        if number % 3:
            handlers[unit.id] = make_person(session, unit, "handler")
        elif number % 2:
            unit.mailbox = f"unit{unit.id}@example.test"
    office = session.get_one(Unit, plan.supervising_unit_id)
    supervisors = [make_person(session, office, "supervisor") for _ in range(2)]
    session.flush()
    return handlers | {-number: actor for number, actor in enumerate(supervisors, 1)}


def drive(session: Session, plan: Plan, ref: str, actor: Actor, trigger: str, **data: Any) -> None:
    """One act on a task, at its present version."""
    version = task_row(session, plan, ref).version
    act(session, actor, NOW, slug=plan.slug, ref=ref, trigger=trigger, version=version, data=data)


def mixed(session: Session, plan: Plan) -> None:
    """Before the first day some tasks are acknowledged, reported, verified, closed out, done before their deadline."""
    actors = people(session, plan)
    go_live(session, actors[-1], NOW, slug=plan.slug)
    host = plan.supervising_unit.host_unit_id
    led = [row for row in task_rows(session, [plan.id]) if row.leads and row.leads[0].unit_id in actors]
    simple = [row for row in led if all(unit.unit_id != host for unit in row.leads)]
    assert len(simple) >= 5
    for number, row in enumerate(simple):
        handler, supervisor = actors[row.leads[0].unit_id], actors[-1]
        if number % 5 == 0:
            continue
        drive(session, plan, row.ref, handler, "acknowledge")
        if number % 5 >= 2:
            drive(session, plan, row.ref, handler, "report", **(COMPLETION if number % 2 else REPORT))
        if number % 5 >= 3:
            drive(session, plan, row.ref, supervisor, "verify")
        if number % 5 == 4:
            drive(session, plan, row.ref, supervisor, "close_out")


def shaoguan(session: Session) -> Plan:
    """韶关, as its people left it on the first day."""
    plan = load_seed(session, "shaoguan")
    make_rounds(session, SYSTEM, NOW, plan)
    mixed(session, plan)
    return plan


def baise(session: Session) -> Plan:
    """百色, two thirds of whose tasks are dispatched by section; it has annual rounds."""
    plan = load_seed(session, "baise")
    make_rounds(session, SYSTEM, NOW, plan)
    units = session.scalars(
        select(Unit).where(Unit.region_id == plan.region_id, Unit.id != plan.supervising_unit_id).order_by(Unit.id)
    ).all()
    go_live(session, SYSTEM, NOW, slug="baise")
    rows = task_rows(session, [plan.id])
    for number in range(4):
        chosen = {row.ref: row.version for row in rows[number * 5 : number * 5 + 5]}
        leads = [units[number].id, units[number + 4].id] if number % 2 else [units[number].id]
        dispatch_tasks(session, SYSTEM, NOW, slug="baise", versions=chosen, data={"leads": leads, "supports": []})
    mixed(session, plan)
    return plan
