"""The tick, and the process that ticks.

A tick asks the database what is due and absent: rounds open, reminders are queued, digests are composed, mails go out.
Nothing is remembered between two ticks, so a late one, a lost one or two at once do no harm.
"""

from __future__ import annotations

import logging
import signal
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from sqlalchemy.orm import Session

from .access import SYSTEM
from .cli import command_errors
from .clock import business_now, real_now, require_own_clock
from .db import SCHEDULER, coming_from, db, transaction
from .evaluations.commands import advance_rounds
from .outbox.delivery import deliver
from .plans.models import Plan
from .plans.queries import plan_by_slug, visible_plans
from .reminders.digest import compose_digests
from .reminders.heads import take_heads, tell_heads
from .reminders.ledger import beat, queue_reminders

log = logging.getLogger(__name__)

EVERY_SECONDS = 60
GRACE_SECONDS = 3600

Step = Callable[[Session, datetime, Plan], Any]
Failed = Callable[[str, str | None, Exception], None]


def tick(app: Flask, at: datetime | None = None, *, quiet: bool = False) -> dict[str, Any]:
    """One tick: rounds, reminders, heads of the audit, digests, delivery, heartbeat, each in transactions of its own.

    ``at`` is aware, on the business clock (default: now).  A plan whose step fails stops no other; it is logged by
    name, unless ``quiet``: then the caller tells it.  Answers ``{"at", "rounds", "reminders", "digests", "mails",
    "failures"}``: numbers, the counts of ``outbox.delivery.deliver``, and the failures as
    ``{"step", "plan", "error"}``.
    """
    with app.app_context():
        now = at if at is not None else business_now(db.session)
        slugs = [plan.slug for plan in visible_plans(db.session, SYSTEM) if plan.live_since is not None]
        failures: list[dict[str, Any]] = []

        def failed(step: str, plan: str | None, error: Exception) -> None:
            if not quiet:
                log.error("tick: %s of %s failed", step, plan or "all plans", exc_info=error)
            failures.append({"step": step, "plan": plan, "error": f"{type(error).__name__}: {error}"})

        rounds = _each_plan("rounds", slugs, now, advance_rounds, failed)
        reminders = _each_plan("reminders", slugs, now, queue_reminders, failed)
        digests, mails = 0, Counter[str]()
        try:
            with transaction() as session:
                take_heads(session, now, app.config["SETTINGS"])
        except Exception as error:
            failed("heads", None, error)
        try:
            with transaction() as session:
                digests = _number(compose_digests(session, now))
        except Exception as error:
            failed("digests", None, error)
        try:
            with transaction() as session:
                tell_heads(session, now)
        except Exception as error:
            failed("heads", None, error)
        try:
            mails.update(deliver(now, real_now, app.config["SETTINGS"]))
        except Exception as error:
            failed("mails", None, error)
        with transaction() as session:
            beat(session, real_now())
        return {
            "at": now.astimezone(UTC).isoformat(),
            "rounds": rounds,
            "reminders": reminders,
            "digests": digests,
            "mails": dict(mails),
            "failures": failures,
        }


def _each_plan(name: str, slugs: list[str], now: datetime, step: Step, failed: Failed) -> int:
    """Run one step for every live plan, each in its own transaction; answers how many things it did."""
    done = 0
    for slug in slugs:
        try:
            with transaction() as session:
                done += _number(step(session, now, plan_by_slug(session, SYSTEM, slug)))
        except Exception as error:
            failed(name, slug, error)
    return done


def _number(answer: Any) -> int:
    return answer if isinstance(answer, int) else len(answer or ())


def run(app: Flask, every: int = EVERY_SECONDS) -> None:
    """Tick now and then every ``every`` seconds until SIGTERM or SIGINT; a tick that runs is finished first."""
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # the threads below inherit it: only sigwait takes them
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        _tick_and_tell,
        "interval",
        args=[app],
        seconds=every,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=GRACE_SECONDS,
        next_run_time=real_now(),
    )
    scheduler.start()
    log.info("the scheduler ticks every %s seconds", every)
    signal.sigwait(ends)
    scheduler.shutdown(wait=True)
    log.info("the scheduler has ended")


def _tick_and_tell(app: Flask) -> None:
    """A tick that fails as a whole is logged; the next one comes."""
    try:
        with coming_from(SCHEDULER):
            done = tick(app)
    except Exception:
        log.exception("the tick failed")
        return
    if any(done[name] for name in ("rounds", "reminders", "digests", "failures")) or any(done["mails"].values()):
        log.info("tick: %s", done)


@click.command("scheduler", help="The ticking process: opens rounds, queues reminders, sends mails.")
@click.option("--every", type=click.IntRange(1, 3600), default=EVERY_SECONDS, show_default=True, help="Seconds.")
@command_errors
def scheduler_command(every: int) -> None:
    """Run until SIGTERM or Ctrl-C."""
    require_own_clock(db.session, current_app.config["SETTINGS"])
    db.session.close()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("tracker").setLevel(logging.INFO)
    run(current_app._get_current_object(), every)  # type: ignore[attr-defined]  # noqa: SLF001  (the app behind the proxy)


commands: list[click.Command] = [scheduler_command]
