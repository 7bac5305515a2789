"""A definition that strands a task, leaves a step to nobody or leads round verification is refused with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracker.workflows.checking import UnsoundDefinition, check, faults_of
from tracker.workflows.definitions import DEFINITIONS, STANDARD, Definition, Step
from tracker.workflows.policy import somebody_may


def without(trigger: str) -> Definition:
    """The standard definition without one trigger."""
    return replace(STANDARD, steps=tuple(step for step in STANDARD.steps if step.trigger != trigger))


def with_step(*steps: Step, states: tuple[str, ...] = STANDARD.states) -> Definition:
    """The standard definition with more steps, and with other states where they are given."""
    return replace(STANDARD, states=states, steps=(*STANDARD.steps, *steps))


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda definition: definition.name)
def test_the_definitions_in_use_are_sound(definition: Definition) -> None:
    assert list(faults_of(definition, somebody_may)) == []


UNSOUND = {
    "a state nobody gets out of": (
        with_step(Step("suspend", ("verified",), "parked"), states=(*STANDARD.states, "parked")),
        "nothing leads out of the state parked",
    ),
    "a state that only records leave": (
        with_step(
            Step("suspend", ("verified",), "parked"),
            Step("acknowledge", ("parked",), None),
            Step("close_out", ("parked",), "parked"),
            states=(*STANDARD.states, "parked"),
        ),
        "nothing leads out of the state parked",
    ),
    "a state nothing leads to": (
        with_step(Step("resume", ("parked",), "assigned"), states=(*STANDARD.states, "parked")),
        "no way leads to the state parked",
    ),
    "a state it does not declare": (
        with_step(Step("suspend", ("verified",), "parked"), Step("resume", ("parked",), "assigned")),
        "the state parked is not declared",
    ),
    "a closing that skips verification": (
        with_step(Step("close_out", ("reported",), "closed_out")),
        "a task can be closed out without having been verified",
    ),
    "a report that verifies itself": (
        with_step(Step("report", ("in_progress",), "verified")),
        "report leads into verified from in_progress, round verification",
    ),
    "a verification of what was not reported": (
        with_step(Step("verify", ("in_progress",), "verified")),
        "verify leads into verified from in_progress, round verification",
    ),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_an_unsound_definition_is_refused_with_the_reason(name: str) -> None:
    definition, reason = UNSOUND[name]
    with pytest.raises(UnsoundDefinition, match=reason):
        check(definition, somebody_may)


def test_a_trigger_that_nobody_may_fire_is_refused() -> None:
    with pytest.raises(UnsoundDefinition, match="nobody may fire close_out"):
        check(STANDARD, lambda trigger, state: trigger != "close_out" and somebody_may(trigger, state))


def test_a_trigger_that_is_only_permitted_where_it_leads_nowhere_counts_as_nobodys() -> None:
    with pytest.raises(UnsoundDefinition, match="nobody may fire return"):
        check(STANDARD, lambda trigger, state: trigger != "return" or state == "assigned")


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(UnsoundDefinition) as raised:
        check(without("verify"), somebody_may)
    assert "no way leads to the state verified" in str(raised.value)
    assert "no way leads to the state closed_out" in str(raised.value)
