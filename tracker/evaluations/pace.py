"""The pace due (序时进度): the share of a task's time that has passed, beside which its progress is read.

A task with a deadline of its own has the time from its dispatch to that day; every other the term of the plan, from
1 January of the first year to 31 December of the last.  The share is counted in calendar days and whole percent.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from ..clock import local_day
from ..plans.models import Plan
from ..plans.queries import TaskRow


def share_passed(first: date, last: date, today: date) -> int:
    """Percent of the time from ``first`` (0) to ``last`` (100) that has passed, held between the two."""
    if today >= last:
        return 100
    return max(0, (today - first).days * 100 // (last - first).days)


def term_passed(plan: Plan, today: date) -> int:
    """Percent of the plan's term that has passed."""
    return share_passed(date(plan.first_year, 1, 1), date(plan.last_year, 12, 31), today)


def pace_due(row: TaskRow, plan: Plan, today: date, zone: ZoneInfo) -> int | None:
    """The pace due of a task in percent; None where nothing is expected of it: before dispatch, at rest, at its end."""
    if row.dispatched_at is None or row.state in ("pending_dispatch", "suspended", "closed_out", "terminated"):
        return None
    if row.deadline is not None:
        return share_passed(local_day(row.dispatched_at, zone), row.deadline, today)
    return term_passed(plan, today)
