"""Overdue and the status lamp (docs/workflow.md): derived from a task's row and the day, never stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from ..clock import local_day
from ..plans.queries import TaskRow
from ..workdays.calendar import Calendar
from ..workflows.definitions import OPEN_STATES, OWING_STATES, UNACKNOWLEDGED_AFTER
from .reasons import DUE_REASONS, NOTHING_DUE, STATE_REASONS, UNACKNOWLEDGED, form_of
from .rounds import AnyRound

NEAR = 7  # working days to the nearer day at which the lamp turns yellow


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands on a day.

    ``lamp`` is green, yellow, red or none.  ``overdue_since`` is the due day that passed first.  ``nearest_due`` is the
    day that the task is measured by next (an overdue task: by which it should have been done), None where none applies;
    ``days_left`` counts working days to it, negative once it is past.  ``reason`` is a message id, ``values`` fill it;
    use :meth:`text`.
    """

    lamp: str
    overdue: bool
    overdue_since: date | None
    nearest_due: date | None
    days_left: int | None
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, translate: Callable[..., str], write_day: Callable[[date], str]) -> str:
        """The reason in the reader's language; dates are written by ``write_day``."""
        values = {name: write_day(value) if isinstance(value, date) else value for name, value in self.values.items()}
        return translate(self.reason, **values)


def due_days(row: TaskRow, round_: AnyRound | None, zone: ZoneInfo) -> list[tuple[date, str]]:
    """The days that the task is measured by, nearest first, each with ``deadline`` or the round's kind.

    Its own deadline, unless a report claiming completion was verified; the current round's report-due day, if the task
    was dispatched by then.  Both count only while the task owes something (:func:`overdue_days`).
    """
    days = []
    if row.deadline is not None and not row.completion_verified:
        days.append((row.deadline, "deadline"))
    dispatched_on = local_day(row.dispatched_at, zone) if row.dispatched_at is not None else None
    if round_ is not None and dispatched_on is not None and dispatched_on <= round_.report_due_on:
        days.append((round_.report_due_on, round_.kind))
    return sorted(days)


def overdue_days(row: TaskRow, today: date, round_: AnyRound | None, zone: ZoneInfo) -> list[date]:
    """The due days that the task has let pass, first one first; empty where it is not overdue."""
    if row.state not in OWING_STATES:
        return []
    return [day for day, _ in due_days(row, round_, zone) if today > day]


def standing(row: TaskRow, today: date, round_: AnyRound | None, zone: ZoneInfo, calendar: Calendar) -> Standing:
    """How a task stands on ``today`` (a day in ``zone``); ``round_`` is the plan's current round or None."""
    if row.state not in OPEN_STATES or row.state == "suspended":
        return Standing("none", False, None, None, None, STATE_REASONS[row.state])
    days = due_days(row, round_, zone)
    if row.state not in OWING_STATES:
        own = next((day for day, source in days if source == "deadline"), None)
        left = calendar.working_days_between(today, own) if own is not None else None
        return Standing("green", False, None, own, left, STATE_REASONS[row.state])
    waited = calendar.working_days_between(local_day(row.entered_at, zone), today)
    unacknowledged = row.state == "assigned" and waited >= UNACKNOWLEDGED_AFTER
    if days:
        day, source = days[0]
        left = calendar.working_days_between(today, day)
        late = today > day
        if late or left <= NEAR or not unacknowledged:
            values = MappingProxyType({"day": day, "days": abs(left)})
            return Standing(
                lamp="red" if late else "yellow" if left <= NEAR else "green",
                overdue=late,
                overdue_since=day if late else None,
                nearest_due=day,
                days_left=left,
                reason=DUE_REASONS[source, form_of(left, late, is_today=day == today)],
                values=values,
            )
    nearest = days[0][0] if days else None
    return Standing(
        lamp="yellow" if unacknowledged else "green",
        overdue=False,
        overdue_since=None,
        nearest_due=nearest,
        days_left=calendar.working_days_between(today, nearest) if nearest is not None else None,
        reason=UNACKNOWLEDGED if unacknowledged else NOTHING_DUE,
        values=MappingProxyType({"days": waited}) if unacknowledged else MappingProxyType({}),
    )
