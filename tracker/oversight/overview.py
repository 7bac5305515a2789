"""What stands in place of My work for those for whom nothing can wait: observers and the administrator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from ..access import Actor
from ..evaluations.counting import last_report_acts
from ..plans.models import Plan
from ..plans.queries import visible_plans
from .reads import Task, tasks_of
from .rounds import RoundCard, round_card

SHOWN = 10


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan with its tasks by state and lamp, and its current round."""

    plan: Plan
    total: int
    states: Counter[str]
    lamps: Counter[str]
    round_: RoundCard | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The page: plans, and the first red and yellow tasks of all of them."""

    plans: tuple[PlanLine, ...]
    red: tuple[Task, ...]
    yellow: tuple[Task, ...]
    lamps: Counter[str]

    @property
    def rounds(self) -> list[RoundCard]:
        """The current rounds, at most three."""
        return [line.round_ for line in self.plans if line.round_ is not None][:3]


def overview(session: Session, actor: Actor, now: datetime) -> Overview:
    """The plans that the actor sees: a fixed number of statements a plan, whatever the number of tasks."""
    plans = visible_plans(session, actor)
    tasks = tasks_of(session, actor, now, plans)
    acts = last_report_acts(session, {task.round_.id for task in tasks if task.round_ is not None})
    lines = []
    for plan in plans:
        own = [task for task in tasks if task.plan is plan]
        round_ = own[0].round_ if own else None
        lines.append(
            PlanLine(
                plan=plan,
                total=len(own),
                states=Counter(task.row.state for task in own),
                lamps=Counter(task.standing.lamp for task in own),
                round_=round_card(plan, round_, own, own[0].today, acts) if round_ is not None else None,
            )
        )
    red = sorted((t for t in tasks if t.standing.lamp == "red"), key=lambda t: t.standing.overdue_since or date.max)
    yellow = sorted((t for t in tasks if t.standing.lamp == "yellow"), key=lambda t: t.standing.nearest_due or date.max)
    return Overview(
        plans=tuple(lines),
        red=tuple(red[:SHOWN]),
        yellow=tuple(yellow[:SHOWN]),
        lamps=Counter(task.standing.lamp for task in tasks),
    )
