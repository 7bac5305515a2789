"""The hours of mailing that a plan's rules set: when its digests are composed (docs/reminders.md, the window)."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_plan, plan_document, task_entry
from tests.services.reminding import at, digests, ledger, living_city, one_task, report, tick
from tracker.access import SYSTEM
from tracker.evaluations.commands import make_rounds
from tracker.plans.models import Plan
from tracker.plans.queries import task_row
from tracker.reminders.ruleset import DEFAULTS
from tracker.reminders.schemas import form_of
from tracker.reminders.setting import set_rules
from tracker.reminders.weekly import tell_weeks, weeks_to_tell
from tracker.workflows.commands import act, go_live

WEEK = "2023-10-30"
"""A Monday: a task is long overdue, which presses, and a report waits whose round is to be verified the next day."""
DAY = "2023-06-25"
"""市民政局 is reminded to acknowledge: the fifth working day after 15 June."""


def set_hours(session: Session, slug: str, opens: str, closes: str) -> None:
    form = {**form_of(DEFAULTS), "opens": opens, "closes": closes, "reason": "错峰发送"}
    set_rules(session, SYSTEM, at("2023-06-15"), slug=slug, number=0, data=form)


def two_plans(session: Session) -> tuple[City, list[Plan]]:
    """Two plans in each of which 市民政局 leads a task, and whose hours do not meet: 韶关 first, then sport."""
    city = one_task(session)
    document = plan_document("sport", "残工委办公室", [task_entry("1", ["市民政局"])], title="体育规划")
    sport = make_plan(session, city.region, document)
    make_rounds(session, SYSTEM, NOW, sport)
    go_live(session, city.people["supervisor"], at("2023-06-15"), slug="sport")
    set_hours(session, "shaoguan", "08:30", "09:30")
    set_hours(session, "sport", "14:00", "16:00")
    return city, [session.get_one(Plan, city.plan.id), sport]


def carried(session: Session, city: City) -> set[str]:
    """The plans in the one digest that the handler of 市民政局 has had."""
    [mail] = [mail for mail in digests(session) if mail.recipient == city.people["handler"].key]
    return {entry["slug"] for entry in mail.context["entries"]}


@pytest.mark.parametrize(
    ("clock", "composed"), [(time(9, 29), 0), (time(9, 30), 1), (time(11, 29), 1), (time(11, 30), 0)]
)
def test_a_digest_is_composed_in_the_hours_of_the_plan(session: Session, clock: time, composed: int) -> None:
    city = one_task(session)
    set_hours(session, "shaoguan", "09:30", "11:30")
    assert tick(session, city.plan, DAY, clock) == composed


def test_what_missed_the_hours_goes_on_the_next_working_day(session: Session) -> None:
    city = one_task(session)
    set_hours(session, "shaoguan", "09:30", "11:30")
    assert tick(session, city.plan, DAY, time(15)) == 0
    assert ledger(session, city) == [f"{DAY} unacknowledged 1 handler waiting"]
    assert tick(session, city.plan, "2023-06-26", time(9)) == 0
    assert tick(session, city.plan, "2023-06-26", time(10)) == 1
    assert ledger(session, city) == [f"{DAY} unacknowledged 1 handler in_digest"]


@pytest.mark.both_databases
def test_what_waited_for_another_plans_hours_goes_the_same_day_where_that_is_needed_no_more(session: Session) -> None:
    city, plans = two_plans(session)
    assert tick(session, plans, DAY, time(9)) == 0
    seen = {"ref": "1", "version": task_row(session, plans[1], "1").version}
    act(session, city.people["handler"], at(DAY, time(11)), slug="sport", trigger="acknowledge", data={}, **seen)
    assert tick(session, plans, DAY, time(12)) == 1
    assert carried(session, city) == {"shaoguan"}


def test_the_week_does_not_take_the_place_of_a_digest_that_is_still_to_come(session: Session) -> None:
    city = living_city(session, [task_entry("1", ["市民政局"]), task_entry("2", ["市教育局"], deadline="2023-07-20")])
    tick(session, city.plan, "2023-07-03")
    report(session, city, "2023-07-04")
    set_hours(session, "shaoguan", "14:00", "16:00")
    own = city.people["supervisor"].key
    for clock, composed in ((time(9), False), (time(13, 59), False), (time(14), True)):
        tick(session, city.plan, WEEK, clock)
        assert tell_weeks(session, at(WEEK, clock)) == 0
        mails = [mail for mail in digests(session) if (mail.recipient, str(mail.local_day)) == (own, WEEK)]
        assert bool(mails) == composed, clock
    assert mails[0].context["week"]["overdue"][0]["ref"] == "2"
    assert weeks_to_tell(session, at(WEEK, time(15))) == {}, "the week is told"


def test_the_week_is_a_mail_of_its_own_where_nothing_waits_for_the_hours(session: Session) -> None:
    city = one_task(session, deadline="2023-07-20")
    city.do(session, "handler", "1", "acknowledge", now=at("2023-06-16"))
    set_hours(session, "shaoguan", "14:00", "16:00")
    tick(session, city.plan, "2023-08-21", time(9))
    assert tell_weeks(session, at("2023-08-21", time(9))) == 3


@pytest.mark.both_databases
def test_who_has_several_plans_gets_one_mail_when_the_last_hours_open(session: Session) -> None:
    city, plans = two_plans(session)
    assert tick(session, plans, DAY, time(9)) == 0, "the other plan's hours are still to come"
    assert tick(session, plans, DAY, time(14)) == 1
    assert carried(session, city) == {"shaoguan", "sport"}
    assert tick(session, plans, DAY, time(15)) == 0
