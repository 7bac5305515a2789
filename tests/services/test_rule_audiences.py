"""Who is reminded where a plan's rules name others than the handlers (docs/reminders.md, the rules)."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import end_role, give_role, make_user, task_entry
from tests.services.reminding import (
    at,
    days_of,
    digests,
    follow,
    ledger,
    living_city,
    one_task,
    report,
    tick,
    tick_days,
)  # fmt: skip
from tracker.directory.models import User
from tracker.directory.queries import actor_of
from tracker.reminders.models import Reminder
from tracker.reminders.ruleset import ESCALATION, rules_of

SUPERVISORS = ("supervisor", "second_supervisor", "host_supervisor")


def test_what_a_handler_leaves_goes_up_step_by_step(session: Session) -> None:
    city = one_task(session)
    follow(session, city.plan, ESCALATION)
    tick_days(session, city.plan, "2023-06-15", "2023-12-31")
    assert {kind: days_of(session, city, kind, "leader") for kind in ("unacknowledged", "report_due", "overdue")} == {
        "unacknowledged": ["2023-06-27"],
        "report_due": ["2023-08-22", "2023-08-30"],
        "overdue": ["2023-09-11", "2023-09-18", "2023-09-25"],
    }
    for supervisor in SUPERVISORS:
        assert ledger(session, city, who=supervisor) == [
            f"2023-06-30 unacknowledged 1 {supervisor} in_digest",
            f"2023-08-30 report_due round {supervisor} in_digest",
            f"2023-09-18 overdue 1 {supervisor} in_digest",
            f"2023-09-25 overdue 1 {supervisor} in_digest",
        ]
    assert ledger(session, city, who="observer") == [
        "2023-07-07 unacknowledged 1 observer in_digest",
        "2023-08-31 report_due round observer in_digest",
        "2023-09-25 overdue 1 observer in_digest",
    ]


def test_the_handler_gets_what_they_got_without_the_escalation(session: Session) -> None:
    city = one_task(session)
    follow(session, city.plan, ESCALATION)
    tick_days(session, city.plan, "2023-06-15", "2023-12-31")
    own = ledger(session, city, who="handler")
    assert len(own) == 10
    report_due = [line.split()[0] for line in own if "report_due" in line]
    assert report_due == ["2023-07-20", "2023-08-22", "2023-08-30", "2023-08-31"]


def test_supporting_units_are_reached_collective_ones_through_their_members(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"], ["市财政局", "各县（市、区）政府"])])
    follow(session, city.plan, rules_of("report_due", "supporting_unit", (7,)))
    tick_days(session, city.plan, "2023-06-15", "2023-08-31")
    for who in ("supporting", "collective_member", "武江区政府"):
        assert ledger(session, city, kind="report_due", who=who) == [f"2023-08-22 report_due round {who} in_digest"]


def test_two_audiences_in_one_person_are_one_reminder_of_the_later_step(session: Session) -> None:
    """The leader is the unit's only contact, so both rules reach them; of two on one day the later goes."""
    city = one_task(session, "2023-12-31", live="2023-11-06")
    end_role(session, session.get_one(User, city.people["handler"].user_id), "handler")
    follow(session, city.plan, rules_of("deadline", "unit_leader", (1,)), "2023-11-06")
    city.do(session, "leader", "1", "acknowledge", now=at("2023-11-06"))
    tick_days(session, city.plan, "2023-11-06", "2023-12-31")
    rows = session.scalars(select(Reminder).where(Reminder.kind == "deadline").order_by(Reminder.due_on)).all()
    assert [(row.due_on.isoformat(), row.step) for row in rows] == [
        ("2023-11-20", 30),
        ("2023-12-21", 7),
        ("2023-12-29", 0),
    ]


def test_a_unit_without_leader_is_reached_at_its_mailbox_or_named(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市教育局"])])
    follow(session, city.plan, rules_of("overdue", "unit_leader", (1,)))
    tick_days(session, city.plan, "2023-06-15", "2023-09-05")
    assert ledger(session, city, kind="overdue", who="市教育局") == ["2023-09-04 overdue 1 市教育局 no_address"]


def test_an_observer_who_left_is_not_reminded(session: Session) -> None:
    city = one_task(session)
    follow(session, city.plan, rules_of("overdue", "observer", (1, 2)))
    tick_days(session, city.plan, "2023-06-15", "2023-09-05")
    end_role(session, session.get_one(User, city.people["observer"].user_id), "observer")
    successor = make_user(session, "新任领导")
    give_role(session, successor, "observer", region=city.region)
    city.people["successor"] = actor_of(session, successor)
    tick_days(session, city.plan, "2023-09-06", "2023-09-12")
    assert days_of(session, city, "overdue", "observer") == ["2023-09-04"]
    assert days_of(session, city, "overdue", "successor") == ["2023-09-11"]


# Another set in the middle of a series


def test_another_set_counts_from_the_next_tick_and_makes_no_row_for_days_past(session: Session) -> None:
    city = one_task(session)
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-16"))
    tick_days(session, city.plan, "2023-06-15", "2023-08-24")
    follow(session, city.plan, rules_of("report_due", "handler", (20, 10, 3)), "2023-08-24")
    tick_days(session, city.plan, "2023-08-25", "2023-08-31")
    assert days_of(session, city, "report_due", "handler") == [
        "2023-07-20", "2023-08-22", "2023-08-28", "2023-08-30", "2023-08-31",
    ]  # fmt: skip


@pytest.mark.both_databases
def test_a_set_given_again_and_again_reminds_nobody_twice(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-08-30")
    before = [message.id for message in digests(session)]
    for _ in range(3):
        follow(session, city.plan, (), "2023-08-30")
        tick_days(session, city.plan, "2023-08-30", "2023-08-30")
    assert [message.id for message in digests(session)] == before


def test_a_rule_that_is_taken_out_takes_back_what_waits(session: Session) -> None:
    """The rule goes before the window opens in which its reminder would have been mailed."""
    city = one_task(session)
    follow(session, city.plan, rules_of("overdue", "unit_leader", (1,)))
    report(session, city, "2023-06-16")
    city.do(session, "supervisor", "1", "return", now=at("2023-09-01"), reason="数字有误。")
    tick_days(session, city.plan, "2023-06-15", "2023-09-03")
    tick(session, city.plan, "2023-09-04", time(7))
    assert ledger(session, city, who="leader") == ["2023-09-04 overdue 1 leader waiting"]
    follow(session, city.plan, (), "2023-09-04")
    tick(session, city.plan, "2023-09-04", time(9))
    assert ledger(session, city, who="leader") == ["2023-09-04 overdue 1 leader superseded"]
