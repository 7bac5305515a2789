"""Who has part in a task comments on it; nobody else does, and a comment moves nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city
from tracker import audit
from tracker.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from tracker.outbox.models import OutboxMessage
from tracker.reporting.comments import add_comment, correct_comment
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


def comment(
    session: Session, city: City, who: str, ref: str = "1", body: str = "已配合提供数据", **more: Any
) -> dict[str, Any]:
    """Comment as one of the people."""
    return add_comment(session, city.people[who], NOW, slug="shaoguan", ref=ref, data={"body": body, **more})


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


def told(session: Session, template: str = "mentioned") -> set[str]:
    """Who gets this mail."""
    return set(session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.template == template)))


def test_an_answer_stands_under_the_comment_and_an_answer_to_it_there_too(session: Session, city: City) -> None:
    first = comment(session, city, "supporting")["comment"]
    answer = comment(session, city, "handler", answers=first)["comment"]
    again = comment(session, city, "supporting", answers=answer)["comment"]
    made = {entry.id: entry for entry in comments_of(session, city.row(session, "1").task_id)}
    above = {key: entry.answer_to.answers_id if entry.answer_to else None for key, entry in made.items()}
    assert above == {first: None, answer: first, again: first}


@pytest.mark.parametrize("who", ANSWERS)
def test_who_may_comment_may_answer(session: Session, city: City, who: str) -> None:
    first = comment(session, city, "supporting")["comment"]
    refused = ANSWERS[who]
    if isinstance(refused, str):
        assert comment(session, city, who, answers=first)
    else:
        with pytest.raises(refused):
            comment(session, city, who, answers=first)


def test_a_comment_on_another_task_is_not_answered(session: Session, city: City) -> None:
    first = comment(session, city, "supporting")["comment"]
    with pytest.raises(NotFound):
        comment(session, city, "supporting", ref="2", answers=first)


def test_a_unit_that_is_named_gets_a_notice_and_no_other(session: Session, city: City) -> None:
    named = city.unit_ids("市教育局", "浈江区政府")
    comment(session, city, "supporting", mentions=named)
    assert told(session) == {f"user:{city.people[who].user_id}" for who in ("other_lead", "collective_member")}
    made = comments_of(session, city.row(session, "1").task_id)[0]
    assert {unit.name for unit in made.mentions} == {"市教育局", "浈江区政府"}


def test_naming_the_office_tells_its_supervisors(session: Session, city: City) -> None:
    comment(session, city, "handler", mentions=city.unit_ids("残工委办公室"))
    offices = ("supervisor", "second_supervisor", "host_supervisor")
    assert told(session) == {f"user:{city.people[who].user_id}" for who in offices}


@pytest.mark.parametrize("unit", ["市体育局", "各县（市、区）政府"])
def test_only_units_of_the_task_are_named(session: Session, city: City, unit: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        comment(session, city, "supporting", mentions=city.unit_ids(unit))
    assert set(raised.value.fields) == {"mentions"}
    assert told(session) == set()


def correct(
    session: Session, city: City, who: str, made: int, minutes: int = 5, seen: int = 0, body: str = "更正"
) -> None:
    """Correct a comment as one of the people."""
    moment = NOW + timedelta(minutes=minutes)
    actor, data = city.people[who], {"body": body}
    correct_comment(session, actor, moment, slug="shaoguan", ref="1", comment_id=made, seen=seen, data=data)


@pytest.mark.parametrize("who", ANSWERS)
def test_the_author_alone_corrects_a_comment(session: Session, city: City, who: str) -> None:
    made = comment(session, city, "supporting")["comment"]
    if who == "supporting":
        correct(session, city, who, made)
    else:
        with pytest.raises(NotFound if who in ("another_region", "nobody") else NotAllowed):
            correct(session, city, who, made)


def test_a_correction_keeps_what_was_said_and_ends_after_fifteen_minutes(session: Session, city: City) -> None:
    made = comment(session, city, "supporting")["comment"]
    correct(session, city, "supporting", made, minutes=15)
    with pytest.raises(NotAllowed):
        correct(session, city, "supporting", made, minutes=16, seen=1)
    with pytest.raises(StaleVersion):
        correct(session, city, "supporting", made, seen=0)
    session.expire_all()
    entry = comments_of(session, city.row(session, "1").task_id)[0]
    assert (entry.text, entry.former, entry.body) == ("更正", ["已配合提供数据"], "已配合提供数据")
    assert audit.broken_chains(session) == []
