"""A small city whose plan is drawn by chance, in a database and in the oracle's book."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.factories import (
    COMPLETION,
    REPORT,
    give_role,
    make_person,
    make_plan,
    make_region,
    make_unit,
    plan_document,
    task_entry,
)
from tests.trust.oracle.book import CLOSES, OPENS, Book
from tests.trust.oracle.days import Days
from tests.trust.oracle.oracle import Plan as Drawn
from tests.trust.oracle.oracle import Round as DrawnRound
from tests.trust.oracle.oracle import Task
from tracker.access import Actor
from tracker.directory.models import Region, User
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import KeyTask, Plan, Round
from tracker.plans.queries import task_row
from tracker.reminders.models import Reminder, ReminderRuleSet
from tracker.reminders.ruleset import DEFAULTS
from tracker.workdays.models import DayOverride
from tracker.workflows.commands import act, go_live

ZONE = ZoneInfo("Asia/Shanghai")
LIVE_AT = time(9)
UNITS = 6
"""Each with a handler, but: the fourth shares that of the first, the fifth has a mailbox, nobody reaches the sixth."""
FATES = ("assigned", "assigned", "acknowledged", "reported", "verified", "completed", "suspended")


def at(day: date, clock: time = LIVE_AT) -> datetime:
    """A local time of a day."""
    return datetime.combine(day, clock, ZONE)


@dataclass(frozen=True)
class Plot:
    """What chance or a test decides: days, and lead units by their place, from 0."""

    live: date
    rounds: Sequence[tuple[date, date, date]]
    """Opens, report due, verify due."""
    tasks: Sequence[tuple[date | None, Sequence[int], str]]
    """Deadline, lead units, and what their people do at once."""
    own_days: dict[date, bool]
    hours: tuple[time, time] = (OPENS, CLOSES)
    """When the plan's rules let digests go out."""


def drawn(chance: random.Random) -> Plot:
    """Rounds and deadlines around a going-live of 2021 to 2027, some of them before it."""
    live = date(2021, 1, 1) + timedelta(days=chance.randrange(7 * 365))

    def near(least: int, most: int) -> date:
        return live + timedelta(days=chance.randint(least, most))

    rounds = []
    for _ in range(chance.randint(1, 3)):
        opens = near(-40, 260)
        report = opens + timedelta(days=chance.choice((0, 5, 28, 60)))
        rounds.append((opens, report, report + timedelta(days=chance.choice((0, 1, 30)))))
    tasks = [
        (chance.choice((None, near(-10, 200))), chance.sample(range(UNITS), chance.randint(1, 3)), chance.choice(FATES))
        for _ in range(6)
    ]
    return Plot(live, rounds, tasks, {near(0, 300): chance.random() < 0.5 for _ in range(chance.choice((0, 0, 30)))})


def settle(session: Session, plot: Plot) -> tuple[Plan, Book]:
    """Make the city and let its plan live at 09:00 of its day; answers the plan and the book of what must come."""
    number = (session.scalar(select(func.max(Region.id))) or 0) + 1
    region = make_region(session, f"city{number}", f"第{number}市")
    units = [make_unit(session, region, f"第{n}局") for n in range(UNITS)]
    office = make_unit(session, region, "残工委办公室", kind="office")
    supervisors = [make_person(session, office, "supervisor") for _ in range(2)]
    people = {unit.id: make_person(session, unit, "handler") for unit in units[:3]}
    give_role(session, session.get_one(User, people[units[0].id].user_id), "handler", units[3])
    units[4].mailbox = f"unit{units[4].id}@example.test"
    for day, works in plot.own_days.items():
        session.add(_override(region, day, works))
    entries = [
        task_entry(str(ref), [units[n].name for n in leads], deadline=deadline.isoformat() if deadline else None)
        for ref, (deadline, leads, _) in enumerate(plot.tasks, 1)
    ]
    plan = make_plan(
        session, region, plan_document(region.slug, office.name, entries, period=[2020, 2030]), at(plot.live)
    )
    session.add_all(_round(plan, place, days) for place, days in enumerate(plot.rounds))
    if plot.hours != (OPENS, CLOSES):
        session.add(_rules(plan, plot))
    session.flush()
    go_live(session, supervisors[0], at(plot.live), slug=plan.slug)
    tasks = [
        _live(session, plan, str(ref), [units[n].id for n in leads], fate, plot.live, people, supervisors)
        for ref, (_, leads, fate) in enumerate(plot.tasks, 1)
    ]
    first, *others = (f"user:{people[unit.id].user_id}" for unit in units[:3])
    keys = (first, *others, first, f"unit:{units[4].id}", f"unit:{units[5].id}")
    rounds = session.scalars(select(Round).where(Round.plan_id == plan.id))
    book = Book(
        Drawn(
            live=plot.live,
            days=Days(plot.own_days),
            rounds=tuple(DrawnRound(r.id, r.opens_on, r.report_due_on, r.verify_due_on) for r in rounds),
            tasks=tuple(tasks),
            handlers={unit.id: (key,) for unit, key in zip(units, keys, strict=True)},
            leaders={},
            supervisors=tuple(f"user:{actor.user_id}" for actor in supervisors),
        ),
        ZONE,
        silent=frozenset({f"unit:{units[5].id}"}),
        hours=plot.hours,
    )
    return plan, book


def _override(region: Region, day: date, works: bool) -> DayOverride:
    return DayOverride(
        region_id=region.id,
        day=day,
        working=works,
        name="",
        origin="hand",
        notice_year=None,
        source="本地通知",
        user_id=None,
        at=at(day),
    )


def _rules(plan: Plan, plot: Plot) -> ReminderRuleSet:
    opens, closes = plot.hours
    rules = [(rule.kind, rule.offset, rule.audience) for rule in DEFAULTS.rules]
    return ReminderRuleSet(
        plan_id=plan.id, number=1, rules=rules, opens=opens, closes=closes, reason="错峰发送", at=at(plot.live)
    )


def _round(plan: Plan, place: int, days: tuple[date, date, date]) -> Round:
    opens, report, verify = days
    return Round(
        plan_id=plan.id,
        kind="annual",
        year=2021 + place,
        opens_on=opens,
        report_due_on=report,
        verify_due_on=verify,
        disclosure_on=verify,
        dates_are_default=False,
    )


def _live(
    session: Session,
    plan: Plan,
    ref: str,
    leads: list[int],
    fate: str,
    live: date,
    people: dict[int, Actor],
    supervisors: list[Actor],
) -> Task:
    """Do what the task's people do on the first day; a unit without a person of its own leaves it as it is."""
    handler = people.get(leads[0])
    fate = fate if handler is not None or fate == "suspended" else "assigned"

    def do(actor: Actor, trigger: str, **data: Any) -> None:
        version = task_row(session, plan, ref).version
        act(session, actor, at(live), slug=plan.slug, ref=ref, trigger=trigger, version=version, data=data)

    if handler is not None and fate not in ("assigned", "suspended"):
        do(handler, "acknowledge")
    if handler is not None and fate in ("reported", "verified", "completed"):
        do(handler, "report", **(COMPLETION if fate == "completed" else REPORT))
    if fate in ("verified", "completed"):
        do(supervisors[1], "verify")
    if fate == "suspended":
        do(supervisors[0], "suspend", reason="等待上级文件")
    row = task_row(session, plan, ref)
    return Task(
        number=session.scalars(select(KeyTask.id).where(KeyTask.plan_id == plan.id, KeyTask.ref == ref)).one(),
        leads=dict.fromkeys(leads, live),
        supports=(),
        acknowledged=frozenset(leads[:1] if fate not in ("assigned", "suspended") else ()),
        state={"acknowledged": "in_progress", "completed": "verified"}.get(fate, fate),
        entered=live,
        owing=live,
        dispatched=live,
        deadline=row.deadline,
        completed=fate == "completed",
    )


def ledger(session: Session, plan: Plan) -> dict[tuple[str, str, date, str], tuple[str, date | None]]:
    """The plan's reminders: key -> state, and the day of the digest that carries it."""
    rows = session.execute(
        select(Reminder, OutboxMessage.local_day)
        .outerjoin(OutboxMessage, OutboxMessage.id == Reminder.message_id)
        .where(Reminder.plan_id == plan.id)
    )
    return {(row.subject, row.kind, row.due_on, row.recipient): (row.state, day) for row, day in rows}


def forget(session: Session, plan: Plan) -> None:
    """The plan lives no more and nothing of it waits: the next city is alone."""
    session.execute(update(Plan).where(Plan.id == plan.id).values(live_since=None))
    waiting = update(Reminder).where(Reminder.plan_id == plan.id, Reminder.state == "waiting")
    session.execute(waiting.values(state="superseded"))
