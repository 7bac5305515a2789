"""The one command path: what each act leaves behind, in the history, in the reports and in the rounds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import COMPLETION, NOW, REPORT, City, make_city
from tests.services.acting import acts, to_reported, versions
from tracker import audit
from tracker.plans.models import Round
from tracker.reporting.models import RoundReport
from tracker.reporting.queries import reports_of
from tracker.workflows.commands import enter_round
from tracker.workflows.queries import history_of


@pytest.fixture
def city(session: Session) -> City:
    """A living city: tasks 1 to 3 are assigned, 4 waits for units."""
    made = make_city(session)
    made.go_live(session)
    return made


def test_history_has_one_row_a_version_with_who_acted_for_which_unit(session: Session, city: City) -> None:
    to_reported(session, city, "1")
    city.do(session, "supervisor", "1", "return", reason="请补充数据")
    city.do(session, "leader", "1", "report", **COMPLETION)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "close_out")
    assert acts(session, city, "1") == [
        (1, "dispatch", "pending_dispatch", "assigned"),
        (2, "acknowledge", "assigned", "in_progress"),
        (3, "report", "in_progress", "reported"),
        (4, "return", "reported", "in_progress"),
        (5, "report", "in_progress", "reported"),
        (6, "verify", "reported", "verified"),
        (7, "close_out", "verified", "closed_out"),
    ]
    history = history_of(session, city.row(session, "1").task_id)
    assert [entry.unit.name if entry.unit else None for entry in history] == [
        *("残工委办公室", "市民政局", "市民政局", "残工委办公室", "市民政局", "残工委办公室", "残工委办公室")
    ]
    assert [entry.reason for entry in history if entry.reason] == ["请补充数据"]
    row = city.row(session, "1")
    assert (row.state, row.version, row.completion_verified) == ("closed_out", 7, True)
    assert audit.broken_chains(session) == []


def test_the_report_of_each_act_stands_in_the_history(session: Session, city: City) -> None:
    to_reported(session, city, "1")
    city.do(session, "supervisor", "1", "return", reason="补充")
    city.do(session, "handler", "1", "report", **REPORT)
    first, second = reversed(reports_of(session, city.row(session, "1").task_id))
    history = history_of(session, city.row(session, "1").task_id)
    assert [entry.report_id for entry in history] == [None, None, first.id, first.id, second.id]


@pytest.mark.parametrize("back", ["return", "withdraw"])
def test_after_return_or_withdrawal_comes_a_new_version_after_verifying_a_new_report(
    session: Session, city: City, back: str
) -> None:
    to_reported(session, city, "1")
    who, data = ("supervisor", {"reason": "补充"}) if back == "return" else ("handler", {})
    city.do(session, who, "1", back, **data)
    city.do(session, "handler", "1", "report", **REPORT)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "handler", "1", "report", **REPORT)
    assert city.row(session, "1").state == "reported"
    assert versions(session, city, "1") == [(1, 1), (1, 2), (2, 1)]


def test_reopening_begins_a_new_report(session: Session, city: City) -> None:
    to_reported(session, city, "1")
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "reopen", reason="回头看")
    city.do(session, "handler", "1", "report", **REPORT)
    assert versions(session, city, "1") == [(1, 1), (2, 1)]


def test_reopening_a_closed_task_takes_the_verified_completion_back(session: Session, city: City) -> None:
    to_reported(session, city, "1", **COMPLETION)
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "1", "close_out")
    city.do(session, "supervisor", "1", "reopen", reason="回头看")
    row = city.row(session, "1")
    assert (row.state, row.completion_verified) == ("in_progress", False)


def test_a_record_keeps_the_state_and_the_instant_it_was_entered(session: Session, city: City) -> None:
    before = city.row(session, "1")
    city.do(session, "other_lead", "1", "acknowledge", now=NOW + timedelta(days=1))
    after = city.row(session, "1")
    assert (after.state, after.entered_at, after.version) == (before.state, before.entered_at, before.version + 1)


def test_a_report_counts_in_the_current_round_and_one_that_waits_is_carried_into_it(
    session: Session, city: City
) -> None:
    to_reported(session, city, "1")
    round_ = Round(
        plan_id=city.plan.id, kind="mid_term", year=2023, opens_on=date(2023, 7, 3), report_due_on=date(2023, 8, 31),
        verify_due_on=date(2023, 10, 31), disclosure_on=date(2023, 11, 30), dates_are_default=True, state="open",
    )  # fmt: skip
    session.add(round_)
    session.flush()
    enter_round(session, NOW, city.plan, round_)
    to_reported(session, city, "3")
    counted = session.scalars(select(RoundReport).order_by(RoundReport.report_id)).all()
    refs = {city.row(session, ref).current_report_id: ref for ref in "13"}
    assert [(refs[entry.report_id], entry.carried) for entry in counted] == [("1", True), ("3", False)]


def test_a_round_that_opens_reopens_what_was_verified_and_takes_no_completion_back(
    session: Session, city: City
) -> None:
    for ref, who in (("1", "handler"), ("3", "handler")):
        to_reported(session, city, ref, who, **COMPLETION)
        if ref == "3":
            city.do(session, "second_supervisor", ref, "first_check")
        city.do(session, "supervisor", ref, "verify")
    city.do(session, "supervisor", "3", "close_out")
    round_ = Round(
        plan_id=city.plan.id, kind="annual", year=2022, opens_on=date(2023, 7, 3), report_due_on=date(2023, 8, 31),
        verify_due_on=date(2023, 10, 31), disclosure_on=date(2023, 11, 30), dates_are_default=True, state="open",
    )  # fmt: skip
    session.add(round_)
    session.flush()
    enter_round(session, NOW, city.plan, round_)
    assert [city.row(session, ref).state for ref in "1234"] == [
        *("in_progress", "assigned", "closed_out", "pending_dispatch")
    ]
    assert city.row(session, "1").completion_verified is True
    last = history_of(session, city.row(session, "1").task_id)[-1]
    assert (last.trigger, last.actor_id, last.round_id) == ("reopen", None, round_.id)
    city.do(session, "handler", "1", "report", **REPORT)
    assert versions(session, city, "1") == [(1, 1), (2, 1)]
