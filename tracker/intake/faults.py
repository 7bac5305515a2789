"""What stops the reading of a document."""

from __future__ import annotations

from typing import Any

from tracker.errors import InvalidInput
from tracker.i18n import N_


class UnreadableDocument(InvalidInput):
    """A document that cannot be read: one sentence says what is wrong, where, and what to do.  Nothing is stored."""

    labels = ("kind",)
    default = N_("This document is damaged and cannot be read. Save it again in the program it came from.")

    def __init__(self, message: str | None = None, **values: Any) -> None:
        super().__init__(None, message, **values)
