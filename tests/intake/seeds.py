"""The five plans as seed_tasks/ has them, for tests that compare readings with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "seed_tasks"
SLUGS = ("shaoguan", "tongxin", "jiangmen", "yulin", "baise")


def seed(slug: str) -> dict[str, Any]:
    """One file of seed_tasks/ as it stands there."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{slug}.yaml").read_text(encoding="utf-8"))
    return found


def seed_tasks() -> Iterator[dict[str, Any]]:
    """The tasks of all five plans."""
    for slug in SLUGS:
        yield from seed(slug)["tasks"]
