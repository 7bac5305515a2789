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
    acknowledged: frozenset[int]
    state: str
    entered: date
    owing: date | None
    dispatched: date | None
    deadline: date | None
    completed: bool


@dataclass(frozen=True)
class Plan:
    """A plan that lives from ``live`` on.  ``handlers``: unit -> who gets its mails."""

    live: date
    days: Days
    rounds: tuple[Round, ...]
    tasks: tuple[Task, ...]
    handlers: Mapping[int, tuple[str, ...]]
    supervisors: tuple[str, ...]
    rules: frozenset[Rule] = DEFAULTS

    def offsets(self, kind: str) -> frozenset[int]:
        """The offsets of a kind."""
        return frozenset(offset for name, offset, _ in self.rules if name == kind)


Key = tuple[str, str, date, str]
"""Subject, kind, scheduled day, recipient."""
About = tuple[date, int, frozenset[int]]
"""The date that the series runs towards, the step, the numbers of the tasks."""
Line = tuple[str, date, list[int], date, int]
"""Kind, day, units, the date that the series runs towards, step."""


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
        found |= _of_task(plan, task, current)
    if current is not None:
        found |= _of_round(plan, tasks, current)
    begin = max(first, plan.live)
    return {key: about for key, about in found.items() if begin <= key[2] <= last and plan.days.works(key[2])}


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


def _of_round(plan: Plan, tasks: list[Task], round_: Round) -> dict[Key, About]:
    found: dict[Key, About] = {}
    subject = f"round:{round_.number}"
    for kind, target in (("round_opens", round_.opens), ("report_due", round_.report_due)):
        for day, step in plan.days.steps(target, plan.offsets(kind)).items():
            about: dict[str, set[int]] = {}
            for task in tasks:
                if day >= round_.opens and _owes(task, day):
                    for recipient in _recipients(plan, task.leads):
                        about.setdefault(recipient, set()).add(task.number)
            for recipient, numbers in about.items():
                found[subject, kind, day, recipient] = (target, step, frozenset(numbers))
    for day, step in plan.days.steps(round_.verify_due, plan.offsets("verify_due")).items():
        waiting = frozenset(task.number for task in tasks if task.state == "reported" and task.entered <= day)
        if day >= round_.opens and waiting:
            for recipient in plan.supervisors:
                found[subject, "verify_due", day, recipient] = (round_.verify_due, step, waiting)
    return found


def _of_task(plan: Plan, task: Task, current: Round | None) -> dict[Key, About]:
    found: dict[Key, About] = {}
    for kind, day, units, target, step in (
        *_towards_the_deadline(plan, task),
        *_without_a_word(plan, task),
        *_overdue(plan, task, current),
    ):
        for recipient in _recipients(plan, units):
            found[f"task:{task.number}", kind, day, recipient] = (target, step, frozenset({task.number}))
    return found


def _towards_the_deadline(plan: Plan, task: Task) -> Iterator[Line]:
    if task.deadline is not None and not task.completed:
        for day, step in plan.days.steps(task.deadline, plan.offsets("deadline")).items():
            if _owes(task, day):
                yield "deadline", day, list(task.leads), task.deadline, step


def _without_a_word(plan: Plan, task: Task) -> Iterator[Line]:
    for offset in plan.offsets("unacknowledged"):
        late: dict[date, list[int]] = {}
        for place, (unit, since) in enumerate(task.leads.items()):
            other = task.state in UNTIL_VERIFIED and unit not in task.acknowledged
            if task.state == "assigned" if place == 0 else other:
                late.setdefault(plan.days.after(since, offset), []).append(unit)
        for day, units in late.items():
            yield "unacknowledged", day, units, min(task.leads[unit] for unit in units), offset


def _overdue(plan: Plan, task: Task, current: Round | None) -> Iterator[Line]:
    """Of two dates the later comes last: it is named where both have weeks left."""
    weeks = plan.offsets("overdue")
    for target in _passed(task, current):
        since = max(target, plan.live, task.owing or plan.live)
        for number, day in enumerate(plan.days.weeks(since, max(weeks, default=0)), 1):
            if number in weeks:
                yield "overdue", day, list(task.leads), target, number


def _passed(task: Task, current: Round | None) -> list[date]:
    """The dates that the task may let pass, the first one first."""
    if task.state not in OWING:
        return []
    days = [task.deadline] if task.deadline is not None and not task.completed else []
    if current is not None and task.dispatched is not None and task.dispatched <= current.report_due:
        days.append(current.report_due)
    return sorted(days)


def _recipients(plan: Plan, units: Iterable[int]) -> list[str]:
    return list(dict.fromkeys(recipient for unit in units for recipient in plan.handlers[unit]))
