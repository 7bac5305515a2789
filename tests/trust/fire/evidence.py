"""What is left after the fire, and what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.trust.fire.children import KILLED, Ended
from tests.trust.fire.scenario import DAY, Key, at, task_paths
from tests.trust.fire.sink import Received
from tracker.outbox.models import OutboxMessage
from tracker.reminders.models import Reminder

TASK_LINK = re.compile(r"/plans/[\w-]+/tasks/[\w-]+")


@dataclass(frozen=True)
class Evidence:
    """What the server, the database and the command line say.

    ``received``: every message the server took.  ``mails``: the outbox since the day, by Message-ID.  ``reminders``:
    the ledger of the day.  ``paths``: where each task's page is, by subject.  ``unknown``: the Message-IDs that
    ``outbox list --state unknown`` shows.
    """

    received: Sequence[Received]
    mails: dict[str, OutboxMessage]
    reminders: Sequence[Reminder]
    paths: dict[str, str]
    unknown: frozenset[str]


def gather(session: Session, received: Sequence[Received], unknown: Sequence[dict[str, Any]]) -> Evidence:
    """Read what the database says now; ``unknown`` is what the command printed."""
    since = select(OutboxMessage).where(OutboxMessage.created_at >= at(DAY, "00:00"))
    return Evidence(
        received=tuple(received),
        mails={mail.message_id: mail for mail in session.scalars(since)},
        reminders=session.scalars(select(Reminder).where(Reminder.due_on == DAY)).all(),
        paths=task_paths(session),
        unknown=frozenset(row["message_id"] for row in unknown),
    )


def faults(
    seen: Evidence,
    *,
    expected: Set[Key],
    waiting: Set[Key] = frozenset(),
    sent_again: Set[str] = frozenset(),
) -> Iterator[str]:
    """Everything that is wrong, one sentence a fault.

    ``expected`` are the keys that the ledger of the day must have, of which those in ``waiting`` are still to be sent;
    ``sent_again`` are the mails that a person had sent once more.
    """
    yield from _of_the_server(seen, sent_again)
    yield from _of_the_readers(seen)
    yield from _of_the_outbox(seen)
    yield from _of_the_ledger(seen, expected, waiting)


def failures(ends: Sequence[Ended], *, killed: int | None) -> Iterator[str]:
    """What the processes themselves say went wrong, and whether as many were killed as should (None: at most one)."""
    codes = Counter(end.code for end in ends)
    if codes[KILLED] != killed if killed is not None else codes[KILLED] > 1:
        yield f"killed: {codes[KILLED]} processes, not {killed}"
    for end in ends:
        if end.code != KILLED and (end.code or end.answer is None or end.answer["failures"]):
            yield f"process failed: code {end.code}: {end.answer} {end.errors}"


def _of_the_server(seen: Evidence, sent_again: Set[str]) -> Iterator[str]:
    for message_id, times in Counter(mail.message_id for mail in seen.received).items():
        if times > 1 + (message_id in sent_again):
            yield f"Message-ID twice: {message_id} came {times} times"
    for received in seen.received:
        mail = seen.mails.get(received.message_id)
        if mail is None:
            yield f"mail without a row: {received.message_id} to {received.recipients}"
        elif (received.recipients, received.text.split()) != ((mail.to_address,), (mail.body_text or "").split()):
            yield f"mail differs: {received.message_id} is not what its row says"


def _of_the_readers(seen: Evidence) -> Iterator[str]:
    digests: dict[tuple[tuple[str, ...], date], set[str]] = defaultdict(set)
    reminded: dict[tuple[tuple[str, ...], str], set[str]] = defaultdict(set)
    for received in seen.received:
        mail = seen.mails.get(received.message_id)
        if mail is not None and mail.local_day is not None:
            digests[received.recipients, mail.local_day].add(received.message_id)
            for link in TASK_LINK.findall(received.text):
                reminded[received.recipients, link].add(received.message_id)
    for (recipients, day), ids in digests.items():
        if len(ids) > 1:
            yield f"two digests: {recipients} got {len(ids)} for {day}"
    for (recipients, link), ids in reminded.items():
        if len(ids) > 1:
            yield f"reminded twice: {recipients} of {link} by {len(ids)} mails"


def _of_the_outbox(seen: Evidence) -> Iterator[str]:
    came = {received.message_id: received for received in seen.received}
    carried: dict[int, list[Reminder]] = defaultdict(list)
    for row in seen.reminders:
        if row.message_id is not None:
            carried[row.message_id].append(row)
    for message_id, mail in seen.mails.items():
        if mail.state not in ("sent", "unknown"):
            yield f"mail left in {mail.state}: {message_id}"
        if mail.state == "sent" and message_id not in came:
            yield f"mail lost: {message_id} is sent, yet never came"
        if (mail.state == "unknown") != (message_id in seen.unknown):
            yield f"mail not shown: {message_id} is {mail.state}, which the list of unknown mails does not say"
        if mail.kind != "digest":
            continue
        rows = carried[mail.id]
        entries: Any = mail.context["entries"]
        if len(entries) != len(rows) or {row.recipient for row in rows} != {mail.recipient}:
            yield f"digest differs: {message_id} has {len(entries)} entries and {len(rows)} reminders"
        tasks = {seen.paths[row.subject] for row in rows if row.subject in seen.paths}
        if message_id in came and set(TASK_LINK.findall(came[message_id].text)) != tasks:
            yield f"digest differs: {message_id} does not name the tasks of its reminders"


def _of_the_ledger(seen: Evidence, expected: Set[Key], waiting: Set[Key]) -> Iterator[str]:
    rows: dict[Key, list[Reminder]] = defaultdict(list)
    for row in seen.reminders:
        rows[row.subject, row.kind, row.due_on, row.recipient].append(row)
    for key in expected ^ set(rows):
        yield f"key {'missing' if key in expected else 'too many'}: {key}"
    for key, found in rows.items():
        if len(found) > 1:
            yield f"key twice in the ledger: {key}"
        if len({row.message_id for row in found if row.message_id is not None}) > 1:
            yield f"key in two mails: {key}"
        states = {row.state for row in found}
        if states != {"waiting" if key in waiting else "in_digest"}:
            yield f"key lost: {key} is {states}"
