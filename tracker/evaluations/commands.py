"""Writes of rounds.  Nothing else assigns a round's state.

The supervisor's acts on a round (sealing, disclosing) are not here: a round goes as far as reviewing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import SYSTEM, Actor, authorise
from ..clock import local_day
from ..errors import NotAllowed
from ..i18n import N_
from ..plans.models import EvaluationClause, Plan, Round
from ..plans.policy import plan_facts
from ..plans.queries import rounds_of
from ..reporting.commands import checked
from ..workflows.commands import enter_round
from ..workflows.path import lock_tasks
from .dates import RoundDates, default_dates, rounds_of_term
from .policy import SET_DATES
from .queries import round_by_id
from .rounds import RoundStep, due_steps, fire, frozen
from .schemas import RoundDatesSchema

DATES = ("opens_on", "report_due_on", "verify_due_on", "disclosure_on")
YEARS_AFTER = 3  # a round of the last year may lie this long after the term


def make_rounds(
    session: Session, actor: Actor, now: datetime, plan: Plan, *, kinds: Collection[str] | None = None
) -> list[Round]:
    """Give a plan the rounds of its term with their default dates; rounds that are there stay.  Returns the new ones.

    Mid-term and end-of-term for every plan, annual ones where its evaluation clauses name them; or those ``kinds`` that
    a person chose.
    """
    clauses = select(EvaluationClause.kind).where(EvaluationClause.plan_id == plan.id)
    named = set(kinds if kinds is not None else session.scalars(clauses))
    term = rounds_of_term(plan.first_year, plan.last_year, named, plan.region.calendar)
    due = [dates for dates in term if kinds is None or dates.kind in kinds]
    return add_rounds(session, actor, now, plan, due)


def add_rounds(session: Session, actor: Actor, now: datetime, plan: Plan, rounds: Iterable[RoundDates]) -> list[Round]:
    """Give a plan these rounds; those that are there stay.  Dates other than the defaults are marked as chosen."""
    present = {(round_.kind, round_.year) for round_ in rounds_of(session, [plan.id])}
    made = [
        Round(
            plan_id=plan.id,
            kind=dates.kind,
            year=dates.year,
            opens_on=dates.opens_on,
            report_due_on=dates.report_due_on,
            verify_due_on=dates.verify_due_on,
            disclosure_on=dates.disclosure_on,
            dates_are_default=dates == default_dates(dates.kind, dates.year, plan.region.calendar),
        )
        for dates in rounds
        if (dates.kind, dates.year) not in present
    ]
    session.add_all(made)
    session.flush()
    if made:
        audit.record(
            session,
            chain=audit.plan_chain(plan.id),
            actor=actor,
            now=now,
            action="round.make",
            subject=f"plan:{plan.id}",
            data={"rounds": [[round_.kind, round_.year] for round_ in made]},
        )
    return made


def advance_rounds(session: Session, now: datetime, plan: Plan) -> list[RoundStep]:
    """Take every step of the plan's rounds that is due at ``now`` (aware, business clock); returns them in order.

    Opening a round fires ``reopen`` on verified tasks and carries waiting reports in.  Done again it does nothing; a
    plan that is not live does nothing.  Two at once: the second waits for the first and finds nothing to do.
    """
    if plan.live_since is None:
        return []
    zone = ZoneInfo(plan.region.timezone)
    today, live_on = local_day(now, zone), local_day(plan.live_since, zone)
    if not due_steps(frozen(rounds_of(session, [plan.id])), today, live_on)[0]:
        return []
    _lock(session, plan)
    rounds = {round_.id: round_ for round_ in rounds_of(session, [plan.id])}
    steps, _ = due_steps(frozen(rounds.values()), today, live_on)
    for step in steps:
        round_ = rounds[step.round_id]
        round_.state = fire(round_.state, step.trigger)
        session.flush()
        audit.record(
            session,
            chain=audit.plan_chain(plan.id),
            actor=SYSTEM,
            now=now,
            action=f"round.{step.trigger}",
            subject=f"round:{round_.id}",
            data={"kind": round_.kind, "year": round_.year, "state": round_.state, "day": today.isoformat()},
        )
        if step.trigger == "open":
            enter_round(session, now, plan, round_)
    return steps


def _lock(session: Session, plan: Plan) -> None:
    """Lock the plan's rounds, then all its instances before the first is touched, so that no lock is asked for late.

    An act that holds its instance may still point at a round (``key_share``): a report that is coming in does not wait
    for a tick that waits for it.
    """
    rounds = select(Round).where(Round.plan_id == plan.id).order_by(Round.id)
    locked = rounds.with_for_update(key_share=True).execution_options(populate_existing=True)
    session.execute(locked).scalars().all()
    lock_tasks(session, plan)


def set_dates(session: Session, actor: Actor, now: datetime, *, round_id: int, data: Mapping[str, Any]) -> Round:
    """Move the four days of a round that has not opened; they are then no defaults any more.

    ``data`` is the form (``opens_on``, ``report_due_on``, ``verify_due_on``, ``disclosure_on``; days in the region's
    zone).  A round cannot open before today, end before the plan lives, or lie outside the term and the three years
    after it.  Reminders follow from the next tick on.  Raises NotFound, NotAllowed, InvalidInput.
    """
    plan = round_by_id(session, actor, round_id).plan
    authorise(SET_DATES, plan_facts(actor, plan))
    round_ = session.execute(
        select(Round)
        .where(Round.id == round_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    if round_.state != "planned":
        raise NotAllowed(N_("This round has opened, so its dates stay as they are."))
    given = dates_given(plan, now, data)
    before = {name: getattr(round_, name).isoformat() for name in DATES}
    for name in DATES:
        setattr(round_, name, given[name])
    round_.dates_are_default = False
    session.flush()
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action="round.set_dates",
        subject=f"round:{round_.id}",
        data={"before": before, "after": {name: given[name].isoformat() for name in DATES}},
    )
    return round_


def dates_given(plan: Plan, now: datetime, data: Mapping[str, Any]) -> dict[str, date]:
    """The four days of a form, checked as :func:`set_dates` does.  Raises InvalidInput."""
    schema = RoundDatesSchema(
        today=local_day(now, plan.region.timezone),
        live_on=local_day(plan.live_since, plan.region.timezone) if plan.live_since is not None else None,
        years=range(plan.first_year, plan.last_year + YEARS_AFTER + 1),
        calendar=plan.region.calendar,
    )
    return checked(schema, data)
