"""Reads of what was done to tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased, joinedload

from ..directory.absences import contacts_on
from ..outbox.commands import Recipient
from ..plans.models import Assignment, AssignmentSet, Instance, KeyTask, Plan
from ..plans.notices import notice_day
from ..plans.queries import TaskRow, task_rows
from ..reporting.models import ProgressReport
from ..reporting.parts import latest_sequences
from .definitions import REPORT_ACTS
from .models import Acknowledgement, FirstCheck, HistoryEntry, SignOff


def history_of(session: Session, task_id: int) -> list[HistoryEntry]:
    """Every act on a task, oldest first, with actor and unit loaded."""
    statement = (
        select(HistoryEntry)
        .where(HistoryEntry.task_id == task_id)
        .options(joinedload(HistoryEntry.actor), joinedload(HistoryEntry.unit))
        .order_by(HistoryEntry.version)
    )
    return list(session.scalars(statement))


def last_report_act(session: Session, task_id: int) -> str | None:
    """What last happened to the task's report, one of REPORT_ACTS; None where none was filed."""
    return session.scalar(
        select(HistoryEntry.trigger)
        .where(HistoryEntry.task_id == task_id, HistoryEntry.trigger.in_(REPORT_ACTS))
        .order_by(HistoryEntry.version.desc())
        .limit(1)
    )


def coming_sequence(latest: int | None, last: str | None) -> int:
    """The number of the report that is being written or waits.

    ``latest`` is that of the newest report and ``last`` what last happened to it, each None where there is none.
    """
    return (latest or 0) + (last in (None, "verify"))


def sequence_of(session: Session, task_id: int) -> int:
    """:func:`coming_sequence` of one task: two statements."""
    latest = latest_sequences(session, [task_id]).get(task_id)
    return coming_sequence(latest, last_report_act(session, task_id))


def last_acts(session: Session, task_ids: Sequence[int], triggers: Sequence[str]) -> dict[int, HistoryEntry]:
    """Task id -> its latest act among ``triggers``, in one statement."""
    statement = (
        select(HistoryEntry)
        .where(HistoryEntry.task_id.in_(task_ids), HistoryEntry.trigger.in_(triggers))
        .options(joinedload(HistoryEntry.actor), joinedload(HistoryEntry.unit))
        .order_by(HistoryEntry.task_id, HistoryEntry.version)
    )
    return {entry.task_id: entry for entry in session.scalars(statement)}


def acknowledgements_of(session: Session, rows: Sequence[TaskRow]) -> dict[int, dict[int, datetime]]:
    """Task id -> unit id -> when that lead unit acknowledged its present assignment."""
    tasks = {row.assignment_set_id: row.task_id for row in rows if row.assignment_set_id is not None}
    found: dict[int, dict[int, datetime]] = {}
    statement = select(Acknowledgement).where(Acknowledgement.assignment_set_id.in_(list(tasks)))
    for acknowledgement in session.scalars(statement):
        found.setdefault(tasks[acknowledgement.assignment_set_id], {})[acknowledgement.unit_id] = acknowledgement.at
    return found


def leading_since(
    session: Session, plan_ids: Iterable[int], *, task_ids: Collection[int] | None = None
) -> dict[tuple[int, int], datetime]:
    """(task id, unit id) -> since when a present lead unit has had to acknowledge, of dispatched tasks: one statement.

    The dispatch, or the reassignment that made the unit a lead; for a unit that led already and became first-named by a
    reassignment, that one (docs/reminders.md).
    """
    statement = (
        select(
            Instance.task_id,
            Instance.dispatched_at,
            AssignmentSet.id,
            AssignmentSet.act,
            AssignmentSet.from_at,
            Assignment.unit_id,
        )
        .join(KeyTask, KeyTask.id == Instance.task_id)
        .join(AssignmentSet, AssignmentSet.task_id == Instance.task_id)
        .outerjoin(Assignment, (Assignment.set_id == AssignmentSet.id) & (Assignment.role == "lead"))
        .where(KeyTask.plan_id.in_(list(plan_ids)), Instance.dispatched_at.is_not(None))
        .order_by(Instance.task_id, AssignmentSet.number, Assignment.position)
    )
    if task_ids is not None:
        statement = statement.where(Instance.task_id.in_(task_ids))
    sets: dict[int, dict[int, tuple[datetime, list[int]]]] = {}
    for task_id, dispatched_at, set_id, act, from_at, unit_id in session.execute(statement):
        begun = from_at if act == "reassign" else dispatched_at
        assert begun is not None
        _, leads = sets.setdefault(task_id, {}).setdefault(set_id, (begun, []))
        if act != "reassign":  # what came before the dispatch counts no more
            sets[task_id] = {set_id: (begun, leads)}
        if unit_id is not None:
            leads.append(unit_id)
    return {
        (task_id, unit_id): since
        for task_id, chain in sets.items()
        for unit_id, since in led_since_of(chain.values()).items()
    }


def led_since_of(chain: Iterable[tuple[datetime, list[int]]]) -> dict[int, datetime]:
    """Unit id -> when its clock began, of the leads of the last of some sets."""
    since: dict[int, datetime] = {}
    first: int | None = None
    for begun, leads in chain:
        kept = {unit_id for unit_id in leads if unit_id in since and (unit_id == first or unit_id != leads[0])}
        since = {unit_id: since[unit_id] if unit_id in kept else begun for unit_id in leads}
        first = leads[0] if leads else None
    return since


def signers_of(session: Session, report_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Report id -> who signed any version of that report; a report that nobody signed is absent."""
    if not report_ids:
        return {}
    version = aliased(ProgressReport)
    statement = (
        select(ProgressReport.id, SignOff.user_id)
        .join(version, and_(version.task_id == ProgressReport.task_id, version.sequence == ProgressReport.sequence))
        .join(SignOff, SignOff.report_id == version.id)
        .where(ProgressReport.id.in_(report_ids))
    )
    found: dict[int, set[int]] = {}
    for report_id, user_id in session.execute(statement):
        found.setdefault(report_id, set()).add(user_id)
    return {report_id: frozenset(users) for report_id, users in found.items()}


def first_checks_of(session: Session, report_ids: Sequence[int]) -> dict[int, FirstCheck]:
    """Report id -> its first check, with the person loaded."""
    statement = select(FirstCheck).where(FirstCheck.report_id.in_(report_ids)).options(joinedload(FirstCheck.user))
    return {check.report_id: check for check in session.scalars(statement)}


@dataclass(frozen=True, slots=True)
class GoLivePreview:
    """Whom going live would tell of what; ``silent`` are units that nobody can be reached for."""

    ready: list[TaskRow]
    without_lead: list[TaskRow]
    mails: list[tuple[Recipient, list[str], list[str]]]
    silent: list[str]


def go_live_preview(session: Session, plan: Plan, now: datetime) -> GoLivePreview:
    """The preview of the going-live page, if it were pressed ``now``: (recipient, refs led, refs supported) a mail."""
    waiting = [row for row in task_rows(session, [plan.id]) if row.state == "pending_dispatch"]
    ready = [row for row in waiting if row.leads]
    named = {u.unit_id for row in ready for u in (*row.leads, *row.supports)}
    contacts = contacts_on(session, named, notice_day(now, plan))
    mails: dict[str, tuple[Recipient, list[str], list[str]]] = {}
    for row in ready:
        for place, units in ((1, row.leads), (2, row.supports)):
            for unit in units:
                for recipient in contacts[unit.unit_id]:
                    lists = mails.setdefault(recipient.key, (recipient, [], []))[place]
                    assert isinstance(lists, list)
                    if row.ref not in lists:
                        lists.append(row.ref)
    return GoLivePreview(
        ready=ready,
        without_lead=[row for row in waiting if not row.leads],
        mails=[mail for mail in mails.values() if mail[0].address is not None],
        silent=[mail[0].name for mail in mails.values() if mail[0].address is None],
    )
