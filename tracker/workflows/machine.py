"""The rule table on *transitions*: one machine a definition, without models; it says where a trigger leads, no more.

The database decides who wins a race; nothing is ever stored in a machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from transitions import EventData, Machine, MachineError

from ..access import Facts
from ..errors import InvalidTransition
from .definitions import DEFINITIONS, STATE_LABELS, SUSPENDABLE, TRIGGER_LABELS, Definition


@dataclass(slots=True)
class _Token:
    """What stands in for the instance while the table is asked."""

    state: str


def _facts(event: EventData) -> Facts:
    facts: Facts = event.kwargs["facts"]
    return facts


def _suspended_from(state: str) -> Callable[[EventData], bool]:
    return lambda event: _facts(event).suspended_from == state


CONDITIONS: dict[str, Callable[[EventData], bool]] = {
    "first_lead_acts": lambda event: _facts(event).first_lead,
    "other_lead_acts": lambda event: not _facts(event).first_lead and _facts(event).other_lead,
    "other_lead_acknowledges": lambda event: _facts(event).other_lead and not _facts(event).unit_acknowledged,
    "first_lead_changes": lambda event: bool(event.kwargs["first_lead_changes"]),
    "first_lead_stays": lambda event: not event.kwargs["first_lead_changes"],
    **{f"suspended_from_{state}": _suspended_from(state) for state in SUSPENDABLE},
}


def build_machine(definition: Definition) -> Machine:
    """The machine of a definition: no model, no automatic transitions, no swallowed errors."""
    machine = Machine(model=None, states=list(definition.states), initial=None, auto_transitions=False, send_event=True)
    for step in definition.steps:
        machine.add_transition(
            step.trigger,
            list(step.sources),
            step.target,
            conditions=CONDITIONS[step.when] if step.when is not None else None,
        )
    return machine


_machines: dict[str, Machine] = {name: build_machine(definition) for name, definition in DEFINITIONS.items()}


def fire(definition: str, state: str, trigger: str, facts: Facts, *, first_lead_changes: bool = False) -> str:
    """The state that ``trigger`` leads to from ``state``; the same state for a record that moves nothing.

    Raises InvalidTransition where the table has no such step.
    """
    machine = _machines[definition]
    token = _Token(state)
    event: Any = machine.events.get(trigger)
    try:
        done = event is not None and event.trigger(token, facts=facts, first_lead_changes=first_lead_changes)
    except MachineError:
        done = False
    if not done:
        raise InvalidTransition(trigger=TRIGGER_LABELS.get(trigger, trigger), state=STATE_LABELS[state])
    return token.state
