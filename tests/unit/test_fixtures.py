"""The ground under the tests: what the fixtures promise."""

from __future__ import annotations

import os
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.fixtures.browser import Opener
from tests.fixtures.databases import Databases, application, settings_for
from tests.fixtures.network import OutsideConnection
from tests.fixtures.server import Server
from tests.fixtures.smtp import SmtpSink
from tracker.clock import DemoClock
from tracker.config import ROOT
from tracker.db import transaction


@pytest.mark.parametrize("host", ["203.0.113.1", "example.org"])
def test_a_connection_to_another_machine_fails(host: str) -> None:
    with socket.socket() as outside, pytest.raises(OutsideConnection, match=host):
        outside.connect((host, 80))


def test_mail_fails_without_the_sink() -> None:
    with pytest.raises(OutsideConnection, match="smtp_sink"):
        smtplib.SMTP("127.0.0.1", 25)


def test_the_sink_keeps_what_was_sent(smtp_sink: SmtpSink) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "重点任务", "a@example.org", "b@example.org"
    message.set_content("交办")
    host, port = smtp_sink.url.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port)) as server:
        server.send_message(message)
    smtp_sink.wait_for(1)
    assert smtp_sink.messages[0]["Subject"] == "重点任务"
    assert smtp_sink.recipients == [["b@example.org"]]


def test_the_postgresql_server_is_real(databases: Databases) -> None:
    with psycopg.connect(databases.server().get_uri()) as connection:
        row = connection.execute("SHOW server_version_num").fetchone()
    assert row is not None
    assert int(row[0]) >= 150000


def test_the_service_answers(live_server: Server) -> None:
    with urlopen(f"{live_server.url}/healthz") as answer:
        assert answer.status == 200


def one_clock(app: Flask) -> None:
    """A fill for a template: one row."""
    with app.app_context(), transaction() as session:
        session.add(DemoClock(id=1, offset_seconds=60))


@pytest.mark.both_databases
def test_a_template_is_filled_once_and_copied(
    databases: Databases, database_kind: str, fresh_database: Callable[..., str], tmp_path: Path
) -> None:
    counts = []
    for url in (fresh_database(database_kind, one_clock), fresh_database(database_kind, one_clock)):
        with application(settings_for(url, tmp_path)) as app, app.app_context(), transaction() as session:
            session.execute(update(DemoClock).values(offset_seconds=DemoClock.offset_seconds + 1))
            counts.append(session.scalar(select(DemoClock.offset_seconds)))
    assert counts == [61, 61]
    assert databases.template(database_kind, one_clock).endswith("one_clock")


def test_nothing_stays_of_a_session(app: Flask, session: Session) -> None:
    assert app.testing is False
    session.add(DemoClock(id=1, offset_seconds=60))
    session.flush()
    assert session.get(DemoClock, 1) is not None


def test_the_browser_shows_a_page(open_page: Opener) -> None:
    page = open_page()
    page.set_content("<title>重点任务跟踪</title><p>已核实</p>")
    assert page.title() == "重点任务跟踪"


PLANTED = """
import pytest

def test_skipped():
    pytest.skip("no ship in sight")

def test_passes():
    assert True
"""


@pytest.mark.parametrize(
    ("ci", "code", "last"), [("true", 1, "1 passed, 1 failed, 0 skipped"), ("", 0, "1 passed, 0 failed, 1 skipped")]
)
def test_a_skip_is_named_and_counted_and_fails_under_ci(tmp_path: Path, ci: str, code: int, last: str) -> None:
    (tmp_path / "test_planted.py").write_text(PLANTED)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.fixtures.skips", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = run.stdout.rstrip().splitlines()
    assert (run.returncode, lines[-1]) == (code, last), run.stdout
    assert "no ship in sight" in run.stdout
    if not ci:
        assert lines[-2].startswith("skipped: test_planted.py")


def test_a_skipped_module_fails_under_ci(tmp_path: Path) -> None:
    (tmp_path / "test_planted.py").write_text("import pytest\npytest.skip('no ship', allow_module_level=True)\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.fixtures.skips", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "CI": "true", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0, run.stdout
    assert "Under CI nothing may be skipped" in run.stdout
