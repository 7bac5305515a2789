"""One task as it stood at any instant, rebuilt from the append-only facts: what was done to it, who had it, by when.

The rules, the dates of rounds and the calendar are those of now; the dates of a round stand still once it has opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from ...clock import local_day
from ...directory.models import Membership, Unit
from ...directory.queries import members_of
from ...evaluations.rounds import RoundRow, due_steps
from ...plans.models import Assignment, AssignmentSet, DueDate, Plan
from ...plans.queries import TaskRow, UnitRef, due_dates_of
from ...reporting.models import ProgressReport
from ...workflows.definitions import OWING_STATES
from ...workflows.models import Acknowledgement, HistoryEntry
from ...workflows.queries import history_of, led_since_of
from ..rules import Snapshot, TaskView

NOT_YET = "pending_dispatch"


@dataclass(frozen=True)
class Past:
    """What is known of a task: ``snapshot`` is its plan as it stands now, with this task alone.

    ``members``: collective unit -> its members.  ``memberships`` are those of its units, of the supervising unit
    and of the region's observers, ended ones too; ``names`` has every unit that ever had the task.
    """

    snapshot: Snapshot
    row: TaskRow
    supervising_unit_id: int
    live_since: datetime | None
    history: Sequence[HistoryEntry]
    sets: Sequence[AssignmentSet]
    due_dates: Sequence[DueDate]
    acknowledgements: Sequence[Acknowledgement]
    completing: frozenset[int]
    members: dict[int, list[int]]
    names: dict[int, str]
    memberships: Sequence[Membership]

    def day_of(self, moment: datetime) -> date:
        """The local day of an instant."""
        return local_day(moment, self.snapshot.zone)

    @cached_property
    def instants(self) -> list[datetime]:
        """Every instant at which something changed, oldest first."""
        found = {entry.at for entry in self.history} | {given.from_at for given in self.due_dates}
        found |= {given.at for given in self.acknowledgements} | {given.from_at for given in self.memberships}
        return sorted(found | {given.ended_at for given in self.memberships if given.ended_at is not None})

    def acts(self, moment: datetime) -> list[HistoryEntry]:
        """What had been done to the task by an instant, oldest first."""
        return [entry for entry in self.history if entry.at <= moment]

    def last(self, moment: datetime, *triggers: str) -> HistoryEntry | None:
        """The latest act among ``triggers`` by an instant."""
        return next((entry for entry in reversed(self.acts(moment)) if entry.trigger in triggers), None)

    def state(self, moment: datetime) -> str:
        """The task's state at an instant."""
        done = self.acts(moment)
        return done[-1].to_state if done else NOT_YET

    def set_at(self, moment: datetime) -> AssignmentSet | None:
        """Who had the task at an instant."""
        return next((given for given in reversed(self.sets) if given.from_at <= moment), None)

    def leads(self, given: AssignmentSet | None) -> list[int]:
        """The lead units of a set, the first-named first."""
        return [entry.unit_id for entry in _in_order(given, "lead")]

    def supports(self, given: AssignmentSet | None) -> list[int]:
        """The supporting units of a set."""
        return [entry.unit_id for entry in _in_order(given, "support")]

    def plain(self, unit_ids: Sequence[int]) -> list[int]:
        """Units with the members in place of collective ones."""
        return [member for unit_id in unit_ids for member in self.members.get(unit_id, [unit_id])]

    def deadline(self, moment: datetime) -> DueDate | None:
        """The task's own deadline at an instant."""
        return next((given for given in reversed(self.due_dates) if given.from_at <= moment), None)

    def acknowledged(self, moment: datetime) -> dict[int, datetime]:
        """Which lead units had acknowledged at an instant, and when."""
        given = self.set_at(moment)
        return {
            entry.unit_id: entry.at
            for entry in self.acknowledgements
            if given is not None and entry.assignment_set_id == given.id and entry.at <= moment
        }

    def completed(self, moment: datetime) -> HistoryEntry | None:
        """The verifying of a claimed completion that held at an instant."""
        found = None
        for entry in self.acts(moment):
            if entry.trigger == "verify" and entry.report_id in self.completing:
                found = entry
            elif entry.trigger == "reopen" and entry.round_id is None:
                found = None
        return found

    def rounds(self, day: date) -> tuple[RoundRow, ...]:
        """The plan's rounds as time had brought them by a day."""
        planned = [replace(row, state="planned") for row in self.snapshot.rounds]
        return due_steps(planned, day, self.snapshot.live_on or day)[1]

    def view(self, moment: datetime) -> TaskView:
        """The task as the rules would have seen it at an instant."""
        day, given, completed = self.day_of(moment), self.set_at(moment), self.completed(moment)
        moves = [entry for entry in self.acts(moment) if entry.from_state != entry.to_state]
        dispatched = next((e for e in reversed(moves) if e.trigger in ("dispatch", "decline")), None)
        deadline = self.deadline(moment)
        row = replace(
            self.row,
            state=self.state(moment),
            entered_at=moves[-1].at if moves else self.row.entered_at,
            dispatched_at=dispatched.at if dispatched is not None and dispatched.trigger == "dispatch" else None,
            deadline=deadline.due_on if deadline is not None else None,
            completion_verified=completed is not None,
            leads=self._units(given, "lead"),
            supports=self._units(given, "support"),
        )
        return TaskView(
            row=row,
            led_since={unit: max(since, self.snapshot.live_on or day) for unit, since in self._led(moment).items()},
            owing_since=self._owing_since(moves),
            acknowledged=frozenset(self.acknowledged(moment)),
        )

    def _units(self, given: AssignmentSet | None, role: str) -> tuple[UnitRef, ...]:
        return tuple(
            UnitRef(
                entry.unit_id,
                self.names[entry.unit_id],
                entry.printed_name,
                entry.and_others,
                tuple(self.members.get(entry.unit_id, ())),
            )
            for entry in _in_order(given, role)
        )

    def _led(self, moment: datetime) -> dict[int, date]:
        """Lead unit -> since when it had to acknowledge, by the rule of ``leading_since``."""
        chain: list[tuple[datetime, list[int]]] = []
        dispatched = self.last(moment, "dispatch")
        for given in self.sets:
            if given.from_at > moment or dispatched is None:
                break
            if given.act != "reassign":
                chain = []
            begun = given.from_at if given.act == "reassign" else dispatched.at
            chain.append((begun, self.leads(given)))
        return {unit_id: self.day_of(since) for unit_id, since in led_since_of(chain).items()}

    def _owing_since(self, moves: Sequence[HistoryEntry]) -> date | None:
        began = [e for e in moves if e.to_state in OWING_STATES and e.from_state not in OWING_STATES]
        if not began:
            return None
        opened = {row.id: row.opens_on for row in self.snapshot.rounds}
        day = self.day_of(began[-1].at)
        return min(day, opened[began[-1].round_id]) if began[-1].round_id is not None else day


def _in_order(given: AssignmentSet | None, role: str) -> list[Assignment]:
    found = [entry for entry in given.assignments if entry.role == role] if given is not None else []
    return sorted(found, key=lambda entry: entry.position)


def past_of(session: Session, plan: Plan, snapshot: Snapshot, row: TaskRow) -> Past:
    """Everything that is known of a task: as many statements, whatever its history."""
    history = history_of(session, row.task_id)
    sets = list(
        session.scalars(
            select(AssignmentSet)
            .where(AssignmentSet.task_id == row.task_id)
            .options(selectinload(AssignmentSet.assignments).joinedload(Assignment.unit))
            .order_by(AssignmentSet.number)
        )
    )
    named = {entry.unit_id: entry.unit.name for given in sets for entry in given.assignments}
    members = members_of(session, named)
    plain = {unit_id for unit_id in named if unit_id not in members} | {m for ids in members.values() for m in ids}
    units = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(plain)))
    memberships = session.scalars(
        select(Membership)
        .where(
            Membership.unit_id.in_([*plain, plan.supervising_unit_id])
            | ((Membership.role == "observer") & (Membership.region_id == plan.region_id))
        )
        .options(joinedload(Membership.user))
        .order_by(Membership.id)
    )
    acknowledgements = session.scalars(
        select(Acknowledgement).where(Acknowledgement.assignment_set_id.in_([given.id for given in sets]))
    )
    reports = session.scalars(
        select(ProgressReport.id).where(
            ProgressReport.task_id == row.task_id, ProgressReport.completion_claimed.is_(True)
        )
    )
    own = next(task for task in snapshot.tasks if task.row.task_id == row.task_id)
    return Past(
        snapshot=replace(
            snapshot,
            tasks=(own,),
            waiting=tuple(thing for thing in snapshot.waiting if thing.row.task_id == row.task_id),
        ),
        row=row,
        supervising_unit_id=plan.supervising_unit_id,
        live_since=plan.live_since,
        history=history,
        sets=sets,
        due_dates=due_dates_of(session, row.task_id),
        acknowledgements=list(acknowledgements),
        completing=frozenset(reports),
        members=members,
        names=named | {unit_id: name for unit_id, name in units},
        memberships=list(memberships),
    )
