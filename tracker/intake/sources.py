"""What is imported: a document, or a draft that somebody kept as JSON or YAML, with its name and its SHA-256."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..i18n import N_
from ..plans.files import InvalidFile, loaded_through
from ..plans.schemas import PlanDraftSchema
from .blocks import Doubt

PERIOD_STANDS = N_("The document says which years the plan is for, so the period that was given is not used.")
KEPT_BESIDE = ("slug", "supervising_unit", "definition")
"""What a file of seed_tasks/ says beside the draft."""


@dataclass(frozen=True, slots=True)
class Source:
    """A loaded PlanDraftSchema draft and where it comes from; ``beside`` holds what KEPT_BESIDE names."""

    name: str
    sha256: str
    draft: dict[str, Any]
    beside: dict[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def read_source(path: Path, *, period: list[int] | None = None) -> Source:
    """Read a file that is to be imported; ``period`` (first and last year) stands in where it names none.

    Raises InvalidFile.
    """
    data = path.read_bytes()
    document = _parsed(path.name, data)
    beside = {key: document.pop(key) for key in KEPT_BESIDE if isinstance(document, dict) and key in document}
    doubts = []
    if period is not None and isinstance(document, dict):
        if document.get("period") is None:
            document["period"] = period
        elif document["period"] != period:
            doubts.append(Doubt(None, PERIOD_STANDS))
    draft = loaded_through(PlanDraftSchema(), document, path.name)
    return Source(path.name, hashlib.sha256(data).hexdigest(), draft, beside, tuple(doubts))


def _parsed(name: str, data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
        return json.loads(text) if name.lower().endswith(".json") else yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidFile(
            file=name, place="-", problem=N_("This is neither JSON nor YAML in UTF-8."), count=1
        ) from error
