"""``doctor``: each check in order, in trouble, and what it says to do; never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.factories import NOW, City, make_city
from tests.fixtures.smtp import SmtpSink
from tests.services.command_line import flask, invoke
from tests.web.browsing import writing
from tracker.clock import DemoClock, real_now
from tracker.config import Settings
from tracker.db import db
from tracker.directory.models import User
from tracker.i18n import CHINESE, ENGLISH, translator
from tracker.operations import machine
from tracker.operations.checks import CHECK_LABELS, CHECKS, findings
from tracker.operations.findings import Circumstances, Finding
from tracker.outbox.bounced import mark_bounced
from tracker.outbox.commands import Recipient, enqueue
from tracker.reminders.ledger import beat
from tracker.reminders.models import ReminderMark

Asker = Callable[..., Finding]


@pytest.fixture
def city(app: Flask) -> City:
    """A living city: 市残联, the host of the supervising office, leads task 2 and co-leads task 3."""
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
        return made


@pytest.fixture
def ask(app: Flask, settings: Settings) -> Asker:
    """``ask(check, now=NOW, **settings)`` -> what one check finds."""

    def asked(name: str, *, now: Any = NOW, **changed: Any) -> Finding:
        with app.app_context():
            given = Circumstances(db.session, replace(settings, **changed), now, real_now())
            return findings(given)[name]

    return asked


def test_every_check_has_a_name_and_its_sentences_stand_in_both_languages(app: Flask, settings: Settings) -> None:
    assert set(CHECKS) == set(CHECK_LABELS)
    with app.app_context():
        found = findings(Circumstances(db.session, settings, NOW, real_now()))
    assert set(found) == set(CHECKS)
    for finding in found.values():
        chinese, english = (finding.text(translator(locale)) for locale in (CHINESE, ENGLISH))
        assert "%(" not in chinese + english
        assert chinese != english


@pytest.mark.both_databases
def test_a_healthy_installation_has_no_failure(app: Flask, city: City, settings: Settings) -> None:
    with writing(app) as session:
        beat(session, real_now(), seconds=0.4)
    with app.app_context():
        found = findings(Circumstances(db.session, settings, NOW, real_now()))
    statuses = {name: finding.status for name, finding in found.items()}
    trouble = {name for name, status in statuses.items() if status != "ok"}
    assert trouble == {"mail", "orphaned_tasks", "outbox"} - ({"outbox"} if statuses["outbox"] == "ok" else set())
    assert "failed" not in statuses.values()


def test_the_scheduler(app: Flask, ask: Asker) -> None:
    assert ask("scheduler").status == "failed"
    with writing(app) as session:
        beat(session, real_now() - timedelta(minutes=20))
    late = ask("scheduler")
    assert (late.status, late.values["minutes"]) == ("failed", 20)
    with writing(app) as session:
        failure = {"step": "reminders", "plan": "shaoguan", "error": "ValueError: a fault\nof two lines"}
        beat(session, real_now() - timedelta(seconds=1), failures=[failure])
    failing = ask("scheduler")
    assert failing.status == "warning"
    assert "reminders shaoguan (ValueError: a fault)" in failing.text(translator(ENGLISH))
    with writing(app) as session:
        beat(session, real_now())
    assert ask("scheduler").status == "ok"


def test_the_clock(app: Flask, ask: Asker, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("clock").status == "ok"
    with writing(app) as session:
        session.add(ReminderMark(plan_id=city.plan.id, through=NOW.date() + timedelta(days=3)))
    back = ask("clock")
    assert (back.status, back.values) == ("warning", {"day": "2023-06-18"})
    assert ask("clock", now=NOW + timedelta(days=3)).status == "ok"
    with writing(app) as session:
        session.add(DemoClock(id=1, offset_seconds=5))
    assert ask("clock", now=NOW + timedelta(days=3)).status == "failed"
    assert ask("clock", now=NOW + timedelta(days=3), demo=True).status == "ok"


@pytest.mark.parametrize(("seconds", "status"), [(1, "ok"), (10, "warning"), (-60, "failed")])
def test_clocks_that_differ(app: Flask, settings: Settings, seconds: int, status: str) -> None:
    with app.app_context():
        given = Circumstances(db.session, settings, NOW, real_now() + timedelta(seconds=seconds))
        assert machine.clock(given).status == status


@pytest.mark.parametrize(
    ("day", "status", "year"),
    [
        ("2023-06-15", "ok", 2023),
        ("2026-06-15", "ok", 2026),
        ("2026-12-01", "warning", 2027),
        ("2027-02-01", "warning", 2027),
    ],
)
def test_the_holidays(ask: Asker, city: City, day: str, status: str, year: int) -> None:
    moment = NOW + (date.fromisoformat(day) - NOW.date())
    found = ask("holidays", now=moment)
    assert (found.status, found.values["year"]) == (status, year)
    assert found.names == (("韶关市", "江门市") if status == "warning" else ())


def test_the_supervisors(app: Flask, ask: Asker, city: City) -> None:
    assert ask("supervisors").status == "ok", "two of three supervisors are neither handler nor leader of the host"
    with writing(app) as session:
        session.get_one(User, city.people["second_supervisor"].user_id).active = False
    short = ask("supervisors")
    assert (short.status, short.names) == ("failed", (city.plan.title,))
    with writing(app) as session:
        for ref in ("2", "3"):
            city.do(session, "supervisor", ref, "terminate", reason="不再需要。")
    assert ask("supervisors").status == "ok", "nothing is left that the host unit leads"


def test_the_tasks_without_contact(app: Flask, ask: Asker, city: City) -> None:
    found = ask("orphaned_tasks")
    assert (found.status, found.values) == ("warning", {"number": 1, "never": 1, "nobody": 0})
    assert found.names == ("韶关 武江区政府",)


@pytest.mark.both_databases
def test_the_mails(app: Flask, ask: Asker, city: City) -> None:
    assert ask("outbox").status == "ok", "they went into the outbox a moment ago"
    late = ask("outbox", now=NOW + timedelta(hours=1))
    assert (late.status, late.values) == ("warning", {"minutes": 60})


def test_addresses_that_mails_came_back_from(app: Flask, ask: Asker) -> None:
    assert ask("addresses").status == "ok"
    with writing(app) as session:
        mark_bounced(session, NOW, address="gone@example.test", sent_at=NOW, code="5.1.1", text="no such user")
    found = ask("addresses")
    assert (found.status, found.values, found.names) == ("warning", {"number": 1}, ("gone@example.test",))


def test_what_waits_for_a_decision(app: Flask, ask: Asker) -> None:
    with writing(app) as session:
        for number, state in enumerate(("unknown", "dead", "dead", "sent")):
            message = enqueue(
                session,
                kind="notice",
                recipient=Recipient(f"user:{number}", "somebody@example.test", CHINESE, "经办人"),
                template="returned",
                context={},
                now=NOW,
                not_before=NOW,
            )
            message.state = state
    found = ask("outbox", now=NOW + timedelta(days=9))
    assert (found.status, found.values) == ("warning", {"unknown": 1, "dead": 2})


def test_the_folders(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        given = Circumstances(db.session, settings, NOW, real_now())
        assert machine.evidence(given).status == "ok"
        monkeypatch.setattr(machine.os, "access", lambda *_given: False)
        assert machine.evidence(given).status == "failed"
        for free, status in ((10**11, "ok"), (10**9, "warning"), (10**7, "failed")):
            monkeypatch.setattr(machine.shutil, "disk_usage", lambda _path, free=free: _Usage(free))
            assert machine.disk(given).status == status


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def test_the_way_out(ask: Asker, smtp_sink: SmtpSink, tmp_path: Path) -> None:
    assert ask("mail").status == "warning", "a folder reaches nobody"
    assert ask("mail", demo=True).status == "ok"
    assert ask("mail", mail_url=smtp_sink.url).status == "ok"
    assert smtp_sink.messages == []
    closed = ask("mail", mail_url="smtp://127.0.0.1:1")
    assert (closed.status, "refused" in closed.values["reason"].lower()) == ("failed", True)
    (tmp_path / "file").touch()
    assert ask("mail", mail_url=f"spool://{tmp_path / 'file' / 'mails'}").status == "failed"


def test_a_password_that_is_wrong_and_a_certificate_that_nobody_signed(ask: Asker, smtp_sink: SmtpSink) -> None:
    for wrong in ("smtp://user:wrong@", "smtps://"):
        url = smtp_sink.url.replace("smtp://", wrong)
        assert ask("mail", mail_url=url).status == "failed"


def test_a_check_that_fails_is_a_failure_of_its_own(
    ask: Asker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_given: object) -> Finding:
        raise RuntimeError("a planted fault")

    monkeypatch.setitem(CHECKS, "disk", fails)  # type: ignore[arg-type]
    assert ask("disk").text(translator(ENGLISH)).startswith("The check itself failed (RuntimeError: a planted fault).")
    assert ask("clock").status == "ok"


def test_passwords_in_the_clear(ask: Asker) -> None:
    assert ask("configuration").status == "ok"
    assert ask("configuration", base_url="http://tracker.example").status == "warning"
    assert ask("configuration", base_url="https://tracker.example").status == "ok"


@pytest.mark.both_databases
def test_the_command_prints_one_document_and_its_exit_code_says_whether_anything_fails(app: Flask) -> None:
    ran = invoke(app, "doctor", "--json")
    assert ran.code == 1
    printed = json.loads(ran.out)
    assert printed["status"] == "failed"
    assert [check["check"] for check in printed["checks"]] == list(CHECKS)
    assert {name for check in printed["checks"] for name in check} == {"check", "status", "message", "names"}
    with writing(app) as session:
        beat(session, real_now())
    assert invoke(app, "doctor").code == 0


def test_without_a_database_it_says_so_and_asks_no_further(tmp_path: Path) -> None:
    for url, checks in (
        (f"sqlite:///{tmp_path / 'none' / 'x.db'}", {"database", "migrations"}),
        (f"sqlite:///{tmp_path / 'empty.db'}", {"migrations"}),
    ):
        ran = flask("doctor", "--json", url=url)
        assert (ran.code, ran.err) == (1, "")
        found = {check["check"]: check["status"] for check in json.loads(ran.out)["checks"]}
        assert {name for name in ("database", "migrations") if found[name] == "failed"} == checks
        assert set(found) == {"configuration", "database", "migrations", "mail", "disk"}


def test_a_setting_that_is_wrong_is_the_one_thing_it_says() -> None:
    ran = flask("doctor", "--json", TRACKER_SECRET_KEY="short")
    assert (ran.code, ran.err) == (1, "")
    checks = json.loads(ran.out)["checks"]
    assert [(check["check"], check["status"]) for check in checks] == [("configuration", "failed")]
    assert "TRACKER_SECRET_KEY" in checks[0]["message"]
