"""Plans that name the units behind or below each task."""

from __future__ import annotations

from tests.intake.seeds import PLANS, seed, shown
from tracker.intake.context import Context
from tracker.intake.markers import read_inline
from tracker.intake.readers.text import read_text


def test_the_tasks_of_yulin_are_those_of_seed_tasks() -> None:
    division = read_inline(read_text((PLANS / "yulin.txt").read_bytes()), Context((2021, 2025)))
    assert division is not None
    assert [shown(task) for task in division.tasks] == seed("yulin")["tasks"]
    assert (division.form, division.doubts) == ("inline", [])
