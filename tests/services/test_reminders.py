"""Who is reminded of what on which day (docs/reminders.md)."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city, task_entry
from tests.services.reminding import SHANGHAI, at, days_of, digests, ledger, living_city, one_task, report, tick_days
from tracker.access import SYSTEM
from tracker.clock import local_day
from tracker.evaluations.commands import make_rounds, set_dates
from tracker.plans.models import DueDate, Instance, Round
from tracker.reminders.models import Reminder, ReminderMark
from tracker.workdays.calendar import CHINA
from tracker.workflows.queries import leading_since

REPORT_DUE_DAYS = ["2023-07-20", "2023-08-22", "2023-08-30", "2023-08-31"]
OVERDUE_DAYS = ["2023-09-04", "2023-09-11", "2023-09-18", "2023-09-25"]


# One person through a whole round


def test_a_silent_handler_gets_each_series_and_then_is_left_alone(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-12-31")
    assert ledger(session, city) == [
        "2023-06-25 unacknowledged 1 handler in_digest",
        "2023-07-03 round_opens round handler in_digest",
        *[f"{day} report_due round handler in_digest" for day in REPORT_DUE_DAYS],
        *[f"{day} overdue 1 handler in_digest" for day in OVERDUE_DAYS],
    ]
    assert [message.local_day.isoformat() for message in digests(session) if message.local_day] == [
        "2023-06-25",
        "2023-07-03",
        *REPORT_DUE_DAYS,
        *OVERDUE_DAYS,
    ]


def test_who_has_reported_is_not_reminded(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-07-10")
    report(session, city, "2023-07-10")
    tick_days(session, city.plan, "2023-07-11", "2023-10-10")
    assert days_of(session, city, "report_due", "handler") == []
    assert days_of(session, city, "overdue", "handler") == []


def test_a_returned_report_is_owed_again(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-08-15")
    report(session, city, "2023-08-15")
    tick_days(session, city.plan, "2023-08-16", "2023-08-25")
    city.do(session, "supervisor", "1", "return", now=at("2023-08-25", time(15)), reason="缺少佐证材料。")
    tick_days(session, city.plan, "2023-08-26", "2023-09-30")
    assert days_of(session, city, "report_due", "handler") == ["2023-07-20", "2023-08-30", "2023-08-31"]
    assert days_of(session, city, "overdue", "handler") == OVERDUE_DAYS


def test_a_report_returned_after_the_round_has_four_weeks_of_its_own(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-08-15")
    report(session, city, "2023-08-15")
    city.do(session, "supervisor", "1", "return", now=at("2023-10-30", time(15)), reason="数字有误。")
    tick_days(session, city.plan, "2023-08-16", "2023-12-31")
    assert days_of(session, city, "overdue", "handler") == ["2023-11-06", "2023-11-13", "2023-11-20", "2023-11-27"]


def test_supervisors_are_reminded_to_verify_while_a_report_waits(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-08-15")
    report(session, city, "2023-08-15")
    tick_days(session, city.plan, "2023-08-16", "2023-10-30")
    expected = [
        f"{day} verify_due round {who} in_digest"
        for day in ("2023-10-20", "2023-10-30")
        for who in ("supervisor", "second_supervisor", "host_supervisor")
    ]
    assert ledger(session, city, kind="verify_due") == expected
    city.do(session, "supervisor", "1", "verify", now=at("2023-10-30", time(10)))
    tick_days(session, city.plan, "2023-10-31", "2023-11-10")
    assert ledger(session, city, kind="verify_due") == expected


def test_a_verified_task_owes_again_when_the_round_opens(session: Session) -> None:
    city = one_task(session)
    report(session, city, "2023-06-16")
    city.do(session, "supervisor", "1", "verify", now=at("2023-06-19"))
    tick_days(session, city.plan, "2023-06-15", "2023-08-31")
    assert ledger(session, city, who="handler") == [
        "2023-07-03 round_opens round handler in_digest",
        *[f"{day} report_due round handler in_digest" for day in REPORT_DUE_DAYS],
    ]


# Acknowledging after a reassignment


def reassign(session: Session, city: City, day: str, leads: list[str], supports: list[str]) -> None:
    """Give task 1 to other units at 10:00 of a day."""
    city.do(
        session, "supervisor", "1", "reassign", now=at(day, time(10)), reason="分工调整",
        leads=city.unit_ids(*leads), supports=city.unit_ids(*supports),
    )  # fmt: skip


def since(session: Session, city: City) -> dict[str, str]:
    """Lead unit of task 1 -> the day since which it has had to acknowledge."""
    found = leading_since(session, [city.plan.id])
    names = {unit.id: name for name, unit in city.units.items()}
    return {names[unit_id]: local_day(begun, SHANGHAI).isoformat() for (_, unit_id), begun in found.items()}


def test_who_leads_on_is_not_reminded_again_when_units_are_added(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-06-27")
    reassign(session, city, "2023-06-28", ["市民政局", "市教育局"], ["市财政局"])
    assert since(session, city) == {"市民政局": "2023-06-15", "市教育局": "2023-06-28"}
    tick_days(session, city.plan, "2023-06-28", "2023-07-31")
    assert ledger(session, city, kind="unacknowledged") == [
        "2023-06-25 unacknowledged 1 handler in_digest",
        "2023-07-05 unacknowledged 1 other_lead in_digest",
    ]


def test_days_to_acknowledge_begin_anew_for_who_becomes_first_named_or_comes_back(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局", "市教育局"], ["市财政局"])])
    reassign(session, city, "2023-06-19", ["市教育局", "市民政局"], [])
    assert since(session, city) == {"市教育局": "2023-06-19", "市民政局": "2023-06-15"}
    assert city.row(session, "1").entered_at == at("2023-06-19", time(10)), "the lamp counts from the same day"
    reassign(session, city, "2023-06-20", ["市教育局"], ["市民政局"])
    reassign(session, city, "2023-06-21", ["市教育局", "市民政局", "市体育局"], [])
    assert since(session, city) == {"市教育局": "2023-06-19", "市民政局": "2023-06-21", "市体育局": "2023-06-21"}
    tick_days(session, city.plan, "2023-06-15", "2023-07-31")
    assert ledger(session, city, kind="unacknowledged") == [
        "2023-06-27 unacknowledged 1 other_lead in_digest",
        "2023-06-29 unacknowledged 1 handler in_digest",
        "2023-06-29 unacknowledged 1 another_unit in_digest",
    ]


def test_a_task_that_was_declined_is_counted_from_its_new_dispatch(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局", "市教育局"])])
    city.do(session, "handler", "1", "decline", now=at("2023-06-19"), reason="不属本单位")
    assert since(session, city) == {}
    city.do(session, "supervisor", "1", "dispatch", now=at("2023-07-03"), leads=city.unit_ids("市教育局"), supports=[])
    assert since(session, city) == {"市教育局": "2023-07-03"}


# Deadlines and free days


def check_free_days(session: Session) -> None:
    """A deadline on a Sunday: nothing goes on a free day, and of Friday's two only the later."""
    city = one_task(session, "2023-12-31", live="2023-11-06")
    city.do(session, "handler", "1", "acknowledge", now=at("2023-11-06", time(10)))
    tick_days(session, city.plan, "2023-11-06", "2024-03-31")
    rows = session.scalars(select(Reminder).order_by(Reminder.due_on)).all()
    assert [(row.due_on.isoformat(), row.kind, row.step) for row in rows] == [
        ("2023-11-20", "deadline", 30),
        ("2023-12-21", "deadline", 7),
        ("2023-12-29", "deadline", 0),
        ("2024-01-02", "overdue", 1),
        ("2024-01-08", "overdue", 2),
        ("2024-01-15", "overdue", 3),
        ("2024-01-22", "overdue", 4),
    ]
    assert {row.target_on for row in rows} == {date(2023, 12, 31)}
    assert all(CHINA.is_working(row.due_on) for row in rows)


def test_free_days_move_a_reminder_to_the_working_day_before(session: Session) -> None:
    check_free_days(session)


def test_a_rule_that_ignores_free_days_is_found_out(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.workdays.calendar.Calendar.on_or_before", lambda calendar, day: day)
    with pytest.raises(AssertionError):
        check_free_days(session)


def test_a_verified_completion_ends_the_reminders_of_the_deadline(session: Session) -> None:
    city = one_task(session, "2023-12-31")
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-16"))
    done = {"done": "全部完成。", "progress": 100, "completion_claimed": True, "evidence": "验收文件"}
    city.do(session, "handler", "1", "report", now=at("2023-06-16"), **done)
    city.do(session, "supervisor", "1", "verify", now=at("2023-06-19"))
    tick_days(session, city.plan, "2023-06-15", "2024-03-31")
    assert ledger(session, city, kind="deadline") == []
    assert days_of(session, city, "overdue", "handler") == OVERDUE_DAYS, "the round asks for a report all the same"


def test_a_deadline_that_moves_makes_no_row_for_days_past(session: Session) -> None:
    city = one_task(session, "2023-12-31", live="2023-11-06")
    city.do(session, "handler", "1", "acknowledge", now=at("2023-11-06", time(10)))
    tick_days(session, city.plan, "2023-11-06", "2023-12-01")
    task_id = city.row(session, "1").task_id
    moved = DueDate(task_id=task_id, number=2, due_on=date(2023, 12, 8), act="extension", from_at=at("2023-12-01"))
    session.add(moved)
    session.flush()
    session.get_one(Instance, task_id).due_date_id = moved.id
    tick_days(session, city.plan, "2023-12-02", "2023-12-10")
    assert days_of(session, city, "deadline", "handler") == ["2023-11-20", "2023-12-07", "2023-12-08"]


def test_a_round_that_moves_makes_no_row_for_days_past(session: Session) -> None:
    city = one_task(session)
    round_ = session.scalars(select(Round).where(Round.plan_id == city.plan.id, Round.kind == "mid_term")).one()
    days = {
        "opens_on": "2023-06-26",
        "report_due_on": "2023-07-07",
        "verify_due_on": "2023-10-31",
        "disclosure_on": "2023-11-30",
    }
    tick_days(session, city.plan, "2023-06-15", "2023-06-21")
    set_dates(session, city.people["supervisor"], at("2023-06-21"), round_id=round_.id, data=days)
    tick_days(session, city.plan, "2023-06-22", "2023-07-10")
    assert ledger(session, city, who="handler") == [
        "2023-06-25 unacknowledged 1 handler in_digest",
        "2023-06-26 round_opens round handler in_digest",
        "2023-06-28 report_due round handler in_digest",
        "2023-07-06 report_due round handler in_digest",
        "2023-07-07 report_due round handler in_digest",
        "2023-07-10 overdue 1 handler in_digest",
    ]


# Going live


def test_a_plan_that_is_not_live_reminds_nobody(session: Session) -> None:
    city = make_city(session)
    make_rounds(session, SYSTEM, NOW, city.plan)
    tick_days(session, city.plan, "2023-08-20", "2023-09-05")
    assert ledger(session, city) == []
    assert session.get(ReminderMark, city.plan.id) is None


def test_nothing_is_owed_for_days_before_going_live(session: Session) -> None:
    city = one_task(session, live="2023-08-25")
    tick_days(session, city.plan, "2023-08-25", "2023-09-05")
    assert ledger(session, city) == [
        "2023-08-30 report_due round handler in_digest",
        "2023-08-31 report_due round handler in_digest",
        "2023-09-01 unacknowledged 1 handler in_digest",
        "2023-09-04 overdue 1 handler in_digest",
    ]
