"""What tests of reminders share: days, ticks, and the ledger in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, make_city, task_entry
from tracker.access import SYSTEM
from tracker.directory.mail_choices import enter_absence
from tracker.directory.models import User
from tracker.evaluations.commands import advance_rounds, make_rounds
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import KeyTask, Plan
from tracker.reminders.digest import compose_digests
from tracker.reminders.ledger import queue_reminders
from tracker.reminders.models import Reminder, ReminderRuleSet
from tracker.reminders.ruleset import DEFAULTS, Rule

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = time(9)


def at(day: str | date, clock: time = NINE) -> datetime:
    """A local time of a day, in UTC."""
    return datetime.combine(date.fromisoformat(day) if isinstance(day, str) else day, clock, SHANGHAI).astimezone(UTC)


def living_city(session: Session, tasks: Sequence[dict[str, Any]] | None = None, live: str = "2023-06-15") -> City:
    """A city with its rounds, live from 09:00 of a day."""
    city = make_city(session, tasks)
    make_rounds(session, SYSTEM, NOW, city.plan)
    city.go_live(session, at(live))
    return city


def one_task(session: Session, deadline: str | None = None, live: str = "2023-06-15") -> City:
    """A living city with one task of 市民政局."""
    return living_city(session, [task_entry("1", ["市民政局"], deadline=deadline)], live)


def report(session: Session, city: City, day: str, ref: str = "1", who: str = "handler") -> None:
    """Acknowledge where it is still to do, and report, at 10:00 of a day."""
    if city.row(session, ref).state == "assigned":
        city.do(session, who, ref, "acknowledge", now=at(day, time(10)))
    city.do(session, who, ref, "report", now=at(day, time(10)), **REPORT)


def tick(session: Session, plans: Plan | Sequence[Plan], day: str | date, clock: time = NINE) -> int:
    """The part of a tick that concerns reminders, in its order; returns how many digests it queued."""
    now = at(day, clock)
    every = [plans] if isinstance(plans, Plan) else list(plans)
    for plan in every:
        advance_rounds(session, now, plan)
    for plan in every:
        queue_reminders(session, now, plan)
    return compose_digests(session, now)


def tick_days(session: Session, plans: Plan | Sequence[Plan], first: str, last: str) -> None:
    """A tick at 09:00 of every day of a span, free days too."""
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        tick(session, plans, day)
        day += timedelta(days=1)


def follow(session: Session, plan: Plan, rules: Sequence[Rule], day: str = "2023-06-15") -> None:
    """Let a plan follow the defaults and some rules more from a day on."""
    number = (
        session.scalar(select(func.max(ReminderRuleSet.number)).where(ReminderRuleSet.plan_id == plan.id)) or 0
    ) + 1
    session.add(
        ReminderRuleSet(
            plan_id=plan.id,
            number=number,
            rules=[(rule.kind, rule.offset, rule.audience) for rule in (*DEFAULTS.rules, *rules)],
            opens=DEFAULTS.opens,
            closes=DEFAULTS.closes,
            reason="试行",
            at=at(day),
        )
    )
    session.flush()


def names_of(city: City) -> dict[str, str]:
    """Recipient keys in words: people by relation, mailboxes by unit."""
    people = {f"user:{actor.user_id}": name for name, actor in city.people.items() if actor.user_id is not None}
    return people | {f"unit:{unit.id}": name for name, unit in city.units.items()}


def away(session: Session, city: City, first: str, last: str, who: str = "handler", deputy: str = "leader") -> int:
    """Let somebody be away, with a deputy."""
    user_id = city.people[who].user_id
    assert user_id is not None
    data = {"from_on": first, "to_on": last, "deputy": city.people[deputy].user_id}
    version = session.get_one(User, user_id).mails_version
    done = enter_absence(session, SYSTEM, NOW, user_id=user_id, version=version, data=data)
    return int(done["absence"])


def ledger(session: Session, city: City, *, kind: str | None = None, who: str | None = None) -> list[str]:
    """The ledger as lines ``day kind subject recipient state``, oldest first; subject is a ref, round, request …"""
    names = names_of(city)
    refs = {f"task:{task_id}": ref for task_id, ref in session.execute(select(KeyTask.id, KeyTask.ref))}
    rows = session.scalars(
        select(Reminder).order_by(Reminder.due_on, Reminder.kind, Reminder.subject, Reminder.recipient)
    )
    return [
        f"{row.due_on} {row.kind} {refs.get(row.subject, row.subject.split(':')[0])} {names[row.recipient]} {row.state}"
        for row in rows
        if (kind is None or row.kind == kind) and (who is None or names[row.recipient] == who)
    ]


def days_of(session: Session, city: City, kind: str, who: str) -> list[str]:
    """The days on which somebody has a reminder of a kind, each once."""
    return list(dict.fromkeys(line.split()[0] for line in ledger(session, city, kind=kind, who=who)))


def digests(session: Session) -> list[OutboxMessage]:
    """The queued digests by day and recipient."""
    statement = select(OutboxMessage).where(OutboxMessage.kind == "digest")
    return list(session.scalars(statement.order_by(OutboxMessage.local_day, OutboxMessage.recipient)))
