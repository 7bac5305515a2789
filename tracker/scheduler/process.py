"""The process that ticks.  Any number may run: the one that holds the lease ticks, the others wait for it."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from ..clock import real_now
from ..db import SCHEDULER, coming_from, end_idle_transactions
from .leading import LEASE_SECONDS, RENEWALS, Leader
from .ticking import tick

log = logging.getLogger(__name__)

EVERY_SECONDS = 60
GRACE_SECONDS = 3600


def run(app: Flask, every: int = EVERY_SECONDS, lease: int = LEASE_SECONDS) -> None:
    """Tick every ``every`` seconds while the lease of ``lease`` seconds is ours, until SIGTERM or SIGINT.

    A tick that runs then finishes the step or the mail in hand and begins nothing new.
    """
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # the threads below inherit it: only sigwait takes them
    with app.app_context():
        end_idle_transactions(lease)
    leader = Leader(app, lease)
    scheduler = BackgroundScheduler(timezone=UTC)

    def keep() -> None:
        """Take or renew the lease; who has just got it ticks at once."""
        if leader.keep():
            scheduler.modify_job("tick", next_run_time=real_now())

    jobs: dict[str, tuple[Callable[[], None], float]] = {
        "tick": (lambda: tick_and_tell(app, leader), every),
        "lease": (lambda: _logged("the lease could not be renewed", keep), lease / RENEWALS),
    }
    for name, (job, seconds) in jobs.items():
        scheduler.add_job(
            job,
            "interval",
            id=name,
            name=name,
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=GRACE_SECONDS,
            next_run_time=real_now(),
        )
    scheduler.start()
    log.info("the scheduler %s ticks every %s seconds while it has the lease", leader.holder, every)
    signal.sigwait(ends)
    leader.ending.set()
    scheduler.shutdown(wait=True)
    _logged("the lease could not be given back; it expires by itself", leader.leave)
    log.info("the scheduler has ended")


def tick_and_tell(app: Flask, leader: Leader) -> None:
    """A tick, if the lease is ours.  One that fails as a whole is logged; the next one comes."""
    if not leader.leads:
        return
    try:
        with coming_from(SCHEDULER):
            done = tick(app, proceed=leader.proceed)
    except Exception:
        log.exception("the tick failed")
        return
    finally:
        leader.rest()
    if any(done[name] for name in ("rounds", "reminders", "digests", "failures")) or any(done["mails"].values()):
        log.info("tick: %s", done)


def _logged(what: str, do: Callable[[], None]) -> None:
    """Do it; an error (the database is away) is logged, and the next time comes."""
    try:
        do()
    except Exception:
        log.exception(what)
