"""A plan's current round as a side panel shows it: its days and how far the reports are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from ..evaluations.counting import RoundCount, count_reports
from ..evaluations.pages import Milestone, milestones, time_passed
from ..plans.models import Plan, Round
from .reads import Task


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A round with the reports of some tasks; ``passed``: how much of the reporting time has gone by, in percent."""

    plan: Plan
    round_: Round
    milestones: tuple[Milestone, ...]
    count: RoundCount
    passed: int


def round_card(
    plan: Plan, round_: Round, tasks: Sequence[Task], today: date, acts: Mapping[tuple[int, int], str]
) -> RoundCard:
    """The card of a plan's current round, counted over ``tasks``; ``acts`` as in evaluations.counting."""
    return RoundCard(
        plan=plan,
        round_=round_,
        milestones=milestones(round_, today, plan.region.calendar),
        count=count_reports(round_, ZoneInfo(plan.region.timezone), [task.row for task in tasks], acts),
        passed=time_passed(round_, today),
    )
