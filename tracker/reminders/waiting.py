"""The rows that wait for a digest, seen on the day on which it is composed: still needed, handed on, held back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..clock import local_day
from ..directory.models import User
from ..plans.models import Plan
from .ledger import hand_on, supersede
from .models import Reminder
from .rules import Due, Snapshot, due_reminders
from .series import digest_day

Found = tuple[Reminder, Due, Snapshot]
Key = tuple[str, str, date, str]


def weekly_readers(session: Session, keys: Iterable[str]) -> set[str]:
    """Those of some recipients who chose weekly mails; a mailbox never did."""
    users = [int(key.partition(":")[2]) for key in keys if key.startswith("user:")]
    chosen = select(User.id).where(User.weekly.is_(True), User.id.in_(users))
    return {f"user:{user_id}" for user_id in session.scalars(chosen)} if users else set()


def due_by_now(session: Session, now: datetime, rows: Sequence[Reminder], plans: Mapping[int, Plan]) -> list[Reminder]:
    """Those rows whose digest day has come: the others wait for the weekly digest of who chose that, unasked."""
    weekly = weekly_readers(session, {row.recipient for row in rows})
    found = []
    for row in rows:
        region = plans[row.plan_id].region
        day = digest_day(row.due_on, row.target_on, region.calendar, weekly=row.recipient in weekly)
        if day <= local_day(now, region.timezone):
            found.append(row)
    return found


def ready(session: Session, now: datetime, rows: Sequence[Reminder], snapshots: Mapping[int, Snapshot]) -> list[Found]:
    """The rows that go into today's digests, each with what it is about now.

    Each is asked again: would the rules make it today for the same day?  If not it is superseded.  Where its recipient
    is away today it is handed on to who stands in, and where who stood in does so no longer, back.  What is not due
    within a week waits for the weekly digest of those who chose that.
    """
    found = _needed(session, now, rows, snapshots)
    newest: dict[tuple[str, str, date, str], date] = {}
    for _, due, _ in found:
        newest[due.series] = max(due.due_on, newest.get(due.series, due.due_on))
    supersede(session, [row.id for row, due, _ in found if due.due_on < newest[due.series]])
    return [
        (row, due, snapshot)
        for row, due, snapshot in found
        if due.due_on == newest[due.series] and goes_on(snapshot, due) <= local_day(now, snapshot.zone)
    ]


def goes_on(snapshot: Snapshot, due: Due) -> date:
    """The day whose digest a reminder goes into."""
    return digest_day(due.due_on, due.target_on, snapshot.calendar, weekly=due.recipient.weekly)


def in_place_of(dues: Iterable[Due], due_key: Key, nominal: str) -> list[Due]:
    """Those of ``dues`` by which the reminder of one person reaches somebody else, or that person again."""
    subject, kind, due_on, _ = due_key
    return [
        due
        for due in dues
        if (due.subject, due.kind, due.due_on) == (subject, kind, due_on)
        and nominal in (due.recipient.key, *(absent.key for absent in due.recipient.instead_of))
    ]


def _needed(
    session: Session, now: datetime, rows: Sequence[Reminder], snapshots: Mapping[int, Snapshot]
) -> list[Found]:
    asked: dict[tuple[int, date], dict[Key, Due]] = {}
    found: dict[int, Found] = {}
    gone = []
    for row in rows:
        snapshot = snapshots[row.plan_id]
        dues = asked.get((row.plan_id, row.due_on))
        if dues is None:
            today = local_day(now, snapshot.zone)
            dues = {due.key: due for due in due_reminders(snapshot, row.due_on, today)}
            asked[row.plan_id, row.due_on] = dues
        key = (row.subject, row.kind, row.due_on, row.recipient)
        if key in dues:
            found[row.id] = (row, dues[key], snapshot)
            continue
        others = in_place_of(dues.values(), key, row.instead_of or row.recipient)
        if not others:
            gone.append(row.id)
        for added in hand_on(session, now, row, others) if others else ():
            found[added.id] = (added, dues[added.subject, added.kind, added.due_on, added.recipient], snapshot)
    supersede(session, gone)
    return list(found.values())
