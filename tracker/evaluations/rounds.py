"""What a round does as the days pass (docs/workflow.md): the rule table, and the steps that are due on a day.

Pure: the tick applies the steps to the rows, the rehearsal to copies of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from transitions import Machine, MachineError

from ..errors import InvalidTransition
from ..i18n import N_
from ..plans.models import ROUND_STATES, Round

RULES = (
    ("open", "planned", "open"),
    ("skip", "planned", "skipped"),
    ("review", "open", "reviewing"),
    ("seal", "reviewing", "sealed"),
    ("disclose", "sealed", "disclosed"),
)
ROUND_STATE_LABELS = {
    "planned": N_("Planned"),
    "open": N_("Open"),
    "reviewing": N_("Reviewing"),
    "sealed": N_("Sealed"),
    "disclosed": N_("Disclosed"),
    "skipped": N_("Skipped"),
}
ROUND_KIND_LABELS = {
    "annual": N_("Annual monitoring"),
    "mid_term": N_("Mid-term evaluation"),
    "end_of_term": N_("End-of-term evaluation"),
}


class AnyRound(Protocol):
    """What rules look at: a row of the table or a frozen copy of one."""

    @property
    def kind(self) -> str:
        """annual, mid_term or end_of_term."""

    @property
    def report_due_on(self) -> date:
        """The day by which reports are due."""


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A frozen copy of a round; its dates are days in the region's zone."""

    id: int
    kind: str
    year: int
    opens_on: date
    report_due_on: date
    verify_due_on: date
    disclosure_on: date
    state: str


@dataclass(frozen=True, slots=True)
class RoundStep:
    """One firing of a trigger: what the tick did, or would do, to a round."""

    round_id: int
    kind: str
    year: int
    trigger: str
    state: str


class _Token:
    def __init__(self, state: str) -> None:
        self.state = state


def _build() -> Machine:
    machine = Machine(model=None, states=list(ROUND_STATES), initial=None, auto_transitions=False, send_event=True)
    for trigger, source, target in RULES:
        machine.add_transition(trigger, source, target)
    return machine


_machine = _build()


def fire(state: str, trigger: str) -> str:
    """The state that ``trigger`` leads a round to.  Raises InvalidTransition where the table has no such step."""
    token = _Token(state)
    event: Any = _machine.events.get(trigger)
    try:
        done = event is not None and event.trigger(token)
    except MachineError:
        done = False
    if not done:
        raise InvalidTransition(trigger=trigger, state=ROUND_STATE_LABELS[state])
    return token.state


def frozen(rounds: Iterable[Round]) -> tuple[RoundRow, ...]:
    """Frozen copies, oldest opening first."""
    rows = (
        RoundRow(r.id, r.kind, r.year, r.opens_on, r.report_due_on, r.verify_due_on, r.disclosure_on, r.state)
        for r in rounds
    )
    return tuple(sorted(rows, key=lambda row: (row.opens_on, row.id)))


def current(rounds: Iterable[RoundRow]) -> RoundRow | None:
    """The plan's current round: the newest that is open or reviewing."""
    live = [row for row in rounds if row.state in ("open", "reviewing")]
    return max(live, key=lambda row: (row.opens_on, row.id), default=None)


def due_steps(rounds: Sequence[RoundRow], today: date, live_on: date) -> tuple[list[RoundStep], tuple[RoundRow, ...]]:
    """The steps that time has made due by ``today`` in a plan that lives since ``live_on``, and the rounds after them.

    A round opens on its day, and an older one that is still open is then moved to reviewing; the day after report-due
    it is moved there anyway.  A round whose report-due day lies before going live is skipped.
    """
    steps: list[RoundStep] = []
    after = {row.id: row for row in sorted(rounds, key=lambda row: (row.opens_on, row.id))}

    def step(row: RoundRow, trigger: str) -> None:
        moved = replace(row, state=fire(row.state, trigger))
        after[row.id] = moved
        steps.append(RoundStep(row.id, row.kind, row.year, trigger, moved.state))

    for row in list(after.values()):
        if row.state != "planned":
            continue
        if row.report_due_on < live_on:
            step(row, "skip")
        elif row.opens_on <= today:
            for older in [other for other in after.values() if other.state == "open"]:
                step(older, "review")
            step(row, "open")
    for row in [other for other in after.values() if other.state == "open"]:
        if today > row.report_due_on:
            step(row, "review")
    return steps, tuple(after.values())
