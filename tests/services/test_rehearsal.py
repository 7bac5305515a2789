"""The rehearsal says what the ticks then do, row for row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, load_seed
from tests.services.rehearsing import FIRST, LAST, Line, baise, done, people, rehearsed, shaoguan
from tests.services.reminding import at, living_city, one_task, tick, tick_days
from tracker.access import SYSTEM
from tracker.evaluations.commands import make_rounds
from tracker.plans.models import Plan, Round
from tracker.reminders.models import Reminder
from tracker.reminders.rules import Snapshot
from tracker.reminders.snapshot import snapshot_of
from tracker.workdays.calendar import Calendar
from tracker.workflows.commands import go_live


def compare(session: Session, make: Callable[[Session], Plan]) -> list[Line]:
    """Rehearse a plan, then tick every day of the span, and compare row for row."""
    plan = make(session)
    expected = rehearsed(session, plan)
    assert session.scalar(select(func.count()).select_from(Reminder)) == 0, "a rehearsal writes nothing"
    tick_days(session, plan, FIRST, LAST)
    assert done(session, plan) == expected
    return expected


@pytest.mark.parametrize(
    ("make", "kinds"),
    [
        (shaoguan, {"round_opens", "report_due", "verify_due", "unacknowledged", "overdue"}),
        (baise, {"round_opens", "report_due", "verify_due", "unacknowledged", "overdue"}),
    ],
)
def test_what_the_ticks_do_is_what_the_rehearsal_said(
    session: Session, make: Callable[[Session], Plan], kinds: set[str]
) -> None:
    lines = compare(session, make)
    assert {kind for _, kind, _, _, _ in lines} == kinds
    assert None in {mail for *_, mail in lines}, "a unit that nobody can reach is in the rehearsal, without a mail"
    assert any(mail is not None and mail.startswith("digest unit:") for *_, mail in lines)


def test_the_annual_round_of_baise_is_rehearsed_too(session: Session) -> None:
    plan = baise(session)
    annual = session.scalars(select(Round).where(Round.plan_id == plan.id, Round.year == 2023, Round.kind == "annual"))
    subject = f"round:{annual.one().id}"
    days = sorted({(day, kind) for day, kind, about, _, _ in rehearsed(session, plan) if about == subject})
    assert days == [
        ("2024-01-02", "round_opens"),
        ("2024-01-22", "report_due"),
        ("2024-01-30", "report_due"),
        ("2024-01-31", "report_due"),
        ("2024-02-20", "verify_due"),
        ("2024-02-28", "verify_due"),
        ("2024-02-29", "verify_due"),
    ]


def without_free_days(session: Session, plan: Plan) -> Snapshot:
    """The plan's snapshot with a planted defect: nothing but Saturdays and Sundays is free."""
    return replace(snapshot_of(session, plan), calendar=Calendar(announced=range(2020, 2030)))


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        pytest.param("rehearsal.advanced", lambda snapshot, today: snapshot, id="rounds-do-not-open"),
        pytest.param("ledger.days_to_ask", lambda live_on, through, today: [], id="no-day-is-asked"),
        pytest.param("horizon.opens_week", lambda day, calendar: day.weekday() == 0, id="a-week-begins-on-monday"),
        pytest.param("ledger.snapshot_of", without_free_days, id="free-weekdays-are-working-days"),
    ],
)
def test_a_rehearsal_or_a_tick_with_a_rule_of_its_own_is_found_out(
    session: Session, monkeypatch: pytest.MonkeyPatch, rule: str, broken: Callable[..., Any]
) -> None:
    city = one_task(session, "2023-12-31")
    expected = rehearsed(session, city.plan)
    monkeypatch.setattr(f"tracker.reminders.{rule}", broken)
    if rule.startswith("rehearsal"):
        expected = rehearsed(session, city.plan)
    tick_days(session, city.plan, FIRST, LAST)
    with pytest.raises(AssertionError):
        assert done(session, city.plan) == expected


def test_a_plan_that_is_not_live_is_rehearsed_as_going_live_on_the_first_day(session: Session) -> None:
    plan = load_seed(session, "shaoguan")
    make_rounds(session, SYSTEM, NOW, plan)
    handlers = people(session, plan)
    expected = rehearsed(session, plan)
    assert plan.live_since is None
    go_live(session, handlers[-1], at(FIRST), slug="shaoguan")
    tick_days(session, plan, FIRST, LAST)
    assert done(session, plan) == expected
    unacknowledged = [line for line in expected if line[1] == "unacknowledged"]
    assert {line[0] for line in unacknowledged} == {"2023-06-25"}


def test_a_rehearsal_of_days_past_takes_the_rounds_back(session: Session) -> None:
    city = one_task(session)
    before = rehearsed(session, city.plan)
    tick_days(session, city.plan, FIRST, "2023-12-31")
    assert rehearsed(session, city.plan) == before


def test_a_rehearsal_may_begin_on_any_later_day(session: Session) -> None:
    city = living_city(session)
    tick(session, city.plan, FIRST)
    whole = [line for line in rehearsed(session, city.plan) if line[0] >= "2023-08-22"]
    assert rehearsed(session, city.plan, "2023-08-22") == whole
