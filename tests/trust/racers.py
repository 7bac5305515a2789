"""The processes of test_races.py: each opens the application over the same database and acts when all are ready."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.fixtures.databases import application, settings_for
from tracker.access import SYSTEM, Actor
from tracker.cli import COMMAND_MODULES
from tracker.db import db, transaction
from tracker.evaluations.commands import advance_rounds
from tracker.plans.models import Instance, Plan
from tracker.plans.queries import TaskRow, plan_by_slug, task_id_of, task_rows
from tracker.web import VIEW_MODULES
from tracker.workflows import commands
from tracker.workflows.commands import act, go_live

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__, *COMMAND_MODULES, *VIEW_MODULES])


@dataclass(frozen=True)
class Race:
    """What all processes do at once: one trigger on one task (or ``go_live``).

    ``key`` is the form's, if it has one; ``actor`` is who all of them act as, instead of each as its own person.
    ``waits``: the process begins it when all others have come as far; every process must wait as often.
    ``now`` is when it is done; ``advance_rounds`` is the tick's act on the plan's rounds.
    """

    ref: str
    trigger: str
    version: int
    key: str | None = None
    actor: Actor | None = None
    data: tuple[tuple[str, Any], ...] = ()
    waits: bool = True
    now: datetime = NOW


@dataclass(frozen=True)
class Racer:
    """What one process is given.  ``defect`` plants one: ``no version check`` or ``no lock``.

    ``holds_before``: at the first statement that begins so, the process lets the others begin, and goes on when one of
    them waits for a lock that it holds (PostgreSQL).
    """

    url: str
    folder: Path
    actor: Actor
    races: tuple[Race, ...]
    defect: str = ""
    holds_before: str = ""


def run(racers: list[Racer]) -> list[list[Any]]:
    """Start a process for each racer; the outcomes by racer, then by race: an answer, or the name of the error."""
    barrier = CONTEXT.Barrier(len(racers))
    queue = CONTEXT.SimpleQueue()
    processes = [
        CONTEXT.Process(target=_race, args=(number, racer, barrier, queue)) for number, racer in enumerate(racers)
    ]
    for process in processes:
        process.start()
    try:
        results = dict(queue.get() for _ in processes)
        for process in processes:
            process.join(60)
    finally:
        for process in processes:
            if process.is_alive():
                process.kill()
                process.join()
    assert [process.exitcode for process in processes] == [0] * len(processes)
    return [results[number] for number in range(len(racers))]


def _race(number: int, racer: Racer, barrier: Barrier, queue: Any) -> None:
    outcomes: list[Any] = []
    try:
        with application(settings_for(racer.url, racer.folder)) as app, app.app_context():
            if racer.defect == "no lock":
                _unlock(barrier)
            if racer.defect == "no version check":
                _see_no_version(racer.races)
            if racer.holds_before:
                _hold(barrier, racer.holds_before)
            for race in racer.races:
                if race.waits:
                    barrier.wait(60)
                outcomes.append(_attempt(racer, race))
    finally:
        queue.put((number, outcomes))


def _attempt(racer: Racer, race: Race) -> Any:
    try:
        if racer.defect == "no lock":
            with Session(db.engine) as session, session.begin():
                return _act(session, racer, race)
        with transaction() as session:
            return _act(session, racer, race)
    except Exception as error:  # noqa: BLE001 - whatever happens is an outcome of the race
        return type(error).__name__


def _act(session: Session, racer: Racer, race: Race) -> Any:
    actor = race.actor or racer.actor
    if race.trigger == "go_live":
        return go_live(session, actor, race.now, slug="shaoguan", key=race.key)
    if race.trigger == "advance_rounds":
        return [step.trigger for step in advance_rounds(session, race.now, plan_by_slug(session, SYSTEM, "shaoguan"))]
    return act(
        session,
        actor,
        race.now,
        slug="shaoguan",
        ref=race.ref,
        trigger=race.trigger,
        version=race.version,
        key=race.key,
        data=dict(race.data),
    )


def _hold(barrier: Barrier, beginning: str) -> None:
    """In this process, stop once before a statement until another process waits for what this one holds."""
    held = []

    def hold(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if held or not statement.startswith(beginning):
            return
        held.append(statement)
        barrier.wait(60)
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        until = time.monotonic() + 30
        with db.engine.connect() as onlooker:
            while not onlooker.scalar(waiting):
                assert time.monotonic() < until, "nobody waits"
                time.sleep(0.02)
                onlooker.rollback()

    event.listen(Engine, "before_cursor_execute", hold)


def _see_no_version(races: tuple[Race, ...]) -> None:
    """In this process, let the row always be at the version that the form names."""
    lock = commands.lock_task
    seen = {race.ref: race.version for race in races}

    def blind(session: Session, plan: Plan, ref: str) -> tuple[Instance, TaskRow]:
        instance, row = lock(session, plan, ref)
        return instance, replace(row, version=seen[ref])

    commands.lock_task = blind


def _unlock(barrier: Barrier) -> None:
    """In this process, let everybody read the row before anybody writes."""

    def read_only(session: Session, plan: Plan, ref: str) -> tuple[Instance, TaskRow]:
        task_id = task_id_of(session, plan, ref)
        instance = session.execute(select(Instance).where(Instance.task_id == task_id)).scalar_one()
        row = task_rows(session, [plan.id], task_ids=[task_id])[0]
        barrier.wait(60)
        return instance, row

    commands.lock_task = read_only
