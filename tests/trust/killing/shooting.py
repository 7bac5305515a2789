"""The mail server that kills who brings it mails, at chosen points, and what there is to say afterwards."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from tests.fixtures.server import environment
from tests.fixtures.smtp import SmtpSink
from tests.trust.killing.mailer import end_of
from tracker.config import ROOT, Settings
from tracker.db import db
from tracker.outbox.models import OutboxMessage

MAILERS = 2
POINTS = ("mail", "rcpt", "data", "taken", "answered", "later")
"""mail, rcpt: nothing of the mail has gone.  data: its text is on the way.  taken: the server has it and has not said
so.  answered: the 250 is out.  later: some milliseconds after it."""
LATEST_SECONDS = 0.03
END_SECONDS = 60
SPARE = 5
"""More chosen mails than kills: now and then a mailer has ended before the shot."""


class Shooter(SmtpSink):
    """Takes every mail; at some of them kills the mailer that brings it, at a point of the dice's choosing."""

    def __init__(self, mails: int, kills: int, seed: int, folder: Path, keep: Callable[[bytes], None]) -> None:
        super().__init__()
        dice = random.Random(seed)
        chosen = dice.sample(range(1, mails * 19 // 20), kills + kills // 5 + SPARE)
        self.plan = {ordinal: POINTS[place % len(POINTS)] for place, ordinal in enumerate(chosen)}
        self.dice = dice
        self.folder = folder
        self.keep = keep
        self.ordinal = 0
        self.kills = kills
        self.shots = 0
        self.accepted: Counter[str] = Counter()

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """A mail begins."""
        envelope.mail_from = address
        self.ordinal += 1
        session.point = self.plan.get(self.ordinal) if self.shots < self.kills else None  # type: ignore[attr-defined]
        self._strike(session, envelope, "mail")
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Every recipient is taken."""
        envelope.rcpt_tos.append(address)
        self._strike(session, envelope, "rcpt")
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """The server has it: from here on it counts."""
        content = envelope.original_content or b""
        number = next(line for line in content.split(b"\r\n") if line.lower().startswith(b"message-id:"))
        self.accepted[number.partition(b":")[2].strip().decode()] += 1
        self.keep(content)
        self._strike(session, envelope, "taken")
        loop = asyncio.get_running_loop()
        if session.point == "answered":  # type: ignore[attr-defined]
            loop.call_later(0, self._strike, session, envelope, "answered")
        elif session.point == "later":  # type: ignore[attr-defined]
            loop.call_later(self.dice.uniform(0, LATEST_SECONDS), self._strike, session, envelope, "later")
        return "250 OK"

    def on_data(self, session: Session, envelope: Envelope) -> None:
        """The 354 is out."""
        self._strike(session, envelope, "data")

    def _strike(self, session: Session, envelope: Envelope, point: str) -> None:
        if session.point != point or self.shots == self.kills:  # type: ignore[attr-defined]
            return
        session.point = None  # type: ignore[attr-defined]
        pid_file = self.folder / str(envelope.mail_from).partition("@")[0]
        pid = int(pid_file.read_text())
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # it had ended by itself
        self.shots += _killed(pid_file, pid)


def _killed(pid_file: Path, pid: int) -> bool:
    """Whether a shot killed, once the parent says how the process ended; it may have been ending by itself."""
    end, until = end_of(pid_file, pid), time.monotonic() + END_SECONDS
    while not (end.exists() and end.read_text()):
        assert time.monotonic() < until, f"nobody says how {pid} ended"
        time.sleep(0.001)
    return os.WIFSIGNALED(int(end.read_text()))


class ShootingServer(SMTP):
    """Tells the shooter of the 354, too."""

    async def push(self, status: Any) -> None:
        await super().push(status)
        if str(status).startswith("354"):
            self.event_handler.on_data(self.session, self.envelope)


def run_mailers(settings: Settings, shooter: Shooter, plant: str = "") -> int:
    """Deliver with several mailers until nothing is left; how many of their processes were killed."""
    running = []
    for number in range(MAILERS):
        name = f"mailer{number}"
        own = replace(settings, mail_url=shooter.url, mail_from=f"{name}@example.org")
        command = [sys.executable, "-m", "tests.trust.killing.mailer", str(shooter.folder / name)]
        command += [plant] if plant else []
        with (shooter.folder / f"{name}.log").open("wb") as log:
            running.append(
                subprocess.Popen(command, cwd=ROOT, env=environment(own), stdout=subprocess.PIPE, stderr=log)
            )
    killed = 0
    for process in running:
        out, _ = process.communicate(timeout=3000)
        assert process.returncode == 0, process.returncode
        killed += int(out)
    return killed


@dataclass(frozen=True)
class Tally:
    """What the outbox says, beside what the server took."""

    states: dict[str, str]
    accepted: Counter[str]

    @property
    def missing(self) -> list[str]:
        """Said to be sent, and never taken; or neither sent nor shown as unknown."""
        return [
            name
            for name, state in self.states.items()
            if (state == "sent" and not self.accepted[name]) or state not in ("sent", "unknown")
        ]

    @property
    def twice(self) -> set[str]:
        """Taken more than once."""
        return {name for name, count in self.accepted.items() if count > 1}

    @property
    def unknown(self) -> set[str]:
        """Shown to people."""
        return {name for name, state in self.states.items() if state == "unknown"}


def tally(shooter: Shooter) -> Tally:
    """As it stands now."""
    rows = db.session.execute(select(OutboxMessage.message_id, OutboxMessage.state)).all()
    db.session.close()
    return Tally(dict(rows), Counter(shooter.accepted))
