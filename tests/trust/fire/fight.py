"""The day under fire, from the first tick to the next morning, and everything that is wrong with it afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.trust.fire import scenario
from tests.trust.fire.children import Wave
from tests.trust.fire.evidence import failures, faults, gather
from tests.trust.fire.killer import Killer
from tests.trust.fire.scenario import DAY, NEXT_DAY, RECIPIENTS, at
from tests.trust.fire.sink import Sink
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.outbox.models import OutboxMessage
from tracker.outbox.states import CLAIM_LIMIT

PROCESSES = 4
Kill = tuple[str, int]
"""At which point, and the how many-th process to get there; or ``anywhere``, and after how many milliseconds."""


@dataclass
class Fight:
    """One run of the day over one database; ``plant`` is a planted defect, or ``none``."""

    app: Flask
    settings: Settings
    folder: Path
    sink: Sink
    plant: str = "none"
    wrong: list[str] = field(default_factory=list)

    def run(self, kill: Kill) -> list[str]:
        """The whole day, or as much of it as it takes until something is wrong; answers what."""
        with self.app.app_context():
            on_time, late = scenario.reminders_of_the_day(db.session), scenario.late_reminders(db.session)
        assert len(on_time) >= 200
        self.tick(PROCESSES, "09:00", kill)
        self.time_passes()
        self.tick(2, "10:00")
        self.look("after two more ticks", expected=on_time)
        unknown = {row["id"]: row["message_id"] for row in self.unknown()}
        if kill[0] != "anywhere" and len(unknown) != 1:
            self.wrong.append(f"left open: {len(unknown)} mails are unknown, not one")
        if self.wrong:
            return self.wrong

        with self.app.app_context(), transaction() as session:
            scenario.dispatch_late_tasks(session)
        self.tick(2, "11:30")
        self.look("after the late tasks", expected=on_time | late, waiting=late)
        if self.wrong:
            return self.wrong

        for number in unknown:
            self.command("outbox", "retry", str(number))
        self.tick(1, "09:00", day=NEXT_DAY)
        self.look("the next morning", expected=on_time | late, sent_again=set(unknown.values()))
        self.count()
        return self.wrong

    def tick(self, processes: int, clock: str, kill: Kill | None = None, day: date = DAY) -> None:
        """So many ``reminders run`` at once, one of which may be killed."""
        moment = at(day, clock)
        folder = self.folder / moment.strftime("%d-%H%M")
        folder.mkdir()
        wave = Wave(self.settings, folder, self.plant)
        command = ["reminders", "run", "--at", moment.isoformat(), "--json"]
        self.sink.expect(0)
        if kill is None:
            self.wrong += failures(wave.run(processes, command), killed=0)
        elif kill[0] == "anywhere":
            self.wrong += failures(wave.run(processes, command, kill_after=kill[1] / 1000), killed=None)
        else:
            self.sink.expect(processes, Killer(wave, *kill))
            self.wrong += failures(wave.run(processes, command), killed=1)

    def time_passes(self) -> None:
        """Real time goes on by as much as a hand-over may take; nobody waits for it."""
        with self.app.app_context(), transaction() as session:
            for mail in session.scalars(select(OutboxMessage).where(OutboxMessage.state == "sending")):
                assert mail.sending_since is not None
                mail.sending_since -= CLAIM_LIMIT

    def look(self, when: str, **expectations: Any) -> None:
        """Write down what is wrong by now."""
        unknown = self.unknown()
        with self.app.app_context():
            seen = gather(db.session, self.sink.received, unknown)
        self.wrong += [f"{fault} ({when})" for fault in faults(seen, **expectations)]

    def count(self) -> None:
        """Everybody has had the day's digest by now, once."""
        with self.app.app_context():
            days = db.session.scalars(select(OutboxMessage.message_id).where(OutboxMessage.local_day == DAY)).all()
        came = {received.message_id for received in self.sink.received}
        if len(days) != RECIPIENTS or not came.issuperset(days):
            self.wrong.append(
                f"digests: {len(came.intersection(days))} of {len(days)} came, for {RECIPIENTS} recipients"
            )

    def unknown(self) -> list[dict[str, Any]]:
        """What ``outbox list --state unknown`` shows."""
        return list(json.loads(self.command("outbox", "list", "--state", "unknown", "--json")))

    def command(self, *arguments: str) -> str:
        """What a command of the command line prints."""
        with self.app.app_context():
            result = self.app.test_cli_runner().invoke(args=list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output
