"""The two annexes among the five plans are read word for word, without a doubt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.intake.annexes import doubted
from tracker.intake.annex import read_annex
from tracker.intake.context import Context
from tracker.intake.draft import Draft
from tracker.intake.readers.text import read_text

ROOT = Path(__file__).resolve().parents[2]
KEYS = (
    "ref",
    "number",
    "section",
    "text",
    "leads",
    "supports",
    "others",
    "joint",
    "deadline",
    "targets",
    "source_line",
)


@pytest.mark.parametrize(("slug", "form"), [("shaoguan", "annex_two_columns"), ("jiangmen", "annex_one_column")])
def test_annex_of_a_known_plan_is_read_as_the_seed_says(slug: str, form: str) -> None:
    division = read_annex(read_text((ROOT / f"tests/plans/{slug}.txt").read_bytes()), Context((2021, 2025)))
    assert division is not None
    seed = yaml.safe_load((ROOT / f"seed_tasks/{slug}.yaml").read_text(encoding="utf-8"))
    draft = Draft("", division.form, tasks=division.tasks).as_json(lambda message, **values: message)
    assert division.form == form
    assert [shape(task) for task in draft["tasks"]] == [shape(task) for task in seed["tasks"]]
    assert doubted(division) == []


@pytest.mark.parametrize("slug", ["tongxin", "yulin", "baise"])
def test_a_plan_without_an_annex_has_none(slug: str) -> None:
    assert read_annex(read_text((ROOT / f"tests/plans/{slug}.txt").read_bytes()), Context((2021, 2025))) is None


def shape(task: dict[str, Any]) -> dict[str, Any]:
    return {key: task[key] for key in KEYS}
