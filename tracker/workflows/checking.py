"""What a workflow definition must not be; each fault is refused with its reason when the program starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .definitions import Definition, Step

ENDS = ("terminated",)
"""States that a task may stay in for good without a way out."""

MayFire = Callable[[str, str], bool]


class UnsoundDefinition(Exception):
    """A definition that must not be used; the message names every fault."""


def check(definition: Definition, may_fire: MayFire) -> None:
    """Raise UnsoundDefinition, naming every fault.

    ``may_fire(trigger, state)`` says whether anybody at all is permitted to fire a trigger on a task in a state.
    """
    faults = list(faults_of(definition, may_fire))
    if faults:
        raise UnsoundDefinition(f"{definition.name}: {'; '.join(faults)}")


def faults_of(definition: Definition, may_fire: MayFire) -> Iterator[str]:
    """One sentence a fault: unknown or unreachable states, dead ends, triggers for nobody, ways round verification."""
    named = {state for step in definition.steps for state in (*step.sources, step.target) if state is not None}
    yield from (f"the state {state} is not declared" for state in sorted(named - set(definition.states)))
    reached = _reached(definition.initial, definition.steps)
    yield from (f"no way leads to the state {state}" for state in definition.states if state not in reached)
    moves = ((source, step.target) for step in definition.steps if step.target for source in step.sources)
    leaving = {source for source, target in moves if source != target}
    stuck = [state for state in definition.states if state not in leaving and state not in ENDS]
    yield from (f"nothing leads out of the state {state}" for state in stuck)
    for trigger in definition.triggers:
        sources = [source for step in definition.steps if step.trigger == trigger for source in step.sources]
        if not any(may_fire(trigger, source) for source in sources):
            yield f"nobody may fire {trigger}"
    yield from _ways_round(definition)


def _ways_round(definition: Definition) -> Iterator[str]:
    """Only ``verify`` leads into verified, only from reported; and nothing is closed out that was not verified."""
    for step in definition.steps:
        if step.target == "verified" and (step.trigger != "verify" or step.sources != ("reported",)):
            yield f"{step.trigger} leads into verified from {', '.join(step.sources)}, round verification"
    without = tuple(step for step in definition.steps if step.trigger != "verify")
    if "closed_out" in _reached(definition.initial, without):
        yield "a task can be closed out without having been verified"


def _reached(initial: str, steps: tuple[Step, ...]) -> set[str]:
    reached, grown = set[str](), {initial}
    while grown - reached:
        reached |= grown
        grown = {step.target for step in steps if step.target is not None and reached & set(step.sources)}
    return reached
