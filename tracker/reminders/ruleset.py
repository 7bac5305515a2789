"""The rules of a plan's reminders as data: kind x offset x audience, and the window in which its digests go out.

Pure.  A plan without a set of its own follows ``DEFAULTS`` (docs/reminders.md, the rules); ``setting.py`` keeps the
sets that a supervisor made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType

from ..workdays.calendar import WINDOW_CLOSES, WINDOW_OPENS
from ..workflows.definitions import UNACKNOWLEDGED_AFTER

AUDIENCES = ("handler", "unit_leader", "supporting_unit", "supervisor", "observer")
"""``handler`` is the unit's handlers, its leader where it has none, its mailbox where it has nobody.

The unit is the task's lead units; ``supporting_unit`` its supporting units.  Of what waits it is the unit that was
asked for input, that asks for the extension, or whose report is to be signed.
"""

MOST_STEPS = 12
"""How many steps one kind may have for one audience."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be reminded of.

    ``counts`` says what an offset is: ``before`` a day and ``after`` a day in working days, ``weeks`` since a day by
    their first working day.  Offsets lie from ``first`` to ``last``; ``audiences`` are those it makes sense for, whose
    matter it is first.
    """

    name: str
    counts: str
    first: int
    last: int
    audiences: tuple[str, ...]


YEAR = 250  # working days
EVERYBODY = AUDIENCES
LOOKING = ("supervisor", "observer")
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("round_opens", "before", 0, 0, EVERYBODY),
            Kind("report_due", "before", 0, YEAR, EVERYBODY),
            Kind("verify_due", "before", 0, YEAR, LOOKING),
            Kind("deadline", "before", 0, YEAR, EVERYBODY),
            Kind("unacknowledged", "after", 1, YEAR, ("handler", "unit_leader", *LOOKING)),
            Kind("overdue", "weeks", 1, 52, EVERYBODY),
            Kind("input_request", "before", 0, YEAR, ("supporting_unit", "unit_leader", *LOOKING)),
            Kind("extension", "after", 1, YEAR, ("unit_leader", *LOOKING)),
            Kind("sign_off", "after", 1, YEAR, ("unit_leader", *LOOKING)),
            Kind("second_check", "after", 1, YEAR, LOOKING),
            Kind("objection", "before", 0, YEAR, LOOKING),
        )
    }
)

WAITING_KINDS = ("input_request", "extension", "sign_off", "second_check", "objection")
"""What waits for an answer since somebody acted: where nobody did, nothing of it is in a rehearsal."""


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One step of one kind to one audience; ``offset`` counts as the kind says."""

    kind: str
    offset: int
    audience: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of a plan.  ``number`` counts its sets, 0 are the defaults.

    Digests with its reminders go out from ``opens`` to ``closes``, local times of a working day.
    """

    rules: tuple[Rule, ...]
    opens: time = WINDOW_OPENS
    closes: time = WINDOW_CLOSES
    number: int = 0
    by_kind: Mapping[str, Mapping[str, tuple[int, ...]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, dict[str, list[int]]] = {}
        for rule in self.rules:
            found.setdefault(rule.kind, {}).setdefault(rule.audience, []).append(rule.offset)
        by_kind = {
            kind: MappingProxyType({audience: tuple(offsets) for audience, offsets in audiences.items()})
            for kind, audiences in found.items()
        }
        object.__setattr__(self, "by_kind", MappingProxyType(by_kind))

    def of(self, kind: str) -> Mapping[str, tuple[int, ...]]:
        """Audience -> the offsets of a kind, as they were given; empty where nobody is reminded of it."""
        return self.by_kind.get(kind, NOTHING)

    def offsets(self, kind: str) -> tuple[int, ...]:
        """Every offset of a kind once, whoever it goes to, smallest first."""
        return tuple(sorted({offset for offsets in self.of(kind).values() for offset in offsets}))

    @property
    def audiences(self) -> frozenset[str]:
        """Everybody whom the rules of rounds and tasks name; what waits has units of its own."""
        return frozenset(rule.audience for rule in self.rules if rule.kind not in WAITING_KINDS)

    @property
    def names_observers(self) -> bool:
        """Whether any rule goes to the observers."""
        return any(rule.audience == "observer" for rule in self.rules)

    def same_as(self, other: RuleSet) -> bool:
        """Whether the two remind of the same at the same times, whatever their numbers."""
        return (set(self.rules), self.opens, self.closes) == (set(other.rules), other.opens, other.closes)


NOTHING: Mapping[str, tuple[int, ...]] = MappingProxyType({})


def rules_of(kind: str, audience: str, offsets: Iterable[int]) -> tuple[Rule, ...]:
    """The rules of one kind to one audience."""
    return tuple(Rule(kind, offset, audience) for offset in offsets)


DEFAULTS = RuleSet(
    (
        *rules_of("round_opens", "handler", (0,)),
        *rules_of("report_due", "handler", (30, 7, 1, 0)),
        *rules_of("verify_due", "supervisor", (7, 1, 0)),
        *rules_of("deadline", "handler", (30, 7, 1, 0)),
        *rules_of("unacknowledged", "handler", (UNACKNOWLEDGED_AFTER,)),
        *rules_of("overdue", "handler", (1, 2, 3, 4)),
        *rules_of("input_request", "supporting_unit", (3, 1, 0)),
        *rules_of("extension", "unit_leader", (2, 5)),
        *rules_of("extension", "supervisor", (2, 5)),
        *rules_of("sign_off", "unit_leader", (2, 5)),
        *rules_of("second_check", "supervisor", (2, 5)),
        *rules_of("objection", "supervisor", (1, 0)),
    )
)
"""What the plans of every region begin with (docs/reminders.md)."""

ESCALATION = (
    *rules_of("report_due", "unit_leader", (7, 1)),
    *rules_of("report_due", "supervisor", (1,)),
    *rules_of("report_due", "observer", (0,)),
    *rules_of("unacknowledged", "unit_leader", (7,)),
    *rules_of("unacknowledged", "supervisor", (10,)),
    *rules_of("unacknowledged", "observer", (15,)),
    *rules_of("overdue", "unit_leader", (2, 3, 4)),
    *rules_of("overdue", "supervisor", (3, 4)),
    *rules_of("overdue", "observer", (4,)),
)
"""What is offered: what a handler leaves goes to the unit's leader, then to the supervisors, then to the observers."""


def escalated(rules: RuleSet) -> RuleSet:
    """The set with the escalation that it does not have yet."""
    more = tuple(rule for rule in ESCALATION if rule not in rules.rules)
    return RuleSet((*rules.rules, *more), rules.opens, rules.closes, rules.number)
