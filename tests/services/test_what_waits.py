"""Reminders of what waits for an answer since somebody acted: to whom, on which days, and quiet once it is answered."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, make_city, make_person, task_entry
from tests.services.reminding import at, away, digests, follow, ledger, living_city, tick, tick_days
from tests.services.waiting import ask_for, extend, give_input, waiting_city
from tracker.access import SYSTEM
from tracker.evaluations.commands import make_rounds
from tracker.plans.models import Plan
from tracker.reminders.horizon import days_worth_asking
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import rehearse
from tracker.reminders.ruleset import WAITING_KINDS, rules_of
from tracker.reminders.snapshot import snapshot_of
from tracker.workflows.objections import answer_objection, raise_objection


@pytest.fixture
def city(session: Session) -> City:
    return waiting_city(session)


def waits(session: Session, city: City) -> list[str]:
    """The ledger's lines about what waits."""
    return [line for line in ledger(session, city) if line.split()[1] in WAITING_KINDS]


def steps_of(session: Session, day: str, who: str, city: City) -> list[tuple[str, str]]:
    """(next step, path below the task) in somebody's digest of a day."""
    key = city.people[who].key
    [mail] = [mail for mail in digests(session) if (mail.recipient, str(mail.local_day)) == (key, day)]
    tasks = [task for entry in mail.context["entries"] for task in entry["tasks"]]
    return [(task["step"], task["path"].removeprefix("/plans/shaoguan/tasks/1")) for task in tasks]


# Requests for input


def test_a_unit_that_was_asked_is_reminded_until_it_answers(session: Session, city: City) -> None:
    [request_id] = ask_for(session, city, "市财政局")
    tick_days(session, city.plan, "2023-06-15", "2023-06-18")
    assert waits(session, city) == ["2023-06-16 input_request request supporting in_digest"]
    assert steps_of(session, "2023-06-16", "supporting", city) == [("answer", f"/input/{request_id}")]
    tick_days(session, city.plan, "2023-06-19", "2023-06-20")
    give_input(session, city, request_id, "2023-06-20")
    tick_days(session, city.plan, "2023-06-21", "2023-06-30")
    assert waits(session, city) == [
        "2023-06-16 input_request request supporting in_digest",
        "2023-06-20 input_request request supporting in_digest",
    ]


def test_members_of_a_collective_unit_are_reminded_each_of_their_own_request(session: Session, city: City) -> None:
    ask_for(session, city, "浈江区政府", "武江区政府", due="2023-06-16")
    tick_days(session, city.plan, "2023-06-15", "2023-06-20")
    assert waits(session, city) == [
        "2023-06-15 input_request request collective_member in_digest",
        "2023-06-15 input_request request 武江区政府 in_digest",
        "2023-06-16 input_request request collective_member in_digest",
        "2023-06-16 input_request request 武江区政府 in_digest",
    ]


def test_a_request_to_a_unit_that_left_the_task_waits_no_more(session: Session, city: City) -> None:
    ask_for(session, city, "市财政局")
    city.do(
        session, "supervisor", "1", "reassign", now=at("2023-06-19"), reason="分工调整",
        leads=city.unit_ids("市民政局"), supports=city.unit_ids("市体育局"),
    )  # fmt: skip
    tick_days(session, city.plan, "2023-06-20", "2023-06-30")
    assert waits(session, city) == []


def test_a_suspended_task_waits_for_nothing_until_it_is_resumed(session: Session, city: City) -> None:
    ask_for(session, city, "市财政局")
    city.do(session, "supervisor", "1", "suspend", now=at("2023-06-16", time(8)), reason="机构改革")
    tick_days(session, city.plan, "2023-06-16", "2023-06-19")
    assert waits(session, city) == []
    city.do(session, "supervisor", "1", "resume", now=at("2023-06-20", time(8)))
    tick_days(session, city.plan, "2023-06-20", "2023-06-21")
    assert [line.split()[0] for line in waits(session, city)] == ["2023-06-20", "2023-06-21"]


def test_other_rules_remind_the_leader_of_the_unit_that_was_asked(session: Session, city: City) -> None:
    follow(session, city.plan, rules_of("input_request", "unit_leader", (0,)))
    city.people["their_leader"] = make_person(session, city.units["市财政局"], "leader")
    ask_for(session, city, "市财政局")
    tick_days(session, city.plan, "2023-06-15", "2023-06-21")
    assert [line for line in waits(session, city) if "leader" in line] == [
        "2023-06-21 input_request request their_leader in_digest"
    ]


# Extensions


def test_an_extension_waits_for_the_leader_and_then_for_the_supervisors(session: Session, city: City) -> None:
    extend(session, city, "handler")
    tick_days(session, city.plan, "2023-06-16", "2023-06-25")
    leader = ["2023-06-20 extension extension leader in_digest", "2023-06-26 extension extension leader in_digest"]
    assert waits(session, city) == leader[:1]
    assert steps_of(session, "2023-06-20", "leader", city) == [("decide", "/extension")]
    tick_days(session, city.plan, "2023-06-26", "2023-06-26")
    extend(session, city, "leader", "approve", "2023-06-26", 1)
    tick_days(session, city.plan, "2023-06-27", "2023-06-28")
    office = [
        f"2023-06-28 extension extension {who} in_digest"
        for who in ("supervisor", "second_supervisor", "host_supervisor")
    ]
    assert waits(session, city) == [*leader, *office]
    assert steps_of(session, "2023-06-28", "supervisor", city) == [("decide", "/extension")]
    extend(session, city, "supervisor", "refuse", "2023-06-29", 2)
    tick_days(session, city.plan, "2023-06-29", "2023-07-20")
    assert waits(session, city) == [*leader, *office]


def test_who_may_not_answer_an_extension_is_not_reminded_of_it(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市残联"], deadline="2023-12-29")])
    city.do(session, "host_handler", "1", "acknowledge", now=at("2023-06-15"))
    extend(session, city, "host_leader")
    tick_days(session, city.plan, "2023-06-16", "2023-06-20")
    assert waits(session, city) == [
        "2023-06-20 extension extension supervisor in_digest",
        "2023-06-20 extension extension second_supervisor in_digest",
    ], "the host unit's own person stands back"


# Sign-offs and second checks


def test_a_report_waits_for_the_leader_s_signature(session: Session) -> None:
    city = make_city(session, [task_entry("1", ["市民政局"])], definition="with_sign_off")
    make_rounds(session, SYSTEM, NOW, city.plan)
    city.go_live(session, NOW)
    city.do(session, "handler", "1", "acknowledge")
    city.do(session, "handler", "1", "submit", now=at("2023-06-16", time(10)), **REPORT)
    tick_days(session, city.plan, "2023-06-16", "2023-06-25")
    assert waits(session, city) == ["2023-06-20 sign_off 1 leader in_digest"]
    assert steps_of(session, "2023-06-20", "leader", city) == [("sign_off", "/sign_off")]
    city.do(session, "leader", "1", "sign_off", now=at("2023-06-25", time(10)))
    tick_days(session, city.plan, "2023-06-26", "2023-07-10")
    assert len(waits(session, city)) == 1


def test_a_second_check_waits_for_those_who_may_make_it(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市残联"])])
    city.do(session, "host_handler", "1", "acknowledge", now=at("2023-06-15"))
    city.do(session, "host_handler", "1", "report", now=at("2023-06-15", time(11)), **REPORT)
    tick_days(session, city.plan, "2023-06-15", "2023-06-16")
    city.do(session, "supervisor", "1", "first_check", now=at("2023-06-16", time(10)))
    tick_days(session, city.plan, "2023-06-17", "2023-06-20")
    assert waits(session, city) == ["2023-06-20 second_check 1 second_supervisor in_digest"]
    assert steps_of(session, "2023-06-20", "second_supervisor", city) == [("second_check", "")]
    city.do(session, "second_supervisor", "1", "return", now=at("2023-06-21"), reason="数字有误。")
    tick_days(session, city.plan, "2023-06-21", "2023-06-30")
    assert len(waits(session, city)) == 1, "a first check is void after a return"


def test_who_made_the_first_check_stands_in_for_no_second_one(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市残联"])])
    city.do(session, "host_handler", "1", "acknowledge", now=at("2023-06-15"))
    city.do(session, "host_handler", "1", "report", now=at("2023-06-15", time(11)), **REPORT)
    away(session, city, "2023-06-19", "2023-06-30", who="second_supervisor", deputy="supervisor")
    city.do(session, "supervisor", "1", "first_check", now=at("2023-06-16", time(10)))
    tick_days(session, city.plan, "2023-06-17", "2023-06-20")
    assert waits(session, city) == ["2023-06-20 second_check 1 second_supervisor in_digest"]


# Objections


def test_an_objection_waits_for_the_supervisors_who_may_answer(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "report", now=at("2023-06-15", time(10)), **REPORT)
    city.do(session, "supervisor", "1", "return", now=at("2023-06-15", time(11)), reason="请补名册。")
    version = city.row(session, "1").version
    raise_objection(
        session, city.people["handler"], at("2023-06-16"),
        slug="shaoguan", ref="1", version=0, data={"about": f"return-{version}", "text": "名册已报。"},
    )  # fmt: skip
    tick_days(session, city.plan, "2023-06-16", "2023-06-25")
    day_before = [
        f"2023-06-25 objection objection {who} in_digest"
        for who in ("supervisor", "second_supervisor", "host_supervisor")
    ]
    assert waits(session, city) == day_before, "it is due on 26 June, the fifth working day"
    assert steps_of(session, "2023-06-25", "supervisor", city) == [("answer", "/objections")]
    answered = {"outcome": "upheld", "text": "经核属实。"}
    answer_objection(
        session, city.people["supervisor"], at("2023-06-26", time(8)), slug="shaoguan", ref="1", number=1, data=answered
    )
    tick_days(session, city.plan, "2023-06-26", "2023-06-30")
    assert waits(session, city) == day_before


# Between the tick and the digest, and what it costs


def test_an_answer_before_the_digest_takes_the_reminder_back(session: Session, city: City) -> None:
    [request_id] = ask_for(session, city, "市财政局")
    tick(session, city.plan, "2023-06-16", time(7))
    assert waits(session, city) == ["2023-06-16 input_request request supporting waiting"]
    give_input(session, city, request_id, "2023-06-16", time(8))
    tick(session, city.plan, "2023-06-16")
    assert waits(session, city) == ["2023-06-16 input_request request supporting superseded"]


@pytest.mark.both_databases
def test_a_tick_missed_sends_the_newest_step_alone(session: Session, city: City) -> None:
    ask_for(session, city, "市财政局")
    tick_days(session, city.plan, "2023-06-15", "2023-06-15")
    tick_days(session, city.plan, "2023-06-21", "2023-06-25")
    assert waits(session, city) == [
        "2023-06-16 input_request request supporting superseded",
        "2023-06-20 input_request request supporting superseded",
        "2023-06-21 input_request request supporting in_digest",
    ]


def test_what_waits_is_in_the_rehearsal_too_and_nothing_is_where_nobody_acted(session: Session, city: City) -> None:
    first, last = date(2023, 6, 15), date(2023, 12, 31)
    kinds = {row.due.kind for row in rehearse(session, city.plan, first, last)}
    assert kinds.isdisjoint(WAITING_KINDS)
    ask_for(session, city, "市财政局")
    extend(session, city, "handler", day="2023-06-15")
    ahead = [row.as_json() for row in rehearse(session, city.plan, first, last) if row.due.kind in WAITING_KINDS]
    assert [(row["due_on"], row["kind"], row["task_ref"], row["round_kind"]) for row in ahead] == [
        ("2023-06-16", "input_request", "1", None),
        ("2023-06-19", "extension", "1", None),
        ("2023-06-20", "input_request", "1", None),
        ("2023-06-21", "input_request", "1", None),
        ("2023-06-25", "extension", "1", None),
    ]
    tick_days(session, city.plan, "2023-06-15", "2023-06-30")
    rows = session.scalars(select(Reminder).where(Reminder.kind.in_(WAITING_KINDS)).order_by(Reminder.due_on))
    assert [(str(row.due_on), row.kind) for row in rows] == [(row["due_on"], row["kind"]) for row in ahead]


def statements(session: Session, plan: Plan) -> tuple[int, int]:
    """How many statements the look at a day costs, and the snapshot."""
    counted: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: counted.append(given[2]))
    days_worth_asking(session, plan, [date(2023, 6, 19)])
    of_a_day = len(counted)
    snapshot_of(session, plan)
    return of_a_day, len(counted) - of_a_day


def test_the_cost_does_not_grow_with_what_waits(session: Session, city: City) -> None:
    ask_for(session, city, "市财政局")
    one = statements(session, city.plan)
    ask_for(session, city, "市财政局", "浈江区政府", "武江区政府")
    ask_for(session, city, "浈江区政府", due="2023-06-20")
    assert statements(session, city.plan) == one
    assert one[0] == 6, "rules, rounds, deadlines, who leads since when, what waits; and the region's calendar"
