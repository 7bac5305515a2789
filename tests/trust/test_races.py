"""Eight processes at one task: exactly one wins, the others are told that they came too late.  On both databases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import NOW, REPORT, City, make_city, make_person, task_entry
from tests.services.reminding import at
from tests.trust.racers import Race, Racer, run
from tracker import audit
from tracker.access import SYSTEM, Actor
from tracker.db import db, transaction
from tracker.evaluations.commands import advance_rounds, make_rounds
from tracker.idempotency import IdempotencyKey
from tracker.outbox.models import OutboxMessage
from tracker.plans.queries import task_rows
from tracker.workflows.models import HistoryEntry

PROCESSES = 8


def reported_tasks(app: Flask, count: int, processes: int) -> tuple[City, list[Actor]]:
    """``count`` reported tasks at version 3 and a supervisor for each process."""
    with app.app_context(), transaction() as session:
        city = make_city(session, [task_entry(str(number), ["市民政局"]) for number in range(count)])
        city.go_live(session)
        for number in range(count):
            city.do(session, "handler", str(number), "acknowledge")
            city.do(session, "handler", str(number), "report", **REPORT)
        office = city.units["残工委办公室"]
        return city, [make_person(session, office, "supervisor") for _ in range(processes)]


def by_race(outcomes: list[list[Any]]) -> list[list[Any]]:
    """What every racer got, race by race."""
    return [list(results) for results in zip(*outcomes, strict=True)]


def complaints(outcomes: list[list[Any]]) -> list[str]:
    """What is wrong with the outcomes of races to verify: one winner and StaleVersion for everybody else, each time."""
    wrong = []
    for number, results in enumerate(outcomes):
        wins = [result for result in results if isinstance(result, dict)]
        losers = {result for result in results if not isinstance(result, dict)}
        if wins != [{"ref": str(number), "state": "verified", "version": 4}]:
            wrong.append(f"race {number}: {len(wins)} winners: {wins}")
        if losers != {"StaleVersion"}:
            wrong.append(f"race {number}: the losers got {sorted(losers)}")
    return wrong


def tasks_as_they_stand(city: City) -> set[tuple[str, int]]:
    """The (state, version) pairs among the tasks."""
    return {(row.state, row.version) for row in task_rows(db.session, [city.plan.id])}


@pytest.mark.timeout(1800)
@pytest.mark.both_databases
def test_of_eight_at_once_one_wins_and_one_form_sent_eight_times_is_done_once(
    app: Flask, database_url: str, tmp_path: Path, long_form: bool
) -> None:
    rounds = 200 if long_form else 8
    city, supervisors = reported_tasks(app, 2 * rounds, PROCESSES)
    races = [Race(str(number), "verify", 3) for number in range(rounds)]
    same_form = [
        Race(str(number), "verify", 3, key=f"form-{number}", actor=supervisors[0])
        for number in range(rounds, 2 * rounds)
    ]
    outcomes = by_race(run([Racer(database_url, tmp_path, actor, (*races, *same_form)) for actor in supervisors]))
    assert len(outcomes) == 2 * rounds
    assert complaints(outcomes[:rounds]) == []
    answers = [{"ref": race.ref, "state": "verified", "version": 4} for race in same_form]
    assert outcomes[rounds:] == [[answer] * PROCESSES for answer in answers]
    with app.app_context():
        assert tasks_as_they_stand(city) == {("verified", 4)}
        statement = select(func.count(), func.max(HistoryEntry.version)).group_by(HistoryEntry.task_id)
        assert {tuple(row) for row in db.session.execute(statement)} == {(4, 4)}
        verified = select(func.count()).select_from(HistoryEntry).where(HistoryEntry.trigger == "verify")
        assert db.session.scalar(verified) == 2 * rounds
        assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == rounds
        assert audit.broken_chains(db.session) == []


@pytest.mark.both_databases
def test_of_four_who_start_a_plan_at_once_one_dispatches_it(app: Flask, database_url: str, tmp_path: Path) -> None:
    with app.app_context(), transaction() as session:
        city = make_city(session)
        office = city.units["残工委办公室"]
        supervisors = [make_person(session, office, "supervisor") for _ in range(4)]
    races = (Race("", "go_live", 0),)
    outcomes = by_race(run([Racer(database_url, tmp_path, actor, races) for actor in supervisors]))[0]
    assert sorted(outcomes, key=lambda answer: answer["mails"]) == [
        *[{"dispatched": [], "without_lead": [], "mails": 0}] * 3,
        {"dispatched": ["1", "2", "3"], "without_lead": ["4"], "mails": 7},
    ]
    with app.app_context():
        assert tasks_as_they_stand(city) == {("assigned", 1), ("pending_dispatch", 0)}
        assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 7
        assert audit.broken_chains(db.session) == []


@pytest.mark.both_databases
def test_an_act_on_many_tasks_and_acts_on_single_ones_never_wait_for_each_other(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    count = 40
    with app.app_context(), transaction() as session:
        city = make_city(session, [task_entry(str(number), ["市民政局"]) for number in range(count)])
    reason = (("reason", "任务取消"),)
    single = [Race(str(number), "terminate", 0, data=reason, waits=False) for number in reversed(range(10, count))]
    first = replace(single[0], waits=True)
    supervisor, second = city.people["supervisor"], city.people["second_supervisor"]
    live, *ended = run(
        [
            Racer(database_url, tmp_path, supervisor, (Race("", "go_live", 0),)),
            Racer(database_url, tmp_path, second, (first, *single[1::2])),
            Racer(database_url, tmp_path, second, (first, *single[2::2])),
        ]
    )
    assert isinstance(live[0], dict), live
    outcomes = {outcome if isinstance(outcome, str) else outcome["state"] for results in ended for outcome in results}
    assert outcomes <= {"terminated", "StaleVersion"}
    with app.app_context():
        states = [row.state for row in task_rows(db.session, [city.plan.id])]
        assert len(live[0]["dispatched"]) == states.count("assigned") >= 10
        assert set(states) <= {"assigned", "terminated"}
        assert audit.broken_chains(db.session) == []


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_report_and_the_end_of_its_round_do_not_wait_for_each_other(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    """SQLite lets one writer in at a time; PostgreSQL would end one of two that wait for each other."""
    with app.app_context(), transaction() as session:
        city = make_city(session)
        make_rounds(session, SYSTEM, NOW, city.plan)
        city.go_live(session)
        advance_rounds(session, at("2023-07-03"), city.plan)
        city.do(session, "handler", "1", "acknowledge")
    late = at("2023-09-01")
    filed = Race("1", "report", 2, data=tuple(REPORT.items()), waits=False, now=late)
    reported, ended = run(
        [
            Racer(database_url, tmp_path, city.people["handler"], (filed,), holds_before="INSERT INTO round_reports"),
            Racer(database_url, tmp_path, SYSTEM, (Race("", "advance_rounds", 0, now=late),)),
        ]
    )
    assert reported == [{"ref": "1", "state": "reported", "version": 3}]
    assert ended == [["review"]]


@pytest.mark.both_databases
@pytest.mark.parametrize("defect", ["no version check", "no lock"])
def test_a_planted_defect_is_noticed(app: Flask, database_url: str, tmp_path: Path, defect: str) -> None:
    _city, supervisors = reported_tasks(app, 2, 3)
    races = tuple(Race(str(number), "verify", 3) for number in range(2))
    outcomes = by_race(run([Racer(database_url, tmp_path, actor, races, defect) for actor in supervisors]))
    assert len(complaints(outcomes)) >= len(races)
