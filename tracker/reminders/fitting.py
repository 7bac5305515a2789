"""Why a set of rules would not do for its plan: a step before any round opens, nobody to mail, too many mails.

Pure; what a rehearsal knows is asked of a rehearsal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..errors import InvalidInput
from ..i18n import N_
from ..outbox.commands import Recipient
from .rehearsal import Rehearsed
from .rules import Snapshot
from .ruleset import DEFAULTS, KINDS, Rule, RuleSet
from .schemas import field_of
from .whatif import rehearse_with

SPAN = timedelta(days=30)
MOST_MAILS = 10
"""How many mails with reminders of one plan a person may get within SPAN."""

MOST_STEPS_IN_SPAN = 21  # working days that lie in SPAN when none of them is free
ROUND_KINDS = ("report_due", "verify_due")

NOBODY = {
    "observer": N_("There is no observer in this region. Name one under Contacts, or take the rule out."),
    "supervisor": N_("Nobody can be reached at the supervising unit. Name a supervisor under Contacts."),
    "unit_leader": N_("No lead unit has a leader or a mailbox. Name one under Contacts, or take the rule out."),
    "supporting_unit": N_(
        "No supporting unit can be reached. Name contacts or mailboxes under Contacts, or take the rule out."
    ),
}
BEFORE_ROUND = N_(
    "No round of this plan is open %(step)s working days before this day, and nothing is owed before it opens. Write at"
    " most %(most)s."
)
FLOOD_OF_STEPS = N_(
    "These steps alone would send one person %(count)s mails within 30 days; at most %(most)s are allowed. Take some"
    " out."
)
FLOOD = N_(
    "%(name)s would get %(count)s mails within 30 days from %(day)s if nobody acts; at most %(most)s are allowed. Take"
    " steps out."
)


class Unfit(InvalidInput):
    """A set of rules that would not do: ``field`` names the field of the form, empty where it is the whole."""

    def __init__(self, field: str, message: str, **values: Any) -> None:
        super().__init__(None, message, **values)
        self.field = field


@dataclass(frozen=True, slots=True)
class Heap:
    """The most mails that one person gets within SPAN: whom, how many, from which day on."""

    recipient: Recipient
    count: int
    first: date


def refuse_unfit(snapshot: Snapshot, rules: RuleSet) -> None:
    """Raise Unfit for a rule that could never send, that would reach nobody, or whose steps come too close together.

    The snapshot must know everybody.  What the defaults hold is taken as it is: it does no harm where it sends nothing.
    """
    own = [rule for rule in rules.rules if rule not in DEFAULTS.rules]
    for rule in own:
        _refuse_outside(snapshot, rule)
    for rule in own:
        if rule.audience in NOBODY and not _reaches(snapshot, rule.audience):
            raise Unfit(field_of(rule.kind, rule.audience), NOBODY[rule.audience])
    for kind, audiences in rules.by_kind.items():
        for audience, offsets in audiences.items():
            count = _densest(offsets) if KINDS[kind].counts != "weeks" else 0
            if count > MOST_MAILS:
                raise Unfit(field_of(kind, audience), FLOOD_OF_STEPS, count=count, most=MOST_MAILS)


def refuse_flood(snapshot: Snapshot, rows: Sequence[Rehearsed], first: date, last: date) -> None:
    """Raise Unfit where ``rows``, the rehearsal of a set over some days, mails one person more often than allowed.

    Where the defaults would mail somebody as often, the plan asks for that much, and the set is taken.
    """
    heap = heap_of(rows)
    if heap is None or heap.count <= MOST_MAILS:
        return
    usual = heap_of(rehearse_with(snapshot, first, last, rules=DEFAULTS))
    if usual is None or heap.count > usual.count:
        name, day = heap.recipient.name, heap.first.isoformat()
        raise Unfit("", FLOOD, name=name, count=heap.count, day=day, most=MOST_MAILS)


def heap_of(rows: Iterable[Rehearsed]) -> Heap | None:
    """The most mails that one person gets within SPAN, None where nobody gets any."""
    days: dict[str, set[date]] = {}
    people: dict[str, Recipient] = {}
    for row in rows:
        if row.day is not None:
            days.setdefault(row.due.recipient.key, set()).add(row.day)
            people[row.due.recipient.key] = row.due.recipient
    heaps = [Heap(people[key], count, first) for key, mailed in days.items() for count, first in _spans(mailed)]
    return max(heaps, key=lambda heap: (heap.count, -heap.first.toordinal(), heap.recipient.key), default=None)


def _spans(days: Iterable[date]) -> Iterator[tuple[int, date]]:
    ordered = sorted(days)
    for number, first in enumerate(ordered):
        yield sum(day < first + SPAN for day in ordered[number:]), first


def _densest(offsets: Iterable[int]) -> int:
    """How many of some steps (in working days) lie within SPAN at most."""
    ordered = sorted(offsets)
    return max(sum(first <= step < first + MOST_STEPS_IN_SPAN for step in ordered) for first in ordered)


def _refuse_outside(snapshot: Snapshot, rule: Rule) -> None:
    if rule.kind not in ROUND_KINDS:
        return
    calendar = snapshot.calendar
    rounds = [round_ for round_ in snapshot.rounds if round_.state in ("planned", "open", "reviewing")]
    dates = [(r.opens_on, r.report_due_on if rule.kind == "report_due" else r.verify_due_on) for r in rounds]

    def sends(step: int) -> bool:
        return any(calendar.on_or_before(calendar.shift(due, -step)) >= opens for opens, due in dates)

    if dates and not sends(rule.offset):
        most = next(step for step in range(rule.offset, -1, -1) if sends(step) or step == 0)
        raise Unfit(field_of(rule.kind, rule.audience), BEFORE_ROUND, step=rule.offset, most=most)


def _reaches(snapshot: Snapshot, audience: str) -> bool:
    rows = [task.row for task in snapshot.tasks]
    if audience in ("supervisor", "observer"):
        people = snapshot.supervisors if audience == "supervisor" else snapshot.observers
        return any(recipient.address is not None for recipient in people)
    return any(recipient.address is not None for row in rows for recipient in snapshot.people(audience, row))
