"""Why a mail came on a day, or when it comes: every sentence, from databases that were really ticked."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories import make_unit, task_entry
from tests.services.explaining import ZONE, deliver, explained, pass_days, said, set_deadline
from tests.services.reminding import at, living_city, one_task, report, tick
from tracker.i18n import CHINESE
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Round
from tracker.workdays.calendar import CHINA

LATER = "the digest of its day had gone, or none was composed."


@pytest.mark.both_databases
def test_sent_in_the_digest_of_the_day(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-31")
    deliver(session)
    assert said(session, city, "2023-08-22") == [
        "7 working days before the reports are due: Sent at 08:31 on 22 August 2023, in the digest of that day."
    ]
    sentence = explained(session, city, "2023-08-22").sentences[0]
    assert sentence.text(CHINESE, ZONE) == "已于2023年8月22日 08:31发出，在当天的每日汇总中。"
    assert session.get_one(OutboxMessage, sentence.message_id).local_day == date(2023, 8, 22)


@pytest.mark.both_databases
def test_merged_with_the_others_of_the_person(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"], deadline="2023-08-31"), task_entry("2", ["市民政局"])])
    pass_days(session, city, "2023-06-15", "2023-08-31")
    deliver(session)
    assert said(session, city, "2023-08-22") == [
        "7 working days before the reports are due: Sent at 08:31 on 22 August 2023, in the digest of that day.",
        "7 working days before the reports are due: One mail a person and day: it was merged with others,"
        " 2 reminders in all.",
        "7 working days before the deadline: Sent at 08:31 on 22 August 2023, in the digest of that day.",
        "7 working days before the deadline: One mail a person and day: it was merged with others, 2 reminders in all.",
    ]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("pending", "In the digest of 22 August 2023, which is being handed over."),
        ("unknown", "In the digest of 22 August 2023; it is not known whether that arrived."),
        ("dead", "In the digest of 22 August 2023, which could not be delivered: 550"),
    ],
)
def test_a_mail_that_has_not_arrived(session: Session, state: str, words: str) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-22")
    deliver(session, state)
    assert said(session, city, "2023-08-22") == [f"7 working days before the reports are due: {words}"]


def test_what_became_due_after_the_digest_went_the_working_day_after(session: Session) -> None:
    city = living_city(session, [task_entry(ref, ["市民政局"], deadline="2023-08-31") for ref in ("1", "2")])
    report(session, city, "2023-08-21", "1")
    pass_days(session, city, "2023-06-15", "2023-08-22")
    city.do(session, "supervisor", "1", "return", now=at("2023-08-22", time(10)), reason="请补充。")
    tick(session, city.plan, "2023-08-22", time(11))
    assert said(session, city, "2023-08-22", now="2023-08-22", clock="11")[0] == (
        "7 working days before the deadline: Waits for the next digest, which goes out on 23 August 2023 after 08:30."
    )
    tick(session, city.plan, "2023-08-23")
    deliver(session)
    assert said(session, city, "2023-08-22")[0] == (
        f"7 working days before the deadline: Due on 22 August 2023, sent at 08:31 on 23 August 2023: {LATER}"
    )
    assert said(session, city, "2023-08-22")[-1] == (
        "7 working days before the reports are due: Not needed: reported on 21 August 2023."
    )


def test_a_day_on_which_an_outage_ended(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-20")
    tick(session, city.plan, "2023-08-23")
    deliver(session)
    words = f"Due on 22 August 2023, sent at 08:31 on 23 August 2023: {LATER}"
    about = "7 working days before the reports are due"
    assert said(session, city, "2023-08-22") == [f"{about}: {words}"]
    assert said(session, city, "2023-08-23") == said(session, city, "2023-08-22")


@pytest.mark.both_databases
def test_superseded_by_a_newer_one_after_an_outage(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-20")
    tick(session, city.plan, "2023-08-31")
    deliver(session)
    words = "Superseded by the newer one of 31 August 2023: of a series only the newest is sent."
    assert said(session, city, "2023-08-22") == [f"7 working days before the reports are due: {words}"]


def test_waits_for_the_digest(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-21")
    tick(session, city.plan, "2023-08-22", time(7))
    assert said(session, city, "2023-08-22", now="2023-08-22") == [
        "7 working days before the reports are due: Waits for the next digest,"
        " which goes out on 22 August 2023 after 08:30."
    ]


def test_nobody_to_send_to(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"])])
    unit = make_unit(session, city.region, "市总工会")
    city.units[unit.name] = unit
    silent = {"leads": [unit.id], "supports": [], "reason": "职能调整"}
    city.do(session, "supervisor", "1", "reassign", now=at("2023-06-16"), **silent)
    pass_days(session, city, "2023-06-15", "2023-08-22")
    asked = said(session, city, "2023-08-22", who="市总工会")
    words = "Nobody to send it to: 市总工会 has neither a contact nor a mailbox."
    assert asked == [f"7 working days before the reports are due: {words}"]
    assert said(session, city, "2023-08-31", who="市总工会", now="2023-08-22") == [f"Reports are due: {words}"]


@pytest.mark.both_databases
def test_still_to_come(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-24")
    assert said(session, city, "2023-08-30", now="2023-08-24") == [
        "1 working day before the reports are due: Still to come, in the digest of 30 August 2023,"
        " unless it is done before."
    ]
    days = explained(session, city, "2023-08-30", now="2023-08-24").days
    assert [day.isoformat() for day in days if day.year == 2023] == [
        "2023-06-25", "2023-07-03", "2023-07-20", "2023-08-22", "2023-08-30", "2023-08-31",
        "2023-09-04", "2023-09-11", "2023-09-18", "2023-09-25",
    ]  # fmt: skip


def test_a_year_without_data_is_provisional(session: Session) -> None:
    city = one_task(session)
    set_deadline(session, city, "2027-06-30", at("2023-06-15", time(10)))
    tick(session, city.plan, "2023-06-15", time(11))
    assert said(session, city, "2027-06-30", now="2023-06-15") == [
        "The task's deadline: Still to come, in the digest of 30 June 2027, unless it is done before.",
        "The holidays of 2027 are not announced yet, so the day is provisional.",
    ]


def test_before_going_live(session: Session) -> None:
    city = one_task(session)
    words = "Held back: the plan was not live. It went live on 15 June 2023, and nothing is owed for days before."
    assert said(session, city, "2023-06-12")[0] == words
    city.plan.live_since = None
    assert said(session, city, "2023-08-22") == [
        "Held back: the plan is not live yet. Nothing is owed before it goes live."
    ]


@pytest.mark.both_databases
def test_a_free_day_went_the_working_day_before(session: Session) -> None:
    city = one_task(session, "2023-12-31")
    pass_days(session, city, "2023-06-15", "2023-12-31")
    assert said(session, city, "2023-12-31", now="2024-01-02") == [
        "A free day: nothing goes out. What falls on it goes the working day before, 29 December 2023.",
        "The last one before this day: 29 December 2023.",
        "The next one after this day: 2 January 2024.",
    ]


def test_before_the_round_opens(session: Session) -> None:
    city = one_task(session)
    session.execute(update(Round).where(Round.kind == "mid_term").values(report_due_on=date(2023, 7, 31)))
    pass_days(session, city, "2023-06-15", "2023-07-31")
    day = CHINA.shift(date(2023, 7, 31), -30)
    assert "2023-06-15" < day.isoformat() < "2023-07-03"
    assert said(session, city, day.isoformat())[0] == (
        "The day lies before the round opens, on 3 July 2023: nothing is owed in it yet."
    )


def test_nothing_due_names_the_nearest_days(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-08-24")
    assert said(session, city, "2023-08-24", now="2023-08-24") == [
        "Nothing is due on this day.",
        "The last one before this day: 22 August 2023.",
        "The next one after this day: 30 August 2023.",
    ]


def test_four_weeks_of_overdue(session: Session) -> None:
    city = one_task(session)
    pass_days(session, city, "2023-06-15", "2023-10-09")
    assert said(session, city, "2023-10-07", now="2023-10-10")[0] == (
        "Overdue is said in 4 weeks; after them it stands on the supervisor's list only."
    )
