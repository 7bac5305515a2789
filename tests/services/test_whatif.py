"""What another date does to the reminders to come, before it is saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import City, task_entry
from tests.services.reminding import living_city, names_of
from tracker.evaluations.rounds import RoundRow
from tracker.plans.models import Round
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import Rehearsed, rehearse
from tracker.reminders.rules import Snapshot
from tracker.reminders.snapshot import snapshot_of
from tracker.reminders.whatif import difference, load_of, rehearse_with

FIRST, LAST = date(2023, 6, 16), date(2024, 3, 31)


@pytest.fixture
def city(session: Session) -> City:
    """市民政局 has two tasks, one with a deadline; 市教育局 has one."""
    entries = [
        task_entry("1", ["市民政局"]),
        task_entry("2", ["市民政局"], deadline="2023-12-31"),
        task_entry("3", ["市教育局"]),
    ]
    return living_city(session, entries)


def with_mid_term(snapshot: Snapshot, **dates: date) -> tuple[RoundRow, ...]:
    """The rounds with other days of the mid-term one."""
    return tuple(replace(row, **dates) if row.kind == "mid_term" else row for row in snapshot.rounds)


def said(city: City, rows: tuple[Rehearsed, ...]) -> list[str]:
    names = names_of(city)
    return [f"{row.due.due_on} {row.due.kind} {row.due.step} {names[row.due.recipient.key]}" for row in rows]


def test_nothing_changed_is_no_difference_and_the_rehearsal_itself(session: Session, city: City) -> None:
    snapshot = snapshot_of(session, city.plan)
    rows = rehearse_with(snapshot, FIRST, LAST)
    assert rows == rehearse(session, city.plan, FIRST, LAST)
    assert len(rows) > 30
    found = difference(rows, rows)
    assert not found
    assert found.before == found.after == load_of(rows)


def test_a_later_report_day_moves_its_series_and_the_weeks_after_it(session: Session, city: City) -> None:
    snapshot = snapshot_of(session, city.plan)
    later = with_mid_term(snapshot, report_due_on=date(2023, 9, 28))
    found = difference(rehearse_with(snapshot, FIRST, LAST), rehearse_with(snapshot, FIRST, LAST, rounds=later))
    names = names_of(city)
    moves = [
        (pair.before.due.step, str(pair.before.due.due_on), str(pair.after.due.due_on))
        for pair in found.moved
        if pair.after.due.kind == "report_due" and names[pair.after.due.recipient.key] == "handler"
    ]
    assert moves == [
        (30, "2023-07-20", "2023-08-17"),
        (7, "2023-08-22", "2023-09-19"),
        (1, "2023-08-30", "2023-09-27"),
        (0, "2023-08-31", "2023-09-28"),
    ]
    assert {pair.after.due.kind for pair in found.moved} == {"report_due", "overdue"}
    assert not found.added
    assert not found.removed
    assert session.scalar(select(func.count()).select_from(Reminder)) == 0, "nothing is saved"
    assert session.scalars(select(Round.report_due_on).where(Round.kind == "mid_term")).one() == date(2023, 8, 31)


def test_a_shorter_round_loses_its_far_step(session: Session, city: City) -> None:
    snapshot = snapshot_of(session, city.plan)
    shorter = with_mid_term(snapshot, report_due_on=date(2023, 7, 31))
    found = difference(rehearse_with(snapshot, FIRST, LAST), rehearse_with(snapshot, FIRST, LAST, rounds=shorter))
    assert said(city, found.removed) == ["2023-07-20 report_due 30 handler", "2023-07-20 report_due 30 other_lead"]
    back = difference(rehearse_with(snapshot, FIRST, LAST, rounds=shorter), rehearse_with(snapshot, FIRST, LAST))
    assert said(city, back.added) == said(city, found.removed)


def test_each_row_is_accounted_for_once(session: Session, city: City) -> None:
    snapshot = snapshot_of(session, city.plan)
    old = rehearse_with(snapshot, FIRST, LAST)
    new = rehearse_with(snapshot, FIRST, LAST, rounds=with_mid_term(snapshot, report_due_on=date(2023, 9, 5)))
    found = difference(old, new)
    assert len(old) - len(found.removed) + len(found.added) == len(new)
    turned = {row.due.key for row in old} - {row.due.key for row in found.removed}
    turned = turned - {pair.before.due.key for pair in found.moved} | {pair.after.due.key for pair in found.moved}
    assert turned | {row.due.key for row in found.added} == {row.due.key for row in new}


def test_the_load_counts_reminders_by_month_and_mails_by_person(session: Session, city: City) -> None:
    rows = rehearse_with(snapshot_of(session, city.plan), FIRST, date(2023, 8, 31))
    load = load_of(rows)
    assert load.months == {date(2023, 6, 1): 3, date(2023, 7, 1): 4, date(2023, 8, 1): 6}
    assert names_of(city)[load.heaviest or ""] in ("handler", "other_lead")
    assert load.mails == 6
    assert load_of([]).heaviest is None


def test_months_stand_side_by_side(session: Session, city: City) -> None:
    snapshot = snapshot_of(session, city.plan)
    later = with_mid_term(snapshot, report_due_on=date(2023, 9, 28))
    found = difference(
        rehearse_with(snapshot, FIRST, date(2023, 8, 31)),
        rehearse_with(snapshot, FIRST, date(2023, 8, 31), rounds=later),
    )
    assert found.months == [(date(2023, 6, 1), 3, 3), (date(2023, 7, 1), 4, 2), (date(2023, 8, 1), 6, 2)]
