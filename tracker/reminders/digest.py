"""The digest: one mail a person and working day, out of all the reminders that wait for them (docs/reminders.md)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from ..clock import local_day
from ..outbox.commands import enqueue
from ..outbox.models import OutboxMessage
from ..plans.models import Plan
from ..plans.notices import absent_context
from .heads import heads_to_mail
from .ledger import lose_address, put_in_digest, supersede, waiting_rows
from .models import Reminder
from .next_steps import Duties, duties_of
from .rules import Due
from .snapshot import snapshot_of
from .waiting import Found, due_by_now, ready
from .weekly import Week, weeks_to_tell

log = logging.getLogger(__name__)


def compose_digests(session: Session, now: datetime) -> int:
    """Queue a digest for everybody for whom reminders wait and who had none today; returns how many.

    Only inside the window of a working day; ``now`` is aware, on the business clock.  A row whose reason has gone (the
    report is in, the date has moved) is recorded as superseded, one whose recipient is away is handed on.  A digest
    holds the rows of all the recipient's plans and regions; what becomes due after it waits for the next working
    day's.  Where another process queued this person's digest first, the rows stay for the next one.
    """
    heads = heads_to_mail(session, now)
    plans = session.scalars(
        select(Plan)
        .where(Plan.id.in_(select(Reminder.plan_id).where(Reminder.state == "waiting")))
        .options(joinedload(Plan.region), joinedload(Plan.supervising_unit))
        .order_by(Plan.id)
    )
    open_plans = {
        plan.id: plan for plan in plans if plan.region.calendar.in_window(now, ZoneInfo(plan.region.timezone))
    }
    if not open_plans:
        return 0
    rows = due_by_now(session, now, [row for row in waiting_rows(session) if row.plan_id in open_plans], open_plans)
    snapshots = {plan_id: snapshot_of(session, open_plans[plan_id]) for plan_id in {row.plan_id for row in rows}}
    closes: dict[str, time] = {}
    for row in rows:
        closes[row.recipient] = max(closes.get(row.recipient, time.min), snapshots[row.plan_id].rules.closes)
    found = ready(session, now, rows, snapshots)
    dues: dict[int, list[Due]] = {plan_id: [] for plan_id in snapshots}
    for row, due, _ in found:
        dues[row.plan_id].append(due)
    duties = {plan_id: duties_of(session, open_plans[plan_id], snapshots[plan_id], dues[plan_id]) for plan_id in dues}
    done = {row.id for row, due, _ in found if not _lines(duties[row.plan_id], due)}
    supersede(session, done)
    people: dict[tuple[str, date], list[Found]] = {}
    for entry in found:
        if entry[0].id not in done:
            people.setdefault((entry[0].recipient, local_day(now, entry[2].zone)), []).append(entry)
    served = already_served(session, {day for _, day in people})
    weeks = weeks_to_tell(session, now)
    return sum(
        _compose(session, now, day, entries, heads, weeks, duties)
        for (recipient, day), entries in sorted(people.items())
        if (recipient, day) not in served and hours_are_open(entries, closes.get(recipient, time.min), now)
    )


def already_served(session: Session, days: Collection[date]) -> set[tuple[str, date | None]]:
    """Who has a digest of these days: (recipient, day)."""
    statement = select(OutboxMessage.recipient, OutboxMessage.local_day).where(OutboxMessage.local_day.in_(days))
    return {(recipient, day) for recipient, day in session.execute(statement)}


def hours_are_open(entries: Sequence[Found], closes: time, now: datetime) -> bool:
    """Whether a digest of these rows may be composed at ``now``: in the hours of their plan's rules.

    Of several plans the last hour to open and the last to close count, so that all of a day come in one mail.
    ``closes``: the same of every row that waited for this person until now.  Where the row of a later plan is needed no
    more, those that waited for it go at once, for the hours of their own plan may be over.
    """
    clock = now.astimezone(entries[0][2].zone).time()
    hours = [snapshot.rules for _, _, snapshot in entries]
    return max(rules.opens for rules in hours) <= clock < max(closes, *(rules.closes for rules in hours))


def _compose(
    session: Session,
    now: datetime,
    day: date,
    entries: list[Found],
    heads: Mapping[str, list[str]],
    weeks: Mapping[str, Week],
    duties: Mapping[int, Duties],
) -> int:
    recipient = entries[0][1].recipient
    ids = [row.id for row, _, _ in entries]
    if not recipient.reachable:
        lose_address(session, ids)
        return 0
    ordered = sorted(entries, key=_place)
    context: dict[str, Any] = {
        "day": day.isoformat(),
        "name": recipient.name,
        "instead_of": _absent(entries),
        "entries": [digest_entry(duties[row.plan_id], due, day) for row, due, _ in ordered],
    }
    if recipient.key in heads:
        context["heads"] = heads[recipient.key]
    if recipient.key in weeks:
        context["week"] = dict(weeks[recipient.key].context)
    try:
        with session.begin_nested():
            message = enqueue(
                session,
                kind="digest",
                recipient=recipient,
                template="digest",
                context=context,
                now=now,
                not_before=now,
                local_day=day,
            )
            session.flush()
            put_in_digest(session, ids, message.id)
    except IntegrityError:
        log.info("another process composed the digest of %s for %s; its rows wait", recipient.key, day)
        return 0
    return 1


def _absent(entries: Sequence[Found]) -> list[dict[str, str]]:
    absent = [each for _, due, _ in entries for each in absent_context(due.recipient)]
    return [each for place, each in enumerate(absent) if each not in absent[:place]]


def _place(entry: Found) -> tuple[bool, date, int, int]:
    """What is overdue first, then by date, then in the order of the plan."""
    row, due, _ = entry
    return due.kind != "overdue", due.target_on, row.plan_id, min(task.task_id for task in due.tasks)


def digest_entry(duties: Duties, due: Due, day: date) -> dict[str, Any]:
    """One reminder as the mail's template is given it; ``days_left`` counts working days from ``day``.

    Each task bears the recipient's one next step and where it leads.
    """
    snapshot, round_ = duties.snapshot, due.round_
    return {
        "kind": due.kind,
        "plan": snapshot.title,
        "region": snapshot.region,
        "slug": snapshot.slug,
        "round_kind": round_.kind if round_ is not None else None,
        "round_year": round_.year if round_ is not None else None,
        "report_due_on": round_.report_due_on.isoformat() if round_ is not None else None,
        "target_on": due.target_on.isoformat(),
        "due_on": due.due_on.isoformat(),
        "step": due.step,
        "days_left": snapshot.calendar.working_days_between(day, due.target_on),
        "provisional": snapshot.calendar.provisional_between(day, due.target_on),
        "tasks": _lines(duties, due),
    }


def _lines(duties: Duties, due: Due) -> list[dict[str, Any]]:
    """The tasks of a reminder on which its recipient has still something to do, each with the next step."""
    return [
        {
            "ref": row.ref,
            "text": row.text,
            "path": step.path,
            "step": step.code,
            "part": step.part,
            "returned": duties.returned(row),
        }
        for row in due.tasks
        if (step := duties.of(due, row)) is not None
    ]
