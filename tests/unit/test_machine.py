"""The rule table says where a trigger leads; nothing else does, and it keeps nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tracker.access import Facts, actions
from tracker.errors import InvalidTransition
from tracker.i18n import CHINESE, translator
from tracker.plans.models import STATES
from tracker.workflows.definitions import (
    DEFINITIONS,
    OPEN_STATES,
    OWING_STATES,
    STANDARD,
    STATE_LABELS,
    TRIGGER_LABELS,
)
from tracker.workflows.effects import EFFECTS
from tracker.workflows.machine import CONDITIONS, build_machine, fire
from tracker.workflows.schemas import SCHEMAS

LEAD = Facts(in_region=True, first_lead_handler=True)
OTHER = Facts(in_region=True, other_lead=True)
SUPERVISOR = Facts(in_region=True, supervisor=True)


def test_the_spine_runs_from_assigned_to_verified_and_out() -> None:
    steps = ["dispatch", "acknowledge", "report", "verify", "close_out"]
    state, passed = STANDARD.initial, []
    for trigger in steps:
        state = fire("standard", state, trigger, LEAD)
        passed.append(state)
    assert passed == ["assigned", "in_progress", "reported", "verified", "closed_out"]


@pytest.mark.parametrize(("state", "trigger"), [("assigned", "verify"), ("closed_out", "terminate"), ("verified", "x")])
def test_a_step_that_is_not_in_the_table_is_an_error_with_both_names(state: str, trigger: str) -> None:
    with pytest.raises(InvalidTransition) as raised:
        fire("standard", state, trigger, SUPERVISOR)
    assert raised.value.values == {"trigger": TRIGGER_LABELS.get(trigger, trigger), "state": STATE_LABELS[state]}


def test_the_error_reads_as_one_chinese_sentence() -> None:
    with pytest.raises(InvalidTransition) as raised:
        fire("standard", "assigned", "verify", SUPERVISOR)
    text = raised.value.text(translator(CHINESE))
    assert "核实" in text
    assert "已交办" in text
    assert "%(" not in text


def test_a_condition_that_does_not_hold_is_an_error_and_not_a_silent_no() -> None:
    with pytest.raises(InvalidTransition):
        fire("standard", "assigned", "acknowledge", SUPERVISOR)


def test_the_other_lead_moves_nothing_and_the_first_named_does() -> None:
    assert fire("standard", "assigned", "acknowledge", OTHER) == "assigned"
    assert fire("standard", "assigned", "acknowledge", LEAD) == "in_progress"
    assert fire("standard", "assigned", "decline", OTHER) == "assigned"
    assert fire("standard", "assigned", "decline", LEAD) == "pending_dispatch"


def test_reassigning_asks_for_a_new_acknowledgement_only_of_a_new_first_lead() -> None:
    assert fire("standard", "in_progress", "reassign", SUPERVISOR, first_lead_changes=True) == "assigned"
    assert fire("standard", "in_progress", "reassign", SUPERVISOR) == "in_progress"


def test_no_trigger_but_the_tables_own_exists() -> None:
    machine = build_machine(STANDARD)
    assert set(machine.events) == set(STANDARD.triggers)
    assert machine.models == []
    with pytest.raises(InvalidTransition):
        fire("standard", "assigned", "to_verified", SUPERVISOR)


def test_a_machine_remembers_nothing_between_threads() -> None:
    cases = [("assigned", "acknowledge", "in_progress"), ("in_progress", "report", "reported")] * 200
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda case: fire("standard", case[0], case[1], LEAD), cases))
    assert answers == [case[2] for case in cases]


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda definition: definition.name)
def test_a_definition_is_whole(definition: object) -> None:
    from tracker.workflows.definitions import Definition

    assert isinstance(definition, Definition)
    assert definition.initial in definition.states
    for step in definition.steps:
        assert set(step.sources) <= set(definition.states)
        assert step.target is None or step.target in definition.states
        assert step.when is None or step.when in CONDITIONS
        assert set(step.needs) <= set(SCHEMAS)
    assert set(EFFECTS) <= {trigger for one in DEFINITIONS.values() for trigger in one.triggers}
    assert {f"task.{trigger}" for trigger in definition.triggers} <= set(actions())
    assert set(definition.triggers) <= set(TRIGGER_LABELS)
    assert set(definition.states) <= set(STATES) == set(STATE_LABELS)


def test_nothing_leaves_terminated_and_only_reopening_leaves_closed_out() -> None:
    assert [step.trigger for step in STANDARD.steps if "terminated" in step.sources] == []
    assert [step.trigger for step in STANDARD.steps if "closed_out" in step.sources] == ["reopen"]


def test_what_needs_a_reason_is_what_the_other_side_must_be_told() -> None:
    reasoned = {trigger for trigger in STANDARD.triggers if "reason" in STANDARD.needs(trigger)}
    assert reasoned == {"return", "decline", "terminate", "reassign", "reopen", "suspend"}


def test_owing_and_open_states_are_the_designs() -> None:
    assert OWING_STATES == ("assigned", "in_progress", "awaiting_sign_off")
    assert set(OPEN_STATES) == {*OWING_STATES, "reported", "verified", "suspended"}
