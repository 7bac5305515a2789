"""Each line of a digest bears the one next step of its reader, in their role, and leads there."""

from __future__ import annotations

from datetime import time
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, make_city, task_entry
from tests.services.reminding import at, digests, ledger, living_city, report, tick, tick_days
from tracker.access import SYSTEM
from tracker.evaluations.commands import make_rounds
from tracker.workflows.parts import file_part

TASK = "/plans/shaoguan/tasks/1"


def lines(session: Session, city: City, who: str) -> list[tuple[str, str, str]]:
    """(ref, step, path) of each task of somebody's newest digest."""
    mail = [message for message in digests(session) if message.recipient == city.people[who].key][-1]
    found: Any = mail.context["entries"]
    return [(task["ref"], task["step"], task["path"]) for entry in found for task in entry["tasks"]]


def test_who_has_not_acknowledged_does_that_first(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局", "市教育局"])])
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    assert lines(session, city, "handler") == [("1", "acknowledge", TASK)]
    assert lines(session, city, "other_lead") == [("1", "acknowledge", TASK)]


def test_the_first_named_unit_reports_and_the_others_file_their_part(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局", "市教育局"])])
    for who in ("handler", "other_lead"):
        city.do(session, who, "1", "acknowledge", now=at("2023-06-15", time(10)))
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    assert lines(session, city, "handler") == [("1", "report", f"{TASK}/report")]
    unit_id = city.units["市教育局"].id
    assert lines(session, city, "other_lead") == [("1", "part", f"{TASK}/parts/{unit_id}")]


def test_what_was_sent_back_is_revised_and_the_mail_says_why(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"])])
    report(session, city, "2023-06-16")
    city.do(session, "supervisor", "1", "return", now=at("2023-06-19", time(10)), reason="请补名册。")
    tick_days(session, city.plan, "2023-06-19", "2023-07-03")
    assert lines(session, city, "handler") == [("1", "revise", f"{TASK}/report")]
    found: Any = digests(session)[-1].context["entries"]
    assert found[0]["tasks"][0]["returned"] == {"day": "2023-06-19", "reason": "请补名册。"}


def test_a_supervisor_makes_the_check_that_is_theirs(session: Session) -> None:
    """市残联 hosts the office, so its task needs two people, none of them its own."""
    city = living_city(session, [task_entry("1", ["市民政局"]), task_entry("2", ["市残联"])])
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    report(session, city, "2023-07-04")
    city.do(session, "host_handler", "2", "acknowledge", now=at("2023-07-04", time(10)))
    city.do(session, "host_handler", "2", "report", now=at("2023-07-04", time(10)), **REPORT)
    city.do(session, "second_supervisor", "2", "first_check", now=at("2023-07-05", time(10)))
    tick(session, city.plan, "2023-10-20")
    assert [line[:2] for line in lines(session, city, "supervisor")] == [
        ("2", "second_check"),  # it has waited since the first check
        ("1", "verify"),
        ("2", "second_check"),
    ]
    assert [line[:2] for line in lines(session, city, "second_supervisor")] == [("1", "verify"), ("2", "look")]
    assert [line[:2] for line in lines(session, city, "host_supervisor")] == [("1", "verify"), ("2", "look")]


def test_a_report_that_waits_for_the_leader_is_signed_by_the_leader(session: Session) -> None:
    city = make_city(session, [task_entry("1", ["市民政局"])], definition="with_sign_off")
    make_rounds(session, SYSTEM, NOW, city.plan)
    city.go_live(session, at("2023-06-15"))
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-15", time(10)))
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    assert lines(session, city, "handler") == [("1", "submit", f"{TASK}/submit")]


def test_a_mailbox_does_what_the_unit_does(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["武江区政府"])])
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    found: Any = digests(session)[-1].context["entries"]
    assert [task["step"] for entry in found for task in entry["tasks"]] == ["acknowledge"]


def test_who_has_filed_the_part_is_left_alone(session: Session) -> None:
    tasks = [task_entry("1", ["市民政局", "市教育局"]), task_entry("2", ["市残联", "市教育局"])]
    city = living_city(session, tasks)
    for ref, first in (("1", "handler"), ("2", "host_handler")):
        for who in (first, "other_lead"):
            city.do(session, who, ref, "acknowledge", now=at("2023-06-15", time(10)))
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    assert [line[0] for line in lines(session, city, "other_lead")] == ["1", "2"]
    part(session, city, "1")
    tick(session, city.plan, "2023-07-20")
    assert [line[0] for line in lines(session, city, "other_lead")] == ["2"]
    part(session, city, "2")
    before = len(digests(session))
    tick(session, city.plan, "2023-08-22")
    assert {message.recipient for message in digests(session)[before:]} == {
        city.people[who].key for who in ("handler", "host_handler", "host_supervisor")
    }
    assert ledger(session, city, kind="report_due", who="other_lead")[-1].endswith("superseded")


def part(session: Session, city: City, ref: str) -> None:
    """市教育局 files its part."""
    data = {"done": "已完成。", "problems": "", "next_steps": ""}
    unit_id = city.units["市教育局"].id
    file_part(
        session,
        city.people["other_lead"],
        at("2023-07-04"),
        slug="shaoguan",
        ref=ref,
        unit_id=unit_id,
        seen=0,
        data=data,
    )
