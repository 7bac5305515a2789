"""Kills one process at a chosen point of a hand-over."""

from __future__ import annotations

from contextlib import ExitStack

from sqlalchemy import create_engine, select

from tests.trust.fire.children import Wave
from tracker.db import WRITE
from tracker.outbox.models import OutboxMessage


class Killer:
    """SIGKILL to the process that is the ``nth`` to reach ``point``; called by the server, in its thread.

    To fall between the server's answer and the commit, it holds the mail's row from before the answer on.
    """

    def __init__(self, wave: Wave, point: str, nth: int) -> None:
        self.wave = wave
        self.point = point
        self.nth = nth
        self.reached = 0
        self.victim: int | None = None
        self._held = ExitStack()

    def __call__(self, point: str, process: int, message_id: str) -> None:
        """A process has reached a point."""
        if self.victim is None and point == ("taken" if self.point == "answered" else self.point):
            self.reached += 1
            if self.reached < self.nth:
                return
            self.victim = process
            if self.point == "answered":
                self._hold(message_id)
            else:
                self.wave.kill(process)
        elif point == self.point == "answered" and process == self.victim:
            with self._held:
                self.wave.kill(process)

    def _hold(self, message_id: str) -> None:
        engine = create_engine(self.wave.settings.database_url).execution_options(**{WRITE: True})
        self._held.callback(engine.dispose)
        connection = self._held.enter_context(engine.connect())
        row = select(OutboxMessage.id).where(OutboxMessage.message_id == message_id)
        connection.execute(row.with_for_update()).one()
