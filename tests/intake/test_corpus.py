"""The documents of the corpus, each read as a person would upload it, against its hand-written truth."""

from __future__ import annotations

import pytest

from tests.intake.corpus.make import LAYOUTS
from tests.intake.corpus.truth import FOLDER, Truth, load_all
from tests.intake.scoring import read, score

ENOUGH = 0.95
TRUTHS = load_all()


@pytest.mark.parametrize("truth", TRUTHS, ids=[truth.name for truth in TRUTHS])
def test_a_document_is_read(truth: Truth):
    """At least 95 % of tasks and of pairs found, as much of what is found right, no unit invented; here even all of it.

    A fault is any difference: in a text, a number, a section, the order of units, a day, the head, an indicator.
    """
    one = score(truth, read(truth))
    assert min(one.figures) >= ENOUGH, one.faults
    assert not one.invented
    assert one.faults == []


def test_every_document_has_a_truth_and_a_layout():
    documents = {path.stem for path in FOLDER.iterdir() if path.suffix != ".yaml"}
    assert documents == {truth.name for truth in TRUTHS} == set(LAYOUTS)


def test_there_are_six_of_each_type_at_least():
    endings = [truth.document.suffix for truth in TRUTHS]
    assert {kind for kind in endings if endings.count(kind) < 6} <= {".md"}
    assert endings.count(".txt") + endings.count(".md") >= 6
