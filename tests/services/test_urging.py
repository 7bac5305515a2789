"""A supervisor urges once a local day a task, the units that owe something, and nobody where nothing is owed."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import REPORT, City, make_city, task_entry
from tests.services.reminding import at
from tracker.audit.models import AuditEntry
from tracker.errors import NotAllowed, NotFound, StaleVersion
from tracker.idempotency import Answer
from tracker.outbox.models import OutboxMessage
from tracker.oversight.my_work import my_work
from tracker.reporting.asking import answer, ask
from tracker.workflows.models import Urge
from tracker.workflows.urging import urge

TODAY = at("2023-10-09")


@pytest.fixture
def city(session: Session) -> City:
    """1 (市民政局, 市教育局, the counties) is due on 29 December and in progress; 2 owes nothing by any day."""
    supports = ["各县（市、区）政府"]
    made = make_city(
        session,
        [task_entry("1", ["市民政局", "市教育局"], supports, deadline="2023-12-29"), task_entry("2", ["市民政局"])],
    )
    made.go_live(session)
    made.do(session, "handler", "1", "acknowledge", now=at("2023-06-16"))
    return made


def press(session: Session, city: City, who: str = "supervisor", ref: str = "1", **given: Any) -> Answer:
    """Urge as one of the people, at the present version."""
    now, version = given.pop("now", TODAY), given.pop("version", city.row(session, ref).version)
    key = given.pop("key", None)
    return urge(session, city.people[who], now, slug="shaoguan", ref=ref, version=version, data=given, key=key)


def told(session: Session, city: City) -> set[str]:
    """Who was urged."""
    names = {person.key: name for name, person in city.people.items()}
    names[f"unit:{city.units['武江区政府'].id}"] = "武江区政府"
    mails = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "urged"))
    return {names[mail.recipient] for mail in mails}


def test_the_lead_units_are_told_at_once_and_nothing_moves(session: Session, city: City) -> None:
    before = city.row(session, "1")
    press(session, city, word="请本周内上报。")
    assert told(session, city) == {"handler", "other_lead"}
    mail = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "urged")).first()
    assert mail is not None
    assert (mail.not_before, mail.context["reason"]) == (TODAY, "请本周内上报。")
    assert city.row(session, "1") == before
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "task.urge")).one()
    assert "请本周内上报。" in entry.data
    flags = {
        item.task.row.ref: item.flags
        for g in my_work(session, city.people["handler"], TODAY).groups
        for item in g.items
    }
    assert flags["1"] == ("Urged",)
    assert flags["2"] == ()


def test_with_a_tick_also_the_units_whose_part_is_missing(session: Session, city: City) -> None:
    press(session, city, parts=True)
    assert told(session, city) == {"handler", "other_lead", "collective_member", "武江区政府"}


def test_once_a_local_day(session: Session, city: City) -> None:
    press(session, city, now=at("2023-10-09", time(0, 30)))
    with pytest.raises(NotAllowed, match="urged today already"):
        press(session, city, who="second_supervisor", now=at("2023-10-09", time(23, 30)))
    press(session, city, now=at("2023-10-10", time(0, 10)))
    task_id, user_id = city.row(session, "1").task_id, city.people["supervisor"].user_id
    assert user_id is not None
    session.add(Urge(task_id=task_id, day=date(2023, 10, 10), at=TODAY, user_id=user_id, word="", parts=False))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_form_sent_twice_urges_once(session: Session, city: City) -> None:
    assert press(session, city, key="k") == press(session, city, key="k")
    assert len(session.scalars(select(Urge)).all()) == 1


def test_nothing_owed_nothing_urged(session: Session, city: City) -> None:
    city.do(session, "handler", "2", "acknowledge", now=at("2023-06-16"))
    with pytest.raises(NotAllowed, match="nothing to urge"):
        press(session, city, ref="2")
    city.do(session, "handler", "2", "report", now=TODAY, **REPORT)
    with pytest.raises(NotAllowed, match="nothing to urge"):
        press(session, city, ref="2")
    city.do(session, "supervisor", "2", "return", now=TODAY, reason="补")
    press(session, city, ref="2")


def test_only_supervisors_of_the_plan_urge_what_they_saw(session: Session, city: City) -> None:
    for who in ("handler", "leader", "other_lead", "observer", "administrator"):
        with pytest.raises(NotAllowed):
            press(session, city, who=who)
    with pytest.raises(NotFound):
        press(session, city, who="another_region")
    with pytest.raises(StaleVersion):
        press(session, city, version=1)


def asked(session: Session, city: City, *units: str) -> int:
    """The first-named lead unit of 1 asks supporting units for input; the id of the first request."""
    form = {"units": city.unit_ids(*units), "question": "请提供数据。", "due_on": "2023-10-10"}
    made = ask(session, city.people["handler"], TODAY, slug="shaoguan", ref="1", data=form)
    return int(made["requests"][0])


def test_with_a_tick_also_the_units_that_have_not_answered_a_request(session: Session, city: City) -> None:
    request_id = asked(session, city, "浈江区政府", "武江区政府")
    answer(
        session, city.people["collective_member"], TODAY, slug="shaoguan", ref="1", request_id=request_id, seen=0,
        data={"answer": "已完成。"},
    )  # fmt: skip
    press(session, city, inputs=True)
    assert told(session, city) == {"handler", "other_lead", "武江区政府"}
    with pytest.raises(NotAllowed, match="urged today already"):
        press(session, city, inputs=True)


def test_where_the_leads_owe_nothing_only_those_who_were_asked_are_urged(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "report", now=TODAY, **REPORT)
    with pytest.raises(NotAllowed, match="nothing to urge"):
        press(session, city, parts=True, inputs=True)
    asked(session, city, "浈江区政府")
    press(session, city)
    assert told(session, city) == {"collective_member"}
    urged = session.scalars(select(Urge)).one()
    assert (urged.parts, urged.inputs) == (False, True)
    work = my_work(session, city.people["collective_member"], TODAY)
    assert [item.flags for group in work.groups for item in group.items if item.kind == "duty"] == [("Urged",)]
    assert "Urged" not in str(
        [i.flags for g in my_work(session, city.people["handler"], TODAY).groups for i in g.items]
    )


def test_a_unit_that_is_asked_after_the_urge_was_not_urged(session: Session, city: City) -> None:
    press(session, city, now=at("2023-10-06"))
    asked(session, city, "浈江区政府")
    work = my_work(session, city.people["collective_member"], TODAY)
    assert [item.flags for group in work.groups for item in group.items if item.kind == "duty"] == [()]
