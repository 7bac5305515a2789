"""The oracle: every reminder of a plan in which nobody acts, from what docs/reminders.md says and nothing else.

Written a second time, without a look at the product's code and without importing it.  The product asks of each day what
is due on it; the oracle goes the other way, from each date to the days of its series.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tests.trust.oracle.days import ONE, Days

OWING = ("assigned", "in_progress", "awaiting_sign_off")
UNTIL_VERIFIED = (*OWING, "reported")

BEFORE = ("round_opens", "report_due", "verify_due", "deadline", "input_request", "objection")
"""Kinds whose steps lead up to a date: the smaller offset comes later."""

Rule = tuple[str, int, str]
"""Kind, offset, audience."""
DEFAULTS: frozenset[Rule] = frozenset(
    {
        ("round_opens", 0, "handler"),
        *(("report_due", offset, "handler") for offset in (30, 7, 1, 0)),
        *(("verify_due", offset, "supervisor") for offset in (7, 1, 0)),
        *(("deadline", offset, "handler") for offset in (30, 7, 1, 0)),
        ("unacknowledged", 5, "handler"),
        *(("overdue", week, "handler") for week in (1, 2, 3, 4)),
        *(("input_request", offset, "supporting_unit") for offset in (3, 1, 0)),
        *(("extension", offset, who) for offset in (2, 5) for who in ("unit_leader", "supervisor")),
        *(("sign_off", offset, "unit_leader") for offset in (2, 5)),
        *(("second_check", offset, "supervisor") for offset in (2, 5)),
        *(("objection", offset, "supervisor") for offset in (1, 0)),
    }
)


@dataclass(frozen=True)
class Round:
    """A round that nobody has opened; its number is that of the ledger's subject."""

    number: int
    opens: date
    report_due: date
    verify_due: date


@dataclass(frozen=True)
class Task:
    """A task as it stands on the first day.

    ``leads``: unit -> since when it has had to acknowledge, the first-named first.  ``owing``: since when it has owed
    something; ``entered``: since when it has been in its state.
    """

    number: int
    leads: Mapping[int, date]
    supports: tuple[int, ...]
    acknowledged: frozenset[int]
    state: str
    entered: date
    owing: date | None
    dispatched: date | None
    deadline: date | None
    completed: bool


@dataclass(frozen=True)
class Waits:
    """What waits for an answer on a task since a day, and the date that its steps lead up to or away from.

    ``audiences``: who may be reminded of it, ``units`` where they are units', ``barred``: who may not answer.
    """

    kind: str
    subject: str
    task: Task
    since: date
    target: date
    audiences: frozenset[str]
    units: tuple[int, ...]
    barred: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """A plan that lives from ``live`` on; ``handlers``: unit -> who gets its mails, ``leaders`` likewise."""

    live: date
    days: Days
    rounds: tuple[Round, ...]
    tasks: tuple[Task, ...]
    handlers: Mapping[int, tuple[str, ...]]
    leaders: Mapping[int, tuple[str, ...]]
    supervisors: tuple[str, ...]
    observers: tuple[str, ...] = ()
    rules: frozenset[Rule] = DEFAULTS
    waits: tuple[Waits, ...] = ()

    def of(self, kind: str) -> dict[str, set[int]]:
        """Audience -> offsets of a kind."""
        found: dict[str, set[int]] = {}
        for name, offset, audience in self.rules:
            if name == kind:
                found.setdefault(audience, set()).add(offset)
        return found

    def people(self, audience: str, task: Task, leads: Iterable[int] | None = None) -> list[str]:
        """Who an audience is for a task, or for some of its lead units."""
        units = task.leads if leads is None else leads
        return {
            "handler": lambda: [who for unit in units for who in self.handlers[unit]],
            "unit_leader": lambda: [who for unit in units for who in self.leaders[unit]],
            "supporting_unit": lambda: [who for unit in task.supports for who in self.handlers[unit]],
            "supervisor": lambda: list(self.supervisors),
            "observer": lambda: list(self.observers),
        }[audience]()


Key = tuple[str, str, date, str]
"""Subject, kind, scheduled day, recipient."""
About = tuple[date, int, frozenset[int]]
"""The date that the series runs towards, the step, the numbers of the tasks."""
Line = tuple[str, date, list[str], date, int]
"""Kind, day, recipients, the date that the series runs towards, step."""


def expected(plan: Plan, last: date) -> dict[Key, About]:
    """Every reminder from going live to ``last``, where somebody looks every day."""
    found: dict[Key, About] = {}
    starts = sorted({plan.live, *(max(round_.opens, plan.live) for round_ in _held(plan))})
    for first, following in zip(starts, [*starts[1:], last + ONE], strict=True):
        until = min(following - ONE, last)
        found |= due(plan, first, until, on=first)
    return found


def due(plan: Plan, first: date, last: date, *, on: date) -> dict[Key, About]:
    """What is due from ``first`` to ``last`` as the plan stands on the day ``on``, on which somebody looks."""
    current = _current(plan, on)
    tasks = [_standing(plan, task, on) for task in plan.tasks]
    found: dict[Key, About] = {}
    for task in tasks:
        lines = (*_towards_the_deadline(plan, task), *_without_a_word(plan, task), *_overdue(plan, task, current))
        for line in lines:
            _add(found, f"task:{task.number}", task, line)
        if current is not None:
            for line in _of_round(plan, task, current):
                _add(found, f"round:{current.number}", task, line)
    for waits in plan.waits:
        for line in _unanswered(plan, waits):
            _add(found, waits.subject, waits.task, line)
    begin = max(first, plan.live)
    return {key: about for key, about in found.items() if begin <= key[2] <= last and plan.days.works(key[2])}


def _add(found: dict[Key, About], subject: str, task: Task, line: Line) -> None:
    """One reminder a recipient and day about all the tasks; whoever is meant twice is told of the later step."""
    kind, day, recipients, target, step = line
    for recipient in recipients:
        before = found.get((subject, kind, day, recipient), (date.min, step, frozenset[int]()))
        later = max(before[:2], (target, step), key=lambda it: (it[0], -it[1] if kind in BEFORE else it[1]))
        found[subject, kind, day, recipient] = (*later, before[2] | {task.number})


def _held(plan: Plan) -> list[Round]:
    """The rounds that are not skipped, in the order in which they open."""
    held = (round_ for round_ in plan.rounds if round_.report_due >= plan.live)
    return sorted(held, key=lambda round_: (round_.opens, round_.number))


def _current(plan: Plan, on: date) -> Round | None:
    """Nobody seals a round: each is the current one until the next opens."""
    opened = [round_ for round_ in _held(plan) if round_.opens <= on]
    return opened[-1] if opened else None


def _standing(plan: Plan, task: Task, on: date) -> Task:
    """The task as it stands: the first round that opened has taken a verified one back to work."""
    opened = [round_.opens for round_ in _held(plan) if round_.opens <= on]
    if task.state != "verified" or not opened:
        return task
    return replace(task, state="in_progress", owing=opened[0])


def _owes(task: Task, day: date) -> bool:
    return task.state in OWING and (task.owing is None or task.owing <= day)


def _of_round(plan: Plan, task: Task, round_: Round) -> Iterator[Line]:
    for kind, target in (
        ("round_opens", round_.opens),
        ("report_due", round_.report_due),
        ("verify_due", round_.verify_due),
    ):
        for audience, offsets in plan.of(kind).items():
            for day, step in plan.days.steps(target, offsets).items():
                waits = task.state == "reported" and task.entered <= day
                if day >= round_.opens and (waits if kind == "verify_due" else _owes(task, day)):
                    yield kind, day, plan.people(audience, task), target, step


def _towards_the_deadline(plan: Plan, task: Task) -> Iterator[Line]:
    if task.deadline is not None and not task.completed:
        for audience, offsets in plan.of("deadline").items():
            for day, step in plan.days.steps(task.deadline, offsets).items():
                if _owes(task, day):
                    yield "deadline", day, plan.people(audience, task), task.deadline, step


def _without_a_word(plan: Plan, task: Task) -> Iterator[Line]:
    for audience, offsets in plan.of("unacknowledged").items():
        for offset in offsets:
            late: dict[date, list[int]] = {}
            for place, (unit, since) in enumerate(task.leads.items()):
                other = task.state in UNTIL_VERIFIED and unit not in task.acknowledged
                if task.state == "assigned" if place == 0 else other:
                    late.setdefault(plan.days.after(since, offset), []).append(unit)
            for day, units in late.items():
                since = min(task.leads[unit] for unit in units)
                yield "unacknowledged", day, plan.people(audience, task, units), since, offset


def _overdue(plan: Plan, task: Task, current: Round | None) -> Iterator[Line]:
    """The weeks after each date that is past; of two dates the later is named while it has weeks left."""
    for audience, weeks in plan.of("overdue").items():
        for target in _passed(task, current):
            since = max(target, plan.live, task.owing or plan.live)
            for number, day in enumerate(plan.days.weeks(since, max(weeks)), 1):
                if number in weeks:
                    yield "overdue", day, plan.people(audience, task), target, number


def _unanswered(plan: Plan, waits: Waits) -> Iterator[Line]:
    for audience, offsets in plan.of(waits.kind).items():
        away = {plan.days.after(waits.target, offset): offset for offset in offsets if waits.kind not in BEFORE}
        for day, step in (away or plan.days.steps(waits.target, offsets)).items():
            if day >= waits.since and audience in waits.audiences:
                units = waits.units if audience in ("unit_leader", "supporting_unit") else ()
                people = plan.people({"supporting_unit": "handler"}.get(audience, audience), waits.task, units)
                yield waits.kind, day, [who for who in people if who not in waits.barred], waits.target, step


def _passed(task: Task, current: Round | None) -> list[date]:
    """The dates that the task may let pass, the first one first."""
    if task.state not in OWING:
        return []
    days = [task.deadline] if task.deadline is not None and not task.completed else []
    if current is not None and task.dispatched is not None and task.dispatched <= current.report_due:
        days.append(current.report_due)
    return sorted(days)
