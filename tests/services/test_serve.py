"""``python -m tracker.serve``: what ``make run`` starts, stops and says."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.fixtures.databases import application, settings_for
from tests.fixtures.server import environment
from tests.services.command_line import flask
from tracker.clock import DemoClock
from tracker.config import PREFIX, ROOT, Settings, load_settings, process_environment, write_first_settings
from tracker.db import transaction
from tracker.serve import reserve
from tracker.serve import settings_for as served_settings


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def served(settings: Settings, port: int) -> Iterator[subprocess.Popen[str]]:
    """The service, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tracker.serve"],
        cwd=ROOT,
        env={**environment(settings), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(90, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        if process.poll() is None:
            process.terminate()
            process.wait(40)
        assert process.stdout is not None
        process.stdout.close()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it prints up to a line with these words."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended without “{words}”: {said}")


def children_of(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def blank(tmp_path: Path) -> Settings:
    """Settings over a database that is not there yet."""
    return settings_for(f"sqlite:///{tmp_path / 'new.db'}", tmp_path)


def test_it_serves_with_a_scheduler_stops_and_starts_again(blank: Settings) -> None:
    port = free_port()
    for _ in range(2):
        with served(blank, port) as process:
            said = read_until(process, "Ctrl-C stops everything.")
            assert f"Open http://127.0.0.1:{port}\n" in said
            assert f"打开 http://127.0.0.1:{port}\n" in said
            assert "Mails are written to" in said
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
                assert json.load(answer)["status"] == "ok"
            process.send_signal(signal.SIGTERM)
            assert process.wait(40) == 0
            assert process.stdout is not None
            assert "Stopped." in process.stdout.read()
        with socket.create_server(("127.0.0.1", port)):
            """The port is free again."""


@pytest.mark.skipif(sys.platform != "linux", reason="children are found in /proc")
def test_a_dead_child_stops_the_rest_with_a_clear_line(blank: Settings) -> None:
    with served(blank, free_port()) as process:
        read_until(process, "Ctrl-C stops everything.")
        children = children_of(process.pid)
        assert len(children) == 2
        os.kill(children[1], signal.SIGKILL)
        said = read_until(process, "everything is stopped")
        assert "The scheduler process ended with code -9" in said
        assert process.wait(40) == 1
        assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_port_in_use_is_one_clear_sentence(blank: Settings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with served(blank, port) as process:
            assert process.wait(60) == 1
            assert process.stdout is not None
            said = process.stdout.read()
    assert f"Port {port} cannot be used" in said
    assert f"make run PORT={port + 1}" in said
    assert "Traceback" not in said
    assert not (tmp_path / "new.db").exists()


def test_nobody_takes_the_port_while_the_demo_loads() -> None:
    port = free_port()
    with reserve(port), socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))


def test_a_database_that_cannot_be_opened_is_one_clear_sentence(blank: Settings, tmp_path: Path) -> None:
    with served(replace(blank, database_url=f"sqlite:///{tmp_path / 'missing' / 'new.db'}"), free_port()) as process:
        assert process.wait(60) == 1
        assert process.stdout is not None
        said = process.stdout.read()
    assert "无法打开数据库（unable to open database file）" in said
    assert "Traceback" not in said


@pytest.fixture
def left_by_a_demo(app: Flask, settings: Settings) -> Settings:
    """Settings of a real installation over a database whose clock a demo has moved."""
    with app.app_context(), transaction() as session:
        session.add(DemoClock(id=1, offset_seconds=-86400))
    return settings


def test_a_demos_database_is_not_served_as_a_real_one(left_by_a_demo: Settings) -> None:
    with served(left_by_a_demo, free_port()) as process:
        assert process.wait(60) == 1
        assert process.stdout is not None
        said = process.stdout.read()
    assert "This database holds the demo, whose clock is not the real one. Set TRACKER_DEMO=1" in said
    assert "Traceback" not in said


def test_the_scheduler_does_not_tick_on_a_demos_database(left_by_a_demo: Settings) -> None:
    complaint = flask("scheduler", url=left_by_a_demo.database_url).complaint
    assert complaint.startswith("This database holds the demo, whose clock is not the real one.")


def test_a_demos_database_is_not_ready_for_a_real_installation(left_by_a_demo: Settings) -> None:
    for demo, status in ((False, 503), (True, 200)):
        with application(replace(left_by_a_demo, demo=demo)) as app:
            answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.get_json()["status"] == "ok") == (status, demo)


def test_the_first_settings_are_a_demo_that_only_the_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "instance" / "settings.env"
    assert write_first_settings({"PATH": "/bin"}, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = load_settings({}, file)
    assert first.demo
    assert len(first.secret_key) >= 48
    assert not write_first_settings({}, file)
    assert load_settings({}, file) == first
    other = tmp_path / "other.env"
    assert not write_first_settings({"TRACKER_DEMO": "0"}, other)
    assert not other.exists()


def test_a_child_runs_under_the_same_settings(blank: Settings) -> None:
    given = replace(blank, demo=True, proxies=2, mail_from="督查 <a@example.org>")
    passed = {name: value for name, value in process_environment(given).items() if name.startswith(PREFIX)}
    assert load_settings(passed) == given


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [("http://127.0.0.1:8000", "http://127.0.0.1:8123"), ("https://tasks.example.org", "https://tasks.example.org")],
)
def test_a_local_address_gets_the_port_that_is_served(
    blank: Settings, monkeypatch: pytest.MonkeyPatch, base_url: str, expected: str
) -> None:
    for name, value in environment(replace(blank, base_url=base_url)).items():
        if name.startswith(PREFIX):
            monkeypatch.setenv(name, value)
    assert served_settings(8123).base_url == expected
