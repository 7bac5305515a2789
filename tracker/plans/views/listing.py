"""Tasks with their lamps, and the round that measures them: what the pages of a plan are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ...clock import local_day
from ...evaluations.lamps import Standing, standing
from ...evaluations.pages import Milestone, milestones, time_passed
from ...workdays.calendar import working_days_between
from ...workflows.definitions import OWING_STATES
from ..models import Plan, Round
from ..queries import LIVE_ROUND_STATES, TaskRow

SETTLED_STATES = ("verified", "closed_out")


@dataclass(frozen=True, slots=True)
class Listed:
    """A task and how it stands today."""

    row: TaskRow
    standing: Standing


@dataclass(frozen=True, slots=True)
class RoundCard:
    """The current round of a plan, or the next one.

    ``days_left`` counts working days to its report-due day, or to its opening while it is planned; negative when past.
    ``settled``, ``waiting`` and ``total`` count the plan's tasks that are verified or closed out, that are reported,
    and that take part at all.  ``passed`` is the part of the reporting span that is over, in percent.
    """

    round_: Round
    days_left: int
    settled: int
    waiting: int
    total: int
    passed: int
    milestones: tuple[Milestone, ...]

    @property
    def planned(self) -> bool:
        """Whether it is still to open."""
        return self.round_.state == "planned"


def zone_of(plan: Plan) -> ZoneInfo:
    """The zone of a plan's region."""
    return ZoneInfo(plan.region.timezone)


def listed(plan: Plan, rows: Iterable[TaskRow], round_: Round | None, now: datetime) -> list[Listed]:
    """The rows with their standing on the local day of ``now``; ``round_`` is the plan's current one."""
    zone = zone_of(plan)
    today = local_day(now, zone)
    return [Listed(row, standing(row, today, round_, zone)) for row in rows]


def current_of(rounds: Sequence[Round]) -> Round | None:
    """The newest round that is open or reviewing.  ``rounds`` are one plan's, by opening day."""
    live = [round_ for round_ in rounds if round_.state in LIVE_ROUND_STATES]
    return live[-1] if live else None


def percent(part: float, whole: float) -> int:
    """A whole percentage from 0 to 100."""
    return max(0, min(100, round(100 * part / whole))) if whole else 0


def round_card(rounds: Sequence[Round], rows: Sequence[TaskRow], today: date) -> RoundCard | None:
    """The card of the current round, else of the next planned one, else None."""
    ahead = (round_ for round_ in rounds if round_.state == "planned" and round_.report_due_on >= today)
    chosen = current_of(rounds) or next(ahead, None)
    if chosen is None:
        return None
    counted = [row for row in rows if row.state not in ("terminated", "pending_dispatch")]
    return RoundCard(
        round_=chosen,
        days_left=working_days_between(today, chosen.opens_on if chosen.state == "planned" else chosen.report_due_on),
        settled=sum(row.state in SETTLED_STATES for row in counted),
        waiting=sum(row.state == "reported" for row in counted),
        total=len(counted),
        passed=time_passed(chosen, today),
        milestones=milestones(chosen, today),
    )


def owes(row: TaskRow) -> bool:
    """Whether the task's report is still out."""
    return row.state in OWING_STATES
