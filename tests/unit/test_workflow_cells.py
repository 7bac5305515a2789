"""Every cell of state x trigger x relation, in every situation that matters, against workflow_cells_<definition>.txt.

The cells come from the definition, the answers from the table, which is written by hand.  A cell without an answer
fails, and so does an answer without a cell.  All cells are asked of the pure decision (permission, guard, rule table),
those that a real task can be brought into of the real command over a real database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.unit.workflow_cells import LETTERS, RELATIONS, Cell, Table, read_table
from tests.unit.workflow_situations import build
from tracker.access import Facts, authorise, permissions
from tracker.errors import InvalidTransition, NotAllowed, NotFound
from tracker.workflows.definitions import DEFINITIONS, STANDARD, Definition
from tracker.workflows.machine import fire
from tracker.workflows.policy import guard

BASE = {
    "handler": Facts(in_region=True, first_lead_handler=True),
    "leader": Facts(in_region=True, first_lead_leader=True),
    "other": Facts(in_region=True, other_lead=True),
    "support": Facts(in_region=True, supporting=True),
    "member": Facts(in_region=True, collective_member=True),
    "superv": Facts(in_region=True, supervisor=True),
    "hostsv": Facts(in_region=True, supervisor=True, host_unit_person=True),
    "observer": Facts(in_region=True, observer=True),
    "admin": Facts(administrator=True),
    "unit": Facts(in_region=True),
    "region": Facts(),
    "nobody": Facts(),
    "system": Facts(system=True),
}


@dataclass(frozen=True)
class Situation:
    """What is true besides relation and state: of everybody's facts, and of some relations' only."""

    all: Mapping[str, Any] = field(default_factory=dict)
    some: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    first_lead_changes: bool = False

    def facts(self, relation: str, state: str) -> Facts:
        """The facts of one relation, before one state."""
        here = {"suspended_from": "in_progress", **self.all, **self.some.get(relation, {})}
        return replace(BASE[relation], state=state, **here)


HOST_LEADS = {"host_leads": True}
HOST_FIRST = {
    "handler": {"host_unit_person": True},
    "leader": {"host_unit_person": True},
    "hostsv": {"first_lead_handler": True},
}
HOST_OTHER = {"other": {"host_unit_person": True}, "hostsv": {"other_lead": True}}
CHECKED = {**HOST_LEADS, "first_checked": True}
BY_ONESELF = {"superv": {"first_checked_by_actor": True}}
SITUATIONS = {
    "ordinary": Situation({"suspended_from": "in_progress"}),
    "suspended_from_assigned": Situation({"suspended_from": "assigned"}),
    "suspended_from_awaiting_sign_off": Situation({"suspended_from": "awaiting_sign_off"}),
    "suspended_from_reported": Situation({"suspended_from": "reported"}),
    "new_first_lead": Situation(first_lead_changes=True),
    "other_acknowledged": Situation(some={"other": {"unit_acknowledged": True}}),
    "wrote": Situation(some={"superv": {"wrote": True}, "hostsv": {"wrote": True}}),
    "unproven": Situation({"completion_unproven": True}),
    "host_supports": Situation(some={"hostsv": {"supporting": True}}),
    "host_first": Situation(HOST_LEADS, HOST_FIRST),
    "host_other": Situation(HOST_LEADS, HOST_OTHER),
    "host_first_checked": Situation(CHECKED, HOST_FIRST),
    "host_first_checked_by_oneself": Situation(CHECKED, {**HOST_FIRST, **BY_ONESELF}),
    "host_other_checked": Situation(CHECKED, HOST_OTHER),
    "host_other_checked_by_oneself": Situation(CHECKED, {**HOST_OTHER, **BY_ONESELF}),
    "host_first_wrote": Situation(HOST_LEADS, {**HOST_FIRST, "superv": {"wrote": True}}),
    "host_first_checked_wrote": Situation(CHECKED, {**HOST_FIRST, "superv": {"wrote": True}}),
    "host_first_checked_unproven": Situation({**CHECKED, "completion_unproven": True}, HOST_FIRST),
}


def situations(definition: Definition) -> list[str]:
    """The situations that can be in a definition."""
    return [name for name, of in SITUATIONS.items() if of.all.get("suspended_from", "assigned") in definition.states]


def cells(definition: Definition) -> list[Cell]:
    """Every cell there is: the definition's states and triggers, the relations, the situations."""
    return [
        Cell(situation, trigger, state, relation)
        for situation in situations(definition)
        for trigger in definition.triggers
        for state in definition.states
        for relation in RELATIONS
    ]


def decide(definition: Definition, cell: Cell) -> str:
    """What the code answers, in the table's letters: permission, then guard, then the rule table."""
    situation = SITUATIONS[cell.situation]
    facts = situation.facts(cell.relation, cell.state)
    try:
        authorise(f"task.{cell.trigger}", facts)
        if guard(cell.trigger, facts) is not None:
            return "-"
        after = fire(definition.name, cell.state, cell.trigger, facts, first_lead_changes=situation.first_lead_changes)
    except NotFound:
        return "?"
    except NotAllowed:
        return "-"
    except InvalidTransition:
        return "x"
    return "=" if after == cell.state else LETTERS[after]


def differences(table: Table, definition: Definition = STANDARD) -> list[str]:
    """Every cell where table and code do not agree, or that only one of them knows."""
    known = cells(definition)
    found = [f"{cell}: the table has no answer" for cell in known if cell not in table.answers]
    found += [f"{cell}: an answer to no cell" for cell in table.answers.keys() - set(known)]
    for cell in known:
        answer = decide(definition, cell)
        if cell in table.answers and table.answers[cell] != answer:
            found.append(f"{cell}: the table says {table.answers[cell]}, the code {answer}")
    return sorted(found)


@pytest.fixture(scope="module")
def table() -> Table:
    """The standard table as it stands in the file."""
    return read_table("standard")


@pytest.mark.parametrize(
    ("definition", "size"),
    [("standard", 17 * 14 * 8 * 13), ("with_sign_off", 18 * 15 * 9 * 13)],
)
def test_every_cell_is_answered_as_the_table_says(definition: str, size: int, record_testsuite_property: Any) -> None:
    whole, table = DEFINITIONS[definition], read_table(definition)
    total = len(cells(whole))
    record_testsuite_property(f"workflow_cells_{definition}", total)
    print(  # noqa: T201
        f"{total} cells of {definition}: {len(situations(whole))} situations x {len(whole.triggers)} triggers"
        f" x {len(whole.states)} states x {len(RELATIONS)} relations"
    )
    assert differences(table, whole) == []
    assert total == len(table.answers) == size


def test_a_cell_without_an_answer_is_found(table: Table) -> None:
    gone = Cell("ordinary", "verify", "reported", "superv")
    fewer = replace(table, answers={cell: answer for cell, answer in table.answers.items() if cell != gone})
    assert differences(fewer) == [f"{gone}: the table has no answer"]


def test_an_answer_to_no_cell_is_found(table: Table) -> None:
    foreign = Cell("ordinary", "sign_off", "reported", "superv")
    assert differences(replace(table, answers={**table.answers, foreign: "x"})) == [f"{foreign}: an answer to no cell"]


def test_a_permission_made_too_wide_is_caught(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions._map, "task.close_out", lambda facts: facts.supervisor or facts.observer)
    found = differences(table)
    assert len(found) == len(situations(STANDARD)) * len(STANDARD.states)
    assert "ordinary: observer fires close_out on verified: the table says -, the code C" in found
    assert all("observer fires close_out" in line for line in found)


def test_a_permission_made_too_narrow_is_caught(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions._map, "task.withdraw", lambda facts: facts.first_lead_leader)
    found = differences(table)
    assert "ordinary: handler fires withdraw on reported: the table says P, the code -" in found
    assert "host_first: hostsv fires withdraw on reported: the table says P, the code -" in found
    assert not any(" leader fires " in line for line in found)


def test_a_second_check_by_the_same_person_would_be_caught(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions._map, "task.verify", lambda facts: facts.supervisor and not facts.wrote)
    found = differences(table)
    line = "host_other_checked_by_oneself: superv fires verify on reported: the table says -, the code V"
    assert line in found


def act_for_real(world: Any, session: Session, cell: Cell) -> str:
    """What the real command answers; whatever it did is rolled back."""
    ref = world.refs[cell.state]
    savepoint = session.begin_nested()
    try:
        answer = world.city.do(session, world.actors[cell.relation], ref, cell.trigger, **world.data[cell.trigger])
    except NotFound:
        return "?"
    except NotAllowed:
        return "-"
    except InvalidTransition:
        return "x"
    finally:
        savepoint.rollback()
        session.expire_all()
    return "=" if answer["state"] == cell.state else LETTERS[answer["state"]]


def test_a_return_that_went_past_the_unit_leader_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions._map, "task.return", lambda facts: facts.supervisor or facts.first_lead_leader)
    found = differences(read_table("with_sign_off"), DEFINITIONS["with_sign_off"])
    assert "ordinary: superv fires return on awaiting_sign_off: the table says -, the code P" in found
    assert "ordinary: leader fires return on reported: the table says -, the code P" in found


@pytest.mark.parametrize(
    ("definition", "situation"), [(name, of) for name, whole in DEFINITIONS.items() for of in situations(whole)]
)
def test_the_real_command_answers_as_the_table_says(definition: str, situation: str, session: Session) -> None:
    whole, table = DEFINITIONS[definition], read_table(definition)
    world = build(session, situation, definition)
    triggers = whole.triggers if situation == "ordinary" else table.own_triggers[situation] or whole.triggers
    found, asked = [], 0
    for trigger in triggers:
        for state in world.refs:
            for relation in RELATIONS:
                cell = Cell(situation, trigger, state, relation)
                answer = act_for_real(world, session, cell)
                asked += 1
                if table.answers[cell] != answer:
                    found.append(f"{cell}: the table says {table.answers[cell]}, the command {answer}")
    assert found == []
    assert asked == len(triggers) * len(world.refs) * len(RELATIONS)
