"""The verification queue: which reports wait, who may take the next step, and why somebody may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor
from ..clock import local_day
from ..directory.models import Membership, Unit, User
from ..errors import NotAllowed
from ..i18n import N_
from ..plans.models import Plan
from ..plans.queries import visible_plans
from ..reporting.evidence.queries import file_counts
from ..reporting.models import ProgressReport
from ..reporting.queries import report_marks
from ..workflows.models import FirstCheck, Objection
from ..workflows.objections import open_objections
from ..workflows.policy import why_not_verify
from ..workflows.queries import first_checks_of
from .reads import Task, supervised, tasks_of

CHECKERS = 2  # a report on a task that the host unit leads needs two (docs/workflow.md)


@dataclass(frozen=True, slots=True)
class Mark:
    """One check of a report: ``word`` and ``who`` are message ids unless ``name`` names the person who made it."""

    word: str
    done: bool
    who: str = ""
    name: str | None = None
    when: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A report that waits.  ``step`` is the trigger to fire now; where there is none ``why_not`` says why.

    ``evidence`` counts the documents named, ``files`` the files attached; ``eligible`` are the supervisors who may
    check it.
    """

    task: Task
    report: ProgressReport
    reported_on: date
    waited: int
    marks: tuple[Mark, ...]
    step: str | None
    why_not: str | None
    evidence: int
    files: int
    eligible: int

    @property
    def short(self) -> bool:
        """Whether there are too few people to check it."""
        return self.task.facts.host_leads and self.eligible < CHECKERS


@dataclass(frozen=True, slots=True)
class Queue:
    """The page.  ``hosts`` are the names of the host units, ``offices`` those of the supervising units.

    ``objections`` wait for an answer, the first due first.
    """

    mine: tuple[Entry, ...]
    by_two: tuple[Entry, ...]
    not_mine: tuple[Entry, ...]
    hosts: tuple[str, ...]
    offices: tuple[str, ...]
    verify_due: date | None
    objections: tuple[tuple[Task, Objection], ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them."""
        return (*self.mine, *self.by_two, *self.not_mine)

    @property
    def open(self) -> int:
        """How many the person can act on now."""
        return len(self.mine) + len(self.by_two)

    @property
    def short(self) -> list[Entry]:
        """Reports that cannot be verified because two eligible people are wanting."""
        return [entry for entry in self.entries if entry.short]

    @property
    def longest(self) -> date | None:
        """The day on which the report that has waited longest was filed."""
        return min((entry.reported_on for entry in self.entries), default=None)

    @property
    def several(self) -> bool:
        """Whether the reports belong to more than one plan."""
        return len({entry.task.plan.id for entry in self.entries}) > 1


def verification_queue(session: Session, actor: Actor, now: datetime) -> Queue:
    """The reports that wait in the plans that the actor supervises, longest waiting first.

    Raises NotAllowed for who supervises no plan.  The number of statements does not grow with the number of tasks.
    """
    plans = supervised(actor, visible_plans(session, actor))
    if not plans:
        raise NotAllowed(N_("Only the supervision office has a verification queue. My work shows what waits for you."))
    tasks = tasks_of(session, actor, now, plans)
    waiting = [task for task in tasks if task.row.state == "reported"]
    known = {task.row.task_id: task for task in tasks}
    entries = sorted(_entries(session, plans, waiting), key=lambda entry: entry.report.submitted_at)
    rounds = [task.round_.verify_due_on for task in waiting if task.round_ is not None]
    return Queue(
        mine=tuple(e for e in entries if e.step is not None and not e.task.facts.host_leads),
        by_two=tuple(e for e in entries if e.step is not None and e.task.facts.host_leads),
        not_mine=tuple(e for e in entries if e.step is None),
        hosts=tuple(_host_names(session, entries)),
        offices=tuple(dict.fromkeys(e.task.plan.supervising_unit.name for e in entries)),
        verify_due=min(rounds, default=None),
        objections=tuple((known[o.task_id], o) for o in open_objections(session, {plan.id for plan in plans})),
    )


def _host_names(session: Session, entries: Sequence[Entry]) -> list[str]:
    hosts = {e.task.plan.supervising_unit.host_unit_id for e in entries if e.task.facts.host_leads}
    return list(session.scalars(select(Unit.name).where(Unit.id.in_(hosts - {None})).order_by(Unit.id)))


def _entries(session: Session, plans: Sequence[Plan], waiting: Sequence[Task]) -> list[Entry]:
    ids = [task.row.current_report_id for task in waiting if task.row.current_report_id is not None]
    statement = (
        select(ProgressReport)
        .where(ProgressReport.id.in_(ids))
        .options(joinedload(ProgressReport.unit), joinedload(ProgressReport.author))
    )
    reports = {report.id: report for report in session.scalars(statement)}
    checks = first_checks_of(session, ids)
    authors = {report_id: mark.authors for report_id, mark in report_marks(session, ids).items()}
    checkers, files = checkers_of(session, plans), file_counts(session, ids)
    entries = []
    for task in waiting:
        assert task.row.current_report_id is not None
        report = reports[task.row.current_report_id]
        zone = ZoneInfo(task.plan.region.timezone)
        sent = local_day(report.submitted_at, zone)
        check = checks.get(report.id)
        step = _step(task)
        entries.append(
            Entry(
                task=task,
                report=report,
                reported_on=sent,
                waited=task.calendar.working_days_between(sent, task.today),
                marks=_marks(task, check, zone),
                step=step,
                why_not=None if step is not None else why_not_verify(task.facts),
                evidence=sum(bool(line.strip()) for line in report.evidence.splitlines()),
                files=files.get(report.id, 0),
                eligible=len(checkers[task.plan.id] - authors.get(report.id, frozenset())),
            )
        )
    return entries


def _step(task: Task) -> str | None:
    for trigger in ("verify", "first_check"):
        if trigger in task.actions:
            return trigger
    blocked = why_not_verify(task.facts)
    return "return" if task.facts.completion_unproven and blocked is not None and "return" in task.actions else None


def _marks(task: Task, check: FirstCheck | None, zone: ZoneInfo) -> tuple[Mark, ...]:
    if not task.facts.host_leads:
        return (Mark(N_("Verify"), done=False, who=N_("one person is enough")),)
    mine = {"verify", "first_check"}.intersection(task.actions)
    if check is None:
        who = N_("waits for you or another") if mine else N_("waits for another")
        return (
            Mark(N_("First check"), done=False, who=who),
            Mark(N_("Second check"), done=False, who=N_("needs another person")),
        )
    return (
        Mark(N_("First check"), done=True, name=check.user.name, when=local_day(check.at, zone)),
        Mark(N_("Second check"), done=False, who=N_("waits for you") if mine else N_("waits for another")),
    )


def checkers_of(session: Session, plans: Sequence[Plan]) -> dict[int, frozenset[int]]:
    """Plan id -> the active supervisors who are not handler or leader of the host unit: one statement."""
    units = {plan.supervising_unit_id for plan in plans} | {plan.supervising_unit.host_unit_id for plan in plans}
    statement = (
        select(Membership.unit_id, Membership.role, Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.unit_id.in_(units - {None}), Membership.ended_at.is_(None), User.active.is_(True))
    )
    people = [(unit_id, role, user_id) for unit_id, role, user_id in session.execute(statement)]
    return {
        plan.id: frozenset(
            user for unit, role, user in people if unit == plan.supervising_unit_id and role == "supervisor"
        )
        - {
            user
            for unit, role, user in people
            if unit == plan.supervising_unit.host_unit_id and role in ("handler", "leader")
        }
        for plan in plans
    }
