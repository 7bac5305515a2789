"""From the database to the frozen snapshot that the rules look at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..clock import local_day
from ..directory.absences import absences_of
from ..directory.queries import contacts_of, observers_of, supervisors_of
from ..evaluations.rounds import RoundRow, frozen
from ..plans.models import KeyTask, Plan
from ..plans.queries import TaskRow, rounds_of, task_rows
from ..workflows.definitions import OWING_STATES
from ..workflows.models import HistoryEntry
from ..workflows.queries import acknowledgements_of, leading_since
from .in_force import rules_of_plan
from .ruleset import AUDIENCES, WAITING_KINDS
from .shapes import Snapshot, TaskView, Waiting
from .unanswered import waiting_in


def snapshot_of(session: Session, plan: Plan, *, everybody: bool = False) -> Snapshot:
    """A plan as its reminders see it now; the number of statements does not grow with the number of tasks.

    It knows the people whom the plan's rules address; ``everybody``: those whom other rules could, too.
    """
    zone, live_on = ZoneInfo(plan.region.timezone), live_day(plan)
    rows, rules = task_rows(session, [plan.id]), rules_of_plan(session, plan.id)
    asked = AUDIENCES if everybody else rules.audiences
    acknowledged = acknowledgements_of(session, rows)
    rounds = frozen(rounds_of(session, [plan.id]))
    led, owing = led_since(session, plan), _owing_since(session, plan, rounds)
    kinds = [kind for kind in WAITING_KINDS if everybody or rules.of(kind)]
    waiting = waiting_in(session, plan, rows, kinds)
    written, led_by = units_to_reach(rows, asked, waiting)
    contacts = contacts_of(session, written)
    leaders = contacts_of(session, led_by, roles=("leader",)) if led_by else {}
    return Snapshot(
        plan_id=plan.id,
        slug=plan.slug,
        title=plan.title,
        region=plan.region.short_name,
        zone=zone,
        calendar=plan.region.calendar,
        live_on=live_on,
        rounds=rounds,
        tasks=tuple(
            TaskView(
                row=row,
                led_since=led.get(row.task_id, {}),
                owing_since=owing.get(row.task_id),
                acknowledged=frozenset(acknowledged.get(row.task_id, ())),
            )
            for row in rows
        ),
        contacts={unit_id: tuple(recipients) for unit_id, recipients in contacts.items()},
        supervisors=tuple(supervisors_of(session, plan.supervising_unit_id)),
        leaders={unit_id: tuple(recipients) for unit_id, recipients in leaders.items()},
        observers=tuple(observers_of(session, plan.region_id)) if everybody or rules.names_observers else (),
        rules=rules,
        waiting=waiting,
        absences=absences_of(session, {*written, *led_by, plan.supervising_unit_id}),
    )


def units_to_reach(
    rows: Sequence[TaskRow], audiences: Collection[str], waiting: Sequence[Waiting]
) -> tuple[set[int], set[int]]:
    """The units whose contacts, and those whose leaders, the rules of a plan may address."""
    leads = {unit.unit_id for row in rows for unit in row.leads}
    supports = {unit.unit_id for row in rows for unit in row.supports}

    def of_waiting(audience: str) -> set[int]:
        return {unit_id for thing in waiting if audience in thing.audiences for unit_id in thing.units}

    written = leads | (supports if "supporting_unit" in audiences else set()) | of_waiting("supporting_unit")
    led_by = (leads if "unit_leader" in audiences else set()) | of_waiting("unit_leader")
    return written, led_by


def live_day(plan: Plan) -> date | None:
    """The day of going live in the region's zone, None before it."""
    return local_day(plan.live_since, ZoneInfo(plan.region.timezone)) if plan.live_since is not None else None


def led_since(session: Session, plan: Plan) -> dict[int, dict[int, date]]:
    """Task id -> lead unit -> the day since which it has had to acknowledge, in a live plan; one statement."""
    zone, live_on = ZoneInfo(plan.region.timezone), live_day(plan)
    if live_on is None:
        return {}
    found: dict[int, dict[int, date]] = {}
    for (task_id, unit_id), since in leading_since(session, [plan.id]).items():
        found.setdefault(task_id, {})[unit_id] = max(local_day(since, zone), live_on)
    return found


def _owing_since(session: Session, plan: Plan, rounds: Sequence[RoundRow]) -> dict[int, date]:
    """Task id -> the day on which it last began to owe something, coming from a state in which it did not.

    A task that a round reopened owes from the round's opening day, however late the tick came.
    """
    zone = ZoneInfo(plan.region.timezone)
    opened = {round_.id: round_.opens_on for round_ in rounds}
    latest = (
        select(HistoryEntry.task_id, func.max(HistoryEntry.version).label("version"))
        .join(KeyTask, KeyTask.id == HistoryEntry.task_id)
        .where(
            KeyTask.plan_id == plan.id,
            HistoryEntry.to_state.in_(OWING_STATES),
            HistoryEntry.from_state.not_in(OWING_STATES),
        )
        .group_by(HistoryEntry.task_id)
        .subquery()
    )
    statement = select(HistoryEntry.task_id, HistoryEntry.at, HistoryEntry.round_id).join(
        latest, (latest.c.task_id == HistoryEntry.task_id) & (latest.c.version == HistoryEntry.version)
    )
    found = {}
    for task_id, at, round_id in session.execute(statement):
        day = local_day(at, zone)
        found[task_id] = day if round_id is None else min(day, opened[round_id])
    return found
