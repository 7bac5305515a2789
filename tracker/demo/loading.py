"""Loading the demo: the five plans, its people, and its history, made by the commands and the daily tick alone.

An interrupted load goes on where it stopped: every step bears an idempotency key, and the days begin again with
that of the last one done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import SYSTEM
from ..audit.models import AuditEntry
from ..clock import real_now
from ..config import Settings
from ..db import db, transaction
from ..directory.models import User
from ..directory.queries import actor_of
from ..errors import NotAllowed, TrackerError
from ..i18n import N_
from ..idempotency import IdempotencyKey
from ..outbox.delivery import deliver
from ..plans.cli import seed_plan
from ..plans.models import Plan
from ..plans.queries import plan_by_slug
from ..reporting.evidence.store import put
from ..scheduler import tick
from ..workdays.calendar import CHINA
from .accounts import add_people
from .clock import require_demo, set_clock
from .fates import BY_THE_DEMO
from .firing import fire
from .script import script
from .steps import START, Step
from .writing import ZONE

KEY = "demo-"
LOADED = "demo.load"
TICK_AT = time(9, 0)
ONE_DAY = timedelta(days=1)


class LoadingFailed(TrackerError):
    """A tick of the history did not do its work: the demo would be wrong."""

    status = 500
    default = N_("Loading the demo stopped on %(day)s: %(fault)s. Delete the database and load it again.")


def is_loaded(session: Session) -> bool:
    """Whether the demo stands whole in the database."""
    return session.scalar(select(AuditEntry.id).where(AuditEntry.action == LOADED).limit(1)) is not None


def load_history(app: Flask) -> int:
    """Load whatever of the demo is not there yet; needs an application context.  Returns the number of steps done.

    Raises NotAllowed outside the demo, and where a plan went live that the demo did not start; LoadingFailed.
    """
    settings: Settings = app.config["SETTINGS"]
    require_demo(settings)
    steps = script()
    done = _done(db.session)
    if not done and db.session.scalar(select(Plan.id).where(Plan.live_since.is_not(None)).limit(1)) is not None:
        raise NotAllowed(
            N_(
                "A plan in this database is live already. Load the demo into a fresh database, so that its history is"
                " whole."
            )
        )
    db.session.close()  # its read lock would keep the ticks from committing
    by_day: dict[date, list[tuple[int, Step]]] = {}
    for number, step in enumerate(steps):
        by_day.setdefault(step.at.astimezone(ZONE).date(), []).append((number, step))
    day = steps[max(done)].at.astimezone(ZONE).date() if done else steps[0].at.astimezone(ZONE).date()
    while day <= START.date():
        if CHINA.is_working(day):  # nothing falls on a free day: it goes the working day before
            _tick(app, day)
        for number, step in by_day.get(day, ()):
            if number not in done:
                _perform(step, f"{KEY}{number}", settings)
        day += ONE_DAY
    with transaction() as session:
        set_clock(session, START)
        audit.record(
            session,
            chain=audit.SYSTEM_CHAIN,
            actor=SYSTEM,
            now=START,
            action=LOADED,
            subject="demo",
            data={"steps": len(steps)},
        )
    return len(steps) - len(done)


def tick_at(day: date) -> datetime:
    """The instant of a day's tick: 09:00 in the demo's zone."""
    return datetime.combine(day, TICK_AT, ZONE)


def _tick(app: Flask, day: date) -> None:
    failures = tick(app, tick_at(day))["failures"]
    if failures:
        raise LoadingFailed(day=day.isoformat(), fault=failures[0]["error"])


def _done(session: Session) -> set[int]:
    keys = session.scalars(select(IdempotencyKey.key).where(IdempotencyKey.key.startswith(KEY)))
    return {int(key.removeprefix(KEY)) for key in keys}


def _perform(step: Step, key: str, settings: Settings) -> None:
    """One step in one transaction, then its mails."""
    if step.what == "seed":
        _seed(step)
        return
    if step.what == "add_evidence":
        folder = settings.evidence_folder
        step = replace(step, data={"files": [put(folder, name, BytesIO(file)) for name, file in step.data.items()]})
    with transaction() as session:
        user = session.scalars(select(User).where(User.email == step.who)).one()
        fire(session, actor_of(session, user), step, key)
    deliver(step.at, real_now, settings)


def _seed(step: Step) -> None:
    """A plan, its region and its people, as of the step's day.  Again, it changes nothing."""
    with transaction() as session:
        set_clock(session, step.at)
    seed_plan(step.slug, at=step.at)
    with transaction() as session:
        add_people(session, step.at, real_now(), None)
        add_people(session, step.at, real_now(), step.slug)
        plan = plan_by_slug(session, SYSTEM, step.slug)
        plan.demo_dispatch = step.slug in BY_THE_DEMO
