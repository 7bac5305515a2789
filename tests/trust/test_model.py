"""Any acts in any order end as the book foretells, on both databases; planted faults are found.

In the short form 100 runs of up to 50 acts a database with a fixed seed, in the long form 2,000 in twenty batches, so
that no transaction grows for an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from tests.trust.model.machine import Workflow
from tracker.access import Facts, permissions
from tracker.workflows import commands, effects, machine, path
from tracker.workflows.definitions import DEFINITIONS, Definition, Step

RUNS, LONG_BATCHES, ACTS = 100, 20, 50


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One batch of runs, or in the long form all of them."""
    if "batch" in metafunc.fixturenames:
        metafunc.parametrize("batch", range(LONG_BATCHES if metafunc.config.getoption("--long") else 1))


def run(session: Session, runs: int, *, acts: int = ACTS, long: bool = False) -> None:
    """Run the machine over a session; AssertionError (or the database's own) where the book is contradicted."""
    bound = type("BoundWorkflow", (Workflow,), {"session": session})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=runs,
            stateful_step_count=acts,
            derandomize=not long,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.both_databases
@pytest.mark.timeout(1800)
def test_any_acts_in_any_order_end_as_the_book_foretells(session: Session, long_form: bool, batch: int) -> None:
    run(session, RUNS, long=long_form)


def altered(definition: Definition, trigger: str, **values: Any) -> Definition:
    """A definition whose steps of one trigger are changed."""
    steps = tuple(replace(step, **values) if step.trigger == trigger else step for step in definition.steps)
    return replace(definition, steps=steps)


def plant_a_verifier_who_wrote(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(permissions._map, "task.verify", lambda facts: facts.supervisor)


def plant_a_version_that_nobody_compares(patch: pytest.MonkeyPatch) -> None:
    honest = path.apply

    def careless(*args: Any, **options: Any) -> Any:
        return honest(*args, **{**options, "version": args[5].version})

    patch.setattr(commands, "apply", careless)


def plant_a_key_that_nobody_asks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(commands, "once", lambda session, *, work, **_: work())


def plant_a_resuming_that_forgets(patch: pytest.MonkeyPatch) -> None:
    for name, definition in DEFINITIONS.items():
        steps = (*(s for s in definition.steps if s.trigger != "resume"), Step("resume", ("suspended",), "in_progress"))
        patch.setitem(machine._machines, name, machine.build_machine(replace(definition, steps=steps)))


def plant_a_decline_that_keeps_the_units(patch: pytest.MonkeyPatch) -> None:
    patch.delitem(effects.EFFECTS, "decline")


def plant_a_return_past_the_leader(patch: pytest.MonkeyPatch) -> None:
    def anybody(facts: Facts) -> bool:
        return facts.supervisor or facts.first_lead_leader

    patch.setitem(permissions._map, "task.return", anybody)


def plant_an_acknowledgement_that_outlives_its_assignment(patch: pytest.MonkeyPatch) -> None:
    for name, definition in DEFINITIONS.items():
        faulty = altered(definition, "reassign", when=None)
        patch.setitem(machine._machines, name, machine.build_machine(faulty))


PLANTS: list[Callable[[pytest.MonkeyPatch], None]] = [
    plant_a_verifier_who_wrote,
    plant_a_version_that_nobody_compares,
    plant_a_key_that_nobody_asks,
    plant_a_resuming_that_forgets,
    plant_a_decline_that_keeps_the_units,
    plant_a_return_past_the_leader,
    plant_an_acknowledgement_that_outlives_its_assignment,
]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__.removeprefix("plant_"))
def test_a_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    found = None
    with suppress(AssertionError):
        run(session, RUNS)
        found = "nothing"
    assert found is None, "the model did not notice"
