"""One delivery at a business time and a real instant, and every result that it counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.services.outgoing import NOW, REAL
from tracker.config import Settings
from tracker.outbox.delivery import deliver


def run(settings: Settings, *, now: datetime = NOW, real: datetime = REAL, **more: Any) -> dict[str, int]:
    """One delivery; how many mails came to each result."""
    return deliver(now, lambda: real, settings, **more)


def counts(**given: int) -> dict[str, int]:
    """Every result with its number, 0 where none is given."""
    return {"sent": 0, "retry": 0, "unknown": 0, "dead": 0, **given}
