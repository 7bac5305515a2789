"""Weekly choice and absence over a whole term, simulated by ticks: each reminder goes exactly once, to who is there."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import City, make_person, task_entry
from tests.services.reminding import at, away, digests, ledger, living_city, names_of, one_task, report, tick, tick_days
from tracker.db import transaction
from tracker.directory.absences import Absences
from tracker.directory.mail_choices import choose_weekly, end_absence
from tracker.directory.models import User
from tracker.plans.models import Plan
from tracker.reminders import waiting
from tracker.reminders.lines import ahead, lines_of, recorded
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import rehearse
from tracker.reminders.snapshot import snapshot_of
from tracker.workdays.calendar import CHINA


def weekly(session: Session, city: City, who: str = "handler", pace: str = "weekly", day: str = "2023-06-15") -> None:
    """Let somebody choose."""
    me = city.people[who]
    version = session.get_one(User, me.user_id).mails_version
    choose_weekly(session, me, at(day), version=version, data={"pace": pace})


def sent(session: Session, city: City, who: str | None = None) -> list[str]:
    """What the digests carried: ``digest's day, scheduled day, kind, recipient``."""
    names = names_of(city)
    days = {message.id: message.local_day for message in digests(session)}
    rows = session.scalars(select(Reminder).where(Reminder.state == "in_digest").order_by(Reminder.due_on, Reminder.id))
    return [
        f"{days[row.message_id]} {row.due_on} {row.kind} {names[row.recipient]}"
        for row in rows
        if row.message_id is not None and who in (None, names[row.recipient])
    ]


# Weekly


def test_what_is_due_in_more_than_a_week_waits_for_the_first_working_day_of_a_week(session: Session) -> None:
    """The reports are due on 31 August: 30 working days before is Thursday 20 July, 7 before Tuesday 22 August."""
    city = one_task(session)
    weekly(session, city)
    tick_days(session, city.plan, "2023-06-15", "2023-09-04")
    assert [line for line in sent(session, city, "handler") if "unacknowledged" not in line] == [
        "2023-07-03 2023-07-03 round_opens handler",
        "2023-07-24 2023-07-20 report_due handler",
        "2023-08-24 2023-08-22 report_due handler",
        "2023-08-30 2023-08-30 report_due handler",
        "2023-08-31 2023-08-31 report_due handler",
        "2023-09-04 2023-09-04 overdue handler",
    ]


@pytest.mark.parametrize(
    ("due_on", "target_on", "goes_on"),
    [
        ("2023-07-20", "2023-08-31", "2023-07-24"),  # a Thursday waits for Monday
        ("2023-07-17", "2023-08-31", "2023-07-17"),  # a Monday goes at once
        ("2023-08-22", "2023-08-31", "2023-08-24"),  # a week before the day it goes, whatever the day of the week
        ("2023-08-24", "2023-08-31", "2023-08-24"),
        ("2023-09-27", "2023-11-30", "2023-10-07"),  # the week of the National Day begins on its make-up Saturday
        ("2023-09-28", "2023-10-06", "2023-09-28"),  # no day of that week would come before the sixth
        ("2023-07-20", "2023-07-10", "2023-07-20"),  # overdue
    ],
)
def test_the_digest_day_of_a_weekly_reader(due_on: str, target_on: str, goes_on: str) -> None:
    day = waiting.digest_day(date.fromisoformat(due_on), date.fromisoformat(target_on), CHINA, weekly=True)
    assert day == date.fromisoformat(goes_on)
    assert waiting.digest_day(date.fromisoformat(due_on), date(2030, 1, 1), CHINA, weekly=False).isoformat() == due_on


def test_who_goes_back_to_daily_gets_what_waits_with_the_next_digest(session: Session) -> None:
    city = one_task(session)
    weekly(session, city)
    tick_days(session, city.plan, "2023-06-15", "2023-07-20")
    assert ledger(session, city, kind="report_due") == ["2023-07-20 report_due round handler waiting"]
    weekly(session, city, pace="daily", day="2023-07-20")
    tick(session, city.plan, "2023-07-21")
    assert sent(session, city)[-1] == "2023-07-21 2023-07-20 report_due handler"


def test_what_is_done_while_it_waits_is_not_sent(session: Session) -> None:
    city = one_task(session)
    weekly(session, city)
    tick_days(session, city.plan, "2023-06-15", "2023-07-20")
    report(session, city, "2023-07-21")
    tick_days(session, city.plan, "2023-07-21", "2023-07-24")
    assert ledger(session, city, kind="report_due") == ["2023-07-20 report_due round handler superseded"]


def test_what_waits_for_a_weekly_digest_costs_no_look_at_the_plan(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = one_task(session)
    weekly(session, city)
    tick_days(session, city.plan, "2023-06-15", "2023-07-20")
    monkeypatch.setattr("tracker.reminders.waiting.due_reminders", lambda *_: pytest.fail("asked"))
    assert tick(session, city.plan, "2023-07-21") == 0


# Absence


def test_the_deputy_gets_what_comes_on_these_days_and_nobody_gets_it_twice(session: Session) -> None:
    city = one_task(session)
    away(session, city, "2023-08-28", "2023-08-30")
    tick_days(session, city.plan, "2023-06-15", "2023-09-01")
    assert [line for line in sent(session, city) if "report_due" in line] == [
        "2023-07-20 2023-07-20 report_due handler",
        "2023-08-22 2023-08-22 report_due handler",
        "2023-08-30 2023-08-30 report_due leader",
        "2023-08-31 2023-08-31 report_due handler",
    ]
    (mail,) = [message for message in digests(session) if message.recipient == city.people["leader"].key]
    assert mail.context["instead_of"] == [{"name": city.people["handler"].name, "until": "2023-08-30"}]


def test_a_row_that_waits_for_somebody_who_is_away_by_then_goes_to_the_deputy(session: Session) -> None:
    city = one_task(session)
    weekly(session, city)
    tick_days(session, city.plan, "2023-06-15", "2023-07-20")
    away(session, city, "2023-07-21", "2023-07-31")
    tick_days(session, city.plan, "2023-07-21", "2023-07-31")
    assert ledger(session, city, kind="report_due") == [
        "2023-07-20 report_due round handler superseded",
        "2023-07-20 report_due round leader in_digest",
    ]
    assert sent(session, city, "leader") == ["2023-07-24 2023-07-20 report_due leader"]


def test_an_absence_that_is_taken_back_before_the_digest_gives_the_row_back(session: Session) -> None:
    city = one_task(session)
    absence = away(session, city, "2023-07-03", "2023-07-07")
    tick_days(session, city.plan, "2023-06-15", "2023-07-02")
    tick(session, city.plan, "2023-07-03", time(7))
    assert ledger(session, city, kind="round_opens") == ["2023-07-03 round_opens round leader waiting"]
    end_absence(session, city.people["handler"], at("2023-07-03", time(8)), absence_id=absence, version=1)
    tick(session, city.plan, "2023-07-03")
    assert ledger(session, city, kind="round_opens") == [
        "2023-07-03 round_opens round handler in_digest",
        "2023-07-03 round_opens round leader superseded",
    ]


def test_a_deputy_who_is_reminded_anyway_has_one_row_about_all_the_tasks(session: Session) -> None:
    city = one_task(session)
    city.people["colleague"] = make_person(session, city.units["市民政局"], "handler")
    away(session, city, "2023-07-03", "2023-07-07", deputy="colleague")
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    assert ledger(session, city, kind="round_opens") == ["2023-07-03 round_opens round colleague in_digest"]
    assert digests(session)[-1].context["instead_of"] == []


def test_a_supervisors_deputy_gets_what_is_to_verify(session: Session) -> None:
    city = one_task(session)
    for who in ("second_supervisor", "host_supervisor"):
        session.get_one(User, city.people[who].user_id).active = False
    city.people["deputy"] = make_person(session, city.units["残工委办公室"], "supervisor")
    away(session, city, "2023-10-30", "2023-11-03", who="supervisor", deputy="deputy")
    tick_days(session, city.plan, "2023-06-15", "2023-07-03")
    report(session, city, "2023-07-04")
    tick_days(session, city.plan, "2023-10-20", "2023-10-31")
    found = [line for line in sent(session, city) if "verify_due" in line]
    assert [line for line in found if line.endswith("supervisor")] == ["2023-10-20 2023-10-20 verify_due supervisor"]
    assert len([line for line in found if line.endswith("deputy")]) == 3


# The whole term, row for row


def crowd(session: Session) -> City:
    """A city with two tasks, whose handlers choose and go away in all manners; nobody acts."""
    city = living_city(
        session,
        [task_entry("1", ["市民政局", "市教育局"], deadline="2024-06-28"), task_entry("2", ["市残联", "市教育局"])],
    )
    city.people["colleague"] = make_person(session, city.units["市民政局"], "handler")
    city.people["other_deputy"] = make_person(session, city.units["市教育局"], "leader")
    for who in ("handler", "other_lead", "leader"):
        weekly(session, city, who)
    for year in range(2023, 2027):
        away(session, city, f"{year}-07-17", f"{year}-08-25")
        away(session, city, f"{year}-09-25", f"{year}-10-20")
        away(session, city, f"{year}-08-20", f"{year}-09-10", "other_lead", "other_deputy")
        away(session, city, f"{year}-08-01", f"{year}-08-31", "host_handler", "host_leader")
    away(session, city, "2024-05-06", "2024-06-30", "leader", "colleague")
    return city


def faults(session: Session, city: City, last: str = "2026-06-30") -> list[str]:
    """Where the ledger after the ticks differs from the rehearsal before them, and what is not exactly once."""
    rehearsed = rehearse(session, city.plan, date(2023, 6, 15), date.fromisoformat(last))
    expected = {
        (row.due.subject, row.due.kind, row.due.due_on, row.due.recipient.key, row.mail)
        for row in rehearsed
        if row.mail is not None
    }
    near = {row.due.due_on + timedelta(days=days) for row in rehearsed for days in range(-1, 21)}
    for day in sorted(day for day in near if day <= date.fromisoformat(last) and CHINA.is_working(day)):
        tick(session, city.plan, day)  # on the other days nothing is due and nothing waits
    days = {message.id: message.local_day for message in digests(session)}
    rows = session.scalars(select(Reminder)).all()
    told = {
        (row.subject, row.kind, row.due_on, row.recipient, f"digest {row.recipient} {days[row.message_id]}")
        for row in rows
        if row.message_id is not None
    }
    found = [f"not sent: {row}" for row in sorted(expected - told, key=str)]
    found += [f"not rehearsed: {row}" for row in sorted(told - expected, key=str)]
    found += [f"still waits: {row.kind} {row.due_on} {row.recipient}" for row in rows if row.state == "waiting"]
    away_now = snapshot_absences(session, city)
    found += [
        f"to somebody who is away: {message.recipient} {message.local_day}"
        for message in digests(session)
        if message.local_day is not None and away_now.of(message.recipient, message.local_day) is not None
    ]
    mails = Counter((message.recipient, message.local_day) for message in digests(session))
    return found + [f"twice: {key}" for key, number in mails.items() if number > 1]


def snapshot_absences(session: Session, city: City) -> Absences:
    return snapshot_of(session, session.get_one(Plan, city.plan.id)).absences


@pytest.mark.both_databases
def test_over_a_term_each_reminder_goes_exactly_once_to_who_is_there_on_the_day_that_was_rehearsed(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        city = crowd(session)
        assert faults(session, city) == []
        rows = session.scalars(select(Reminder)).all()
        assert Counter(row.state for row in rows)["in_digest"] > 60
        assert {names_of(city)[row.recipient] for row in rows if row.instead_of} >= {"leader", "other_deputy"}
        late = [row for row in rows if row.message_id is not None and weeks_late(session, row) > 0]
        assert len(late) > 8, "the weekly digests held something back"


def weeks_late(session: Session, row: Reminder) -> int:
    days = {message.id: message.local_day for message in digests(session)}
    day = days[row.message_id] if row.message_id is not None else None
    assert day is not None
    return (day - row.due_on) // timedelta(days=1)


def test_a_deputy_who_is_ignored_is_found(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the ledger's rows go to who is away."""
    city = crowd(session)
    monkeypatch.setattr("tracker.reminders.rules.standing_in", lambda _snapshot, dues, _day: list(dues))
    assert any(fault.startswith("to somebody who is away") for fault in faults(session, city, "2023-09-15"))


def test_a_weekly_row_that_is_never_sent_is_found(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: what waits for a weekly digest waits for ever."""
    city = crowd(session)
    held_back = waiting.due_by_now

    def lost(session: Session, now: Any, rows: Any, plans: Any) -> Any:
        return [row for row in held_back(session, now, rows, plans) if row.due_on == now.date()]

    monkeypatch.setattr("tracker.reminders.digest.due_by_now", lost)
    assert any(fault.startswith("not sent") for fault in faults(session, city, "2023-09-15"))


# What the page of reminders says


def test_the_lines_of_the_page_tell_the_day_of_the_weekly_digest(session: Session) -> None:
    city = one_task(session)
    weekly(session, city)
    tick_days(session, city.plan, "2023-06-15", "2023-07-19")
    span = (date(2023, 7, 20), date(2023, 8, 31))
    told = [
        (line.day.isoformat(), line.digest_on) for line in lines_of(ahead(session, city.plan, at("2023-07-19"), *span))
    ]
    assert told == [
        ("2023-07-20", date(2023, 7, 24)),
        ("2023-08-22", date(2023, 8, 24)),
        ("2023-08-30", None),
        ("2023-08-31", None),
    ]
    tick(session, city.plan, "2023-07-20")
    (line,) = lines_of(recorded(session, [city.plan], date(2023, 7, 20), date(2023, 7, 20)))
    assert (line.status, line.digest_on) == ("waiting", date(2023, 7, 24))
