"""Real scheduler processes over one database and one mail server, mails that fall due all the time, and who leads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from tests.fixtures.server import environment
from tests.fixtures.smtp import SmtpSink
from tracker.clock import real_now
from tracker.config import ROOT, Settings
from tracker.db import db, transaction
from tracker.i18n import LOCALES
from tracker.lease import SCHEDULER_LEASE, Held, held
from tracker.outbox.commands import Recipient, enqueue
from tracker.outbox.delivery import deliver
from tracker.outbox.models import OutboxMessage
from tracker.outbox.states import CLAIM_LIMIT

PATIENCE_SECONDS = 300
BACKLOG = 60
PLANTED = """
from tracker import create_app
from tracker.scheduler import leading
from tracker.scheduler.process import run

{defect}
run(create_app(), {every}, {lease})
"""


class Sink(SmtpSink):
    """Notes who handed over what and when; ``strike`` runs before a mail is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[float, str]] = []
        self.strike: Callable[[str], None] = lambda sender: None
        self.before_answer = self._noted

    def _noted(self, message: EmailMessage) -> None:
        sender = str(message["From"])
        self.taken.append((time.monotonic(), sender))
        self.strike(sender)

    def by(self, sender: str) -> int:
        """How many mails a process has handed over."""
        return sum(1 for _, who in self.taken if who == sender)


@dataclass
class Arena:
    """Schedulers over one database.  ``every`` and ``lease`` are in seconds; ``defect`` is planted into each."""

    app: Flask
    settings: Settings
    sink: Sink
    folder: Path
    every: int
    lease: int
    defect: str = ""
    queued: int = 0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    full: threading.Event = field(default_factory=threading.Event)

    def start(self) -> str:
        """One more scheduler; answers its sender once it takes part."""
        sender = f"p{len(self.processes) + 1}@example.org"
        own = replace(self.settings, mail_url=self.sink.url, mail_from=sender)
        real = ["-m", "flask", "--app", "wsgi", "scheduler", "--every", str(self.every), "--lease", str(self.lease)]
        planted = ["-c", PLANTED.format(defect=self.defect, every=self.every, lease=self.lease)]
        log = self.folder / f"{sender}.log"
        with log.open("wb") as file:
            self.processes[sender] = subprocess.Popen(
                [sys.executable, *(planted if self.defect else real)],
                cwd=ROOT,
                env=environment(own),
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        self.until(lambda: self.defect != "" or b"ticks every" in log.read_bytes(), f"{sender} takes part")
        return sender

    def lead(self) -> Held | None:
        """Who has the lease."""
        with self.app.app_context():
            return held(db.session, SCHEDULER_LEASE)

    def leader(self) -> str:
        """The sender of the process that has the lease, once one has it."""
        found: list[str] = []

        def known() -> bool:
            lead = self.lead()
            if lead is not None and lead.valid:
                pid = int(lead.holder.split(":")[1])
                found.extend(sender for sender, process in self.processes.items() if process.pid == pid)
            return found != []

        self.until(known, "somebody has the lease")
        return found[0]

    def send(self, sender: str, what: signal.Signals) -> None:
        """A signal to a process."""
        os.kill(self.processes[sender].pid, what)

    def strike(self, sender: str, what: signal.Signals, *, at_a_mail: bool) -> float:
        """Strike a process, in the middle of a hand-over or at any instant; answers when."""
        struck: list[float] = []

        def hit(who: str) -> None:
            if who == sender and not struck:
                self.send(sender, what)
                struck.append(time.monotonic())

        if at_a_mail:
            self.sink.strike = hit
            self.until(lambda: struck != [], f"{sender} hands over a mail")
            self.sink.strike = lambda who: None
        else:
            hit(sender)
        return struck[0]

    def until_another_works(self, sender: str, since: float) -> float:
        """How many seconds after ``since`` another process handed over a mail."""
        found: list[float] = []

        def works() -> bool:
            found.extend(when - since for when, who in list(self.sink.taken) if when > since and who != sender)
            return found != []

        self.until(works, f"another works instead of {sender}")
        return found[0]

    def queue(self, count: int) -> None:
        """So many mails, due now."""
        task = {"ref": "1", "text": "一项任务。", "path": "/plans/shaoguan/tasks/1", "deadline": None}
        context = {"task": task, "reason": "理由", "actor": "督查专员", "plan": "规划", "region": "韶关"}
        now = real_now()
        with self.app.app_context(), transaction() as session:
            for _ in range(count):
                self.queued += 1
                enqueue(
                    session,
                    kind="notice",
                    recipient=Recipient(f"user:{self.queued}", f"u{self.queued}@example.org", LOCALES[0], "经办人"),
                    template="returned",
                    context=context,
                    now=now,
                    not_before=now,
                )

    def until(self, done: Callable[[], bool], what: str) -> None:
        """Wait for something; AssertionError with the logs where it does not come."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not done():
            if time.monotonic() > deadline:
                logs = "\n".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.log")))
                raise AssertionError(f"waited in vain: {what}\n{logs}")
            time.sleep(0.02)

    @contextmanager
    def fed(self, pause: float) -> Iterator[None]:
        """One mail falls due every ``pause`` seconds, until :meth:`drain`; then all processes are ended.

        None while many wait: on a machine that is busy with other things they would never come to an end.
        """

        def feed() -> None:
            while not self.full.wait(pause):
                if self.queued - len(self.sink.taken) < BACKLOG:
                    self.queue(1)

        feeder = threading.Thread(target=feed)
        feeder.start()
        try:
            yield
        finally:
            self.full.set()
            feeder.join()
            for process in self.processes.values():
                process.kill()
                process.wait()

    def drain(self) -> None:
        """Let no more mails fall due, wait until none waits, and end the processes; all that live end cleanly."""
        self.full.set()
        waiting = select(OutboxMessage.id).where(OutboxMessage.state == "pending").limit(1)

        def empty() -> bool:
            with self.app.app_context():
                return db.session.scalar(waiting) is None

        self.until(empty, "no mail waits")
        living = [process for process in self.processes.values() if process.poll() is None]
        for process in living:
            process.terminate()
        assert [process.wait(PATIENCE_SECONDS) for process in living] == [0] * len(living)

    def wrong(self, strikes: int) -> list[str]:
        """What is wrong in the end: every mail came once, save those in hand when a process was struck."""
        with self.app.app_context():
            own = replace(self.settings, mail_url=self.sink.url)
            deliver(real_now(), lambda: real_now() + CLAIM_LIMIT + timedelta(seconds=1), own)
            found = db.session.execute(select(OutboxMessage.message_id, OutboxMessage.state))
            rows = {message_id: state for message_id, state in found}
        came = Counter(str(message["Message-ID"]) for message in self.sink.messages)
        unsure = [name for name, state in rows.items() if state != "sent"]
        return [
            *(f"twice: {name}" for name, count in came.items() if count > 1),
            *(f"never: {name}" for name, state in rows.items() if state == "sent" and name not in came),
            *(f"{rows[name]}: {name}" for name in unsure if rows[name] != "unknown"),
            *([f"{len(unsure)} unknown after {strikes} strikes"] if len(unsure) > strikes else []),
            *([f"{len(rows)} of {self.queued} are there"] if len(rows) != self.queued else []),
        ]
