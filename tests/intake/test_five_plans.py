"""``plans read`` on the five documents says exactly what seed_tasks/ says, and seed_tasks/ can be made again from it.

That seed_tasks/ is right is asked in tests/unit/test_seed_documents.py, by a reader that shares nothing with this one.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml

from tools.seed_from_documents import DOCUMENTS, differences, file_text, main, read
from tracker.intake.readers import read_document
from tracker.intake.reading import read_plan
from tracker.plans.files import SEED_TASKS, SLUGS

SECONDS = 2
DOUBTED = {
    "shaoguan": ["This table of indicators tells of an earlier term and was left out."],
    "tongxin": ["No line stands as the title of the plan;"],
    "jiangmen": ["This table of indicators tells of an earlier term and was left out."],
    "yulin": ["The text stands twice in this file."],
    "baise": [],
}


@pytest.fixture(scope="module")
def drafts() -> dict[str, dict[str, Any]]:
    return {slug: read(slug) for slug in SLUGS}


def seed_text(slug: str) -> str:
    return (SEED_TASKS / f"{slug}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("slug", SLUGS)
def test_a_document_says_what_its_seed_file_says(slug: str, drafts: dict[str, dict[str, Any]]) -> None:
    found = list(differences(drafts[slug], yaml.safe_load(seed_text(slug))))
    assert [line for line in found if not line.startswith("warnings")] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_seed_file_made_again_is_the_same_to_the_letter(slug: str, drafts: dict[str, dict[str, Any]]) -> None:
    text = seed_text(slug)
    assert file_text(drafts[slug], yaml.safe_load(text), text[: text.index("slug:")]) == text


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_doubted_of_a_document(slug: str, drafts: dict[str, dict[str, Any]]) -> None:
    messages = [warning["message"] for warning in drafts[slug]["warnings"]]
    assert len(messages) == len(DOUBTED[slug])
    assert all(said.startswith(start) for said, start in zip(messages, DOUBTED[slug], strict=True))


def test_the_totals(drafts: dict[str, dict[str, Any]]) -> None:
    tasks = [task for draft in drafts.values() for task in draft["tasks"]]
    assert len(tasks) == 171
    assert sum(len(task["leads"]) for task in tasks) == 144
    assert sum(len(task["supports"]) for task in tasks) == 430
    assert sum(len(draft["indicators"]) for draft in drafts.values()) == 44
    assert [len(draft["projects"]) for draft in drafts.values()] == [0, 31, 61, 0, 0]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_document_is_read_in_time(slug: str) -> None:
    path = DOCUMENTS / f"{slug}.txt"
    begun = time.process_time()
    read_plan(read_document(path.name, path.read_bytes()))
    assert time.process_time() - begun < SECONDS


def test_a_planted_difference_is_found(drafts: dict[str, dict[str, Any]]) -> None:
    seed = yaml.safe_load(seed_text("shaoguan"))
    seed["tasks"][3]["leads"] = ["市财政局"]
    seed["indicators"].pop()
    found = [line.split(":")[0] for line in differences(drafts["shaoguan"], seed) if not line.startswith("warnings")]
    assert found[:2] == ["tasks 4 leads", "indicators"]


def test_the_tool_says_what_differs_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = seed_text("tongxin")
    assert main(["tongxin"]) == 0
    assert seed_text("tongxin") == before
    assert "warnings" in capsys.readouterr().out
