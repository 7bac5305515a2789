"""What the rules look at and what they answer: a plan frozen for its reminders, and a reminder that is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from ..directory.absences import NOBODY_AWAY, Absences
from ..evaluations.rounds import RoundRow
from ..outbox.commands import Recipient
from ..plans.queries import TaskRow
from ..workdays.calendar import Calendar
from ..workflows.definitions import OWING_STATES
from .ruleset import DEFAULTS, KINDS, RuleSet


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with the days that reminders count from, in the region's zone.

    ``led_since``: lead unit -> since when it has had to acknowledge.  ``owing_since``: since when the task has owed
    something without a break (dispatch, return, withdraw, reopen).  ``acknowledged`` are the lead units that have.
    """

    row: TaskRow
    led_since: Mapping[int, date]
    owing_since: date | None
    acknowledged: frozenset[int] = frozenset()

    def owes(self, day: date) -> bool:
        """Whether it owes something now and did on ``day``: what was not owed then is not reminded of later."""
        return self.row.state in OWING_STATES and (self.owing_since is None or self.owing_since <= day)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody's answer on a task: a request, an extension, a sign-off, a check, an objection.

    It has waited since ``since`` for ``audiences``, of ``units`` where they are units', without the ``barred``
    (recipient keys), who may not answer it.  The steps of its kind count to or from ``target_on``.
    """

    kind: str
    subject: str
    row: TaskRow
    since: date
    target_on: date
    audiences: tuple[str, ...]
    units: tuple[int, ...] = ()
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A plan as its reminders see it.  ``live_on`` is the day of going live, None before it.

    ``contacts`` holds for each unit that ``rules`` may address who gets its mails, ``leaders`` its leaders;
    ``supervisors`` are those of the plan, ``observers`` those of the region; ``absences`` say who of them is away when.
    """

    plan_id: int
    slug: str
    title: str
    region: str
    zone: ZoneInfo
    calendar: Calendar
    live_on: date | None
    rounds: tuple[RoundRow, ...]
    tasks: tuple[TaskView, ...]
    contacts: Mapping[int, tuple[Recipient, ...]]
    supervisors: tuple[Recipient, ...]
    leaders: Mapping[int, tuple[Recipient, ...]] = field(default_factory=dict)
    observers: tuple[Recipient, ...] = ()
    rules: RuleSet = DEFAULTS
    absences: Absences = NOBODY_AWAY
    waiting: tuple[Waiting, ...] = ()

    def people(self, audience: str, row: TaskRow) -> Iterator[Recipient]:
        """Who an audience is for a task, each as often as they are named."""
        if audience == "supervisor":
            yield from self.supervisors
        elif audience == "observer":
            yield from self.observers
        else:
            units = row.supports if audience == "supporting_unit" else row.leads
            yield from self.of_units(audience, (unit.unit_id for unit in units))

    def of_units(self, audience: str, unit_ids: Iterable[int]) -> Iterator[Recipient]:
        """The leaders of some units, or who gets their mails."""
        found = self.leaders if audience == "unit_leader" else self.contacts
        return (recipient for unit_id in unit_ids for recipient in found[unit_id])

    def people_for(self, thing: Waiting, audience: str) -> Iterator[Recipient]:
        """Who of an audience may answer what waits."""
        plan_wide = audience in ("supervisor", "observer")
        people = self.people(audience, thing.row) if plan_wide else self.of_units(audience, thing.units)
        return (recipient for recipient in people if recipient.key not in thing.barred)


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder: the ledger's key, the date its series runs to or from, the step, and the tasks it is about.

    ``step`` is the offset in working days, for ``overdue`` the week.  ``target_on`` of ``unacknowledged`` is the day
    since which the unit leads.  The ``barred`` may not answer it, for themselves or for somebody who is away.
    """

    subject: str
    kind: str
    due_on: date
    recipient: Recipient
    target_on: date
    step: int
    round_: RoundRow | None
    tasks: tuple[TaskRow, ...]
    barred: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, str, date, str]:
        """What is unique in the ledger."""
        return (self.subject, self.kind, self.due_on, self.recipient.key)

    @property
    def series(self) -> tuple[str, str, date, str]:
        """One kind's steps towards one date, for one subject and recipient."""
        return (self.subject, self.kind, self.target_on, self.recipient.key)

    @property
    def own(self) -> TaskRow | None:
        """The task that it is about, None where it is about a round."""
        return None if self.subject.startswith("round:") else self.tasks[0]

    @property
    def place(self) -> tuple[date, int]:
        """How late it comes: of two for one recipient on one day the later goes."""
        return (self.target_on, -self.step if KINDS[self.kind].counts == "before" else self.step)
