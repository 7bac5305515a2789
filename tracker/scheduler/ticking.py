"""The tick: rounds, reminders, heads of the audit, digests, weeks, mails, heartbeat, each in transactions of its own.

A tick asks the database what is due and absent.  Nothing is remembered between two ticks, so a late one, a lost one or
two at once do no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from ..access import SYSTEM
from ..clock import business_now, real_now
from ..db import db, transaction
from ..evaluations.commands import advance_rounds
from ..outbox.delivery import deliver
from ..outbox.reading import read_bounces, reconcile
from ..plans.models import Plan
from ..plans.queries import plan_by_slug, visible_plans
from ..reminders.digest import compose_digests
from ..reminders.heads import take_heads, tell_heads
from ..reminders.ledger import beat, queue_reminders
from ..reminders.weekly import tell_weeks

log = logging.getLogger(__name__)

PlanStep = Callable[[Session, datetime, Plan], Any]


def tick(
    app: Flask, at: datetime | None = None, *, quiet: bool = False, proceed: Callable[[], bool] = lambda: True
) -> dict[str, Any]:
    """One tick.  ``at`` is aware, on the business clock (default: now).

    A plan whose step fails stops no other; it is logged by name, unless ``quiet``: then the caller tells it.
    ``proceed`` is asked before each step and each hand-over of mails; once it says no, nothing new is begun and no
    heartbeat is left.  Answers ``{"at", "rounds", "reminders", "digests", "mails", "failures", "stopped"}``: numbers,
    the counts of ``outbox.delivery.deliver``, the failures as ``{"step", "plan", "error"}``, whether it was stopped.
    """
    with app.app_context():
        now, begun = at if at is not None else business_now(db.session), real_now()
        slugs = [plan.slug for plan in visible_plans(db.session, SYSTEM) if plan.live_since is not None]
        db.session.close()
        running = _Tick(quiet, proceed)
        rounds = sum(running.plan("rounds", slug, now, advance_rounds) for slug in slugs)
        reminders = sum(running.plan("reminders", slug, now, queue_reminders) for slug in slugs)
        running.step("heads", partial(take_heads, now=now, settings=app.config["SETTINGS"]))
        digests = running.step("digests", partial(compose_digests, now=now))
        digests += running.step("weekly", partial(tell_weeks, now=now))
        running.step("heads", partial(tell_heads, now=now))
        settings = app.config["SETTINGS"]
        mails = running.mails("mails", partial(deliver, now, real_now, settings, proceed=running.goes_on))
        running.mails("archive", partial(reconcile, now, real_now, settings))
        running.mails("bounces", partial(read_bounces, now, begun, settings))
        if running.goes_on():
            ended = real_now()
            with transaction() as session:
                beat(session, ended, seconds=(ended - begun).total_seconds(), failures=running.failures)
        return {
            "at": now.astimezone(UTC).isoformat(),
            "rounds": rounds,
            "reminders": reminders,
            "digests": digests,
            "mails": mails,
            "failures": running.failures,
            "stopped": running.stopped,
        }


class _Tick:
    """A tick under way: what failed in it, and whether it was told to stop."""

    def __init__(self, quiet: bool, proceed: Callable[[], bool]) -> None:
        self.quiet = quiet
        self.proceed = proceed
        self.stopped = False
        self.failures: list[dict[str, Any]] = []

    def goes_on(self) -> bool:
        """Whether the next thing may begin; once told to stop, it stays so."""
        self.stopped = self.stopped or not self.proceed()
        return not self.stopped

    def plan(self, name: str, slug: str, now: datetime, step: PlanStep) -> int:
        """One step for one plan; answers how many things it did."""
        return self.step(name, lambda session: step(session, now, plan_by_slug(session, SYSTEM, slug)), slug)

    def step(self, name: str, step: Callable[[Session], Any], plan: str | None = None) -> int:
        """One step in a transaction of its own; one that fails is noted and stops no other."""
        if not self.goes_on():
            return 0
        try:
            with transaction() as session:
                return _number(step(session))
        except Exception as error:
            self._failed(name, plan, error)
            return 0

    def mails(self, name: str, step: Callable[[], dict[str, int]]) -> dict[str, int]:
        """A step of the delivery, which opens its own transactions."""
        try:
            return step() if self.goes_on() else {}
        except Exception as error:
            self._failed(name, None, error)
            return {}

    def _failed(self, step: str, plan: str | None, error: Exception) -> None:
        if not self.quiet:
            log.error("tick: %s of %s failed", step, plan or "all plans", exc_info=error)
        self.failures.append({"step": step, "plan": plan, "error": f"{type(error).__name__}: {error}"})


def _number(answer: Any) -> int:
    return answer if isinstance(answer, int) else len(answer or ())
