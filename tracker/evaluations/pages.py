"""What the pages of evaluation rounds show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import Actor, permitted
from ..clock import local_day
from ..i18n import N_
from ..plans.models import Plan, Round
from ..plans.policy import plan_facts
from ..plans.queries import TaskRow, rounds_of, task_rows, visible_plans
from ..reporting.models import RoundReport
from ..workflows.models import HistoryEntry
from .policy import SET_DATES
from .queries import round_by_id

LEFT_OUT = ("pending_dispatch", "terminated")
REPORT_ACTS = ("report", "withdraw", "return", "verify")


@dataclass(frozen=True, slots=True)
class Milestone:
    """One day of a round; ``label`` is a message id, ``default`` where the plan is silent (默认)."""

    label: str
    day: date
    done: bool
    now: bool
    default: bool


def milestones(round_: Round, today: date) -> tuple[Milestone, ...]:
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
        Milestone(label, day, done[number], number == first, round_.dates_are_default)
        for number, (label, day) in enumerate(days)
    )


def time_passed(round_: Round, today: date) -> int:
    """How much of the time for reporting has passed, in percent from 0 to 100."""
    length = max((round_.report_due_on - round_.opens_on).days, 1)
    return min(100, max(0, round(100 * (today - round_.opens_on).days / length)))


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round with its reports.

    A task is asked for where it was dispatched by the report-due day and not terminated.  ``missing`` are those whose
    report did not come, was withdrawn or returned; ``waiting`` are reported and not verified.  A task closed out before
    the round counts as done.
    """

    round_: Round
    plan: Plan
    today: date
    milestones: tuple[Milestone, ...]
    passed: int
    total: int
    missing: tuple[TaskRow, ...]
    waiting: tuple[TaskRow, ...]
    may_set_dates: bool

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
    last = _last_acts(session, [round_.id for round_ in rounds])
    by_id = {plan.id: plan for plan in plans}
    views = []
    for round_ in rounds:
        plan = by_id[round_.plan_id]
        today = local_day(now, plan.region.timezone)
        asked = [row for row in rows if row.plan_id == plan.id and _is_asked(row, round_, plan)]
        acts = {row.task_id: _standing_in(row, round_, last) for row in asked}
        started = round_.state not in ("planned", "skipped")
        views.append(
            RoundView(
                round_=round_,
                plan=plan,
                today=today,
                milestones=milestones(round_, today),
                passed=time_passed(round_, today),
                total=len(asked) if started else 0,
                missing=tuple(row for row in asked if started and acts[row.task_id] == "missing"),
                waiting=tuple(row for row in asked if started and acts[row.task_id] == "waiting"),
                may_set_dates=round_.state == "planned" and permitted(SET_DATES, plan_facts(actor, plan)),
            )
        )
    return views


def _is_asked(row: TaskRow, round_: Round, plan: Plan) -> bool:
    if row.state in LEFT_OUT or row.dispatched_at is None:
        return False
    return local_day(row.dispatched_at, plan.region.timezone) <= round_.report_due_on


def _standing_in(row: TaskRow, round_: Round, last: dict[tuple[int, int], str]) -> str:
    act = last.get((round_.id, row.task_id))
    if act == "verify" or (act is None and row.state == "closed_out"):
        return "verified"
    return "waiting" if act == "report" else "missing"


def _last_acts(session: Session, round_ids: Iterable[int]) -> dict[tuple[int, int], str]:
    """(round id, task id) -> the last act on a report that counts in the round."""
    statement = (
        select(RoundReport.round_id, HistoryEntry.task_id, HistoryEntry.trigger)
        .join(HistoryEntry, HistoryEntry.report_id == RoundReport.report_id)
        .where(RoundReport.round_id.in_(list(round_ids)), HistoryEntry.trigger.in_(REPORT_ACTS))
        .order_by(HistoryEntry.version)
    )
    return {(round_id, task_id): trigger for round_id, task_id, trigger in session.execute(statement)}
