"""What a check found: one sentence that says what is so and, where it is not well, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..config import Settings
from ..i18n import N_

OK, WARNING, FAILED = STATUSES = ("ok", "warning", "failed")
STATUS_LABELS = {OK: N_("In order"), WARNING: N_("Worth a look"), FAILED: N_("Does not work")}
CHECK_FAILED = N_(
    "The check itself failed (%(error)s). Run it again; if it fails again, the log of the process has more."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """``message`` is a message id with its ``values``; ``names`` are the units, plans or folders that it is about."""

    status: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def text(self, translate: Callable[[str], str]) -> str:
        """The sentence in a language."""
        return translate(self.message) % self.values if self.values else translate(self.message)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What every check is given.  ``now`` is aware, on the business clock; ``real`` is real time."""

    session: Session
    settings: Settings
    now: datetime
    real: datetime


Check = Callable[[Circumstances], Finding]


def worst(statuses: Sequence[str]) -> str:
    """The worst of some statuses; ``ok`` where there is none."""
    return max(statuses, key=STATUSES.index, default=OK)
