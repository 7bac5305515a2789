"""Tasks with their lamps, and the round that measures them: what the pages of a plan are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ...clock import local_day
from ...evaluations.counting import count_reports
from ...evaluations.lamps import Standing, standing
from ...evaluations.pages import Milestone, milestones, time_passed
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
    ``settled``, ``waiting`` and ``total`` count the round's reports (evaluations.counting): verified, waiting to be,
    asked for at all.  ``passed`` is the part of the reporting span that is over, in percent.
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
    zone, calendar = zone_of(plan), plan.region.calendar
    today = local_day(now, zone)
    return [Listed(row, standing(row, today, round_, zone, calendar)) for row in rows]


def current_of(rounds: Sequence[Round]) -> Round | None:
    """The newest round that is open or reviewing.  ``rounds`` are one plan's, by opening day."""
    live = [round_ for round_ in rounds if round_.state in LIVE_ROUND_STATES]
    return live[-1] if live else None


def current_ids(rounds: Iterable[Sequence[Round]]) -> list[int]:
    """The ids of the current rounds of some plans; ``rounds`` are those of one plan each, by opening day."""
    return [round_.id for round_ in (current_of(own) for own in rounds) if round_ is not None]


def percent(part: float, whole: float) -> int:
    """A whole percentage from 0 to 100."""
    return max(0, min(100, round(100 * part / whole))) if whole else 0


def round_card(
    plan: Plan,
    rounds: Sequence[Round],
    rows: Sequence[TaskRow],
    today: date,
    acts: Mapping[tuple[int, int], str],
) -> RoundCard | None:
    """The card of the current round, else of the next planned one, else None.

    ``rows`` are the plan's tasks, ``acts`` what last happened to their reports (evaluations.counting.last_report_acts).
    """
    ahead = (round_ for round_ in rounds if round_.state == "planned" and round_.report_due_on >= today)
    chosen = current_of(rounds) or next(ahead, None)
    if chosen is None:
        return None
    count = count_reports(chosen, zone_of(plan), rows, acts)
    return RoundCard(
        round_=chosen,
        days_left=plan.region.calendar.working_days_between(
            today, chosen.opens_on if chosen.state == "planned" else chosen.report_due_on
        ),
        settled=count.verified,
        waiting=len(count.waiting),
        total=count.total,
        passed=time_passed(chosen, today),
        milestones=milestones(chosen, today, plan.region.calendar),
    )


def owes(row: TaskRow) -> bool:
    """Whether the task's report is still out."""
    return row.state in OWING_STATES
