"""The picture of a workflow shows every state once and every step that moves a task, and nothing lies outside it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tracker.workflows.definitions import DEFINITIONS, Definition
from tracker.workflows.drawing import APART, BOX_HEIGHT, draw

WHOLE = pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda definition: definition.name)


def moving(definition: Definition) -> set[tuple[str, str, str]]:
    """(source, trigger, target) of every step that changes the state."""
    return {
        (source, step.trigger, step.target)
        for step in definition.steps
        if step.target is not None
        for source in step.sources
        if source != step.target
    }


@WHOLE
def test_every_state_is_one_box(definition: Definition) -> None:
    assert sorted(box.state for box in draw(definition).boxes) == sorted(definition.states)


@WHOLE
def test_every_step_that_moves_is_an_arrow_or_stands_in_the_list(definition: Definition) -> None:
    picture = draw(definition)
    drawn = {(arrow.source, trigger, arrow.target) for arrow in picture.arrows for trigger in arrow.triggers}
    assert drawn == {step for step in moving(definition) if not {step[0], step[2]} & set(APART)}
    told = {(trigger, s, t) for aside in picture.asides for trigger in aside.triggers
            for s in aside.sources for t in aside.targets}  # fmt: skip
    assert {(t, s, e) for s, t, e in moving(definition) if {s, e} & set(APART)} <= told


@WHOLE
def test_numbers_run_from_one_and_no_two_lie_on_each_other(definition: Definition) -> None:
    arrows = draw(definition).arrows
    assert [arrow.number for arrow in arrows] == list(range(1, len(arrows) + 1))
    places = [(arrow.x, arrow.y) for arrow in arrows]
    near = [(a, b) for a in places for b in places if a < b and abs(a[0] - b[0]) < 18 and abs(a[1] - b[1]) < 18]
    assert near == []


@WHOLE
def test_boxes_do_not_touch_and_nothing_lies_outside(definition: Definition) -> None:
    picture = draw(definition)
    rows = sorted({box.y for box in picture.boxes})
    assert all(below - above > BOX_HEIGHT for above, below in pairwise(rows))
    assert all(box.x >= 0 and box.x + box.width <= picture.width for box in picture.boxes)
    numbers = [int(n) for arrow in picture.arrows for n in re.findall(r"-?\d+", arrow.path)]
    assert min(numbers) >= 0
    assert max(numbers) <= picture.height
    assert all(10 <= arrow.x <= picture.width - 10 for arrow in picture.arrows)
