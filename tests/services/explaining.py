"""What tests of explanations share: a ticked city, and the sentences in words."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import City
from tests.services.reminding import at, tick
from tracker.i18n import ENGLISH
from tracker.outbox.models import OutboxMessage
from tracker.plans.commands import move_due_date
from tracker.plans.models import Instance
from tracker.reminders.explain.explaining import Explanation, explain

ZONE = ZoneInfo("Asia/Shanghai")
Said = list[str]
DUE = (
    "2023-06-15", "2023-06-25", "2023-07-03", "2023-07-20", "2023-08-01", "2023-08-22", "2023-08-30", "2023-08-31",
    "2023-09-04", "2023-09-11", "2023-09-18", "2023-09-25", "2023-10-07", "2023-11-20", "2023-12-21", "2023-12-29",
)  # fmt: skip


def explained(
    session: Session,
    city: City,
    day: str,
    *,
    who: str = "handler",
    ref: str = "1",
    now: str = "2023-09-10",
    clock: str = "9",
) -> Explanation:
    """The explanation of a day, asked at an hour of ``now``; ``who`` is one of the people or a unit's name."""
    key = f"unit:{city.units[who].id}" if who in city.units else city.people[who].key
    return explain(session, city.plan, city.row(session, ref), key, date.fromisoformat(day), at(now, time(int(clock))))


def said(session: Session, city: City, day: str, **asked: str) -> Said:
    """The sentences in English, each with the reminder that it is about."""
    found = explained(session, city, day, **asked)
    lines = [(sentence.about(ENGLISH), sentence.text(ENGLISH, ZONE)) for sentence in found.sentences]
    return [f"{about}: {text}" if about else text for about, text in lines]


def pass_days(session: Session, city: City, first: str, last: str) -> None:
    """A tick on every day of a span on which something may be due, and on its last."""
    for day in sorted({day for day in DUE if first <= day < last} | {last}):
        tick(session, city.plan, day)


def set_deadline(session: Session, city: City, day: str, moment: datetime) -> None:
    """Move the deadline of task 1, as an accepted extension does."""
    task_id = city.row(session, "1").task_id
    due = move_due_date(session, city.people["supervisor"], moment, task_id, date.fromisoformat(day), act="extension")
    session.get_one(Instance, task_id).due_date_id = due.id
    session.flush()


def deliver(session: Session, state: str = "sent", clock: time = time(8, 31)) -> None:
    """Put every digest into the state that a delivery leaves it in."""
    for mail in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "digest")):
        assert mail.local_day is not None
        values = {"state": state, "sent_at": at(mail.local_day, clock) if state == "sent" else None}
        session.execute(update(OutboxMessage).where(OutboxMessage.id == mail.id).values(**values, last_error="550"))
    session.expire_all()


def reasons(session: Session, city: City, day: str, **asked: str) -> Said:
    """Why the reminders of a day were not needed, without what they are about."""
    return [text.partition(": ")[2] for text in said(session, city, day, **asked)]
