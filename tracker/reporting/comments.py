"""Comments: written for a unit, answered, naming other units, corrected for a while, never erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..access import Actor, Facts, authorise
from ..directory.models import Unit
from ..errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.models import Plan
from ..plans.notices import tell_supervisors, tell_units
from ..plans.policy import acting_unit, relation_facts
from ..plans.queries import TaskRow, plan_by_slug, task_row
from .commands import checked, note
from .models import Comment, CommentAnswer, CommentCorrection, CommentMention
from .policy import COMMENT, COMMENT_ANSWER, COMMENT_CORRECT
from .schemas import CommentSchema, CorrectionSchema

CORRECTABLE = timedelta(minutes=15)
TOO_LATE = N_("A comment can be corrected for 15 minutes. Write another one that says what is right.")


def mentionable(plan: Plan, row: TaskRow) -> list[int]:
    """The units that a comment can name: the task's, of a collective unit its members, and the supervising unit."""
    units = [unit_id for unit in (*row.leads, *row.supports) for unit_id in (unit.members or (unit.unit_id,))]
    return list(dict.fromkeys([*units, plan.supervising_unit_id]))


def mentionable_units(session: Session, actor: Actor, plan: Plan, row: TaskRow) -> list[tuple[int, str]]:
    """(id, name) of the units that the actor's comment can name, their own left out."""
    own = acting_unit(actor, plan, row)
    wanted = [unit_id for unit_id in mentionable(plan, row) if unit_id != own]
    names = {unit.id: unit.name for unit in session.scalars(select(Unit).where(Unit.id.in_(wanted)))}
    return [(unit_id, names[unit_id]) for unit_id in wanted]


def comment_of(session: Session, row: TaskRow, comment_id: int) -> Comment:
    """A comment on the task.  Raises NotFound."""
    comment = session.get(Comment, comment_id)
    if comment is None or comment.task_id != row.task_id:
        raise NotFound()
    return comment


def comment_facts(actor: Actor, plan: Plan, row: TaskRow, comment: Comment) -> Facts:
    """The facts of an actor and a comment."""
    return replace(relation_facts(actor, plan, row), own_comment=comment.author_id == actor.user_id)


def correctable(comment: Comment, now: datetime) -> bool:
    """Whether the time for correcting has not passed."""
    return now - comment.at <= CORRECTABLE


def add_comment(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Comment on a task for the actor's unit, or answer a comment.  ``data`` is the form (CommentSchema).

    An answer to an answer stands under the same comment.  The contacts of the units that it names get a notice.
    Raises NotFound, NotAllowed, InvalidInput, KeyReused.  Answers ``{"comment": id}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        row = task_row(session, plan, ref)
        authorise(COMMENT_ANSWER if data.get("answers") else COMMENT, relation_facts(actor, plan, row))
        content = checked(CommentSchema(), data)
        named = list(dict.fromkeys(content["mentions"]))
        if not set(named) <= set(mentionable(plan, row)):
            raise InvalidInput(fields={"mentions": [N_("Name units that have part in the task.")]})
        answered = comment_of(session, row, content["answers"]) if content["answers"] is not None else None
        assert actor.user_id is not None
        comment = Comment(
            task_id=row.task_id,
            unit_id=acting_unit(actor, plan, row),
            author_id=actor.user_id,
            at=now,
            body=content["body"],
        )
        session.add(comment)
        session.flush()
        if answered is not None:
            above = answered.answer_to.answers_id if answered.answer_to is not None else answered.id
            session.add(CommentAnswer(comment_id=comment.id, answers_id=above))
        session.add_all(CommentMention(comment_id=comment.id, unit_id=unit_id) for unit_id in named)
        session.flush()
        said = {"comment": comment.id, "body": comment.body}
        if answered is not None:
            said["answers"] = answered.id
        if named:
            said["mentions"] = named
        note(session, actor, now, plan, row, COMMENT if answered is None else COMMENT_ANSWER, said)
        _tell(session, actor, now, plan, row, named, comment.body)
        return {"comment": comment.id}

    content = {"command": "comment", "slug": slug, "ref": ref, **{name: data[name] for name in data}}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def _tell(session: Session, actor: Actor, now: datetime, plan: Plan, row: TaskRow, named: list[int], body: str) -> None:
    if plan.supervising_unit_id in named:
        tell_supervisors(session, actor, now, plan, row, "mentioned", comment=body)
    units = [unit_id for unit_id in named if unit_id != plan.supervising_unit_id]
    if units:
        tell_units(session, actor, now, plan, row, "mentioned", unit_ids=units, comment=body)


def correct_comment(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    comment_id: int,
    seen: int,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Correct one's own comment within CORRECTABLE of writing it; the old text is kept and shown as corrected.

    ``seen`` is the number of corrections that the person saw.
    Raises NotFound, NotAllowed, StaleVersion, InvalidInput, KeyReused.  Answers ``{"comment": id}``.
    """

    def work() -> Answer:
        plan = plan_by_slug(session, actor, slug)
        row = task_row(session, plan, ref)
        comment = comment_of(session, row, comment_id)
        authorise(COMMENT_CORRECT, comment_facts(actor, plan, row, comment))
        if not correctable(comment, now):
            raise NotAllowed(TOO_LATE)
        session.execute(select(Comment.id).where(Comment.id == comment.id).with_for_update(key_share=True))
        count = select(func.count()).select_from(CommentCorrection).where(CommentCorrection.comment_id == comment.id)
        if session.scalar(count) != seen:
            raise StaleVersion()
        content = checked(CorrectionSchema(), data)
        session.add(CommentCorrection(comment_id=comment.id, body=content["body"], at=now))
        session.flush()
        said = {"comment": comment.id, "body": content["body"]}
        note(session, actor, now, plan, row, COMMENT_CORRECT, said)
        return {"comment": comment.id}

    content = {"command": "correct", "slug": slug, "ref": ref, "comment": comment_id, "seen": seen, "data": dict(data)}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)
