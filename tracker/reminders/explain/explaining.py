"""Why a mail about a task came to somebody on a day, or did not (docs/reminders.md).

What went out is read from the ledger and the mails, what was so on a past day from the append-only facts, what lies
ahead from the rehearsal; the rules are asked what would be due if everything were still owed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from ...directory.recipients import names_of
from ...outbox.models import OutboxMessage
from ...plans.models import Plan
from ...plans.queries import TaskRow
from ...workdays.calendar import Calendar
from ..models import Reminder
from ..rehearsal import Rehearsed
from ..rules import Due
from ..series import digest_day
from ..snapshot import snapshot_of
from ..waiting import weekly_readers
from .answered import Answered, answered_on, why_answered
from .handed_on import HandedOn, handed_on
from .nominal import audience_of, no_rule, would_be_due
from .past import Past, past_of
from .recorded import Recorded, coming_rows, recorded_rows
from .sentences import Sentence
from .whynot import addressed, belongs, why_not

MAIL_SENTENCES = {"sent": "sent", "unknown": "unknown", "dead": "dead"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentences of a day, and the other days on which something about the task went or goes to the recipient."""

    recipient: str
    name: str
    day: date
    sentences: tuple[Sentence, ...]
    days: tuple[date, ...]


def explain(session: Session, plan: Plan, row: TaskRow, recipient: str, day: date, now: datetime) -> Explanation:
    """Why something about a task went to ``recipient`` (``user:7``, ``unit:3``) on ``day``, or why nothing did.

    ``day`` is a day in the region's zone.  The number of statements does not grow with tasks or history.
    """
    past = past_of(session, plan, snapshot_of(session, plan), row)
    name = names_of(session, [recipient]).get(recipient, recipient)
    rows = recorded_rows(session, plan, row, recipient)
    handed, weekly = handed_on(session, plan, row, recipient), bool(weekly_readers(session, [recipient]))
    coming = coming_rows(past, plan, recipient, rows, now)
    names = names_of(session, {entry.row.instead_of for entry in rows if entry.row.instead_of is not None})
    answered = answered_on(session, past)
    asked = _Question(past, recipient, name, day, now, rows, coming, handed, answered, weekly, names)
    return Explanation(recipient, name, day, tuple(asked.answer()), tuple(asked.days()))


@dataclass(frozen=True)
class _Question:
    past: Past
    recipient: str
    name: str
    day: date
    now: datetime
    rows: Sequence[Recorded]
    coming: Sequence[Rehearsed]
    handed: Sequence[HandedOn]
    answered: Sequence[Answered]
    weekly: bool
    names: Mapping[str, str]

    @property
    def today(self) -> date:
        return self.past.day_of(self.now)

    @property
    def calendar(self) -> Calendar:
        return self.past.snapshot.calendar

    def answer(self) -> Iterator[Sentence]:
        """The sentences of the day."""
        live_on = self.past.snapshot.live_on
        if live_on is None:
            yield Sentence("not_live")
            return
        told: set[str] = set()
        yield from self._recorded(told)
        if self.day < live_on:
            yield Sentence("before_live", {"on": live_on})
        elif not self.calendar.is_working(self.day):
            yield Sentence("free_day", {"on": self.calendar.on_or_before(self.day)})
        else:
            yield from self._not_sent(told)
        if not told:
            yield from self._nearest()
        if self.day > self.today and self.calendar.is_provisional(self.day.year):
            yield Sentence("provisional", {"year": self.day.year})

    def _recorded(self, told: set[str]) -> Iterator[Sentence]:
        """What the ledger has of the day and what is still to come on it; ``told`` gathers the kinds."""
        for handed in self.handed:
            if self.day == handed.row.due_on and self._owed(handed.row):
                told.add(handed.row.kind)
                values = {"name": self.name, "deputy": handed.name}
                yield Sentence("handed_on", values, (handed.row.kind, handed.row.step), handed.row.message_id)
        for entry in self.rows:
            if entry.row.state == "superseded" and any(handed.of(entry.row) for handed in self.handed):
                continue
            if self.day in (entry.row.due_on, entry.day) and self._concerns(entry):
                told.add(entry.row.kind)
                yield from self._of_row(entry)
        for coming in self.coming:
            if coming.due.due_on == self.day:
                told.add(coming.due.kind)
                yield from self._to_come(coming)

    def days(self) -> list[date]:
        """Every day on which something about the task went, was superseded, or is to come."""
        recorded = {entry.row.due_on for entry in self.rows if self._concerns(entry)}
        return sorted(recorded | {coming.due.due_on for coming in self.coming})

    def _concerns(self, entry: Recorded) -> bool:
        """Whether a row is about this task: its own, or one of a round in which it was owed."""
        if not entry.row.subject.startswith("round:"):
            return True
        if entry.refs is not None:
            return self.past.row.ref in entry.refs
        return self._owed(entry.row)

    def _owed(self, row: Reminder) -> bool:
        return row.subject.startswith("task:") or self._why(row.kind, row.target_on, row.created_at) is None

    def _why(self, kind: str, target: date, moment: datetime) -> Sentence | None:
        return why_not(self.past, kind, target, self.recipient, self.name, moment)

    def _of_row(self, entry: Recorded) -> Iterator[Sentence]:
        row, mail = entry.row, entry.mail
        about = (row.kind, row.step)
        if row.state == "waiting":
            opens = self.today if self._before_the_digest() else self.calendar.next_working_day(self.today)
            week = digest_day(row.due_on, row.target_on, self.calendar, weekly=self.weekly)
            values = {"on": max(opens, week), "opens": f"{self.past.snapshot.rules.opens:%H:%M}"}
            yield Sentence("waiting", values, about)
        elif row.state == "no_address":
            came_back = self.recipient.startswith("user:")  # a person always has an address
            yield Sentence("bounced" if came_back else "no_address", {"unit": self.name}, about)
        elif row.state == "superseded":
            yield replace(self._superseded(row), reminder=about)
        elif mail is not None:
            yield self._of_mail(row, mail, about)
            if (mail.state, mail.reason) == ("sent", "bounced"):
                yield Sentence("came_back", {}, about, mail.id)
            if entry.others > 1:
                yield Sentence("merged", {"num": entry.others}, about, mail.id)
        if row.instead_of is not None and row.state != "superseded":
            yield Sentence("stands_in", {"name": self.names[row.instead_of]}, about)

    def _before_the_digest(self) -> bool:
        served = any(entry.mail is not None and entry.mail.local_day == self.today for entry in self.rows)
        return self.calendar.is_working(self.today) and not served

    def _of_mail(self, row: Reminder, mail: OutboxMessage, about: tuple[str, int]) -> Sentence:
        kind = MAIL_SENTENCES.get(mail.state, "on_its_way")
        if kind != "sent":
            values: dict[str, Any] = {"on": mail.local_day, "error": mail.last_error}
            return Sentence(kind, values if kind == "dead" else {"on": mail.local_day}, about, mail.id)
        if mail.local_day == row.due_on:
            return Sentence("sent", {"time": mail.sent_at}, about, mail.id)
        return Sentence("sent_later", {"due": row.due_on, "time": mail.sent_at}, about, mail.id)

    def _superseded(self, row: Reminder) -> Sentence:
        series = [entry.row for entry in self.rows if _series(entry.row) == _series(row)]
        newer = [other for other in series if other.due_on > row.due_on and other.created_at <= self.now]
        moments = [row.created_at, *(moment for moment in self.past.instants if moment > row.created_at)]
        gone = next(filter(None, (self._why(row.kind, row.target_on, moment) for moment in moments)), None)
        together = [other for other in newer if other.created_at == row.created_at]
        if together or (newer and gone is None):
            return Sentence("superseded_by", {"on": max(other.due_on for other in together or newer)})
        return gone or Sentence("need_gone")

    def _to_come(self, coming: Rehearsed) -> Iterator[Sentence]:
        about, recipient = (coming.due.kind, coming.due.step), coming.due.recipient
        if coming.day is not None and recipient.key != self.recipient:
            values = {"name": self.name, "deputy": recipient.name, "on": coming.day}
            yield Sentence("away_then", values, about)
        elif coming.day is None and recipient.reachable:
            series = [other.due.due_on for other in self.coming if other.due.series == coming.due.series]
            yield Sentence("superseded_by", {"on": max(series)}, about)
        elif coming.day is None:
            yield Sentence("bounced" if recipient.bounced else "no_address", {"unit": self.name}, about)
        else:
            yield Sentence("to_come", {"on": coming.day}, about)

    def _not_sent(self, told: set[str]) -> Iterator[Sentence]:
        """Of what would be due if everything were owed, why the rest is not sent; or why nothing is due."""
        moments = self._moments()
        found = why_answered(self.past, self.answered, self.day, self.recipient, told)
        for due in would_be_due(self.past, self.day, moments[0]):
            if due.kind in told or not self._theirs(due, moments[0]):
                continue
            reasons = (self._why(due.kind, due.target_on, moment) for moment in moments)
            reason = next(filter(None, reasons), Sentence("no_tick"))
            found.setdefault(due.kind, replace(reason, reminder=(due.kind, due.step)))
        yield from found.values()
        if not found and not told:
            yield no_rule(self.past, self.day, moments[0])

    def _theirs(self, due: Due, moment: datetime) -> bool:
        """Whether the recipient may ask for it: theirs, or one of the lead units' for who gets none of its kind."""
        audience, unit_id = audience_of(due)
        if addressed(self.past, audience, unit_id, self.recipient, moment):
            return True
        return audience == "handler" and not belongs(self.past, due.kind, self.recipient, moment)

    def _moments(self) -> list[datetime]:
        """When the day was looked at: at the opening of the window, and again after each act of the day."""
        opening = datetime.combine(self.day, self.past.snapshot.rules.opens, self.past.snapshot.zone)
        if opening >= self.now:
            return [self.now]
        later = [moment for moment in self.past.instants if opening < moment <= self.now]
        return [opening, *(moment for moment in later if self.past.day_of(moment) == self.day)]

    def _nearest(self) -> Iterator[Sentence]:
        days = self.days()
        before = max((day for day in days if day < self.day), default=None)
        after = min((day for day in days if day > self.day), default=None)
        if before is not None:
            yield Sentence("nearest_before", {"on": before})
        if after is not None:
            yield Sentence("nearest_after", {"on": after})


def _series(row: Reminder) -> tuple[str, str, date]:
    return row.subject, row.kind, row.target_on
