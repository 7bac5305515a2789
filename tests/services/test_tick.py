"""The tick as a whole, and the process that ticks."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, load_seed, make_city
from tests.fixtures.server import environment
from tests.fixtures.smtp import SmtpSink
from tracker.access import SYSTEM
from tracker.clock import real_now
from tracker.config import ROOT, Settings
from tracker.db import db, transaction
from tracker.evaluations.commands import make_rounds
from tracker.lease import SCHEDULER_LEASE, held
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Plan, Round
from tracker.reminders.ledger import beat
from tracker.reminders.models import Heartbeat, Reminder
from tracker.scheduler import tick, ticking
from tracker.workflows.commands import go_live

NOTHING = {"sent": 0, "retry": 0, "unknown": 0, "dead": 0}


@pytest.fixture
def city(app: Flask) -> City:
    """A city that went live on NOW, with its rounds; its notices are due."""
    with app.app_context(), transaction() as session:
        made = make_city(session)
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        return made


def count(app: Flask, what: type[Any]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(what)) or 0


@pytest.mark.both_databases
def test_a_tick_opens_rounds_reminds_composes_and_delivers(app: Flask, city: City, tmp_path: Path) -> None:
    first = tick(app, NOW)
    assert (first["rounds"], first["failures"]) == (0, [])
    assert first["mails"] == {**NOTHING, "sent": count(app, OutboxMessage)}
    opening = tick(app, datetime(2023, 7, 3, 1, 0, tzinfo=UTC))
    assert opening["rounds"] == 1
    heads = opening["mails"]["sent"] - opening["digests"]
    assert heads <= 1, "the heads of the audit go to one supervisor, where no digest bears them"
    assert opening["digests"] > 0
    assert opening["reminders"] > 0
    again = tick(app, datetime(2023, 7, 3, 1, 1, tzinfo=UTC))
    assert (again["rounds"], again["digests"], again["mails"]) == (0, 0, NOTHING)
    assert len(list((tmp_path / "mail").iterdir())) == count(app, OutboxMessage)
    with app.app_context():
        beat = db.session.get_one(Heartbeat, 1)
        assert real_now() - beat.at < timedelta(minutes=1)


def test_a_plan_that_fails_is_named_and_stops_no_other(
    app: Flask, city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context(), transaction() as session:
        other = load_seed(session, "yulin")
        make_rounds(session, SYSTEM, NOW, other)
        go_live(session, SYSTEM, NOW, slug="yulin")

    def fails_for_one(session: Session, now: datetime, plan: Plan) -> Any:
        done = advance(session, now, plan)
        if plan.slug == "shaoguan":
            raise RuntimeError("a planted fault")
        return done

    advance = ticking.advance_rounds
    monkeypatch.setattr(ticking, "advance_rounds", fails_for_one)
    done = tick(app, datetime(2023, 7, 3, 1, 0, tzinfo=UTC))
    assert done["failures"] == [{"step": "rounds", "plan": "shaoguan", "error": "RuntimeError: a planted fault"}]
    assert "rounds of shaoguan failed" in caplog.text
    assert done["rounds"] == 1
    with app.app_context():
        opened = db.session.execute(
            select(Plan.slug, Round.kind).join(Round, Round.plan_id == Plan.id).where(Round.state == "open")
        ).all()
        assert [tuple(row) for row in opened] == [("yulin", "mid_term")]
        assert db.session.get(Heartbeat, 1) is not None
    monkeypatch.setattr(ticking, "advance_rounds", advance)
    assert tick(app, datetime(2023, 7, 3, 1, 1, tzinfo=UTC))["rounds"] == 1


@pytest.mark.parametrize("step", ["compose_digests", "deliver"])
def test_a_step_that_fails_is_told(app: Flask, city: City, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fails(*_given: object, **_named: object) -> None:
        raise RuntimeError("a planted fault")

    monkeypatch.setattr(ticking, step, fails)
    done = tick(app, datetime(2023, 7, 3, 1, 0, tzinfo=UTC))
    assert [(failure["plan"], failure["error"]) for failure in done["failures"]] == [
        (None, "RuntimeError: a planted fault")
    ]
    assert count(app, Reminder) == done["reminders"] > 0


@pytest.mark.both_databases
def test_two_first_ticks_leave_one_heartbeat_and_the_later_stands(app: Flask) -> None:
    early, late = real_now(), real_now() + timedelta(seconds=1)
    holds, ended = threading.Event(), threading.Event()
    errors: list[Exception] = []

    def the_other() -> None:
        holds.wait(60)
        try:
            with app.app_context(), transaction() as session:
                beat(session, early)
        except Exception as error:  # noqa: BLE001 - whatever happens is the outcome
            errors.append(error)
        ended.set()

    thread = threading.Thread(target=the_other)
    thread.start()
    with app.app_context(), transaction() as session:
        beat(session, late)
        holds.set()
        assert not ended.wait(1), "it waits for this transaction"
    thread.join(60)
    assert errors == []
    with app.app_context():
        assert db.session.get_one(Heartbeat, 1).at == late


@contextmanager
def scheduling(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """The process, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler", "--every", "1"],
        cwd=ROOT,
        env=environment(settings),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_the_process_ends_with_the_mail_in_hand_and_gives_its_lease_back(
    app: Flask, settings: Settings, city: City, smtp_sink: SmtpSink, end: signal.Signals
) -> None:
    handed_over, go_on = threading.Event(), threading.Event()

    def hold(_message: EmailMessage) -> None:
        handed_over.set()
        assert go_on.wait(60)

    smtp_sink.before_answer = hold
    with scheduling(replace(settings, mail_url=smtp_sink.url)) as process:
        assert handed_over.wait(60)
        process.send_signal(end)
        go_on.set()
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert "the scheduler has ended" in process.stderr.read()
    with app.app_context():
        states = Counter(db.session.scalars(select(OutboxMessage.state)))
        lease = held(db.session, SCHEDULER_LEASE)
    assert set(states) == {"sent", "pending"}
    assert states["sent"] == len(smtp_sink.messages) < sum(states.values())
    assert lease is not None
    assert not lease.valid
