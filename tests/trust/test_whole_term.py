"""The rehearsal of the whole term equals, row for row, what a run of the clock hands to a real mail server.

Nobody acts; every plan goes live on the first day.  docs/reminders.md has the rules.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from tests.fixtures.databases import KINDS, application, settings_for
from tests.fixtures.smtp import SmtpSink
from tests.trust.term.sent import Row, Sent, rehearsed, sent
from tests.trust.term.world import at, five_plans, let_live, one_plan
from tracker.db import db, transaction
from tracker.directory.models import Region
from tracker.outbox.models import OutboxMessage
from tracker.plans.files import SLUGS
from tracker.scheduler import tick
from tracker.workdays.calendar import Calendar

PRINTED = ("shaoguan", "jiangmen", "yulin")
"""The plans whose documents name a lead unit for every task: their rehearsal is the same before they live."""


@dataclass(frozen=True)
class Span:
    """Plans, how they get into the database, the day on which they go live, and the last day of the clock."""

    slugs: Sequence[str]
    fill: Callable[[Flask], None]
    first: date
    last: date


WHOLE = Span(SLUGS, five_plans, date(2021, 1, 1), date(2026, 6, 30))
PART = Span(["baise"], one_plan, date(2023, 12, 29), date(2024, 2, 5))
"""The end of a year, and an annual round until its reports are overdue, in the week after a Sunday that works."""
WEEK = Span(["baise"], one_plan, date(2023, 12, 29), date(2024, 1, 8))

Run = Callable[..., tuple[list[Row], Sent]]


@pytest.fixture
def run(fresh_database: Callable[..., str], tmp_path: Path, smtp_sink: SmtpSink) -> Run:
    """``run(kind, span, ticking=tick)`` -> what was rehearsed, and what came after a tick at 09:00 of every day."""

    def work(kind: str, span: Span, ticking: Callable[..., dict[str, Any]] = tick) -> tuple[list[Row], Sent]:
        settings = settings_for(fresh_database(kind, span.fill), tmp_path, mail_url=smtp_sink.url)
        with application(settings) as app:
            expected = going_live(app, span)
            day = span.first
            while day <= span.last:
                assert ticking(app, at(day))["failures"] == []
                day += timedelta(days=1)
            with app.app_context():
                return expected, sent(db.session, smtp_sink)

    return work


def going_live(app: Flask, span: Span) -> list[Row]:
    """The rehearsal; that of a printed plan does not change by going live."""
    printed = [slug for slug in span.slugs if slug in PRINTED]
    with app.app_context():
        before = rehearsed(db.session, printed, span.first, span.last)
        with transaction() as session:
            for slug in span.slugs:
                let_live(session, slug, span.first)
        assert rehearsed(db.session, printed, span.first, span.last) == before
        return rehearsed(db.session, span.slugs, span.first, span.last)


def faults(expected: list[Row], found: Sent) -> list[str]:
    """Everything that is wrong, in words."""
    came = sorted(found.rows())
    return [
        *found.faults(),
        *(f"rehearsed and did not come: {row}" for row in expected if row not in came),
        *(f"came and was not rehearsed: {row}" for row in came if row not in expected),
    ]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_is_what_was_rehearsed(
    run: Run, kind: str, long_form: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    expected, found = run(kind, WHOLE if long_form else PART)
    assert faults(expected, found) == []
    assert sorted(found.rows()) == expected
    assert found.most() == 1
    with capsys.disabled():
        sys.stdout.write(f"\n{kind}: {found.figures()}\n")


def _without(day: str) -> Callable[..., dict[str, Any]]:
    def ticking(app: Flask, moment: datetime) -> dict[str, Any]:
        return {"failures": []} if moment.date().isoformat() == day else tick(app, moment)

    return ticking


def _twice(app: Flask, moment: datetime) -> dict[str, Any]:
    """The digests of a day go out, their rows forget it, and they go out again."""
    tick(app, moment)
    sent_today = update(OutboxMessage).where(OutboxMessage.local_day == moment.date())
    with app.app_context(), transaction() as session:
        session.execute(sent_today.values(state="pending"))
    return tick(app, moment)


def _on_free_days(app: Flask, moment: datetime) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Region, "calendar", Calendar(announced=range(2020, 2030)))
        return tick(app, moment)


@pytest.mark.parametrize(
    ("ticking", "fault"),
    [
        pytest.param(_without("2024-01-02"), "rehearsed and did not come", id="a-day-without-its-tick"),
        pytest.param(_twice, "came 2 times", id="a-mail-that-goes-twice"),
        pytest.param(_on_free_days, "came and was not rehearsed", id="free-days-ignored"),
    ],
)
def test_a_planted_defect_is_noticed(run: Run, ticking: Callable[..., dict[str, Any]], fault: str) -> None:
    assert [line for line in faults(*run("sqlite", WEEK, ticking)) if fault in line]
