"""A region's working days change: the reminders still to come move and say so, what went out stays and goes once."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import City
from tests.services.reminding import at, days_of, ledger, one_task, tick, tick_days
from tracker.audit.models import AuditEntry
from tracker.errors import NotAllowed, NotFound
from tracker.evaluations.commands import set_dates
from tracker.evaluations.lamps import standing
from tracker.plans.models import Round
from tracker.plans.views.listing import zone_of
from tracker.reminders.adjusting import Consequences, adjust, consequences
from tracker.reminders.explain.explaining import explain
from tracker.reminders.lines import ahead
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import rehearse
from tracker.workdays.calendar import CHINA, Calendar
from tracker.workdays.changes import Change, DropNotice, FreeDay, SetDay, TakeNotice
from tracker.workdays.models import DayOverride
from tracker.workdays.notice import read_notice

LIST = "2024-01-01 free 元旦\n2024-01-02 free 元旦\n2024-01-06 work 元旦"


def change(session: Session, city: City, day: str, what: Change, who: str = "supervisor") -> Consequences:
    """What it says that follows, then the change itself, as a later request sees it."""
    said = consequences(session, at(day), city.region, what)
    adjust(session, city.people[who], at(day), region_id=city.region.id, change=what)
    session.expire_all()
    return said


def free(day: str) -> SetDay:
    """A day made free by hand."""
    return SetDay(date.fromisoformat(day), working=False, reason="台风停工")


def worked(day: str) -> SetDay:
    """A day made a working day by hand."""
    return SetDay(date.fromisoformat(day), working=True, reason="抗洪值守")


def shifts(said: Consequences, kind: str) -> set[tuple[str, str]]:
    """Where reminders of a kind go: (from, to), "" for none."""
    return {(str(e.before or ""), str(e.after or "")) for e in said.reminders if e.kind == kind}


def check_a_free_day(session: Session) -> None:
    """29 December 2023, a Friday and the deadline of a task, becomes free in time."""
    city = one_task(session, "2023-12-29")
    tick_days(session, city.plan, "2023-06-15", "2023-06-16")
    said = change(session, city, "2023-06-16", free("2023-12-29"))
    assert said.days == ((date(2023, 12, 29), False),)
    assert shifts(said, "deadline") == {("2023-12-28", ""), ("2023-12-29", "2023-12-28")}
    tick_days(session, city.plan, "2023-06-17", "2024-01-15")
    assert days_of(session, city, "deadline", "handler") == ["2023-11-17", "2023-12-20", "2023-12-28"]
    assert not session.scalar(select(func.count()).select_from(Reminder).where(Reminder.due_on == date(2023, 12, 29)))


@pytest.mark.both_databases
def test_a_day_made_free_in_time_moves_its_reminder_to_the_day_before(session: Session) -> None:
    check_a_free_day(session)


def test_a_free_day_that_the_rules_ignore_is_found_out(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.workdays.models.Calendar", lambda overrides, announced: CHINA)
    with pytest.raises(AssertionError):
        check_a_free_day(session)


def test_what_is_announced_is_what_the_ticks_then_do(session: Session) -> None:
    city = one_task(session, "2023-10-13")
    tick_days(session, city.plan, "2023-06-15", "2023-09-01")
    before = set(days_of(session, city, "deadline", "handler"))
    said = change(session, city, "2023-09-01", free("2023-10-08"))
    moved = {(str(e.before), str(e.after)) for e in said.reminders if e.kind == "deadline"}
    assert moved == {("2023-09-28", "2023-09-27")}, "seven working days before: 7 October is worked, 8 October no more"
    tick_days(session, city.plan, "2023-09-02", "2023-10-20")
    later = set(days_of(session, city, "deadline", "handler")) - before
    assert later == {"2023-09-27", "2023-10-12", "2023-10-13"}


@pytest.mark.both_databases
def test_lamps_and_the_window_of_mails_follow(session: Session) -> None:
    city = one_task(session, "2023-12-29")
    change(session, city, "2023-06-15", free("2023-12-26"))
    calendar = city.region.calendar
    row = city.row(session, "1")
    assert standing(row, date(2023, 12, 19), None, zone_of(city.plan), CHINA).days_left == 8
    assert standing(row, date(2023, 12, 19), None, zone_of(city.plan), calendar).days_left == 7
    noon = at("2023-12-26", time(12))
    assert CHINA.in_window(noon, zone_of(city.plan)) and not calendar.in_window(noon, zone_of(city.plan))
    change(session, city, "2023-06-15", FreeDay(date(2023, 12, 26)))
    assert city.region.calendar is CHINA


def check_once(session: Session) -> None:
    """The step of 7 working days goes on 20 December; then the calendar moves it to the 21st."""
    city = one_task(session, "2023-12-29")
    tick_days(session, city.plan, "2023-06-15", "2023-12-20")
    said = change(session, city, "2023-12-20", worked("2023-12-23"))
    assert ("2023-12-20", "2023-12-21") not in shifts(said, "deadline"), "what went out does not move"
    tick_days(session, city.plan, "2023-12-21", "2024-01-01")
    assert days_of(session, city, "deadline", "handler") == ["2023-11-17", "2023-12-20", "2023-12-28", "2023-12-29"]


@pytest.mark.both_databases
def test_what_went_out_stays_and_does_not_go_again_on_its_new_day(session: Session) -> None:
    check_once(session)


def test_a_ledger_that_looks_at_the_day_alone_is_found_out(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.reminders.ledger.not_yet", lambda session, plan, dues: list(dues))
    with pytest.raises(AssertionError):
        check_once(session)


def test_a_week_whose_reminder_of_overdue_went_has_no_second(session: Session) -> None:
    city = one_task(session, "2023-08-31")
    tick_days(session, city.plan, "2023-06-15", "2023-09-11")
    change(session, city, "2023-09-11", free("2023-09-11"))
    tick_days(session, city.plan, "2023-09-12", "2023-10-20")
    assert days_of(session, city, "overdue", "handler") == ["2023-09-04", "2023-09-11", "2023-09-18", "2023-09-25"]


def test_a_row_that_waits_when_its_day_becomes_free_is_not_lost_twice(session: Session) -> None:
    city = one_task(session, "2023-12-29")
    tick_days(session, city.plan, "2023-06-15", "2023-12-19")
    tick(session, city.plan, "2023-12-20", time(7))  # before the window: the row waits
    change(session, city, "2023-12-20", worked("2023-12-23"))
    tick_days(session, city.plan, "2023-12-20", "2023-12-22")
    rows = [line for line in ledger(session, city, kind="deadline") if line >= "2023-12"]
    assert rows == [
        "2023-12-20 deadline 1 handler superseded",
        "2023-12-21 deadline 1 handler in_digest",
    ]


@pytest.mark.both_databases
def test_default_rounds_follow_and_those_that_somebody_set_stay(session: Session) -> None:
    city = one_task(session)
    by_kind = {round_.kind: round_ for round_ in session.scalars(select(Round))}
    mid = by_kind["mid_term"]
    days = ("opens_on", "report_due_on", "verify_due_on", "disclosure_on")
    data: dict[str, Any] = {name: getattr(mid, name).isoformat() for name in days}
    assert (data["opens_on"], data["report_due_on"]) == ("2023-07-03", "2023-08-31")
    said = change(session, city, "2023-06-15", free("2023-08-31"))
    assert [(moved.kind, [str(day) for _, _, day in moved.changed]) for _, moved in said.rounds] == [
        ("mid_term", ["2023-08-30"])
    ]
    assert str(mid.report_due_on) == "2023-08-30" and mid.dates_are_default
    assert ("2023-08-31", "2023-08-30") in shifts(said, "report_due")
    actions = list(session.scalars(select(AuditEntry.action).where(AuditEntry.chain == f"plan:{city.plan.id}")))
    assert actions[-1] == "round.follow_calendar"

    set_dates(session, city.people["supervisor"], at("2023-06-15"), round_id=mid.id, data=data)
    said = change(session, city, "2023-06-15", free("2023-08-30"))
    assert said.rounds == () and str(mid.report_due_on) == "2023-08-31"


def test_an_open_round_keeps_its_days(session: Session) -> None:
    city = one_task(session)
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    said = change(session, city, "2023-07-04", free("2023-08-31"))
    assert said.rounds == ()
    assert ("2023-08-31", "2023-08-30") in shifts(said, "report_due"), "its reminder goes the working day before"


@pytest.mark.both_databases
def test_a_notice_replaces_the_one_before_and_leaves_what_was_set_by_hand(session: Session) -> None:
    city = one_task(session)
    change(session, city, "2023-06-15", free("2024-03-08"))
    change(session, city, "2023-06-15", TakeNotice(read_notice(LIST, 2024), "第一次"))
    assert city.region.calendar.is_working(date(2024, 1, 6)) and not city.region.calendar.is_working(date(2024, 1, 2))
    assert city.region.calendar.is_working(date(2024, 10, 1)), "the notice is all of its year"
    again = TakeNotice(read_notice("2024-01-01 free 元旦", 2024), "第二次")
    change(session, city, "2023-06-15", again)
    calendar = city.region.calendar
    assert calendar.is_working(date(2024, 1, 2)) and not calendar.is_working(date(2024, 1, 6))
    assert not calendar.is_working(date(2024, 3, 8))
    assert set(session.scalars(select(DayOverride.source))) == {"台风停工", "第二次"}
    count = session.scalar(select(func.count()).select_from(AuditEntry))
    change(session, city, "2023-06-15", again)
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == count, "the same again writes nothing"
    change(session, city, "2023-06-15", DropNotice(2024))
    assert city.region.calendar is Calendar({date(2024, 3, 8): False})


def test_a_notice_ends_what_is_provisional(session: Session) -> None:
    city = one_task(session)
    assert city.region.calendar.is_provisional(2027)
    change(session, city, "2023-06-15", SetDay(date(2027, 2, 8), working=False, reason="春节"))
    assert city.region.calendar.is_provisional(2027), "a single day is no notice"
    change(session, city, "2023-06-15", TakeNotice(read_notice("2027-01-01 free 元旦", 2027), "国办发明电"))
    assert not city.region.calendar.is_provisional(2027)
    assert city.region.calendar.is_provisional(2028)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("handler", NotAllowed), ("leader", NotAllowed), ("observer", NotAllowed), ("another_region", NotFound)],
)
def test_who_does_not_keep_the_region_changes_nothing(session: Session, who: str, refusal: type[Exception]) -> None:
    city = one_task(session)
    with pytest.raises(refusal):
        adjust(session, city.people[who], at("2023-06-15"), region_id=city.region.id, change=free("2023-08-31"))
    assert session.scalar(select(func.count()).select_from(DayOverride)) == 0


def test_neither_the_calendar_of_reminders_nor_the_rehearsal_nor_explain_promises_it_again(session: Session) -> None:
    city = one_task(session, "2023-12-29")
    tick_days(session, city.plan, "2023-06-15", "2023-12-20")
    change(session, city, "2023-12-20", worked("2023-12-23"))
    now, handler = at("2023-12-20", time(12)), f"user:{city.people['handler'].user_id}"
    coming = ahead(session, city.plan, now, date(2023, 12, 1), date(2023, 12, 31), handler)
    assert [str(entry.day) for entry in coming if entry.kind == "deadline"] == ["2023-12-28", "2023-12-29"]
    rehearsed = rehearse(session, city.plan, date(2023, 12, 20), date(2023, 12, 31))
    own = [row.due for row in rehearsed if row.due.kind == "deadline" and row.due.recipient.key == handler]
    assert [str(due.due_on) for due in own] == ["2023-12-28", "2023-12-29"]
    said = explain(session, city.plan, city.row(session, "1"), handler, date(2023, 12, 21), now)
    assert date(2023, 12, 21) not in said.days and date(2023, 12, 20) in said.days
