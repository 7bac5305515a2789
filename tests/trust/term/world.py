"""The five plans as the term finds them: a handler in every unit, every task with a lead unit, nobody who acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import give_role, load_seed, make_person
from tracker.access import SYSTEM
from tracker.db import transaction
from tracker.directory.models import Unit, User
from tracker.evaluations.commands import make_rounds
from tracker.plans.files import SLUGS
from tracker.plans.models import Plan
from tracker.plans.queries import plan_by_slug, task_rows
from tracker.workflows.commands import dispatch_tasks, go_live

ZONE = ZoneInfo("Asia/Shanghai")
NINE = time(9)
BEFORE = date(2020, 12, 31)
TOGETHER = 3
"""So many tasks are dispatched to the same two lead units."""


def at(day: date, clock: time = NINE) -> datetime:
    """A local time of a day."""
    return datetime.combine(day, clock, ZONE)


def five_plans(app: Flask) -> None:
    """Fill a migrated database; no plan lives yet.

    Two regions share one handler: one digest a person and day, whatever the number of their regions.
    """
    _fill(app, SLUGS)
    with app.app_context(), transaction() as session:
        shared = session.scalars(select(User).order_by(User.id.desc()).limit(1)).one()
        give_role(session, shared, "handler", _units(session, plan_by_slug(session, SYSTEM, SLUGS[0]))[0])


def one_plan(app: Flask) -> None:
    """Fill a migrated database with 百色 alone, which has annual rounds."""
    _fill(app, ["baise"])


def _fill(app: Flask, slugs: Sequence[str]) -> None:
    with app.app_context(), transaction() as session:
        for slug in slugs:
            plan = load_seed(session, slug, at(BEFORE))
            make_rounds(session, SYSTEM, at(BEFORE), plan)
            office = session.get_one(Unit, plan.supervising_unit_id)
            for _ in range(2):
                make_person(session, office, "supervisor")
            for unit in _units(session, plan):
                make_person(session, unit, "handler", locale="en" if unit.id % 7 == 0 else "zh_Hans_CN")


def let_live(session: Session, slug: str, day: date) -> None:
    """Going live at 09:00 of a day; tasks to which the document gives no lead unit are dispatched at that moment."""
    plan = plan_by_slug(session, SYSTEM, slug)
    go_live(session, SYSTEM, at(day), slug=slug)
    units = [unit.id for unit in _units(session, plan)]
    rows = [row for row in task_rows(session, [plan.id]) if not row.leads]
    for number in range(0, len(rows), TOGETHER):
        versions = {row.ref: row.version for row in rows[number : number + TOGETHER]}
        data = {"leads": [units[number % len(units)], units[(number + 1) % len(units)]], "supports": []}
        dispatch_tasks(session, SYSTEM, at(day), slug=slug, versions=versions, data=data)


def _units(session: Session, plan: Plan) -> list[Unit]:
    """The units that may lead: all but the collective ones and the supervising office."""
    statement = select(Unit).where(
        Unit.region_id == plan.region_id, Unit.kind != "collective", Unit.id != plan.supervising_unit_id
    )
    return list(session.scalars(statement.order_by(Unit.id)))
