"""One trial: a few mails, one fault, and every way in which what became of them differs from docs/operations.md."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import create_engine, delete, select
from sqlalchemy.engine import Engine

from tests.trust.faults.server import Fault, FaultServer, faulty
from tracker.config import Settings
from tracker.db import db, transaction
from tracker.i18n import LOCALES
from tracker.outbox.commands import Recipient, enqueue
from tracker.outbox.conversation import Patience
from tracker.outbox.delivery import deliver
from tracker.outbox.models import OutboxMessage
from tracker.outbox.smtp import SmtpChannel

NOW = datetime(2023, 8, 30, 1, 0, tzinfo=UTC)
REAL = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MOST_MAILS = 4
TASK = {"ref": "27", "text": "一项任务。", "path": "/plans/shaoguan/tasks/27", "leads": [], "deadline": None}
CONTEXT = {"task": TASK, "reason": "理由", "actor": "督查专员", "plan": "规划", "region": "韶关"}
SLOW = 5.0
QUICK = 0.5
"""Seconds that a phase may take, and the phase in which the server is to be found too slow."""
SLACK = 10.0


@dataclass(frozen=True)
class Kind:
    """A kind of fault: where it may strike, and the state that the promise gives the mail after it."""

    deed: str
    phases: tuple[str, ...]
    state: str
    code: int = 0
    hows: tuple[str, ...] = ("",)


BEFORE_THE_DOT = ("connect", "ehlo", "mail", "rcpt", "data", "content")
MAYBE = ("content",)
"""Where the server goes while the content is under way, the dot may have been sent into the void before we notice: then
the mail is unknown, as after the dot."""
KINDS = {
    "refused connection": Kind("refuse", ("connect",), "pending"),
    "421": Kind("answer", ("connect", "mail", "rcpt", "data", "dot"), "pending", 421),
    "450": Kind("answer", ("mail", "rcpt", "data", "dot"), "pending", 450),
    "451": Kind("answer", ("mail", "rcpt", "data", "dot"), "pending", 451),
    "552": Kind("answer", ("rcpt", "data", "dot"), "dead", 552),
    "550": Kind("answer", ("rcpt", "data", "dot"), "dead", 550),
    "hang before the dot": Kind("hang", BEFORE_THE_DOT, "pending"),
    "hang after the dot": Kind("hang", ("dot",), "unknown"),
    "drop before the dot": Kind("drop", BEFORE_THE_DOT, "pending"),
    "drop after the dot": Kind("drop", ("dot",), "unknown"),
    "late 250": Kind("late", ("dot",), "unknown"),
    "TLS failure": Kind(
        "tls",
        ("tls",),
        "pending",
        hows=("not offered", "answered 454", "untrusted", "wrong name", "broken off", "nonsense"),
    ),
    "drip before the dot": Kind("drip", BEFORE_THE_DOT, "pending"),
    "drip after the dot": Kind("drip", ("dot",), "unknown"),
}
"""Twelve kinds, and the two of a server that sends one byte now and then."""


@dataclass(frozen=True)
class Trial:
    """A fault with everything that varies: how many mails, which of them is struck, how the connection is encrypted."""

    kind: str
    fault: Fault
    mails: int
    way: str


def trial_of(kind: str, seed: int) -> Trial:
    """A trial of a kind; the same seed, the same trial."""
    made, chance = KINDS[kind], random.Random(f"{kind} {seed}")
    phase, how = made.phases[seed % len(made.phases)], made.hows[seed % len(made.hows)]
    mails = chance.randint(1, MOST_MAILS)
    at = 1 if how in ("untrusted", "wrong name") else chance.randint(1, mails)
    fresh = made.deed in ("refuse", "tls") or phase in ("connect", "ehlo")
    way = chance.choice(("none", "starttls", "tls"))
    if made.deed == "tls":
        way = "starttls" if how in ("not offered", "answered 454") else chance.choice(("starttls", "tls"))
    fault = Fault(
        made.deed,
        phase,
        made.code,
        at,
        taken=made.deed == "late" or (made.state == "unknown" and chance.random() < 0.5),
        stale=at > 1 and (fresh or chance.random() < 0.3),
        seconds=3 * QUICK,
        how=how,
        reset=chance.random() < 0.5,
    )
    return Trial(kind, fault, mails, way)


def states_of(trial: Trial) -> tuple[str, ...]:
    """The states that the promise allows the struck mail.

    A connection that was kept and is found closed at MAIL is renewed, which costs the mail nothing.
    """
    kind, fault = KINDS[trial.kind], trial.fault
    closed = fault.deed == "drop" or fault.code == 421
    if closed and fault.phase == "mail" and fault.at > 1 and not fault.stale:
        return ("sent",)
    return ("pending", "unknown") if trial.fault.phase in MAYBE else (kind.state,)


def patience_for(fault: Fault) -> Patience:
    """Little of it in the phase in which the server is slow, enough of it in the others, however busy the machine."""
    if fault.deed not in ("hang", "drip", "late"):
        return Patience(SLOW, SLOW, SLOW, SLOW)
    if fault.phase in ("connect", "ehlo"):
        return Patience(QUICK, SLOW, SLOW, SLOW)
    if fault.phase in ("mail", "rcpt", "data"):
        return Patience(SLOW, QUICK, SLOW, SLOW)
    return Patience(SLOW, SLOW, QUICK, QUICK)


def run(trial: Trial, settings: Settings, trust: Callable[[], None]) -> list[str]:
    """Everything that is wrong after the trial; ``settings`` are those of the application that is pushed.

    ``trust`` makes the server's certificate a trusted one, once the server is well again.
    """
    patience = patience_for(trial.fault)
    engine = create_engine(settings.database_url)
    wrong: list[str] = []
    ids = _queue(trial.mails)
    witness = _Witness(engine, wrong)
    with faulty(trial.fault, trial.way, witness) as server:
        began = time.monotonic()
        first = _deliver(settings, server, patience, REAL)
        took = time.monotonic() - began
        if took > patience.total + SLACK:
            wrong.append(f"the first run took {took:.1f} s")
        wrong += _after_the_fault(trial, server, ids)
        left = _rows(ids)[trial.fault.at - 1].state
        server.heal()
        trust()
        again = [_deliver(settings, server, Patience(), REAL + timedelta(days=day)) for day in (1, 2)]
        wrong += _in_the_end(trial, left, server, ids)
        if trial.way != "none" and any(line[:4] in (b"MAIL", b"AUTH") for line in server.in_the_clear):
            wrong.append("a mail went out in the clear")
    engine.dispose()
    with transaction() as session:
        session.execute(delete(OutboxMessage))
    return [f"{trial}: {line} (first run {first}, then {again})" for line in wrong]


class _Witness:
    """Looks into the database whenever the server hears of a mail: it must be committed as on its way."""

    def __init__(self, engine: Engine, wrong: list[str]) -> None:
        self.engine = engine
        self.wrong = wrong

    def __call__(self, recipient: str) -> None:
        with self.engine.connect() as connection:
            state = connection.scalar(select(OutboxMessage.state).where(OutboxMessage.to_address == recipient))
        if state != "sending":
            self.wrong.append(f"the mail to {recipient} was {state} while it was handed over")


def _queue(count: int) -> list[int]:
    with transaction() as session:
        rows = [
            enqueue(
                session,
                kind="notice",
                recipient=Recipient(f"user:{number}", f"u{number}@example.org", LOCALES[number % 2], "经办人"),
                template="returned",
                context=CONTEXT,
                now=NOW,
                not_before=NOW,
            )
            for number in range(1, count + 1)
        ]
        session.flush()
        return [row.id for row in rows]


def _deliver(settings: Settings, server: FaultServer, patience: Patience, real: datetime) -> dict[str, int]:
    channel = SmtpChannel(urlsplit(server.url), "tracker@example.org", patience=patience)
    try:
        return deliver(NOW, lambda: real, replace(settings, mail_url=server.url), channel=channel)
    finally:
        channel.close()


def _rows(ids: list[int]) -> list[OutboxMessage]:
    db.session.close()
    return [db.session.get_one(OutboxMessage, number) for number in ids]


def _after_the_fault(trial: Trial, server: FaultServer, ids: list[int]) -> Iterator[str]:
    """The struck mail is what the promise says, those before it are sent, those after it sent or untouched."""
    if trial.fault.deed != "refuse" and trial.fault.how not in ("not offered", "answered 454") and server.struck == 0:
        yield "the fault did not strike"
    for place, row in enumerate(_rows(ids), 1):
        accepted = server.accepted[row.message_id]
        if place == trial.fault.at:
            if row.state not in states_of(trial):
                yield f"mail {place} is {row.state}, not {' or '.join(states_of(trial))}"
            if accepted != int(trial.fault.taken or row.state == "sent"):
                yield f"mail {place} was accepted {accepted} times"
            if row.state == "pending" and (row.attempts, row.next_attempt_at is None) != (1, False):
                yield f"mail {place} waits with {row.attempts} attempts"
            if row.state != "sent" and (not row.last_error or row.reason is None):
                yield f"mail {place} does not say what happened"
        elif (row.state, accepted) not in (("sent", 1), ("pending", 0)):
            yield f"mail {place} is {row.state} and was accepted {accepted} times"
        elif row.state == "pending" and (place < trial.fault.at or row.attempts):
            yield f"mail {place} lost an attempt"


def _in_the_end(trial: Trial, left: str, server: FaultServer, ids: list[int]) -> Iterator[str]:
    """Once the server is well again: sent is accepted once, dead never, unknown as it was left."""
    for place, row in enumerate(_rows(ids), 1):
        struck = place == trial.fault.at and left not in ("pending", "sent")
        state, accepted = (left, int(trial.fault.taken)) if struck else ("sent", 1)
        if row.state != state:
            yield f"in the end mail {place} is {row.state}, not {state}"
        if server.accepted[row.message_id] != accepted:
            yield f"in the end mail {place} was accepted {server.accepted[row.message_id]} times"
