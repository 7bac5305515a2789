"""What is done to the demo as a whole: loading it once, and moving its clock forward."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..clock import business_now, local_day
from ..config import Settings
from ..db import db, transaction
from ..directory.models import User
from ..errors import InvalidInput
from ..i18n import N_
from ..outbox.models import OutboxMessage
from ..plans.cli import seed_plan
from ..plans.files import SLUGS
from ..plans.models import Plan, Round
from ..scheduler import tick
from .clock import move_forward, require_demo
from .loading import ONE_DAY, is_loaded, load_history, tick_at
from .writing import ZONE

LONGEST_DAYS = 366  # what one request may move: longer spans are for the command line


@dataclass(frozen=True, slots=True)
class Moved:
    """What a span of demo days did.  ``rounds`` are (slug, kind, year, new state), in the order of the plans."""

    today: date
    rounds: tuple[tuple[str, str, int, str], ...] = ()
    reminders: int = 0
    digests: int = 0
    mails: int = 0
    failures: tuple[str, ...] = field(default=())


def load(app: Flask) -> dict[str, Any]:
    """Load the demo unless it is there.  Answers ``{"new", "steps", "people", "mails", "live"}``.

    Raises NotAllowed outside the demo or in a database where a plan is live that the demo did not start.
    """
    with app.app_context():
        require_demo(app.config["SETTINGS"])
        new = not is_loaded(db.session)
        steps = load_history(app) if new else 0
        count = select(func.count())
        return {
            "new": new,
            "steps": steps,
            "people": db.session.scalar(count.select_from(User)),
            "mails": db.session.scalar(count.select_from(OutboxMessage).where(OutboxMessage.state == "sent")),
            "live": list(db.session.scalars(select(Plan.slug).where(Plan.live_since.is_not(None)).order_by(Plan.id))),
        }


def ensure_loaded(app: Flask) -> None:
    """What ``make run`` needs before it serves: the five plans, and in the demo its people and history, once."""
    settings: Settings = app.config["SETTINGS"]
    if settings.demo:
        load(app)
        return
    with app.app_context():
        for slug in SLUGS:
            seed_plan(slug)


def advance(app: Flask, to: date, *, longest: int | None = None) -> Moved:
    """Move the demo's clock to ``to`` 09:00 (Asia/Shanghai), ticking every day at 09:00 on the way.

    ``longest``: the most days that one call may take.  Two at once do each day once.
    Raises NotAllowed outside the demo, InvalidInput where ``to`` is not after the demo's day or too far ahead.
    """
    with app.app_context():
        require_demo(app.config["SETTINGS"])
        today = local_day(business_now(db.session), ZONE)
        _check(today, to, longest)
        before = _rounds(db.session)
        db.session.close()  # its read lock would keep the ticks from committing
        counts: Counter[str] = Counter()
        failures: list[str] = []
        day = today
        while day < to:
            day += ONE_DAY
            _one_day(app, tick_at(day), counts, failures)
        changed = tuple(key for key in _rounds(db.session) if key not in before)
        return Moved(to, changed, counts["reminders"], counts["digests"], counts["mails"], tuple(failures))


def _check(today: date, to: date, longest: int | None) -> None:
    if to <= today:
        raise InvalidInput(
            {"date": [N_("Choose a later day: the demo's clock only goes forward.")]},
            message=N_("The demo's clock shows %(today)s and only goes forward. Choose a later day than %(to)s."),
            today=today.isoformat(),
            to=to.isoformat(),
        )
    if longest is not None and (to - today).days > longest:
        raise InvalidInput(
            {"date": [N_("Choose a nearer day.")]},
            message=N_("At most %(days)s days can be moved at once, to %(last)s. Go there first, then on."),
            days=longest,
            last=(today + longest * ONE_DAY).isoformat(),
        )


def _one_day(app: Flask, at: datetime, counts: Counter[str], failures: list[str]) -> None:
    with transaction() as session:
        if not move_forward(session, at):
            return
    done = tick(app, at)
    counts.update(reminders=done["reminders"], digests=done["digests"], mails=done["mails"].get("sent", 0))
    failures += [failure["error"] for failure in done["failures"]]


def _rounds(session: Session) -> list[tuple[str, str, int, str]]:
    rows = session.execute(
        select(Plan.slug, Round.kind, Round.year, Round.state)
        .join(Plan, Plan.id == Round.plan_id)
        .order_by(Plan.id, Round.opens_on, Round.id)
    )
    return [(slug, kind, year, state) for slug, kind, year, state in rows]
