"""What tests of acts share: a task brought to a report, its history, the versions of its reports."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.factories import REPORT, City
from tracker.reporting.queries import reports_of
from tracker.workflows.queries import history_of


def to_reported(session: Session, city: City, ref: str, who: str = "handler", **report: Any) -> None:
    """Acknowledge and report."""
    city.do(session, who, ref, "acknowledge")
    city.do(session, who, ref, "report", **(report or REPORT))


def acts(session: Session, city: City, ref: str) -> list[tuple[int, str, str, str]]:
    """The history of a task: version, trigger, from, to."""
    history = history_of(session, city.row(session, ref).task_id)
    return [(entry.version, entry.trigger, entry.from_state, entry.to_state) for entry in history]


def versions(session: Session, city: City, ref: str) -> list[tuple[int, int]]:
    """Sequence and version of every report, oldest first."""
    return [(r.sequence, r.version) for r in reversed(reports_of(session, city.row(session, ref).task_id))]
