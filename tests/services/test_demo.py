"""The demo as it is loaded: by the commands alone, the same every time, each act and mail in its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.fixtures.databases import Databases, application, settings_for
from tracker.access import SYSTEM
from tracker.audit import broken_chains
from tracker.audit.models import AuditEntry
from tracker.clock import business_now
from tracker.db import db, transaction
from tracker.demo import loading
from tracker.demo.commands import advance, ensure_loaded, load
from tracker.demo.steps import START
from tracker.directory.models import User
from tracker.errors import InvalidInput, NotAllowed
from tracker.outbox.models import OutboxMessage
from tracker.plans.cli import seed_plan
from tracker.plans.models import KeyTask, Plan
from tracker.plans.queries import plan_by_slug
from tracker.reminders.models import Reminder
from tracker.reporting.models import Comment, ProgressReport
from tracker.workflows.commands import go_live
from tracker.workflows.models import HistoryEntry

ZONE = START.tzinfo
pytestmark = pytest.mark.timeout(400)  # the first of them loads the demo


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Session]:
    """A session over the loaded demo."""
    with demo_app.app_context():
        yield db.session


def history_of(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that happened, without what is random by nature (Message-IDs, tokens) or real time."""
    who = {user.id: user.email for user in session.scalars(select(User))}
    refs = {
        task.id: (slug, task.ref)
        for task, slug in session.execute(select(KeyTask, Plan.slug).join(Plan, Plan.id == KeyTask.plan_id))
    }
    return {
        "acts": [
            (refs[h.task_id], h.version, h.at, who.get(h.actor_id or 0), h.trigger, h.from_state, h.to_state, h.reason)
            for h in session.scalars(select(HistoryEntry).order_by(HistoryEntry.id))
        ],
        "reports": [
            (refs[r.task_id], r.sequence, r.version, r.submitted_at, r.done, r.problems, r.progress, r.measured_value)
            for r in session.scalars(select(ProgressReport).order_by(ProgressReport.id))
        ],
        "comments": [
            (refs[c.task_id], who[c.author_id], c.at, c.body)
            for c in session.scalars(select(Comment).order_by(Comment.id))
        ],
        "mails": [
            (
                m.kind,
                m.recipient,
                m.to_address,
                m.template,
                m.created_at,
                m.sent_at,
                m.subject,
                m.body_text,
            )
            for m in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        ],
        "reminders": [
            (r.subject, r.kind, r.due_on, r.recipient, r.target_on, r.step, r.state, r.created_at)
            for r in session.scalars(select(Reminder).order_by(Reminder.id))
        ],
        "audit": [(e.chain, e.seq, e.at, e.actor, e.action) for e in session.scalars(select(AuditEntry))],
    }


def test_two_loads_give_the_same_history(
    demo: Session, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = history_of(demo)
    demo.close()
    url = databases.fresh("sqlite", tmp_path)
    with application(settings_for(url, tmp_path / "second", demo=True)) as app, app.app_context():
        real_fire, seen = loading.fire, []

        def stop_at_the_hundredth(*arguments: Any) -> None:
            seen.append(arguments)
            if len(seen) == 100:
                raise KeyboardInterrupt
            real_fire(*arguments)

        monkeypatch.setattr(loading, "fire", stop_at_the_hundredth)
        with pytest.raises(KeyboardInterrupt):
            load(app)
        monkeypatch.setattr(loading, "fire", real_fire)
        assert load(app)["new"], "an interrupted load is taken up again"
        second = history_of(db.session)
        spooled = [message_from_bytes(file.read_bytes()) for file in (tmp_path / "second/mail").glob("*.eml")]
    for name, rows in first.items():
        assert rows == second[name], name
    assert sorted(mail["To"] for mail in spooled) == sorted(row[2] for row in first["mails"])


def test_a_second_load_changes_nothing_and_returns_at_once(demo_app: Flask) -> None:
    with demo_app.app_context():
        before = history_of(db.session)
    started = datetime.now(UTC)
    again = load(demo_app)
    ensure_loaded(demo_app)
    assert datetime.now(UTC) - started < timedelta(seconds=5)
    assert not again["new"]
    assert again["steps"] == 0
    with demo_app.app_context():
        assert history_of(db.session) == before


def test_every_act_lies_between_going_live_and_the_first_day(demo: Session) -> None:
    for slug, live in (("shaoguan", date(2022, 4, 18)), ("baise", date(2022, 7, 18)), ("yulin", date(2022, 11, 25))):
        plan = plan_by_slug(demo, SYSTEM, slug)
        assert plan.live_since is not None
        assert plan.issued_on is not None
        assert plan.live_since.astimezone(ZONE).date() == live > plan.issued_on
        rows = demo.execute(
            select(func.min(HistoryEntry.at), func.max(HistoryEntry.at))
            .join(KeyTask, KeyTask.id == HistoryEntry.task_id)
            .where(KeyTask.plan_id == plan.id)
        ).one()
        assert plan.live_since <= rows[0] < rows[1] < START
    marked = set(demo.scalars(select(Plan.slug).where(Plan.demo_dispatch.is_(True))))
    assert marked == {"jiangmen", "tongxin", "baise"}


def test_all_mails_of_the_history_were_sent_in_their_window(demo: Session) -> None:
    mails = demo.scalars(select(OutboxMessage)).all()
    assert len(mails) > 150
    assert {mail.state for mail in mails} == {"sent"}
    assert all(mail.sent_at is not None and mail.not_before <= mail.sent_at <= START for mail in mails)
    late = [mail for mail in mails if mail.sent_at is not None and mail.sent_at - mail.not_before > timedelta(hours=1)]
    assert late == [], "each went out when it was due, not when the demo was loaded"


def test_the_audit_chains_hold(demo: Session) -> None:
    assert broken_chains(demo) == []
    assert demo.scalar(select(func.count()).select_from(AuditEntry)) > 600


def test_the_clock_shows_the_first_day_and_never_goes_back(demo_app: Flask) -> None:
    with demo_app.app_context():
        assert timedelta(0) <= business_now(db.session) - START < timedelta(minutes=30)
    moved = advance(demo_app, date(2023, 6, 16))
    assert moved.today == date(2023, 6, 16)
    for day in (date(2023, 6, 16), date(2023, 6, 1)):
        with pytest.raises(InvalidInput, match="only goes forward"):
            advance(demo_app, day)
    with pytest.raises(InvalidInput, match="At most 366 days"):
        advance(demo_app, date(2024, 7, 1), longest=366)
    with demo_app.app_context():
        local = business_now(db.session).astimezone(ZONE)
        assert (local.date(), local.hour) == (date(2023, 6, 16), 9)


def test_outside_the_demo_there_is_none(app: Flask) -> None:
    with pytest.raises(NotAllowed, match="TRACKER_DEMO=1"):
        load(app)
    with pytest.raises(NotAllowed, match="TRACKER_DEMO=1"):
        advance(app, date(2030, 1, 1))
    ensure_loaded(app)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Plan)) == 5
        assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_a_database_in_use_is_left_alone(database_url: str, tmp_path: Path) -> None:
    with application(settings_for(database_url, tmp_path, demo=True)) as app:
        with app.app_context():
            seed_plan("yulin")
            with transaction() as session:
                go_live(session, SYSTEM, datetime(2023, 1, 4, 2, tzinfo=UTC), slug="yulin")
        with pytest.raises(NotAllowed, match="live already"):
            load(app)
