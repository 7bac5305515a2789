"""Targets within a task's words, with truth written by hand (cases/targets.txt), and every task of the five plans."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from tests.intake.seeds import seed_tasks
from tracker.intake.targets import read_targets

CASES = Path(__file__).parent / "cases" / "targets.txt"
LINES = [line.split(" | ") for line in CASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0][:12])
def test_the_targets_of_a_text_are_read(line: list[str]) -> None:
    found = [f"{target.comparator}{target.value}{target.unit}" for target in read_targets(line[0].rstrip(" |"))]
    assert found == (line[1].split() if len(line) > 1 else [])


def test_the_tasks_of_the_five_plans_have_the_targets_of_seed_tasks() -> None:
    for task in seed_tasks():
        found = [{"comparator": t.comparator, "value": t.value, "unit": t.unit} for t in read_targets(task["text"])]
        assert found == task["targets"], task["ref"]


def test_a_text_of_nothing_but_numerals_is_read_in_a_moment() -> None:
    before = process_time()
    assert read_targets("一" * 20_000) == []
    assert process_time() - before < 5
