"""The ledger of reminders.  Nothing else writes a reminder's state.

waiting -> in_digest | superseded | no_address; these three stay, but for what a clock that ran ahead superseded.  The
unique key of the table, not the scheduler, keeps anybody from being reminded twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..clock import local_day
from ..db import insert_into
from ..plans.models import Plan
from .gone import not_yet
from .horizon import days_worth_asking
from .models import Heartbeat, Reminder, ReminderMark
from .rules import Due, due_reminders
from .snapshot import live_day, snapshot_of

log = logging.getLogger(__name__)

KEY = ("subject", "kind", "due_on", "recipient")
SET_BACK = (
    "the clock shows %s, but the reminders of %s are in the ledger through %s: it runs behind, or ran ahead before."
    " Nothing is sent twice; set the clock of this machine right"
)


def queue_reminders(session: Session, now: datetime, plan: Plan) -> int:
    """Put every reminder into the ledger that is due by ``now`` (aware, business clock) and absent; returns how many.

    Days since the last tick are made up for, as the plan stands now: what was done in the meantime is not reminded of,
    and of each series only the newest waits, the older ones are recorded as superseded.  Today is always asked again;
    a day that an earlier tick has seen is not, so a date that is moved makes no row for days past.
    A plan that is not live has none.  Done twice, or by two at once, it adds nothing.  A clock that was set back is
    named in the log, and what today's reminders lost to days that have not come is given back to them.
    """
    live_on = live_day(plan)
    if live_on is None:
        return 0
    today = local_day(now, ZoneInfo(plan.region.timezone))
    mark = session.get(ReminderMark, plan.id)
    through = mark.through if mark is not None else None
    worth = days_worth_asking(session, plan, days_to_ask(live_on, through, today))
    added = 0
    if worth:
        snapshot = snapshot_of(session, plan)
        found = [due for day in worth for due in due_reminders(snapshot, day)]
        added = _insert(session, now, plan, found, today)
        if through is not None and through > today:
            added += _wait_again(session, plan, found, today)
    if through is not None and through > today:
        log.warning(SET_BACK, today, plan.slug, through)
    if plan.region.calendar.is_working(today) and (through is None or through < today):  # a free day has none to keep
        _move_mark(session, plan, today)
    return added


def days_to_ask(live_on: date, through: date | None, today: date) -> list[date]:
    """Today, and before it every day since going live that no tick has seen; ``through`` is the last one seen."""
    first = live_on if through is None else min(through + timedelta(days=1), today)
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


def _insert(session: Session, now: datetime, plan: Plan, found: Sequence[Due], today: date) -> int:
    newest = {due.series: due.due_on for due in sorted(found, key=lambda due: due.due_on)}
    rows = [
        _row(now, plan.id, due, "superseded" if due.due_on < newest[due.series] else _first_state(due))
        for due in sorted(not_yet(session, plan, found), key=lambda due: due.key)
    ]
    if not rows:
        return 0
    added = len(_add(session, rows))
    if added:
        _supersede_older(session, plan, today)
    return added


def _add(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert those that are absent; the ids of what was added."""
    statement = insert_into(session, Reminder).on_conflict_do_nothing(index_elements=KEY).returning(Reminder.id)
    return list(session.scalars(statement, rows))


def _row(now: datetime, plan_id: int, due: Due, state: str) -> dict[str, Any]:
    away = due.recipient.instead_of
    return {
        "plan_id": plan_id,
        "subject": due.subject,
        "kind": due.kind,
        "due_on": due.due_on,
        "recipient": due.recipient.key,
        "instead_of": away[0].key if away else None,
        "target_on": due.target_on,
        "step": due.step,
        "state": state,
        "created_at": now,
    }


def _first_state(due: Due) -> str:
    return "waiting" if due.recipient.reachable else "no_address"


def _supersede_older(session: Session, plan: Plan, today: date) -> None:
    """Of each series only the newest row waits; one of a day that has not come supersedes nothing yet."""
    come = (Reminder.plan_id == plan.id, Reminder.state == "waiting", Reminder.due_on <= today)
    waiting = session.scalars(select(Reminder).where(*come)).all()
    newest: dict[tuple[str, str, date, str], date] = {}
    for row in waiting:
        newest[_series(row)] = max(newest.get(_series(row), row.due_on), row.due_on)
    supersede(session, [row.id for row in waiting if row.due_on < newest[_series(row)]])


def _wait_again(session: Session, plan: Plan, found: Sequence[Due], today: date) -> int:
    """What a clock that ran ahead superseded by rows of days to come waits again, unless one of those was sent."""
    rows = session.scalars(select(Reminder).where(Reminder.plan_id == plan.id, Reminder.due_on >= today)).all()
    sent = {_series(row) for row in rows if row.due_on > today and row.state == "in_digest"}
    first = {due.key: _first_state(due) for due in found}
    lost: dict[str, list[int]] = {}
    for row in rows:
        state = first.get((row.subject, row.kind, row.due_on, row.recipient))
        if state is not None and row.state == "superseded" and _series(row) not in sent:
            lost.setdefault(state, []).append(row.id)
    for state, ids in lost.items():
        _write(session, ids, "superseded", state=state)
    return sum(map(len, lost.values()))


def _series(row: Reminder) -> tuple[str, str, date, str]:
    return (row.subject, row.kind, row.target_on, row.recipient)


def _move_mark(session: Session, plan: Plan, through: date) -> None:
    """Say that every day up to ``through`` is in the ledger; the mark never goes back."""
    statement = insert_into(session, ReminderMark).values(plan_id=plan.id, through=through)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["plan_id"],
            set_={"through": through},
            where=ReminderMark.through < through,
        )
    )


def beat(
    session: Session, at: datetime, *, seconds: float = 0.0, failures: Sequence[Mapping[str, str | None]] = ()
) -> None:
    """Say that a tick ended at ``at`` (real time) after so many seconds, and what failed in it (step, plan, error).

    Of two at once, or two first ones, the later stands.
    """
    values = {"at": at, "seconds": seconds, "failures": [dict(failure) for failure in failures]}
    statement = insert_into(session, Heartbeat).values(id=1, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values, where=Heartbeat.at < at))


def waiting_rows(session: Session) -> list[Reminder]:
    """The rows that wait for a digest, by recipient, locked.

    PostgreSQL waits for another process that is composing and leaves out what it took.  Skipping its rows instead
    would now and then share out one person's rows among two processes, and half of them would be a day late.
    """
    statement = (
        select(Reminder)
        .where(Reminder.state == "waiting")
        .order_by(Reminder.recipient, Reminder.due_on, Reminder.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def hand_on(session: Session, now: datetime, row: Reminder, dues: Iterable[Due]) -> list[Reminder]:
    """Supersede a waiting row whose recipient is away; its reminder waits for those who stand in: the rows added.

    Who has the reminder already, in whatever state, gets no second one.
    """
    supersede(session, [row.id])
    added = _add(session, [_row(now, row.plan_id, due, _first_state(due)) for due in dues])
    statement = select(Reminder).where(Reminder.id.in_(added), Reminder.state == "waiting").order_by(Reminder.id)
    return list(session.scalars(statement))


def supersede(session: Session, ids: Iterable[int]) -> None:
    """Record that rows are not sent: a newer one is, or what they ask for is done."""
    chosen = list(ids)
    if chosen:
        _write(session, chosen, state="superseded")


def lose_address(session: Session, ids: Iterable[int]) -> None:
    """Record that nobody can be reached any more."""
    _write(session, list(ids), state="no_address")


def put_in_digest(session: Session, ids: Iterable[int], message_id: int) -> None:
    """Record which mail the rows went into."""
    _write(session, list(ids), state="in_digest", message_id=message_id)


def _write(session: Session, ids: list[int], present: str = "waiting", **values: object) -> None:
    statement = update(Reminder).where(Reminder.id.in_(ids), Reminder.state == present).values(**values)
    session.execute(statement.execution_options(synchronize_session="evaluate"))
