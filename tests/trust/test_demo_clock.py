"""Moving the demo's clock sends what the rehearsal said, row for row, and what those days would have sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.access import SYSTEM
from tracker.clock import business_now
from tracker.db import db
from tracker.demo import commands
from tracker.demo.commands import advance
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Round
from tracker.plans.queries import visible_plans
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import rehearse
from tracker.workdays.calendar import CHINA

pytestmark = pytest.mark.timeout(400)  # the first of them loads the demo
FIRST, YEAR_END, LAST = date(2023, 6, 15), date(2023, 12, 31), date(2024, 3, 31)

Row = tuple[str, str, str, date, str]


def rehearsed(session: Session, last: date) -> tuple[set[Row], set[tuple[str, date]]]:
    """What the rehearsal of the demo's first day says until ``last``: ledger rows, and digests by recipient and day."""
    rows = [row for plan in visible_plans(session, SYSTEM) for row in rehearse(session, plan, FIRST, last)]
    ledger = {(row.slug, row.due.subject, row.due.kind, row.due.due_on, row.due.recipient.key) for row in rows}
    digests = {(row.due.recipient.key, row.day) for row in rows if row.day is not None and row.day <= last}
    assert len(ledger) == len(rows)
    return ledger, digests


def sent(session: Session) -> tuple[set[Row], set[tuple[str, date]]]:
    """What the ledger and the outbox hold since the demo's first day."""
    slugs = {plan.id: plan.slug for plan in visible_plans(session, SYSTEM)}
    ledger = {
        (slugs[row.plan_id], row.subject, row.kind, row.due_on, row.recipient)
        for row in session.scalars(select(Reminder).where(Reminder.due_on >= FIRST))
    }
    mails = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "digest", OutboxMessage.local_day >= FIRST)
    ).all()
    assert {mail.state for mail in mails} <= {"sent"}
    assert all(mail.sent_at is not None and mail.sent_at.date() == mail.local_day for mail in mails)
    return ledger, {(mail.recipient, mail.local_day) for mail in mails if mail.local_day is not None}


def test_half_a_year_and_the_next_go_as_rehearsed_row_for_row(demo_app: Flask) -> None:
    with demo_app.app_context():
        until_year_end = rehearsed(db.session, YEAR_END)
        whole = rehearsed(db.session, LAST)
    assert not CHINA.is_working(YEAR_END)
    moved = advance(demo_app, YEAR_END)
    assert moved.failures == ()
    opened = {(slug, kind) for slug, kind, _year, _state in moved.rounds}
    assert opened == {(slug, "mid_term") for slug in ("shaoguan", "jiangmen", "yulin", "baise", "tongxin")}
    with demo_app.app_context():
        assert sent(db.session) == until_year_end
    assert moved.reminders == len(until_year_end[0]) - _on_the_first_day(demo_app)
    moved = advance(demo_app, LAST)
    assert ("baise", "annual", 2023, "reviewing") in moved.rounds
    with demo_app.app_context():
        ledger, digests = sent(db.session)
        assert (ledger, digests) == whole
        assert len(ledger) > 900
        kinds = {(slug, kind) for slug, _subject, kind, _day, _recipient in ledger}
        assert {("shaoguan", "round_opens"), ("shaoguan", "report_due"), ("shaoguan", "verify_due")} <= kinds
        assert {("baise", "overdue"), ("jiangmen", "deadline")} <= kinds
        assert business_now(db.session).date() == LAST
        open_rounds = set(db.session.scalars(select(Round.kind).where(Round.state.in_(("open", "reviewing")))))
        assert open_rounds == {"mid_term", "annual"}


def test_the_comparison_notices_a_day_without_its_tick(demo_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    last = date(2023, 7, 7)
    with demo_app.app_context():
        expected = rehearsed(db.session, last)
    real_tick: Callable[..., dict[str, object]] = commands.tick

    def forgetful(app: Flask, at: object = None) -> dict[str, object]:
        if str(at).startswith("2023-07-03"):
            return {"reminders": 0, "digests": 0, "mails": {}, "failures": []}
        return real_tick(app, at)

    monkeypatch.setattr(commands, "tick", forgetful)
    advance(demo_app, last)
    with demo_app.app_context():
        ledger, digests = sent(db.session)
    assert (ledger, digests) != expected
    assert digests != expected[1], "what that day would have sent went out later, or not at all"


def _on_the_first_day(app: Flask) -> int:
    """The reminders that were in the ledger before the clock moved: the demo's first day has had its tick."""
    with app.app_context():
        return len(db.session.scalars(select(Reminder.id).where(Reminder.due_on == FIRST)).all())
