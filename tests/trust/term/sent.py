"""What was rehearsed, what was handed over, and what differs between the two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fixtures.smtp import SmtpSink
from tests.trust.term.world import ZONE
from tracker.access import SYSTEM
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Plan
from tracker.plans.queries import plan_by_slug
from tracker.reminders.models import Reminder
from tracker.reminders.rehearsal import rehearse

Row = tuple[str, str, str, str, str, str | None]
"""Plan, day, kind, subject, recipient, and the digest that carries it."""


def rehearsed(session: Session, slugs: Iterable[str], first: date, last: date) -> list[Row]:
    """The rehearsal of some plans, row by row."""
    rows = [
        entry.as_json()
        for slug in slugs
        for entry in rehearse(session, plan_by_slug(session, SYSTEM, slug), first, last)
    ]
    return sorted(
        (row["plan"], row["due_on"], row["kind"], row["subject"], row["recipient"], row["mail"]) for row in rows
    )


@dataclass(frozen=True)
class Sent:
    """The server's messages and the database's rows after a run of the clock."""

    messages: Sequence[tuple[str, str, EmailMessage]]
    """(address, Message-ID, message) in the order in which the server took them."""
    mails: dict[str, OutboxMessage]
    ledger: Sequence[tuple[str, Reminder]]

    def rows(self) -> Iterator[Row]:
        """The reminders that reached the server, in the shape of the rehearsal; one in no mail has None."""
        came = {message_id for _, message_id, _ in self.messages}
        carried = {mail.id: mail for mail in self.mails.values() if mail.message_id in came}
        for slug, row in self.ledger:
            mail = carried.get(row.message_id) if row.message_id is not None else None
            name = f"digest {mail.recipient} {mail.local_day}" if mail is not None else None
            yield slug, row.due_on.isoformat(), row.kind, row.subject, row.recipient, name

    def faults(self) -> Iterator[str]:
        """Everything that is wrong between the server and the outbox, one sentence a fault."""
        yield from self._of_the_server()
        yield from self._of_the_outbox()
        for (address, day), number in Counter(self._digests()).items():
            if number > 1:
                yield f"{address} got {number} digests on {day}"

    def _of_the_server(self) -> Iterator[str]:
        for message_id, number in Counter(message_id for _, message_id, _ in self.messages).items():
            if number > 1:
                yield f"{message_id} came {number} times"
        for address, message_id, message in self.messages:
            mail = self.mails.get(message_id)
            if mail is None or mail.to_address != address:
                yield f"{message_id} to {address} is not in the outbox"
            elif mail.local_day is not None and day_of(message) != mail.local_day:
                yield f"{message_id} is the digest of {mail.local_day} and went on {day_of(message)}"

    def _of_the_outbox(self) -> Iterator[str]:
        came = {message_id for _, message_id, _ in self.messages}
        carried = Counter(row.message_id for _, row in self.ledger)
        for mail in self.mails.values():
            if mail.state != "sent" or mail.message_id not in came:
                yield f"{mail.message_id} is {mail.state} and did{'' if mail.message_id in came else ' not'} come"
            entries = mail.context.get("entries", [])
            assert isinstance(entries, list)
            if len(entries) != carried[mail.id]:
                yield f"{mail.message_id} has {len(entries)} lines for {carried[mail.id]} reminders"

    def most(self) -> int:
        """How many digests one person got in a day, at most."""
        return max(Counter(self._digests()).values(), default=0)

    def _digests(self) -> list[tuple[str, date]]:
        """(address, local day) of every digest."""
        return [
            (address, day_of(message))
            for address, message_id, message in self.messages
            if message_id in self.mails and self.mails[message_id].kind == "digest"
        ]

    def figures(self) -> str:
        """The figures that people ask for."""
        digests = self._digests()
        term = Counter(address for address, _ in digests)
        months = Counter((address, day.year, day.month) for address, day in digests)
        mails = Counter((address, day_of(message)) for address, _, message in self.messages)
        return (
            f"{len(self.ledger)} reminders in {len(digests)} digests to {len(term)} recipients,"
            f" {len(self.messages) - len(digests)} notices; digests to one person at most: {self.most()} a day,"
            f" {max(months.values())} a month, {max(term.values())} in all; mails of all kinds in a day:"
            f" {max(mails.values())}"
        )


def day_of(message: EmailMessage) -> date:
    """The local day of a message's date."""
    return parsedate_to_datetime(str(message["Date"])).astimezone(ZONE).date()


def sent(session: Session, sink: SmtpSink) -> Sent:
    """Read what there is now."""
    return Sent(
        messages=[
            (recipients[0], str(message["Message-ID"]), message)
            for recipients, message in zip(sink.recipients, sink.messages, strict=True)
        ],
        mails={mail.message_id: mail for mail in session.scalars(select(OutboxMessage))},
        ledger=[
            (slug, row)
            for slug, row in session.execute(select(Plan.slug, Reminder).join(Plan, Plan.id == Reminder.plan_id))
        ],
    )
