"""What is imported: a document, a draft kept as JSON or YAML, or an exported workbook that comes back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..errors import InvalidInput
from ..i18n import N_
from ..plans.files import InvalidFile, loaded_through
from ..plans.schemas import PlanDraftSchema
from .blocks import Doubt
from .readers.sniffing import refuse_large
from .sandbox import read_safely
from .workbook import Book, is_exported, read_workbook

PERIOD_STANDS = N_("The document says which years the plan is for, so the period that was given is not used.")
KEPT_BESIDE = ("slug", "supervising_unit", "definition")
"""What a file of seed_tasks/ says beside the draft."""

_KEPT_DRAFTS = (".json", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Source:
    """A file with its name and SHA-256: either a loaded PlanDraftSchema ``draft`` or an exported ``book``.

    ``beside`` holds what KEPT_BESIDE names; ``doubts`` are about the file as a whole.
    """

    name: str
    sha256: str
    draft: dict[str, Any] | None = None
    book: Book | None = None
    beside: dict[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def read_source(path: Path, locale: str, *, period: list[int] | None = None) -> Source:
    """Read a file that is to be imported, the reader's warnings in the language of ``locale``.

    A document is read in a child process.  ``period`` (first and last year) stands in where the file names none.

    Raises InvalidFile, UnreadableDocument, InvalidInput.
    """
    try:
        refuse_large(path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            message=N_("“%(file)s” cannot be opened: %(reason)s. Check its name."),
            file=path.name,
            reason=error.strerror,
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if is_exported(data):
        return Source(path.name, digest, book=read_workbook(data))
    if path.suffix.lower() in _KEPT_DRAFTS:
        document = _parsed(path.name, data)
    else:
        document = read_safely(data, path.name, locale)["draft"]
    beside = {key: document.pop(key) for key in KEPT_BESIDE if isinstance(document, dict) and key in document}
    doubts = []
    if period is not None and isinstance(document, dict):
        if document.get("period") is None:
            document["period"] = period
        elif document["period"] != period:
            doubts.append(Doubt(None, PERIOD_STANDS))
    draft = loaded_through(PlanDraftSchema(), document, path.name)
    return Source(path.name, digest, draft, beside=beside, doubts=tuple(doubts))


def _parsed(name: str, data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
        return json.loads(text) if name.lower().endswith(".json") else yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidFile(
            file=name, place="-", problem=N_("This is neither JSON nor YAML in UTF-8."), count=1
        ) from error
