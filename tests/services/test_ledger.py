"""The ledger: catching up after an outage, whom a reminder goes to, and that nobody gets it twice."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import NOW, City, end_role, make_city, make_person, make_unit, task_entry
from tests.services.reminding import (
    at,
    days_of,
    digests,
    ledger,
    living_city,
    names_of,
    one_task,
    report,
    tick,
    tick_days,
)
from tracker.access import SYSTEM
from tracker.directory.models import User
from tracker.evaluations.commands import make_rounds
from tracker.reminders.models import Reminder

# After an outage


def check_outage(session: Session) -> None:
    """Ten days without a tick, from 22 to 31 August: the newest is sent, what it replaces is recorded."""
    city = one_task(session)
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-15", time(10)))
    tick_days(session, city.plan, "2023-06-15", "2023-08-21")
    assert tick(session, city.plan, "2023-09-01") == 1
    assert ledger(session, city, kind="report_due") == [
        "2023-07-20 report_due round handler in_digest",
        "2023-08-22 report_due round handler superseded",
        "2023-08-30 report_due round handler superseded",
        "2023-08-31 report_due round handler in_digest",
    ]
    assert [message.local_day for message in digests(session)][-1] == date(2023, 9, 1)


def test_after_an_outage_the_newest_is_sent_and_the_older_are_superseded(session: Session) -> None:
    check_outage(session)


def test_a_tick_that_does_not_catch_up_is_found_out(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.reminders.ledger.days_to_ask", lambda live_on, through, today: [today])
    with pytest.raises(AssertionError):
        check_outage(session)


def test_an_outage_over_the_opening_of_a_round_still_tells_that_it_opened(session: Session) -> None:
    city = one_task(session)
    report(session, city, "2023-06-16")
    city.do(session, "supervisor", "1", "verify", now=at("2023-06-19"))
    tick_days(session, city.plan, "2023-06-15", "2023-06-30")
    tick(session, city.plan, "2023-07-10")
    assert ledger(session, city, who="handler") == ["2023-07-03 round_opens round handler in_digest"]


def test_what_was_done_during_an_outage_is_not_reminded_of(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-08-21")
    report(session, city, "2023-08-29")
    assert tick(session, city.plan, "2023-09-01") == 0
    assert days_of(session, city, "report_due", "handler") == ["2023-07-20"]


def test_what_was_not_owed_on_a_missed_day_is_not_made_up_for(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-08-15")
    report(session, city, "2023-08-15")
    city.do(session, "supervisor", "1", "return", now=at("2023-08-29"), reason="缺少佐证材料。")
    tick(session, city.plan, "2023-08-29")
    assert days_of(session, city, "report_due", "handler") == ["2023-07-20"]


# Recipients


def test_the_other_lead_is_asked_to_acknowledge_too(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局", "市教育局"])])
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-16"))
    tick_days(session, city.plan, "2023-06-15", "2023-07-02")
    assert ledger(session, city) == ["2023-06-25 unacknowledged 1 other_lead in_digest"]


def test_both_leads_are_asked_and_one_reminder_a_unit_is_enough(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局", "市教育局"])])
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    assert ledger(session, city) == [
        "2023-06-25 unacknowledged 1 handler in_digest",
        "2023-06-25 unacknowledged 1 other_lead in_digest",
        "2023-07-03 round_opens round handler in_digest",
        "2023-07-03 round_opens round other_lead in_digest",
    ]


def test_new_units_have_their_own_five_days(session: Session) -> None:
    city = one_task(session)
    leads = city.unit_ids("市教育局")
    city.do(session, "supervisor", "1", "reassign", now=at("2023-06-20"), reason="职能调整。", leads=leads)
    tick_days(session, city.plan, "2023-06-15", "2023-07-02")
    assert ledger(session, city) == ["2023-06-28 unacknowledged 1 other_lead in_digest"]


def test_a_leader_is_reminded_where_there_is_no_handler(session: Session) -> None:
    city = one_task(session)
    end_role(session, session.get_one(User, city.people["handler"].user_id), "handler")
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    assert {line.split()[3] for line in ledger(session, city)} == {"leader"}


def test_a_unit_without_people_is_reminded_by_its_mailbox(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["武江区政府"])])
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    assert ledger(session, city) == [
        "2023-06-25 unacknowledged 1 武江区政府 in_digest",
        "2023-07-03 round_opens round 武江区政府 in_digest",
    ]
    assert {message.to_address for message in digests(session)} == {city.units["武江区政府"].mailbox}


def test_a_unit_that_nobody_can_reach_stays_without_address(session: Session) -> None:
    city = make_city(session)
    silent = make_unit(session, city.region, "市气象局")
    city = City(city.region, city.units | {"市气象局": silent}, city.plan, city.people)
    make_rounds(session, SYSTEM, NOW, city.plan)
    city.go_live(session, at("2023-06-15"))
    city.do(session, "supervisor", "4", "dispatch", now=at("2023-06-15"), leads=[silent.id])
    tick_days(session, city.plan, "2023-06-15", "2023-07-20")
    assert ledger(session, city, who="市气象局") == [
        "2023-06-25 unacknowledged 4 市气象局 no_address",
        "2023-07-03 round_opens round 市气象局 no_address",
        "2023-07-20 report_due round 市气象局 no_address",
    ]
    assert f"unit:{silent.id}" not in {message.recipient for message in digests(session)}


def test_a_collective_unit_is_reminded_through_its_members(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["各县（市、区）政府"])])
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    opened = [line for line in ledger(session, city) if "round_opens" in line]
    assert sorted(opened) == [
        "2023-07-03 round_opens round collective_member in_digest",
        "2023-07-03 round_opens round 武江区政府 in_digest",
    ]


def test_a_new_handler_takes_over_on_the_day_itself(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-07-19")
    tick(session, city.plan, "2023-07-20", time(7))
    end_role(session, session.get_one(User, city.people["handler"].user_id), "handler")
    city.people["new_handler"] = make_person(session, city.units["市民政局"], "handler")
    tick(session, city.plan, "2023-07-20")
    assert ledger(session, city, kind="report_due") == [
        "2023-07-20 report_due round handler superseded",
        "2023-07-20 report_due round new_handler in_digest",
    ]


# The ledger


def check_ticking_again(session: Session) -> None:
    """Three ticks on one day make one row a person."""
    city = living_city(session)
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    before = ledger(session, city)
    for clock in (time(9, 1), time(12), time(20)):
        tick(session, city.plan, "2023-07-03", clock)
    assert ledger(session, city) == before
    assert len(before) == len(set(before))


def test_ticking_again_adds_nothing(session: Session) -> None:
    check_ticking_again(session)


def test_a_ledger_that_ignores_its_unique_key_is_found_out(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Insert, "on_conflict_do_nothing", lambda insert, **_: insert)
    with pytest.raises(IntegrityError):
        check_ticking_again(session)


def test_a_day_before_the_last_tick_is_not_asked_again(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-08-15")
    report(session, city, "2023-08-15")
    tick_days(session, city.plan, "2023-08-16", "2023-08-22")
    city.do(session, "supervisor", "1", "return", now=at("2023-08-22", time(16)), reason="缺少佐证材料。")
    tick(session, city.plan, "2023-08-23")
    assert days_of(session, city, "report_due", "handler") == ["2023-07-20"]


def test_every_row_names_its_plan_and_step(session: Session) -> None:
    city = living_city(session)
    tick_days(session, city.plan, "2023-06-15", "2023-07-20")
    rows = session.scalars(select(Reminder)).all()
    assert {row.plan_id for row in rows} == {city.plan.id}
    assert {(row.kind, row.step, row.due_on.isoformat(), row.target_on.isoformat()) for row in rows} == {
        ("unacknowledged", 5, "2023-06-25", "2023-06-15"),
        ("round_opens", 0, "2023-07-03", "2023-07-03"),
        ("report_due", 30, "2023-07-20", "2023-08-31"),
    }
    assert set(names_of(city)) >= {row.recipient for row in rows}
