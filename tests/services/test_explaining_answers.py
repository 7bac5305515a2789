"""Why nobody was reminded of what had waited: it was answered, or decided about."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, make_city, task_entry
from tests.services.explaining import said
from tests.services.reminding import at, tick_days
from tests.services.waiting import ask_for, extend, give_input, waiting_city
from tracker.access import SYSTEM
from tracker.evaluations.commands import make_rounds
from tracker.workflows.objections import answer_objection, raise_objection


@pytest.fixture
def city(session: Session) -> City:
    return waiting_city(session)


@pytest.mark.both_databases
def test_an_input_that_was_given(session: Session, city: City) -> None:
    [request_id] = ask_for(session, city, "市财政局")
    tick_days(session, city.plan, "2023-06-15", "2023-06-19")
    give_input(session, city, request_id, "2023-06-19")
    tick_days(session, city.plan, "2023-06-20", "2023-06-21")
    asked = {"who": "supporting", "now": "2023-06-26"}
    assert said(session, city, "2023-06-16", **asked)[0].startswith(
        "3 working days before the answer to a request is due: In the digest of 16 June 2023"
    )
    assert said(session, city, "2023-06-20", **asked)[0] == (
        "1 working day before the answer to a request is due: Not needed: answered on 19 June 2023."
    )
    assert not any("answered" in line for line in said(session, city, "2023-06-20", who="handler", now="2023-06-26"))
    assert not any("answered" in line for line in said(session, city, "2023-06-19", **asked)), "no step goes that day"


def test_an_extension_for_the_leader_and_for_the_supervisors(session: Session, city: City) -> None:
    extend(session, city, "handler", day="2023-06-16")
    extend(session, city, "leader", "approve", "2023-06-19", 1)
    extend(session, city, "supervisor", "refuse", "2023-06-20", 2)
    tick_days(session, city.plan, "2023-06-20", "2023-06-26")
    assert said(session, city, "2023-06-20", who="leader", now="2023-06-26")[0] == (
        "An extension waits for 2 working days: Not needed: decided on 19 June 2023."
    )
    assert said(session, city, "2023-06-21", who="second_supervisor", now="2023-06-26")[0] == (
        "An extension waits for 2 working days: Not needed: decided on 20 June 2023."
    )
    assert not any("decided" in line for line in said(session, city, "2023-06-21", who="leader", now="2023-06-26"))


def test_a_signature_and_a_second_check(session: Session) -> None:
    city = make_city(session, [task_entry("1", ["市残联"])], definition="with_sign_off")
    make_rounds(session, SYSTEM, NOW, city.plan)
    city.go_live(session, NOW)
    city.do(session, "host_handler", "1", "acknowledge")
    city.do(session, "host_handler", "1", "submit", now=at("2023-06-16", time(10)), **REPORT)
    city.do(session, "host_leader", "1", "sign_off", now=at("2023-06-19", time(10)))
    city.do(session, "supervisor", "1", "first_check", now=at("2023-06-20", time(10)))
    city.do(session, "second_supervisor", "1", "verify", now=at("2023-06-21", time(10)))
    tick_days(session, city.plan, "2023-06-21", "2023-06-30")
    assert said(session, city, "2023-06-20", who="host_leader", now="2023-06-30")[0] == (
        "A report waits to be signed off for 2 working days: Not needed: decided on 19 June 2023."
    )
    assert said(session, city, "2023-06-25", who="supervisor", now="2023-06-30")[0] == (
        "A report waits for the second check for 2 working days: Not needed: decided on 21 June 2023."
    )


def test_an_objection_that_was_answered(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "report", now=at("2023-06-15", time(10)), **REPORT)
    city.do(session, "supervisor", "1", "return", now=at("2023-06-15", time(11)), reason="请补名册。")
    about = {"about": f"return-{city.row(session, '1').version}", "text": "名册已报。"}
    known = {"slug": "shaoguan", "ref": "1"}
    raise_objection(session, city.people["handler"], at("2023-06-16"), **known, version=0, data=about)
    given = {"outcome": "upheld", "text": "经核属实。"}
    answer_objection(session, city.people["supervisor"], at("2023-06-20"), **known, number=1, data=given)
    tick_days(session, city.plan, "2023-06-20", "2023-06-26")
    assert said(session, city, "2023-06-25", who="supervisor", now="2023-06-27")[0] == (
        "1 working day before the answer to an objection is due: Not needed: answered on 20 June 2023."
    )
