"""Plans that name the units behind or below each task."""

from __future__ import annotations

import pytest

from tests.intake.layouts import Layout, layouts, told
from tests.intake.seeds import PLANS, seed, shown
from tracker.intake.context import Context
from tracker.intake.markers import read_inline
from tracker.intake.readers.text import read_text


def test_the_tasks_of_yulin_are_those_of_seed_tasks() -> None:
    division = read_inline(read_text((PLANS / "yulin.txt").read_bytes()), Context((2021, 2025)))
    assert division is not None
    assert [shown(task) for task in division.tasks] == seed("yulin")["tasks"]
    assert (division.form, division.doubts) == ("inline", [])


@pytest.mark.parametrize("layout", layouts("inline"), ids=lambda layout: layout.name)
def test_a_layout_is_read(layout: Layout) -> None:
    division = read_inline(layout.document, Context((2021, 2025)))
    found = division.tasks if division else []
    truth = layout.truth + [""] * (len(found) - len(layout.truth))
    assert [told(task, line) for task, line in zip(found, truth, strict=False)] == layout.truth


@pytest.mark.parametrize("layout", layouts("undivided"), ids=lambda layout: layout.name)
def test_no_unit_is_made_from_prose(layout: Layout) -> None:
    assert read_inline(layout.document, Context((2021, 2025))) is None
