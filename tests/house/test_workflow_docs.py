"""docs/workflow.md says what the definition says."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tracker.config import ROOT
from tracker.i18n import CHINESE, translator
from tracker.workflows import picture
from tracker.workflows.definitions import DEFINITIONS, STANDARD, STATE_LABELS, TRIGGER_LABELS, Step

TEXT = picture.DOCUMENT.read_text(encoding="utf-8")


def test_the_generated_part_is_current() -> None:
    assert picture.replaced(TEXT) == TEXT, "run python -m tracker.workflows.picture"


def test_a_changed_definition_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(STANDARD, steps=(*STANDARD.steps, Step("close_out", ("reported",), "closed_out")))
    monkeypatch.setitem(DEFINITIONS, "standard", changed)
    assert picture.replaced(TEXT) != TEXT
    assert "reported --> closed_out: close out" in picture.generated()


def test_every_trigger_has_its_sentence_and_no_other() -> None:
    triggers = {trigger for definition in DEFINITIONS.values() for trigger in definition.triggers}
    assert set(picture.WHO_FIRES) == triggers
    assert set(picture.CONDITIONS) == {step.when for d in DEFINITIONS.values() for step in d.steps if step.when}


def test_the_picture_has_every_state_and_every_move() -> None:
    drawn = picture.diagram(STANDARD)
    arrows = set(re.findall(r"(\w+) --> (\w+)", drawn))
    assert arrows == {
        (source, step.target)
        for step in STANDARD.steps
        for source in step.sources
        if step.target is not None and step.target != source
    }
    assert all(f"    {state}: {STATE_LABELS[state]}" in drawn for state in STANDARD.states)
    assert "[*] --> pending_dispatch" in drawn
    assert re.findall(r"(\w+) --> \[\*\]", drawn) == ["terminated"]


def test_the_table_has_a_line_a_step() -> None:
    lines = picture.table(STANDARD).splitlines()
    assert len(lines) == 2 + len(STANDARD.steps)
    assert {line.count("|") for line in lines} == {6}


@pytest.mark.parametrize("code", [*STANDARD.states, *STANDARD.triggers])
def test_the_words_of_the_page_are_those_of_the_interface(code: str) -> None:
    label = STATE_LABELS.get(code) or TRIGGER_LABELS[code]
    chinese = translator(CHINESE)(label)
    assert re.search(rf"`{code}` \|[^\n`]*{re.escape(chinese)} \|", TEXT), f"{code} is {chinese} in the interface"


def test_the_command_rewrites_the_page(tmp_path: Path) -> None:
    copy = tmp_path / "workflow.md"
    copy.write_text(f"before\n{picture.BEGIN}\nold\n{picture.END}\nafter\n", encoding="utf-8")
    picture.main(copy)
    assert copy.read_text(encoding="utf-8") == f"before\n{picture.generated()}\nafter\n"
    with pytest.raises(ValueError, match="markers"):
        picture.replaced("a page without markers")


def test_the_command_runs_and_leaves_a_current_page_as_it_is() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tracker.workflows.picture"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "workflow.md is current\n"
    assert picture.DOCUMENT.read_text(encoding="utf-8") == TEXT
