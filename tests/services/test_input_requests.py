"""Requests for input: who asks, who answers, and that no answer by the day is derived and nothing is erased."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city
from tests.services.reminding import at
from tracker import audit
from tracker.errors import InvalidInput, NotAllowed, NotFound, StaleVersion, TrackerError
from tracker.outbox.models import OutboxMessage
from tracker.reporting.asking import answer, ask
from tracker.reporting.input_requests import Asked, input_requests_of, stands
from tracker.reporting.request_models import InputAnswer, InputRequest

EVERYBODY = (
    "handler", "leader", "other_lead", "supporting", "collective_member", "supervisor", "host_supervisor",
    "host_handler", "observer", "administrator", "another_unit", "another_region", "nobody", "system",
)  # fmt: skip
ASK = dict.fromkeys(("handler", "leader", "supervisor", "host_supervisor"))
"""Who may ask on task 1; of the rest, those of no region do not find it and all others are forbidden it."""
ANSWER = dict.fromkeys(("supporting",))
UNSEEN = ("another_region", "nobody")
DUE = "2023-06-19"


@pytest.fixture
def city(session: Session) -> City:
    """A living city; task 1 is in progress; the mails so far are out of the way."""
    made = make_city(session)
    made.go_live(session)
    made.do(session, "handler", "1", "acknowledge")
    for message in session.scalars(select(OutboxMessage)):
        session.delete(message)
    session.flush()
    return made


def refusal(who: str, may: dict[str, None]) -> type[TrackerError] | None:
    """None for who may, else what they get."""
    return None if who in may else NotFound if who in UNSEEN else NotAllowed


def do_ask(
    session: Session, city: City, who: str = "handler", units: tuple[str, ...] = ("市财政局",), **data: Any
) -> int:
    """Ask as one of the people; returns the id of the first request."""
    form = {"units": city.unit_ids(*units), "question": "请提供拨付金额。", "due_on": DUE, **data}
    found = ask(session, city.people[who], NOW, slug="shaoguan", ref="1", data=form)["requests"]
    return int(found[0])


def do_answer(
    session: Session, city: City, request_id: int, who: str = "supporting", seen: int = 0, **more: Any
) -> None:
    """Answer as one of the people."""
    data, now = {"answer": more.get("answer", "已拨付120万元。")}, more.get("now", NOW)
    answer(
        session, city.people[who], now, slug="shaoguan", ref=more.get("ref", "1"), request_id=request_id, seen=seen,
        data=data,
    )  # fmt: skip


def on(session: Session, city: City, day: str) -> list[Asked]:
    """How the requests on task 1 stand on a day."""
    session.expire_all()
    row = city.row(session, "1")
    found = input_requests_of(session, task_ids=[row.task_id])
    return [stands(request, row, date.fromisoformat(day), city.region) for request in found]


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_ask(session: Session, city: City, who: str) -> None:
    expected = refusal(who, ASK)
    if expected is None:
        do_ask(session, city, who)
        office = "残工委办公室" if "supervisor" in who else "市民政局"
        assert [request.by_unit.name for request in input_requests_of(session)] == [office]
    else:
        with pytest.raises(expected):
            do_ask(session, city, who)
        assert session.scalar(select(func.count()).select_from(InputRequest)) == 0


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_may_answer(session: Session, city: City, who: str) -> None:
    request_id, expected = do_ask(session, city), refusal(who, ANSWER)
    if expected is None:
        do_answer(session, city, request_id, who)
    else:
        with pytest.raises(expected):
            do_answer(session, city, request_id, who)
        assert session.scalar(select(func.count()).select_from(InputAnswer)) == 0


@pytest.mark.parametrize("unit", ["市教育局", "市民政局", "市体育局", "残工委办公室", "各县（市、区）政府"])
def test_only_supporting_units_and_members_are_asked(session: Session, city: City, unit: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        do_ask(session, city, units=("市财政局", unit))
    assert set(raised.value.fields) == {"units"}


@pytest.mark.parametrize("due_on", ["2023-06-14", "2023-06-17", "2023-06-22", "kein Tag", ""])
def test_the_day_is_a_working_day_today_or_later(session: Session, city: City, due_on: str) -> None:
    """A day gone, a Saturday, the Dragon Boat festival, no day."""
    with pytest.raises(InvalidInput) as raised:
        do_ask(session, city, due_on=due_on)
    assert set(raised.value.fields) == {"due_on"}


def test_today_and_a_working_sunday_are_taken(session: Session, city: City) -> None:
    do_ask(session, city, due_on="2023-06-15")
    do_ask(session, city, due_on="2023-06-25")
    due = session.scalars(select(InputRequest.due_on).order_by(InputRequest.due_on)).all()
    assert sorted(set(due)) == [date(2023, 6, 15), date(2023, 6, 25)]


def test_a_request_moves_nothing_tells_each_unit_and_is_in_the_audit(session: Session, city: City) -> None:
    before = city.row(session, "1")
    do_ask(session, city, units=("市财政局", "浈江区政府", "武江区政府"))
    assert city.row(session, "1") == before
    mails = session.execute(select(OutboxMessage.template, OutboxMessage.to_address)).all()
    assert {template for template, _ in mails} == {"input_asked"}
    assert len({address for _, address in mails}) == 3, "two people and a mailbox"
    assert audit.broken_chains(session) == []


def test_an_answer_tells_who_asked_and_a_correction_keeps_the_first(session: Session, city: City) -> None:
    request_id = do_ask(session, city)
    do_answer(session, city, request_id)
    do_answer(session, city, request_id, seen=1, answer="更正：130万元。")
    item = on(session, city, "2023-06-15")[0]
    assert [given.answer for given in item.request.answers] == ["已拨付120万元。", "更正：130万元。"]
    assert item.answer is not None and item.answer.answer == "更正：130万元。"
    told = session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.template == "input_answered")).all()
    assert set(told) == {f"user:{city.people['handler'].user_id}"}
    with pytest.raises(StaleVersion):
        do_answer(session, city, request_id, seen=1, answer="同时改的")


def test_supervisors_are_told_of_the_answer_to_their_request(session: Session, city: City) -> None:
    do_answer(session, city, do_ask(session, city, "supervisor"))
    told = session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.template == "input_answered")).all()
    offices = ("supervisor", "second_supervisor", "host_supervisor")
    assert set(told) == {f"user:{city.people[who].user_id}" for who in offices}


def test_no_answer_follows_from_the_day(session: Session, city: City) -> None:
    request_id = do_ask(session, city)
    assert [item.status for item in on(session, city, DUE)] == ["waiting"]
    assert [item.status for item in on(session, city, "2023-06-20")] == ["no_answer"]
    do_answer(session, city, request_id, now=at("2023-06-21"))
    late = on(session, city, "2023-07-20")[0]
    assert (late.status, late.days) == ("answered_late", 4)


def test_the_days_to_an_answer_are_working_days_to_the_first(session: Session, city: City) -> None:
    request_id = do_ask(session, city)
    do_answer(session, city, request_id, now=at(DUE))
    do_answer(session, city, request_id, seen=1, answer="更正。", now=at("2023-07-03"))
    item = on(session, city, "2023-07-20")[0]
    assert (item.status, item.days) == ("answered", 2), "Thursday to Monday"


def test_a_unit_that_was_released_owes_no_answer(session: Session, city: City) -> None:
    request_id = do_ask(session, city)
    leads = city.unit_ids("市民政局", "市教育局")
    city.do(session, "supervisor", "1", "reassign", reason="调整", leads=leads, supports=[])
    assert [item.status for item in on(session, city, "2023-07-20")] == ["void"]
    with pytest.raises(NotAllowed):
        do_answer(session, city, request_id)


def test_a_task_that_is_over_takes_neither(session: Session, city: City) -> None:
    request_id = do_ask(session, city)
    city.do(session, "supervisor", "1", "terminate", reason="并入")
    with pytest.raises(NotAllowed):
        do_answer(session, city, request_id)
    with pytest.raises(NotAllowed):
        do_ask(session, city)


def test_a_request_is_found_under_its_own_task_alone(session: Session, city: City) -> None:
    request_id = do_ask(session, city)
    with pytest.raises(NotFound):
        do_answer(session, city, request_id, ref="2")
