"""Who has part in a task comments on it; nobody else does, and a comment moves nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city
from tracker import audit
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.outbox.models import OutboxMessage
from tracker.reporting.commands import add_comment
from tracker.reporting.models import Comment
from tracker.reporting.queries import comments_of
from tracker.workflows.queries import history_of

ANSWERS = {
    "handler": "市民政局",
    "leader": "市民政局",
    "other_lead": "市教育局",
    "supporting": "市财政局",
    "collective_member": "浈江区政府",
    "supervisor": "残工委办公室",
    "host_supervisor": "残工委办公室",
    "host_handler": NotAllowed,
    "observer": NotAllowed,
    "administrator": NotAllowed,
    "another_unit": NotAllowed,
    "another_region": NotFound,
    "nobody": NotFound,
    "system": NotAllowed,
}
"""By relation to task 1: the unit that the comment stands under, or the refusal."""


@pytest.fixture
def city(session: Session) -> City:
    """A living city."""
    made = make_city(session)
    made.go_live(session)
    return made


def comment(session: Session, city: City, who: str, ref: str = "1", body: str = "已配合提供数据") -> object:
    """Comment as one of the people."""
    return add_comment(session, city.people[who], NOW, slug="shaoguan", ref=ref, data={"body": body})


@pytest.mark.parametrize("who", ANSWERS)
def test_who_has_part_in_the_task_comments_for_their_unit(session: Session, city: City, who: str) -> None:
    answer = ANSWERS[who]
    if isinstance(answer, str):
        comment(session, city, who)
        made = comments_of(session, city.row(session, "1").task_id)
        assert [(entry.unit.name if entry.unit else None, entry.body) for entry in made] == [(answer, "已配合提供数据")]
        assert made[0].author_id == city.people[who].user_id
    else:
        with pytest.raises(answer):
            comment(session, city, who)
        assert session.scalar(select(func.count()).select_from(Comment)) == 0


def test_a_comment_moves_nothing_and_sends_no_mail_but_is_in_the_audit(session: Session, city: City) -> None:
    before = city.row(session, "1")
    mails = session.scalar(select(func.count()).select_from(OutboxMessage))
    comment(session, city, "supporting")
    assert city.row(session, "1") == before
    assert len(history_of(session, before.task_id)) == 1
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == mails
    assert audit.broken_chains(session) == []


def test_a_task_that_is_not_dispatched_takes_no_comment(session: Session, city: City) -> None:
    with pytest.raises(NotAllowed):
        comment(session, city, "supervisor", ref="4")


@pytest.mark.parametrize("body", ["", " \n ", "字" * 10_001])
def test_an_empty_or_endless_comment_is_refused_at_its_field(session: Session, city: City, body: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        comment(session, city, "supporting", body=body)
    assert set(raised.value.fields) == {"body"}


def test_a_ref_that_does_not_exist_is_not_found(session: Session, city: City) -> None:
    with pytest.raises(NotFound):
        comment(session, city, "supporting", ref="99")
