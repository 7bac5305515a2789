"""The lease of the scheduler, by the clock of the database: taken, renewed, lost, given back; what a tick does then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from tests.factories import NOW, City, make_city
from tests.web.browsing import writing
from tracker.db import db, end_idle_transactions, one_statement, transaction
from tracker.lease import SCHEDULER_LEASE, Held, Lease, database_now, held, holds, release, take
from tracker.outbox.models import OutboxMessage
from tracker.reminders.models import Heartbeat, Reminder
from tracker.scheduler import leading, tick
from tracker.scheduler.leading import Leader
from tracker.scheduler.process import tick_and_tell

LOCK = select(func.pg_advisory_xact_lock(7))
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"])


@pytest.fixture
def city(app: Flask) -> City:
    """A city that went live on NOW: its notices are due."""
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
        return made


def takes(app: Flask, holder: str, seconds: float = 30) -> bool:
    with app.app_context(), one_statement() as session:
        return take(session, SCHEDULER_LEASE, holder, seconds)


def stands(app: Flask) -> Held:
    with app.app_context():
        found = held(db.session, SCHEDULER_LEASE)
    assert found is not None
    return found


def let_it_expire(app: Flask) -> None:
    """As if its time had passed."""
    with writing(app) as session:
        session.execute(update(Lease).values(expires_at=database_now(session, -1)))


@pytest.mark.both_databases
def test_one_holds_it_until_it_expires(app: Flask) -> None:
    with app.app_context():
        assert held(db.session, SCHEDULER_LEASE) is None
    assert takes(app, "one")
    assert not takes(app, "two")
    assert takes(app, "one", 60), "renewed"
    assert timedelta(seconds=50) < stands(app).left <= timedelta(seconds=60)
    let_it_expire(app)
    assert not stands(app).valid
    with app.app_context():
        assert not holds(db.session, SCHEDULER_LEASE, "one")
    assert takes(app, "two")
    assert not takes(app, "one")
    assert (stands(app).holder, stands(app).valid) == ("two", True)


@pytest.mark.both_databases
def test_renewing_keeps_the_instant_at_which_it_was_taken_and_taking_it_anew_does_not(app: Flask) -> None:
    def taken_at() -> object:
        with app.app_context():
            return db.session.scalar(select(Lease.acquired_at))

    takes(app, "one")
    first = taken_at()
    takes(app, "one")
    assert taken_at() == first
    let_it_expire(app)
    takes(app, "one")
    assert taken_at() != first


@pytest.mark.both_databases
def test_only_its_holder_gives_it_back(app: Flask) -> None:
    takes(app, "one")
    for holder, valid in (("two", True), ("one", False)):
        with app.app_context(), one_statement() as session:
            release(session, SCHEDULER_LEASE, holder)
        assert stands(app).valid == valid
    assert takes(app, "two")


@ON_POSTGRESQL
def test_a_process_frozen_in_the_middle_keeps_nobody_waiting(app: Flask) -> None:
    with app.app_context(), one_statement() as frozen:
        assert take(frozen, SCHEDULER_LEASE, "one", 30)
        assert not takes(app, "two"), "the first session is still open, and its statement is committed"


@ON_POSTGRESQL
def test_a_transaction_that_lies_idle_is_ended_and_its_locks_with_it(app: Flask) -> None:
    with app.app_context():
        end_idle_transactions(1)
        with pytest.raises(DBAPIError, match="idle-in-transaction"):
            lie_idle(app)


def lie_idle(app: Flask) -> None:
    """Hold a lock and do nothing until another has it, then go on."""
    with transaction() as idle:
        idle.scalar(LOCK)
        with app.app_context(), transaction() as other:
            other.scalar(LOCK)
        idle.scalar(select(1))


def test_who_has_no_lease_does_not_tick(app: Flask, city: City) -> None:
    first, second = Leader(app), Leader(app)
    assert first.keep()
    assert not first.keep(), "renewed, not newly taken"
    assert not second.keep()
    tick_and_tell(app, second)
    with app.app_context():
        assert db.session.get(Heartbeat, 1) is None
    first.leave()
    assert second.keep()
    tick_and_tell(app, second)
    with app.app_context():
        assert db.session.get_one(Heartbeat, 1).failures == []


def test_a_tick_that_lost_its_lease_begins_nothing_new(
    app: Flask, city: City, caplog: pytest.LogCaptureFixture
) -> None:
    """Frozen after the reminders of the plan, and woken when another has the lease."""
    leader, other = Leader(app), Leader(app)
    assert leader.keep()
    asked = 0

    def frozen() -> bool:
        nonlocal asked
        asked += 1
        if asked == 3:
            let_it_expire(app)
            assert other.keep()
        return leader.proceed()

    done = tick(app, NOW + timedelta(days=18), proceed=frozen)
    assert (done["stopped"], done["digests"], done["mails"]) == (True, 0, {})
    assert "no longer this scheduler's" in caplog.text
    with app.app_context():
        assert db.session.get(Heartbeat, 1) is None
        assert set(db.session.scalars(select(OutboxMessage.state))) == {"pending"}
        states = set(db.session.scalars(select(Reminder.state)))
    assert states <= {"waiting"}
    assert not leader.keep()
    assert not leader.leads


def test_a_mail_is_not_claimed_once_the_tick_is_to_end(app: Flask, city: City) -> None:
    leader = Leader(app)
    leader.keep()
    leader.ending.set()
    done = tick(app, NOW, proceed=leader.proceed)
    assert done["stopped"]
    with app.app_context():
        assert set(db.session.scalars(select(OutboxMessage.state))) == {"pending"}
    assert not leader.keep(), "a process that ends does not take it again"


def test_a_tick_that_hangs_loses_the_lease(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    leader = Leader(app)
    assert leader.keep()
    with app.app_context():
        assert leader.proceed()
    monkeypatch.setattr(leading, "STUCK_SECONDS", -1)
    assert not leader.keep()
    assert not leader.leads
    leader.rest()
    assert leader.keep(), "the tick came to its end: it takes part again"
