"""Heads of the audit outside the database: once a working day a line in the file and a mail to the supervisors."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, make_city
from tests.web.browsing import writing
from tracker.access import SYSTEM
from tracker.audit import SYSTEM_CHAIN, broken_chains, plan_chain, record
from tracker.audit.checking import heads_in, heads_now
from tracker.audit.models import AuditEntry, AuditHead
from tracker.config import Settings
from tracker.evaluations.commands import make_rounds
from tracker.outbox.composition import compose
from tracker.outbox.models import OutboxMessage
from tracker.reminders import heads as heads_module
from tracker.scheduler import tick

MORNING = NOW + timedelta(days=1)  # a Friday, 09:00


@pytest.fixture
def city(app: Flask) -> City:
    """A live plan whose first task has a report that waits."""
    with writing(app) as session:
        made = make_city(session)
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        made.do(session, "handler", "1", "acknowledge")
        made.do(session, "handler", "1", "report", **REPORT)
        return made


def mails(session: Session) -> list[OutboxMessage]:
    """The mails that bear heads, whatever their kind."""
    found = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [mail for mail in found if mail.context.get("heads")]


def ticked(app: Flask, at: datetime) -> None:
    """One tick in which nothing failed."""
    assert tick(app, at)["failures"] == []


@pytest.mark.both_databases
def test_a_line_and_a_mail_to_a_supervisor_once_a_day(app: Flask, settings: Settings, city: City) -> None:
    ticked(app, MORNING)
    ticked(app, MORNING + timedelta(hours=1))
    lines = Path(settings.audit_heads).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("2023-06-16T01:00:00.000000+00:00 plan:1 ")
    with writing(app) as session:
        assert heads_in(lines[0]) == heads_now(session)
        assert broken_chains(session, heads_in(lines[0])) == []
        sent = mails(session)
    assert [(mail.recipient, mail.template) for mail in sent] == [(city.people["supervisor"].key, "audit_heads")]
    texts = compose(sent[0].template, sent[0].context, locale="en", day=MORNING.date(), settings=settings)
    assert heads_in(texts.text) == heads_in(lines[0])


def test_nothing_goes_out_where_no_chain_grew_or_the_window_is_closed(
    app: Flask, settings: Settings, city: City
) -> None:
    ticked(app, NOW - timedelta(hours=2))
    assert not Path(settings.audit_heads).exists()
    for days in (1, 2, 3, 4):  # Friday, the weekend, Monday: nothing was recorded in the meantime
        ticked(app, NOW + timedelta(days=days))
    assert len(Path(settings.audit_heads).read_text(encoding="utf-8").splitlines()) == 1


def test_what_only_the_system_did_is_a_line_and_no_mail(app: Flask, settings: Settings, city: City) -> None:
    ticked(app, MORNING)
    with writing(app) as session:
        before = len(mails(session))
        record(session, chain=SYSTEM_CHAIN, actor=SYSTEM, now=MORNING, action="test", subject="x")
    ticked(app, NOW + timedelta(days=4))
    assert len(Path(settings.audit_heads).read_text(encoding="utf-8").splitlines()) == 2
    with writing(app) as session:
        assert len(mails(session)) == before


def test_a_digest_bears_them_where_one_goes(app: Flask, settings: Settings, city: City) -> None:
    opened = datetime(2023, 7, 3, 1, 0, tzinfo=NOW.tzinfo)
    verify_due = datetime(2023, 10, 31, 1, 0, tzinfo=NOW.tzinfo)
    ticked(app, opened)
    with writing(app) as session:
        before = {mail.id for mail in mails(session)}
        city.do(session, "supervisor", "1", "return", reason="请补充。", now=verify_due - timedelta(hours=2))
        city.do(session, "handler", "1", "report", now=verify_due - timedelta(hours=1), **REPORT)
    ticked(app, verify_due)
    with writing(app) as session:
        new = [mail for mail in mails(session) if mail.id not in before]
        assert {mail.template for mail in new} == {"digest"}
        assert len({mail.recipient for mail in new}) == len(new) == 3
        assert set(new[0].context["heads"]) == {
            str(head) for head in heads_in(Path(settings.audit_heads).read_text(encoding="utf-8").splitlines()[-1])
        }


def test_a_chain_written_anew_contradicts_the_line(app: Flask, settings: Settings, city: City) -> None:
    ticked(app, MORNING)
    outside = heads_in(Path(settings.audit_heads).read_text(encoding="utf-8"))
    with writing(app) as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        head = session.get_one(AuditHead, plan_chain(1))
        head.seq, head.hash = last.seq - 1, last.previous_hash
        session.delete(last)
    with writing(app) as session:
        assert broken_chains(session) == [], "the chain alone cannot show it"
        assert broken_chains(session, outside) == [(plan_chain(1), last.seq)]


def test_a_file_that_cannot_be_written_is_a_failure_and_is_tried_again(
    app: Flask, settings: Settings, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(heads_module.os, "fsync", full)
        failures = tick(app, MORNING, quiet=True)["failures"]
    assert [(one["step"], "no space left" in one["error"]) for one in failures] == [("heads", True)]
    ticked(app, MORNING + timedelta(minutes=1))
    with writing(app) as session:
        assert len(mails(session)) == 1
