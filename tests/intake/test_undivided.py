"""Plans that name no units."""

from __future__ import annotations

import pytest

from tests.intake.layouts import Layout, layouts, told
from tests.intake.seeds import PLANS, seed, shown
from tracker.intake.context import Context
from tracker.intake.readers.text import read_text
from tracker.intake.undivided import read_undivided


@pytest.mark.parametrize("slug", ["tongxin", "baise"])
def test_the_tasks_of_an_undivided_plan_are_those_of_seed_tasks(slug: str) -> None:
    division = read_undivided(read_text((PLANS / f"{slug}.txt").read_bytes()), Context((2021, 2025)))
    assert division is not None
    assert [shown(task) for task in division.tasks] == seed(slug)["tasks"]
    assert (division.form, division.doubts) == ("undivided", [])


@pytest.mark.parametrize("layout", layouts("undivided"), ids=lambda layout: layout.name)
def test_a_layout_is_read(layout: Layout) -> None:
    division = read_undivided(layout.document, Context((2021, 2025)))
    found = division.tasks if division else []
    truth = layout.truth + [""] * (len(found) - len(layout.truth))
    assert [told(task, line) for task, line in zip(found, truth, strict=False)] == layout.truth
