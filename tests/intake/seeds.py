"""The five plans as seed_tasks/ has them, for tests that compare readings with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from tracker.intake.draft import DraftTask

FOLDER = Path(__file__).resolve().parents[2] / "seed_tasks"
PLANS = Path(__file__).resolve().parents[1] / "plans"
SLUGS = ("shaoguan", "tongxin", "jiangmen", "yulin", "baise")


def seed(slug: str) -> dict[str, Any]:
    """One file of seed_tasks/ as it stands there."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{slug}.yaml").read_text(encoding="utf-8"))
    return found


def seed_tasks() -> Iterator[dict[str, Any]]:
    """The tasks of all five plans."""
    for slug in SLUGS:
        yield from seed(slug)["tasks"]


def shown(task: DraftTask) -> dict[str, Any]:
    """A task that was read, in the shape of a task of seed_tasks/ (without what stands there only by default)."""
    found = asdict(task)
    return {
        **{key: found[key] for key in ("ref", "number", "section", "text", "leads", "supports", "others", "joint")},
        "deadline": task.deadline.isoformat() if task.deadline else None,
        "targets": [asdict(target) for target in task.targets],
        "source_line": task.source_line,
    }
