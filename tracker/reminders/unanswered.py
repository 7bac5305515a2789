"""What waits for an answer in a plan, and for whom: read for the snapshot, and its days alone for the horizon."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, Date, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from ..clock import local_day
from ..db import UTCDateTime
from ..directory.models import Membership
from ..plans.models import Instance, KeyTask, Plan
from ..plans.queries import TaskRow
from ..reporting.input_requests import is_unanswered, open_requests, still_asked
from ..reporting.queries import report_marks
from ..reporting.request_models import InputRequest
from ..workflows.extensions import is_live, open_extensions
from ..workflows.models import Extension, ExtensionStep, FirstCheck, Objection
from ..workflows.objections import open_objections
from ..workflows.queries import first_checks_of, signers_of
from .shapes import Waiting

LOOKING = ("supervisor", "observer")


def waiting_in(session: Session, plan: Plan, rows: Sequence[TaskRow], kinds: Collection[str]) -> tuple[Waiting, ...]:
    """What waits in a plan of some kinds (WAITING_KINDS): at most eight statements, whatever the number."""
    tasks = {row.task_id: row for row in rows}
    zone = ZoneInfo(plan.region.timezone)
    found: list[Waiting] = []
    if "input_request" in kinds:
        found += _requests(session, tasks, zone)
    if "sign_off" in kinds:
        found += _sign_offs(rows, zone)
    host = _Host(session, plan)
    if "extension" in kinds:
        found += _extensions(session, plan, tasks, zone, host)
    if "second_check" in kinds:
        found += _second_checks(session, rows, zone, host)
    if "objection" in kinds:
        found += _objections(session, plan, tasks, zone, host)
    return tuple(found)


class _Host:
    """The people of the unit that hosts the supervising unit, read once and only where they matter."""

    def __init__(self, session: Session, plan: Plan) -> None:
        self.session, self.unit_id = session, plan.supervising_unit.host_unit_id
        self.people: frozenset[int] | None = None

    def barred(self, row: TaskRow) -> frozenset[int]:
        """Those who may not answer since their own unit leads the task."""
        if all(unit.unit_id != self.unit_id for unit in row.leads):
            return frozenset()
        if self.people is None:
            statement = select(Membership.user_id).where(
                Membership.unit_id == self.unit_id,
                Membership.role.in_(("handler", "leader")),
                Membership.ended_at.is_(None),
            )
            self.people = frozenset(self.session.scalars(statement))
        return self.people


def _keys(user_ids: Collection[int | None]) -> frozenset[str]:
    return frozenset(f"user:{user_id}" for user_id in user_ids)


def of_request(request: InputRequest, row: TaskRow, zone: ZoneInfo) -> Waiting:
    """What a request for input waits for."""
    return Waiting(
        kind="input_request",
        subject=f"request:{request.id}",
        row=row,
        since=local_day(request.at, zone),
        target_on=request.due_on,
        audiences=("supporting_unit", "unit_leader", *LOOKING),
        units=(request.unit_id,),
    )


def of_sign_off(row: TaskRow, at: datetime, lead_id: int, zone: ZoneInfo) -> Waiting:
    """What a report that was submitted at an instant waits for: the leader of the first-named lead unit."""
    day = local_day(at, zone)
    return Waiting("sign_off", f"task:{row.task_id}", row, day, day, ("unit_leader", *LOOKING), (lead_id,))


def of_extension(extension: Extension, step: ExtensionStep, row: TaskRow, zone: ZoneInfo) -> Waiting:
    """What an extension waits for after an act on it: the leader until they approved it, then the supervisors."""
    day = local_day(step.at, zone)
    audiences = ("unit_leader",) if step.act == "ask" else LOOKING
    return Waiting("extension", f"extension:{extension.id}", row, day, day, audiences, (extension.unit_id,))


def of_second_check(row: TaskRow, at: datetime, zone: ZoneInfo) -> Waiting:
    """What a report whose first check was made at an instant waits for."""
    day = local_day(at, zone)
    return Waiting("second_check", f"task:{row.task_id}", row, day, day, LOOKING)


def of_objection(objection: Objection, row: TaskRow, zone: ZoneInfo) -> Waiting:
    """What an objection waits for."""
    since, subject = local_day(objection.at, zone), f"objection:{objection.id}"
    return Waiting("objection", subject, row, since, objection.due_on, LOOKING)


def _requests(session: Session, tasks: Mapping[int, TaskRow], zone: ZoneInfo) -> Iterator[Waiting]:
    for request in open_requests(session, tasks):
        row = tasks[request.task_id]
        if still_asked(request, row):
            yield of_request(request, row, zone)


def _sign_offs(rows: Sequence[TaskRow], zone: ZoneInfo) -> Iterator[Waiting]:
    for row in rows:
        if row.state == "awaiting_sign_off" and row.first_lead is not None:
            yield of_sign_off(row, row.entered_at, row.first_lead.unit_id, zone)


def _extensions(
    session: Session, plan: Plan, tasks: Mapping[int, TaskRow], zone: ZoneInfo, host: _Host
) -> Iterator[Waiting]:
    """Of the supervisors for those who did not ask for it and may answer."""
    for extension in open_extensions(session, [plan.id]):
        row, last = tasks[extension.task_id], extension.last
        if is_live(extension, row):
            took_part = {step.user_id for step in extension.steps}
            barred = frozenset() if last.act == "ask" else _keys(took_part | host.barred(row))
            yield replace(of_extension(extension, last, row, zone), barred=barred)


def _second_checks(session: Session, rows: Sequence[TaskRow], zone: ZoneInfo, host: _Host) -> Iterator[Waiting]:
    reported = {row.current_report_id: row for row in rows if row.state == "reported"}
    ids = [report_id for report_id in reported if report_id is not None]
    checks = first_checks_of(session, ids) if ids else {}
    marks, signers = report_marks(session, checks), signers_of(session, checks)
    for report_id, check in checks.items():
        row, wrote = reported[report_id], marks[report_id].authors | signers.get(report_id, frozenset())
        barred = _keys({check.user_id, *wrote, *host.barred(row)})
        yield replace(of_second_check(row, check.at, zone), barred=barred)


def _objections(
    session: Session, plan: Plan, tasks: Mapping[int, TaskRow], zone: ZoneInfo, host: _Host
) -> Iterator[Waiting]:
    for objection in open_objections(session, [plan.id]):
        row = tasks[objection.task_id]
        barred = _keys({objection.user_id, *host.barred(row)})
        yield replace(of_objection(objection, row, zone), barred=barred)


def days_of_what_waits(session: Session, plan: Plan) -> list[tuple[str, date]]:
    """(kind, the day that its steps count to or from) of all that may wait in a plan: one statement."""
    zone = ZoneInfo(plan.region.timezone)
    rows: Iterable[Any] = session.execute(_all_that_may_wait(), {"plan_id": plan.id})
    return [(kind, due_on if due_on is not None else local_day(begun, zone)) for kind, due_on, begun in rows]


@cache
def _all_that_may_wait() -> CompoundSelect[Any]:
    """Built once: every tick asks it of every plan, and building it took longer than asking it."""
    on, at = cast(null(), Date), cast(null(), UTCDateTime)
    parts: list[Any] = [
        select(literal("input_request"), InputRequest.due_on, at)
        .join(KeyTask, KeyTask.id == InputRequest.task_id)
        .where(is_unanswered()),
        select(literal("objection"), Objection.due_on, at)
        .join(KeyTask, KeyTask.id == Objection.task_id)
        .where(~Objection.answer.has()),
        select(literal("extension"), on, ExtensionStep.at)
        .join(Extension, Extension.id == ExtensionStep.extension_id)
        .join(KeyTask, KeyTask.id == Extension.task_id)
        .where(Extension.closed_at.is_(None)),
        select(literal("sign_off"), on, Instance.entered_at)
        .join(KeyTask, KeyTask.id == Instance.task_id)
        .where(Instance.state == "awaiting_sign_off"),
        select(literal("second_check"), on, FirstCheck.at)
        .join(Instance, Instance.current_report_id == FirstCheck.report_id)
        .join(KeyTask, KeyTask.id == Instance.task_id)
        .where(Instance.state == "reported"),
    ]
    return union_all(*(part.where(KeyTask.plan_id == bindparam("plan_id")) for part in parts))
