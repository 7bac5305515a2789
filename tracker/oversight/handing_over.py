"""The hand-over sheet of somebody who leaves: all that a successor must know, on one page that prints.

It is read with the roles that the person holds, or that they held until they handed over; who does what today is shown,
not how it was on the day of the handover.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from ..access import Actor, Role
from ..directory.models import Handover, Membership, User
from ..directory.policy import managed_regions
from ..errors import NotFound
from ..plans.queries import visible_plans
from ..reporting.drafts import blank
from ..reporting.evidence.models import EvidenceFile
from ..reporting.input_requests import Asked, input_requests_of, stands
from ..reporting.models import Comment, CommentAnswer, CommentMention, ReportDraft
from ..workflows.extensions import is_live, open_extensions
from ..workflows.models import Extension, Objection
from ..workflows.objections import open_objections
from .duties import part_of
from .items import Item
from .my_work import everything
from .reads import Task

WAITING = ("duty", "open", "check", "decide", "overdue")
"""The kinds of item (duties.py) that want something of the person; the others wait for somebody else."""


class OfTask(Protocol):
    """What belongs to a task."""

    @property
    def task_id(self) -> int:
        """The task's id."""


Row = TypeVar("Row", bound=OfTask)


@dataclass(frozen=True, slots=True)
class Handed:
    """A role: whose, since when, and to whom it went on which day; nobody has it yet where ``successor`` is None."""

    membership: Membership
    successor: User | None

    @property
    def ended_at(self) -> datetime | None:
        """When the person gave the role up."""
        return self.membership.ended_at


@dataclass(frozen=True, slots=True)
class Line:
    """A task that the person's units lead, support or are a member for; ``items`` is what waits for them there."""

    task: Task
    part: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A comment that names one of the person's units; ``answered`` by one of them."""

    task: Task
    comment: Comment
    answered: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet.  Every list is in the order of the plans, comments and files newest first.

    ``other`` is what waits for the person apart from those tasks, as a supervisor's.  Drafts show that there is one and
    not what it says, which is the unit's own.
    """

    person: User
    handed: tuple[Handed, ...]
    led: tuple[Line, ...]
    supported: tuple[Line, ...]
    other: tuple[Item, ...]
    drafts: tuple[tuple[Task, ReportDraft], ...]
    asked: tuple[tuple[Task, Asked], ...]
    extensions: tuple[tuple[Task, Extension], ...]
    objections: tuple[tuple[Task, Objection], ...]
    comments: tuple[Said, ...]
    files: tuple[tuple[Task, EvidenceFile], ...]
    at: datetime
    several: bool

    @property
    def waiting(self) -> int:
        """How many things wait for the person."""
        return sum(len(line.items) for line in (*self.led, *self.supported)) + len(self.other)


def handed_roles(session: Session, reader: Actor, person: User) -> tuple[Handed, ...]:
    """The roles that a sheet is about: those held now, else those handed over last, as far as the reader may know.

    That is the person, a successor in that role, and who keeps the contacts of its region.  Raises NotFound for others.
    """
    statement = (
        select(Membership)
        .where(Membership.user_id == person.id)
        .options(joinedload(Membership.unit), joinedload(Membership.handover).joinedload(Handover.successor))
        .order_by(Membership.id)
    )
    every = [
        Handed(held, held.handover.successor if held.handover is not None else None)
        for held in session.scalars(statement)
    ]
    now = [role for role in every if role.ended_at is None]
    gone = [role for role in every if role.ended_at is not None and role.successor is not None]
    last = max((role.ended_at for role in gone if role.ended_at is not None), default=None)
    wanted = now or [role for role in gone if role.ended_at == last]
    kept = set(managed_regions(reader, [role.membership.region_id for role in wanted]))
    found = tuple(
        role
        for role in wanted
        if reader.user_id == person.id
        or (role.successor is not None and role.successor.id == reader.user_id)
        or role.membership.region_id in kept
    )
    if not found:
        raise NotFound()
    return found


def handover_sheet(session: Session, reader: Actor, now: datetime, user_id: int) -> Sheet:
    """The sheet of a person.  Raises NotFound as :func:`handed_roles`.

    The number of statements depends on the number of plans, never on that of tasks.
    """
    person = session.get(User, user_id)
    if person is None:
        raise NotFound()
    roles = handed_roles(session, reader, person)
    held = tuple(Role(r.membership.region_id, r.membership.unit_id, r.membership.role) for r in roles)
    leaver = Actor(user_id=person.id, name=person.name, roles=held)
    plans = visible_plans(session, leaver)
    tasks, items = everything(session, leaver, now, plans)
    waiting: dict[int, list[Item]] = {}
    for item in items:
        if item.kind in WAITING:
            waiting.setdefault(item.task.row.task_id, []).append(item)
    own = {task.row.task_id: task for task in tasks if task.facts.involved}
    lines = [Line(t, part_of(t.facts), tuple(waiting.get(t.row.task_id, ()))) for t in own.values()]
    units = leaver.unit_ids
    ids = {plan.id for plan in plans}
    return Sheet(
        person=person,
        handed=roles,
        led=tuple(line for line in lines if line.task.facts.first_lead or line.task.facts.other_lead),
        supported=tuple(line for line in lines if not (line.task.facts.first_lead or line.task.facts.other_lead)),
        other=tuple(item for task_id, found in waiting.items() if task_id not in own for item in found),
        drafts=tuple(_of(own, _drafts(session, person, own))),
        asked=tuple(
            (task, stands(request, task.row, task.today, task.plan.region))
            for task, request in _of(own, input_requests_of(session, task_ids=own))
            if request.by_unit_id in units and not request.answers
        ),
        extensions=tuple(
            (task, extension)
            for task, extension in _of(own, open_extensions(session, ids))
            if extension.unit_id in units and is_live(extension, task.row)
        ),
        objections=tuple(
            (task, objection)
            for task, objection in _of(own, open_objections(session, ids))
            if objection.unit_id in units
        ),
        comments=tuple(_comments(session, own, units)),
        files=tuple(_of(own, _files(session, person, own))),
        at=now,
        several=len({task.plan.id for task in own.values()}) > 1,
    )


def _of(tasks: Mapping[int, Task], rows: Iterable[Row]) -> Iterator[tuple[Task, Row]]:
    """Each row of one of the tasks, with it."""
    return ((tasks[row.task_id], row) for row in rows if row.task_id in tasks)


def _drafts(session: Session, person: User, task_ids: Collection[int]) -> list[ReportDraft]:
    statement = select(ReportDraft).where(ReportDraft.author_id == person.id, ReportDraft.task_id.in_(task_ids))
    return [draft for draft in session.scalars(statement.order_by(ReportDraft.id)) if not blank(draft.content)]


def _files(session: Session, person: User, task_ids: Collection[int]) -> list[EvidenceFile]:
    statement = select(EvidenceFile).where(EvidenceFile.uploader_id == person.id, EvidenceFile.task_id.in_(task_ids))
    return list(session.scalars(statement.order_by(EvidenceFile.id.desc())))


def _comments(session: Session, tasks: Mapping[int, Task], units: Collection[int]) -> Iterator[Said]:
    """The comments that name one of the units, newest first: three statements."""
    named = select(CommentMention.comment_id).where(CommentMention.unit_id.in_(units))
    whole = (joinedload(Comment.unit), joinedload(Comment.author), selectinload(Comment.corrections))
    statement = (
        select(Comment)
        .where(Comment.task_id.in_(tasks), Comment.id.in_(named))
        .options(*whole)
        .order_by(Comment.at.desc(), Comment.id.desc())
    )
    comments = list(session.scalars(statement))
    answers = select(CommentAnswer.answers_id).join(Comment, Comment.id == CommentAnswer.comment_id)
    ours = answers.where(CommentAnswer.answers_id.in_([comment.id for comment in comments]), Comment.unit_id.in_(units))
    answered = set(session.scalars(ours))
    yield from (Said(tasks[c.task_id], c, c.id in answered) for c in comments)
