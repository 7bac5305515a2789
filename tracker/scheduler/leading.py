"""Which of the scheduler processes ticks: the one that holds the lease."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid

from flask import Flask

from ..db import db, one_statement
from ..lease import SCHEDULER_LEASE, holds, release, take
from ..outbox.states import CLAIM_LIMIT

log = logging.getLogger(__name__)

LEASE_SECONDS = 30
RENEWALS = 3
"""How often the lease is renewed within its time."""
STUCK_SECONDS = CLAIM_LIMIT.total_seconds()
"""A tick that has begun nothing new for so long loses the lease: whatever it waits for, others need not."""


class Leader:
    """This process and the lease.  One thread renews it, another ticks and asks :meth:`proceed`."""

    def __init__(self, app: Flask, seconds: float = LEASE_SECONDS) -> None:
        self.app = app
        self.seconds = seconds
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.leads = False
        self.ending = threading.Event()
        self._ticking_since: float | None = None

    def keep(self) -> bool:
        """Take the lease or renew it; answers whether it is newly ours.

        Not while a tick hangs: then it expires, and another process goes on.
        """
        before, begun = self.leads, self._ticking_since
        if begun is not None and time.monotonic() - begun > STUCK_SECONDS:
            log.error("a step of the tick has hung for %d minutes: the lease is left to others", STUCK_SECONDS // 60)
            self.leads = False
            return False
        with self.app.app_context(), one_statement() as session:
            self.leads = not self.ending.is_set() and take(session, SCHEDULER_LEASE, self.holder, self.seconds)
        if self.leads != before:
            log.info("this scheduler %s", "has the lease" if self.leads else "has lost the lease and waits")
        return self.leads and not before

    def proceed(self) -> bool:
        """Whether the tick may begin its next step: we are not ending, and the lease is ours at this instant.

        The database is asked each time: a process that was frozen cannot trust what it remembers.  Needs an application
        context.
        """
        self._ticking_since = time.monotonic()
        if self.ending.is_set():
            return False
        ours = holds(db.session, SCHEDULER_LEASE, self.holder)
        db.session.close()
        if not ours:
            log.warning("the lease is no longer this scheduler's: its tick ends here")
            self.leads = False
        return ours

    def rest(self) -> None:
        """The tick has ended."""
        self._ticking_since = None

    def leave(self) -> None:
        """Give the lease back, so that another process need not wait until it expires."""
        self.leads = False
        with self.app.app_context(), one_statement() as session:
            release(session, SCHEDULER_LEASE, self.holder)
