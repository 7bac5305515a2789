"""The supervisors' weekly summary: once a week, at the foot of a digest or in its place, and only where it presses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import City, end_role
from tests.services.reminding import at, digests, living_city, one_task, report
from tests.services.reminding import tick as remind
from tracker.directory.models import Unit, User
from tracker.outbox.models import OutboxMessage
from tracker.reminders.models import Reminder, WeeklyMark
from tracker.reminders.weekly import tell_weeks, weeks_to_tell

DEADLINE = "2023-07-20"
SUPERVISORS = ("supervisor", "second_supervisor", "host_supervisor")


def tick(session: Session, city: City, day: str) -> int:
    """The reminders of a day and what follows them; returns how many summaries went out in the place of digests."""
    remind(session, city.plan, day)
    return tell_weeks(session, at(day))


def summaries(session: Session) -> list[OutboxMessage]:
    """The summaries that are mails of their own, by day and recipient."""
    statement = select(OutboxMessage).where(OutboxMessage.kind == "summary")
    return list(session.scalars(statement.order_by(OutboxMessage.local_day, OutboxMessage.recipient)))


def keys(city: City) -> list[str]:
    return [city.people[name].key for name in SUPERVISORS]


def week_of(mail: OutboxMessage) -> dict[str, Any]:
    week: Any = mail.context["week"]
    return dict(week)


def test_who_waits_for_nothing_gets_nothing(session: Session) -> None:
    city = one_task(session)
    assert tick(session, city, "2023-06-19") == 0
    mark = session.get_one(WeeklyMark, city.plan.id)
    assert mark.week == date(2023, 6, 19)
    assert weeks_to_tell(session, at("2023-06-20")) == {}, "the week is told"


@pytest.mark.both_databases
def test_a_task_overdue_for_more_than_four_weeks_is_told_of_once_a_week(session: Session) -> None:
    city = one_task(session, deadline=DEADLINE)
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-16"))
    assert tick(session, city, "2023-08-14") == 0, "three weeks and a half"
    for day, told in (("2023-08-21", 3), ("2023-08-22", 0), ("2023-08-25", 0), ("2023-08-28", 3)):
        assert tick(session, city, day) == told
    mails = summaries(session)
    assert [(mail.local_day, mail.recipient) for mail in mails] == [
        (date(2023, 8, day), key) for day in (21, 28) for key in sorted(keys(city))
    ]
    assert week_of(mails[0])["overdue"] == [
        {
            "ref": "1",
            "text": "第1项重点任务。",
            "path": "/plans/shaoguan/tasks/1",
            "since": DEADLINE,
            "unit": "市民政局",
        }
    ]
    report(session, city, "2023-08-29")
    assert tick(session, city, "2023-09-04") == 0, "it is overdue no more"


def test_it_goes_on_the_first_working_day_of_the_week_and_later_where_nobody_ticked(session: Session) -> None:
    city = one_task(session, deadline=DEADLINE)
    for day in ("2023-10-02", "2023-10-06"):
        assert tick(session, city, day) == 0, "the National Day holidays"
    assert tick(session, city, "2023-10-07") == 3, "a Saturday that works"
    assert tick(session, city, "2023-10-08") == 0
    assert tick(session, city, "2023-10-11") == 3, "the scheduler stood still on Monday and Tuesday"
    assert tell_weeks(session, at("2023-10-16").replace(hour=0)) == 0, "08:00 is before the window"


def test_a_digest_of_the_weeks_first_day_bears_it(session: Session) -> None:
    """On 30 October, a Monday, a report waits whose round is to be verified the next day."""
    city, day = living_city(session), date(2023, 10, 30)
    tick(session, city, "2023-07-03")
    report(session, city, "2023-07-04")
    assert tick(session, city, "2023-10-30") == 0
    own = {mail.recipient: mail for mail in digests(session) if mail.local_day == day}
    assert set(keys(city)) <= set(own)
    for key in keys(city):
        assert week_of(own[key])["first"] == "2023-10-23"
    assert [mail for recipient, mail in own.items() if recipient not in keys(city) and mail.context.get("week")] == []


def test_what_comes_due_after_it_waits_for_the_next_days_digest(session: Session) -> None:
    city = one_task(session, deadline=DEADLINE)
    assert tick(session, city, "2023-08-21") == 3
    key = city.people["supervisor"].key
    session.add(
        Reminder(
            plan_id=city.plan.id,
            subject=f"task:{city.row(session, '1').task_id}",
            kind="overdue",
            due_on=date(2023, 8, 21),
            recipient=key,
            target_on=date(2023, 7, 20),
            step=4,
            state="waiting",
            created_at=at("2023-08-21"),
        )
    )
    session.flush()
    remind(session, city.plan, "2023-08-21")
    assert [mail for mail in digests(session) if mail.recipient == key] == []


def test_a_person_has_one_digest_or_summary_a_day(session: Session) -> None:
    city = one_task(session, deadline=DEADLINE)
    other = city.people["supervisor"]
    tick(session, city, "2023-08-14")
    donor = digests(session)[0]
    donor.recipient, donor.local_day = other.key, date(2023, 8, 21)
    session.flush()
    assert tell_weeks(session, at("2023-08-21")) == 2
    assert other.key not in {mail.recipient for mail in summaries(session)}


def test_it_counts_what_went_out_last_week_and_names_what_failed_and_who_is_not_reached(session: Session) -> None:
    city = living_city(session)
    for name in ("handler", "leader"):
        end_role(session, session.get_one(User, city.people[name].user_id), name)
    assert session.get_one(Unit, city.units["市民政局"].id).mailbox is None
    tick(session, city, "2023-07-03")
    sent = update(OutboxMessage).where(OutboxMessage.kind == "digest")
    session.execute(sent.values(state="sent", sent_at=at("2023-07-03")))
    session.execute(sent.where(OutboxMessage.recipient == city.people["other_lead"].key).values(state="dead"))
    number = len(digests(session))
    rows = session.scalars(select(Reminder.id).where(Reminder.state == "in_digest")).all()
    assert number > 0
    assert tick(session, city, "2023-07-10") == 3
    week = week_of(summaries(session)[0])
    assert (week["first"], week["last"]) == ("2023-07-03", "2023-07-09")
    assert (week["mails"], week["reminders"]) == (number, len(rows))
    assert week["failed"] == ["市教育局 经办人"]
    assert week["unreached"] == ["市民政局"]
    assert week["overdue"] == []


def test_another_regions_failures_are_not_told(session: Session) -> None:
    city = one_task(session, deadline=DEADLINE)
    tick(session, city, "2023-08-14")
    donor = digests(session)[0]
    donor.recipient, donor.state = city.people["another_region"].key, "dead"
    session.flush()
    assert tick(session, city, "2023-08-21") == 3
    assert week_of(summaries(session)[0])["failed"] == []
