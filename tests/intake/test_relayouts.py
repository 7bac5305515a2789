"""The truths of the corpus in layouts that are not their own: what is read must not hang on who set the page."""

from __future__ import annotations

import pytest

from tests.intake.corpus.relayouts import INLINE, TABLES, Layout
from tests.intake.corpus.truth import load_all
from tests.intake.scoring import Score, drafted, score

LAYOUTS = (*TABLES, *INLINE)
TRUTHS = [
    truth
    for truth in load_all()
    if truth.lines("before") and all(task.leads and not task.joint for task in truth.tasks)
]
SHARE = 4
"""Every layout gets one truth in so many, and all together every truth."""


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.__name__ for layout in LAYOUTS])
def test_another_layout_is_read_as_well(layout: Layout):
    total = Score()
    for truth in TRUTHS[LAYOUTS.index(layout) % SHARE :: SHARE]:
        total.add(score(truth, drafted(*layout(truth))))
    assert min(total.figures) >= 0.97, total.faults
    assert not total.invented
