"""A plan's current round as a side panel shows it: its days and how far the reports are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ..evaluations.pages import LEFT_OUT, Milestone, milestones, time_passed
from ..plans.models import Plan, Round
from .reads import Task

DONE = ("verified", "closed_out")
IN = ("reported", *DONE)


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A round with the reports of some tasks: of ``total`` asked for ``reported`` are in, ``verified`` of these.

    ``passed`` is the part of the time for reporting that has gone by, in percent.
    """

    plan: Plan
    round_: Round
    milestones: tuple[Milestone, ...]
    total: int
    reported: int
    verified: int
    passed: int

    @property
    def percent(self) -> int:
        """Reported, in percent."""
        return round(100 * self.reported / self.total) if self.total else 0

    @property
    def percent_verified(self) -> int:
        """Verified, in percent."""
        return round(100 * self.verified / self.total) if self.total else 0


def round_card(plan: Plan, round_: Round, tasks: Sequence[Task], today: date) -> RoundCard:
    """The card of a plan's current round, counted over ``tasks``."""
    asked = [task.row.state for task in tasks if task.row.state not in LEFT_OUT]
    return RoundCard(
        plan=plan,
        round_=round_,
        milestones=milestones(round_, today),
        total=len(asked),
        reported=sum(state in IN for state in asked),
        verified=sum(state in DONE for state in asked),
        passed=time_passed(round_, today),
    )
