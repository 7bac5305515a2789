"""``python -m tracker.serve``: the whole service on one machine, for ``make run``.

Settings, migrations, plans and demo first; then the web server and the scheduler as two child processes, until Ctrl-C,
SIGTERM, or the end of either of them stops both.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

import click
from flask import Flask
from flask_migrate import upgrade

from . import create_app
from .clock import require_own_clock
from .config import INSTANCE, ROOT, Settings, load_settings, process_environment, write_first_settings
from .db import COMMAND_LINE, coming_from, db
from .demo.commands import ensure_loaded
from .errors import ConfigurationError, TrackerError
from .i18n import LOCALES, N_, translator

HOST = "127.0.0.1"
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOPBACK = ("127.0.0.1", "localhost")
THREADS = 8
START_SECONDS, STOP_SECONDS, LOOK_SECONDS = 60, 30, 0.5


class Stopped(Exception):
    """Somebody asked the service to end."""


def say(message: str, **values: Any) -> None:
    """One line in each language: nobody has chosen one yet."""
    for locale in LOCALES:
        click.echo(translator(locale)(message, **values))


def reserve(port: int) -> socket.socket:
    """A listening socket, so that nobody takes the port while the demo loads: who comes early waits.

    Bound alone would not do: two sockets may be bound with SO_REUSEADDR, and the one that listens first has the port.
    Raises ConfigurationError.
    """
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        reserved.bind((HOST, port))
        reserved.listen()
    except OSError as error:
        reserved.close()
        raise ConfigurationError(
            N_(
                "Port %(port)s cannot be used (%(reason)s). Stop the program that uses it, or run"
                " “make run PORT=%(other)s”."
            ),
            port=port,
            reason=error.strerror,
            other=port + 1,
        ) from error
    return reserved


def settings_for(port: int) -> Settings:
    """The settings, written first where there are none; a local base URL gets the port that is really served."""
    write_first_settings()
    settings = load_settings()
    url = urlsplit(settings.base_url)
    if url.hostname in LOOPBACK:
        settings = replace(settings, base_url=f"{url.scheme}://{url.hostname}:{port}")
    return settings


def prepare(app: Flask) -> None:
    """Migrate, then load the plans and, in the demo, its history; what is there already stays.

    A database that cannot be opened is one sentence of the migration's own (migrations/env.py).
    """
    say(N_("Preparing the database. The first time the plans and the demo are loaded, which takes a minute or two."))
    INSTANCE.mkdir(exist_ok=True)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        require_own_clock(db.session, app.config["SETTINGS"])
    with coming_from(COMMAND_LINE):
        ensure_loaded(app)


def start(settings: Settings, reserved: socket.socket) -> dict[str, subprocess.Popen[bytes]]:
    """Web server and scheduler.  One worker with threads: the limits on sign-in are counted in its memory."""
    environment = process_environment(settings)
    web = [
        *(sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "warning"),
        *("--bind", f"fd://{reserved.fileno()}", "--workers", "1", "--threads", str(THREADS), "wsgi:app"),
    ]
    scheduler = [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"]
    return {
        "web": subprocess.Popen(web, cwd=ROOT, env=environment, pass_fds=[reserved.fileno()]),
        "scheduler": subprocess.Popen(scheduler, cwd=ROOT, env=environment),
    }


def wait_until_served(url: str, children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Return when the web server answers, or when a child has ended."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and all(child.poll() is None for child in children.values()):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=START_SECONDS):
                return
        except urllib.error.URLError:
            time.sleep(LOOK_SECONDS)


def announce(settings: Settings) -> None:
    """The address, the accounts, where the mails lie, how to end."""
    say(N_("Open %(url)s"), url=settings.base_url)
    if settings.demo:
        say(N_("Demo accounts: the sign-in page lists them; one click signs you in."))
    mail = urlsplit(settings.mail_url)
    if mail.scheme == "spool":
        folder = unquote(mail.path)
        say(N_("Mails are written to %(folder)s and shown under Reminders; none leaves this machine."), folder=folder)
    say(N_("Ctrl-C stops everything."))


def stop(children: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """End the children; one that does not within half a minute is killed."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def watch(children: Mapping[str, subprocess.Popen[bytes]]) -> str:
    """Wait until a child has ended; answers its name."""
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                return name
        time.sleep(LOOK_SECONDS)


def serve(port: int) -> int:
    """Run the service; answers the exit code."""
    reserved = reserve(port)
    settings = settings_for(port)
    prepare(create_app(settings))
    children = start(settings, reserved)
    reserved.close()
    try:
        wait_until_served(settings.base_url, children)
        announce(settings)
        name = watch(children)
        code = children[name].poll()
        say(N_("The %(name)s process ended with code %(code)s; everything is stopped."), name=name, code=code)
        return 1
    finally:
        for end in ENDS:
            signal.signal(end, signal.SIG_IGN)
        stop(children)


def _interrupt(*_: object) -> None:
    raise Stopped()


@click.command(help="Serve the tracker on this machine.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, envvar="PORT")
def main(port: int) -> None:
    """One clear line for whatever goes wrong."""
    for end in ENDS:
        signal.signal(end, _interrupt)
    try:
        sys.exit(serve(port))
    except Stopped:
        say(N_("Stopped."))
    except TrackerError as error:
        for locale in LOCALES:
            click.echo(error.text(translator(locale)), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
