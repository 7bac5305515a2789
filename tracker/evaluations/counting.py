"""How far the reports of a round are: the one count behind every page that shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..clock import local_day
from ..plans.models import Round
from ..plans.queries import TaskRow
from ..reporting.models import RoundReport
from ..workflows.definitions import REPORT_ACTS
from ..workflows.models import HistoryEntry

LEFT_OUT = ("pending_dispatch", "terminated")
SENT_ACTS = ("report", "sign_off")  # after these the report waits for the supervision office


@dataclass(frozen=True, slots=True)
class RoundCount:
    """The reports of a round, counted over some tasks.

    A task is asked for where it was dispatched by the report-due day and not terminated.  ``missing`` are those whose
    report for this round did not come, was withdrawn or returned; ``waiting`` are reported and not verified.  A task
    closed out before the round counts as verified.  Of a round that has not begun, or is skipped, nothing is asked.
    """

    total: int
    missing: tuple[TaskRow, ...]
    waiting: tuple[TaskRow, ...]

    @property
    def reported(self) -> int:
        """Reports that are in, verified or not."""
        return self.total - len(self.missing)

    @property
    def verified(self) -> int:
        """Reports that are verified."""
        return self.reported - len(self.waiting)

    def percent(self, number: int) -> int:
        """``number`` of all tasks asked for, in percent."""
        return round(100 * number / self.total) if self.total else 0


def count_reports(
    round_: Round, zone: ZoneInfo, rows: Iterable[TaskRow], acts: Mapping[tuple[int, int], str]
) -> RoundCount:
    """Count a round over tasks of its plan; ``acts`` are those of :func:`last_report_acts`."""
    if round_.state in ("planned", "skipped"):
        return RoundCount(0, (), ())
    asked = [row for row in rows if _is_asked(row, round_, zone)]
    found = {row.task_id: _standing_in(row, acts.get((round_.id, row.task_id))) for row in asked}
    return RoundCount(
        total=len(asked),
        missing=tuple(row for row in asked if found[row.task_id] == "missing"),
        waiting=tuple(row for row in asked if found[row.task_id] == "waiting"),
    )


def last_report_acts(session: Session, round_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """(round id, task id) -> the last act on a report that counts in the round; one statement, none without rounds."""
    if not round_ids:
        return {}
    statement = (
        select(RoundReport.round_id, HistoryEntry.task_id, HistoryEntry.trigger)
        .join(HistoryEntry, HistoryEntry.report_id == RoundReport.report_id)
        .where(RoundReport.round_id.in_(round_ids), HistoryEntry.trigger.in_(REPORT_ACTS))
        .order_by(HistoryEntry.version)
    )
    return {(round_id, task_id): trigger for round_id, task_id, trigger in session.execute(statement)}


def _is_asked(row: TaskRow, round_: Round, zone: ZoneInfo) -> bool:
    if row.state in LEFT_OUT or row.dispatched_at is None:
        return False
    return local_day(row.dispatched_at, zone) <= round_.report_due_on


def _standing_in(row: TaskRow, act: str | None) -> str:
    if act == "verify" or (act is None and row.state == "closed_out"):
        return "verified"
    return "waiting" if act in SENT_ACTS else "missing"
