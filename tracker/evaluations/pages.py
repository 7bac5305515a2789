"""What the pages of evaluation rounds show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ..access import Actor, permitted
from ..clock import local_day
from ..i18n import N_
from ..plans.models import Plan, Round
from ..plans.policy import plan_facts
from ..plans.queries import rounds_of, task_rows, visible_plans
from ..workdays.calendar import Calendar
from .counting import RoundCount, count_reports, last_report_acts
from .policy import SET_DATES
from .queries import round_by_id


@dataclass(frozen=True, slots=True)
class Milestone:
    """One day of a round; ``label`` is a message id, ``default`` where the plan is silent (默认).

    ``provisional``: its year's free days are not announced (暂定).
    """

    label: str
    day: date
    done: bool
    now: bool
    default: bool
    provisional: bool


def milestones(round_: Round, today: date, calendar: Calendar) -> tuple[Milestone, ...]:
    """The four days of a round, with where ``today`` lies among them."""
    days = (
        (N_("Opens") if today < round_.opens_on else N_("Opened"), round_.opens_on),
        (N_("Reports due"), round_.report_due_on),
        (N_("Verification due"), round_.verify_due_on),
        (N_("Disclosure"), round_.disclosure_on),
    )
    opened = today >= round_.opens_on
    done = [day < today or (number == 0 and opened) for number, (_, day) in enumerate(days)]
    first = done.index(False) if False in done else None
    return tuple(
        Milestone(
            label, day, done[number], number == first, round_.dates_are_default, calendar.is_provisional(day.year)
        )
        for number, (label, day) in enumerate(days)
    )


def time_passed(round_: Round, today: date) -> int:
    """How much of the time for reporting has passed, in percent from 0 to 100."""
    length = max((round_.report_due_on - round_.opens_on).days, 1)
    return min(100, max(0, round(100 * (today - round_.opens_on).days / length)))


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round with its reports, counted over the tasks of its plan."""

    round_: Round
    plan: Plan
    today: date
    milestones: tuple[Milestone, ...]
    passed: int
    count: RoundCount
    may_set_dates: bool


def rounds_page(session: Session, actor: Actor, now: datetime) -> list[tuple[Plan, list[RoundView]]]:
    """The rounds of the plans a person sees, by plan: six statements, whatever the number of tasks."""
    plans = visible_plans(session, actor)
    rounds = rounds_of(session, [plan.id for plan in plans])
    views = _views(session, actor, now, plans, rounds)
    return [(plan, [view for view in views if view.plan is plan]) for plan in plans]


def round_page(session: Session, actor: Actor, now: datetime, round_id: int) -> RoundView:
    """One round.  Raises NotFound where there is none or it lies outside the actor's regions."""
    round_ = round_by_id(session, actor, round_id)
    return _views(session, actor, now, [round_.plan], [round_])[0]


def _views(
    session: Session, actor: Actor, now: datetime, plans: Sequence[Plan], rounds: Sequence[Round]
) -> list[RoundView]:
    rows = task_rows(session, [plan.id for plan in plans])
    acts = last_report_acts(session, [round_.id for round_ in rounds])
    by_id = {plan.id: plan for plan in plans}
    views = []
    for round_ in rounds:
        plan = by_id[round_.plan_id]
        zone = ZoneInfo(plan.region.timezone)
        today = local_day(now, zone)
        views.append(
            RoundView(
                round_=round_,
                plan=plan,
                today=today,
                milestones=milestones(round_, today, plan.region.calendar),
                passed=time_passed(round_, today),
                count=count_reports(round_, zone, (row for row in rows if row.plan_id == plan.id), acts),
                may_set_dates=round_.state == "planned" and permitted(SET_DATES, plan_facts(actor, plan)),
            )
        )
    return views
