"""One random plan twice: as the oracle sees it, and as the product's rules do."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from tests.trust.oracle.days import Days
from tests.trust.oracle.oracle import DEFAULTS, Plan, Round, Task, Waits
from tests.trust.oracle.oracle import Rule as Drawn
from tracker.evaluations.rounds import RoundRow
from tracker.outbox.commands import Recipient
from tracker.plans.queries import TaskRow, UnitRef
from tracker.reminders.rules import Snapshot, TaskView
from tracker.reminders.ruleset import KINDS, WAITING_KINDS, Rule, RuleSet
from tracker.reminders.shapes import Waiting
from tracker.workdays.calendar import Calendar

FIRST, LAST = date(2021, 1, 1), date(2030, 12, 31)
ZONE = ZoneInfo("Asia/Shanghai")
STATES = (
    *("assigned", "in_progress", "verified", "reported") * 2,
    *("awaiting_sign_off", "pending_dispatch", "suspended", "closed_out", "terminated"),
)
UNITS = range(1, 7)
STEPS = (0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 10, 15, 22, 30, 45, 60)


def random_plan(chance: random.Random, *, own_rules: bool) -> Plan:
    """Rounds and deadlines all over ten years, often on free days; tasks in every state; units that share a person."""
    live = _around(chance, chance.choice((FIRST, date(2023, 1, 18), date(2023, 9, 26))))
    tasks = tuple(_task(chance, number, live) for number in range(1, 9))
    return Plan(
        live=live,
        days=Days(_own_days(chance)),
        rounds=tuple(_round(chance, number, live) for number in range(1, chance.randint(2, 7))),
        tasks=tasks,
        handlers={unit: _people(chance, unit) for unit in UNITS},
        leaders={unit: chance.choice(((f"user:{unit + 20}",), ("user:50",), (f"unit:{unit}",))) for unit in UNITS},
        supervisors=("user:91", "user:50")[: chance.randint(1, 2)],
        observers=("user:95", "user:91")[: chance.randint(0, 2)],
        rules=_rules(chance) if own_rules else DEFAULTS,
        waits=tuple(_waits(chance, number, chance.choice(tasks)) for number in range(1, 7)),
    )


def _waits(chance: random.Random, number: int, task: Task) -> Waits:
    """Something that waits; its steps count to a date of its own, or from the day since which it waits."""
    kind = KINDS[chance.choice(WAITING_KINDS)]
    since = _holiday(chance)
    return Waits(
        kind=kind.name,
        subject=f"waiting:{number}",
        task=task,
        since=since,
        target=_around(chance, since) if kind.counts == "before" else since,
        audiences=frozenset(chance.sample(kind.audiences, chance.randint(1, len(kind.audiences)))),
        units=tuple(chance.sample(UNITS, 1)),
        barred=frozenset(chance.sample(("user:91", "user:50", "user:1"), chance.randint(0, 2))),
    )


def _rules(chance: random.Random) -> frozenset[Drawn]:
    """Steps of every kind to whomever the kind may be for."""
    return frozenset(
        (kind.name, min(chance.choice(STEPS) + kind.first, kind.last), audience)
        for kind in KINDS.values()
        for audience in chance.sample(kind.audiences, chance.randint(1, len(kind.audiences)))
        for _ in range(chance.randint(1, 5))
    )


def _own_days(chance: random.Random) -> dict[date, bool]:
    """What a region says of some days itself: working or free, whatever the notices say."""
    return {_holiday(chance): chance.random() < 0.5 for _ in range(chance.choice((0, 60)))}


def _day(chance: random.Random) -> date:
    return FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))


def _around(chance: random.Random, day: date) -> date:
    return day + timedelta(days=chance.randint(0, 20))


def _holiday(chance: random.Random) -> date:
    """A day near the free days of spring or autumn, or any day."""
    year = chance.randint(FIRST.year, LAST.year)
    near = chance.choice((date(year, 1, 20), date(year, 4, 1), date(year, 4, 26), date(year, 9, 24), _day(chance)))
    return min(_around(chance, near), LAST)


def _round(chance: random.Random, number: int, live: date) -> Round:
    opens = chance.choice((_holiday(chance), _holiday(chance), _around(chance, live), live - timedelta(days=40)))
    report = opens + timedelta(days=chance.choice((0, 5, 28, 60)))
    return Round(number, opens, report, report + timedelta(days=chance.choice((0, 1, 30, 60))))


def _task(chance: random.Random, number: int, live: date) -> Task:
    state = chance.choice(STATES)
    units = chance.sample(UNITS, chance.randint(0 if state == "pending_dispatch" else 1, 3))
    dispatched = None if state == "pending_dispatch" else chance.choice((live, live, _around(chance, live)))
    since = dispatched or live
    return Task(
        number=number,
        leads={unit: chance.choice((since, _around(chance, since))) for unit in units},
        supports=tuple(chance.sample(UNITS, chance.randint(0, 2))),
        acknowledged=frozenset(unit for unit in units if state != "assigned" and chance.random() < 0.5),
        state=state,
        entered=_around(chance, since),
        owing=chance.choice((since, _around(chance, since))) if dispatched is not None else None,
        dispatched=dispatched,
        deadline=chance.choice((None, _holiday(chance), _holiday(chance))),
        completed=state in ("verified", "closed_out") and chance.random() < 0.5,
    )


def _people(chance: random.Random, unit: int) -> tuple[str, ...]:
    return chance.choice(((f"user:{unit}",), (f"user:{unit}", "user:50"), ("user:50",), (f"unit:{unit}",)))


def snapshot_of(plan: Plan) -> Snapshot:
    """The same plan as a snapshot: what the product would have read from a database on the first day."""
    return Snapshot(
        plan_id=1,
        slug="twin",
        title="规划",
        region="韶关",
        zone=ZONE,
        calendar=Calendar(plan.days.own),
        live_on=plan.live,
        rounds=tuple(
            RoundRow(r.number, "annual", 2021, r.opens, r.report_due, r.verify_due, r.verify_due, "planned")
            for r in sorted(plan.rounds, key=lambda r: (r.opens, r.number))
        ),
        tasks=tuple(_view(task) for task in plan.tasks),
        contacts=MappingProxyType({unit: _recipients(keys) for unit, keys in plan.handlers.items()}),
        leaders=MappingProxyType({unit: _recipients(keys) for unit, keys in plan.leaders.items()}),
        supervisors=_recipients(plan.supervisors),
        observers=_recipients(plan.observers),
        waiting=tuple(_waiting(waits) for waits in plan.waits),
        rules=RuleSet(tuple(Rule(*rule) for rule in sorted(plan.rules))),
    )


def _waiting(waits: Waits) -> Waiting:
    return Waiting(
        kind=waits.kind,
        subject=waits.subject,
        row=_view(waits.task).row,
        since=waits.since,
        target_on=waits.target,
        audiences=tuple(sorted(waits.audiences)),
        units=waits.units,
        barred=waits.barred,
    )


def _recipients(keys: Sequence[str]) -> tuple[Recipient, ...]:
    return tuple(Recipient(key, f"{key}@example.test", "zh_Hans_CN", key) for key in keys)


def _view(task: Task) -> TaskView:
    row = TaskRow(
        task_id=task.number,
        plan_id=1,
        ref=str(task.number),
        number=str(task.number),
        text="任务",
        section_id=None,
        section=None,
        joint=False,
        state=task.state,
        suspended_from="in_progress" if task.state == "suspended" else None,
        version=1,
        entered_at=_noon(task.entered),
        dispatched_at=_noon(task.dispatched) if task.dispatched is not None else None,
        deadline=task.deadline,
        completion_verified=task.completed,
        current_report_id=None,
        assignment_set_id=None,
        leads=_units(task.leads),
        supports=_units(task.supports),
    )
    return TaskView(row=row, led_since=task.leads, owing_since=task.owing, acknowledged=task.acknowledged)


def _units(numbers: Iterable[int]) -> tuple[UnitRef, ...]:
    return tuple(UnitRef(unit, f"第{unit}局", f"第{unit}局", and_others=False) for unit in numbers)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE)
