"""The read behind a task's page and its forms: as many statements, whatever the number of tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...access import Actor, Facts, permitted
from ...clock import local_day
from ...errors import NotFound
from ...evaluations.lamps import Standing, standing
from ...evaluations.pace import pace_due
from ...plans.models import KeyTask, Plan, Round, Target
from ...plans.queries import TaskRow, UnitRef, plan_by_slug, rounds_of, task_rows
from ...plans.views.listing import RoundCard, current_of, round_card, zone_of
from ...reporting.evidence.models import EvidenceFile
from ...reporting.evidence.policy import ADD, may_add_now
from ...reporting.evidence.queries import files_by_report, files_of, waiting
from ...reporting.input_requests import Asked, askable, awaited, input_requests_of, stands
from ...reporting.models import Comment, ProgressReport
from ...reporting.part_models import ReportedPart, ReportPart
from ...reporting.parts import PartRow, every_part, part_rows, reported_parts
from ...reporting.policy import PART, REQUEST
from ...reporting.queries import comments_of, reports_of
from ...reporting.request_models import InputRequest
from ..definitions import REPORT_ACTS
from ..models import HistoryEntry
from ..parts import own_parts
from ..policy import available_actions, task_facts, why_not_verify
from ..queries import acknowledgements_of, coming_sequence, history_of, last_report_act
from .mails import SentMail, mails_of
from .requests import Moment, Requests, requests_of

FORWARD = ("dispatch", "acknowledge", "report", "submit", "sign_off", "resume", "first_check", "verify", "close_out")


@dataclass(frozen=True, slots=True)
class Place:
    """A task as a form needs it: the plan, the row, and who the reader is to it."""

    plan: Plan
    row: TaskRow
    targets: list[Target]
    facts: Facts
    rounds: Sequence[Round]
    standing: Standing
    today: date
    zone: ZoneInfo

    @property
    def pace_due(self) -> int | None:
        """The pace due in percent, None where nothing is expected of the task now."""
        return pace_due(self.row, self.plan, self.today, self.zone)

    @property
    def round_(self) -> Round | None:
        """The plan's current round."""
        return current_of(self.rounds)


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything on a task's page.

    ``actions`` are the triggers that the reader can fire now; ``obstacle`` is the message id of why a supervisor cannot
    take the next step of the report that waits.  ``reports`` and ``history`` are newest first, ``comments`` oldest
    first.  ``parts`` are those of the report that comes or waits, a row a unit; ``own_parts`` the units that the reader
    may file one for; ``reported_parts`` what was in and who was silent, by report id.
    first.  ``evidence`` has the files by report; ``waiting_files`` counts those that wait, None for who may add none.
    """

    place: Place
    actions: tuple[str, ...]
    may_comment: bool
    obstacle: str | None
    card: RoundCard | None
    acknowledged: dict[int, datetime]
    reports: list[ProgressReport]
    evidence: dict[int, list[EvidenceFile]]
    waiting_files: int | None
    may_add_files: bool
    comments: list[Comment]
    history: list[HistoryEntry]
    mails: list[SentMail]
    parts: list[PartRow]
    own_parts: list[int]
    every_part: list[ReportPart]
    inputs: list[Asked]
    may_ask: bool
    own_units: frozenset[int]
    reader_id: int | None
    now: datetime
    reported_parts: dict[int, list[ReportedPart]]
    requests: Requests

    @property
    def main_action(self) -> str | None:
        """The trigger that carries the task forward, None where the reader has none."""
        return next((trigger for trigger in self.actions if trigger in FORWARD), None)

    @property
    def buttons(self) -> list[str]:
        """The triggers as buttons: the one forward first."""
        return sorted(self.actions, key=lambda trigger: trigger != self.main_action)

    @property
    def latest(self) -> ProgressReport | None:
        """The newest version of the newest report."""
        return self.reports[0] if self.reports else None

    @property
    def last_report_act(self) -> HistoryEntry | None:
        """What last happened to the report: one of REPORT_ACTS."""
        return next((e for e in self.history if e.trigger in REPORT_ACTS), None)

    @property
    def returned(self) -> HistoryEntry | None:
        """The return that still waits for a new version, None where none does."""
        last = self.last_report_act
        return last if last is not None and last.trigger == "return" and self.place.row.state == "in_progress" else None

    @property
    def returns(self) -> int:
        """How often the latest report was sent back."""
        latest = self.latest
        versions = {report.id for report in self.reports if latest is not None and report.sequence == latest.sequence}
        return sum(entry.trigger == "return" and entry.report_id in versions for entry in self.history)

    @property
    def first_check(self) -> HistoryEntry | None:
        """The first check of the report that waits, None where it has none."""
        waiting = self.place.row.current_report_id
        entries = (e for e in self.history if e.trigger == "first_check" and e.report_id == waiting)
        return next(entries, None) if self.place.facts.first_checked else None

    @property
    def silent_leads(self) -> list[UnitRef]:
        """The lead units that have not acknowledged the present assignment."""
        return [unit for unit in self.place.row.leads if unit.unit_id not in self.acknowledged]


def place_of(session: Session, actor: Actor, now: datetime, slug: str, ref: str) -> Place:
    """Raises NotFound where there is no such task or the actor may not see its region."""
    plan = plan_by_slug(session, actor, slug)
    task = (
        session.scalars(
            select(KeyTask).where(KeyTask.plan_id == plan.id, KeyTask.ref == ref).options(joinedload(KeyTask.targets))
        )
        .unique()
        .one_or_none()
    )
    if task is None:
        raise NotFound()
    row = task_rows(session, [plan.id], task_ids=[task.id])[0]
    rounds = rounds_of(session, [plan.id])
    zone = zone_of(plan)
    today = local_day(now, zone)
    return Place(
        plan=plan,
        row=row,
        targets=list(task.targets),
        facts=task_facts(session, actor, plan, [row])[row.task_id],
        rounds=rounds,
        standing=standing(row, today, current_of(rounds), zone, plan.region.calendar),
        today=today,
        zone=zone,
    )


def moment_of(session: Session, place: Place) -> Moment:
    """What the day decides about the requests of a task."""
    last = last_report_act(session, place.row.task_id)
    inputs = input_requests_of(session, task_ids=[place.row.task_id])
    return Moment(place.today, place.round_, last, awaited(place.row, inputs))


def place_requests(session: Session, actor: Actor, place: Place) -> Requests:
    """The requests of a task, for a page of theirs."""
    return requests_of(session, actor, place.plan, place.row, place.facts, moment_of(session, place))


def task_page(session: Session, actor: Actor, now: datetime, slug: str, ref: str) -> TaskPage:
    """Raises NotFound as :func:`place_of`."""
    place = place_of(session, actor, now, slug, ref)
    plan, row = place.plan, place.row
    history = history_of(session, row.task_id)[::-1]
    actions = available_actions(plan.definition, place.facts)
    reports, files = reports_of(session, row.task_id), files_of(session, row.task_id)
    comments = comments_of(session, row.task_id)
    inputs = input_requests_of(session, task_ids=[row.task_id])
    said_at = _instants(comments, inputs)
    every_part_ = every_part(session, row.task_id)
    last = next((entry.trigger for entry in history if entry.trigger in REPORT_ACTS), None)
    moment = Moment(place.today, place.round_, last, awaited(row, inputs))
    requests = requests_of(session, actor, plan, row, place.facts, moment)
    waits = row.state == "reported" and place.facts.supervisor and not {"verify", "first_check"} & set(actions)
    return TaskPage(
        place=place,
        actions=actions,
        may_comment=permitted("task.comment", place.facts),
        obstacle=why_not_verify(place.facts) if waits else None,
        card=round_card(plan, place.rounds, [], place.today, {}),
        acknowledged=acknowledgements_of(session, [row]).get(row.task_id, {}),
        reports=reports,
        evidence=files_by_report(reports, files),
        may_add_files=may_add_now(place.facts),
        waiting_files=len(waiting(files)) if permitted(ADD, place.facts) else None,
        comments=comments,
        history=history,
        parts=part_rows(session, row, _shown_sequence(row, reports, history, every_part_), every_part_),
        own_parts=own_parts(actor, row) if permitted(PART, place.facts) else [],
        every_part=every_part_,
        inputs=[stands(request, row, place.today, plan.region) for request in inputs],
        may_ask=permitted(REQUEST, place.facts) and bool(askable(row)),
        own_units=actor.unit_ids,
        reader_id=actor.user_id,
        now=now,
        reported_parts=reported_parts(session, [report.id for report in reports]),
        mails=mails_of(session, plan, row, [*(act.at for act in history), *requests.instants, *said_at]),
        requests=requests,
    )


def _instants(comments: Sequence[Comment], requests: Sequence[InputRequest]) -> Iterator[datetime]:
    """When something was said that sends notices."""
    yield from (comment.at for comment in comments)
    for request in requests:
        yield request.at
        yield from (answer.at for answer in request.answers)


def _shown_sequence(
    row: TaskRow, reports: Sequence[ProgressReport], history: Sequence[HistoryEntry], parts: Sequence[ReportPart]
) -> int:
    """The report whose parts the page shows: the coming one; of a verified task that one, until a part is in."""
    latest = reports[0].sequence if reports else None
    last = next((entry.trigger for entry in history if entry.trigger in REPORT_ACTS), None)
    coming = coming_sequence(latest, last)
    over = row.state in ("verified", "closed_out") and all(part.sequence != coming for part in parts)
    return latest if over and latest is not None else coming
