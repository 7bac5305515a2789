"""Handing over: the only writer of ``OutboxMessage.state``.

pending -> sending (committed, with the composed texts, before the first byte goes out) -> sent | unknown | dead, or
back to pending with a growing pause.  ``not_before`` is compared with the business clock, everything else with real
time.  A mail that a dead process left in ``sending`` becomes ``unknown`` and is shown to a person; nothing resends it
by itself.  docs/operations.md makes exactly this promise.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor, Facts, authorise, register
from ..clock import local_day
from ..config import Settings
from ..db import transaction
from ..errors import InvalidTransition, NotFound
from ..i18n import N_
from .channels import Channel, Mail, Outcome, channel_for
from .composition import compose
from .models import OutboxMessage

log = logging.getLogger(__name__)

CLAIM_LIMIT = timedelta(minutes=10)
"""How long a hand-over may take, by real time: longer than every time-out of one mail together."""
PAUSES_MINUTES = (1, 2, 5, 10, 20, 40, 60, 120, 240, 480, 480, 720, 720, 1440)
"""The pauses between attempts: three days in all, after that a mail is dead."""
JITTER = 0.2

register({"outbox.retry": lambda facts: facts.supervisor or facts.administrator or facts.system})

Clock = Callable[[], datetime]


def deliver(
    now: datetime,
    real_now: Clock,
    settings: Settings,
    *,
    channel: Channel | None = None,
    closed: Callable[[str], None] = lambda reason: None,
    proceed: Callable[[], bool] = lambda: True,
) -> dict[str, int]:
    """Hand over every mail that is due, each claim and each outcome in a transaction of its own.

    ``now`` is aware, on the business clock; ``real_now`` gives real time.  Safe in any number of processes at once.
    ``closed`` is told the reason where the way out turns out to be closed for every mail.  ``proceed`` is asked before
    each claim: once it says no, what was claimed has been handed over and the rest waits.
    Answers how many were ``sent``, put off (``retry``), left ``unknown``, and given up (``dead``).
    """
    counts: Counter[str] = Counter(sent=0, retry=0, unknown=0, dead=0)
    if channel is None:
        with channel_for(settings) as opened:
            return deliver(now, real_now, settings, channel=opened, closed=closed, proceed=proceed)
    counts.update(settle(real_now(), channel))
    while proceed():
        mails, failed = claim(now, real_now(), settings, channel.batch)
        counts["dead"] += failed
        if not mails:
            if not failed:
                return dict(counts)
            continue
        outcomes = [(mail, _send(channel, mail)) for mail in mails]
        counts.update(record(outcomes, now, real_now()))
        if any(outcome.stop for _, outcome in outcomes):
            reason = next(outcome.detail for _, outcome in outcomes if outcome.stop)
            log.error("mail: the way out is closed, the rest waits: %s", reason)
            closed(reason)
            return dict(counts)
    return dict(counts)


def claim(now: datetime, real: datetime, settings: Settings, limit: int) -> tuple[list[Mail], int]:
    """Take up to ``limit`` due mails: compose them and commit them as ``sending``.

    PostgreSQL skips rows that another process holds; SQLite lets one writer in at a time.  A mail that cannot be
    composed becomes ``dead`` and stops no other.  Answers the mails and how many were dead.
    """
    mails, failed = [], 0
    day = local_day(now, settings.zone)
    with transaction() as session:
        for message in session.scalars(_due(now, real).limit(limit).with_for_update(skip_locked=True)):
            try:
                if message.subject is None:
                    texts = compose(
                        message.template, message.context, locale=message.locale, day=day, settings=settings
                    )
                    message.subject, message.body_text, message.body_html = texts.subject, texts.text, texts.html
                mails.append(_mail(message, now, real))
            except Exception as error:
                log.exception("mail %s (%s) cannot be composed", message.id, message.template)
                message.state, message.last_error = "dead", f"{type(error).__name__}: {error}"
                failed += 1
                continue
            message.state, message.sending_since = "sending", real
            message.attempts += 1
    return mails, failed


def record(outcomes: Sequence[tuple[Mail, Outcome]], now: datetime, real: datetime) -> Counter[str]:
    """Write down what became of claimed mails, and commit."""
    counts: Counter[str] = Counter()
    with transaction() as session:
        for mail, outcome in outcomes:
            message = _locked(session, mail.row_id)
            if message.state not in ("sending", "unknown") or message.sending_since != mail.claimed_at:
                log.error("mail %s is %s, yet its hand-over ended: %s", message.id, message.state, outcome.result)
                continue
            counts[_settled(message, outcome, now, real)] += 1
    return counts


def settle(real: datetime, channel: Channel) -> Counter[str]:
    """What a dead process left in ``sending``: ``unknown``, unless the channel can tell whether it was taken."""
    counts: Counter[str] = Counter()
    with transaction() as session:
        stale = (
            select(OutboxMessage)
            .where(OutboxMessage.state == "sending", OutboxMessage.sending_since <= real - CLAIM_LIMIT)
            .with_for_update(skip_locked=True)
        )
        for message in session.scalars(stale):
            taken = channel.holds(message.message_id)
            result = {True: "sent", False: "retry", None: "unknown"}[taken]
            detail = "" if taken else "the process that was sending it ended before the answer"
            log.warning("mail %s was left in sending: %s", message.id, result)
            counts[_settled(message, Outcome(result, detail), message.not_before, real)] += 1
    return counts


def retry(
    session: Session, actor: Actor, now: datetime, *, message_id: int, facts: Facts, to_address: str | None = None
) -> OutboxMessage:
    """A person decides that an unknown or dead mail goes out again, under the same Message-ID.

    ``facts`` are the actor's towards the recipient's regions; ``to_address`` is the recipient's present address, where
    it may have changed.  Raises NotFound, NotAllowed, InvalidTransition.
    """
    message = _locked(session, message_id)
    authorise("outbox.retry", facts)
    if message.state not in ("unknown", "dead"):
        raise InvalidTransition(
            N_("Only a mail that is unknown or given up can be sent again. Reload the list to see how this one stands.")
        )
    before = message.state
    message.state = "pending"
    message.attempts, message.next_attempt_at, message.sending_since = 0, None, None
    message.to_address = to_address or message.to_address
    session.flush()
    audit.record(
        session,
        chain=audit.SYSTEM_CHAIN,
        actor=actor,
        now=now,
        action="outbox.retry",
        subject=f"mail:{message.id}",
        data={"from": before, "message_id": message.message_id, "to": message.to_address},
    )
    return message


def pause(attempts: int) -> timedelta | None:
    """How long to wait after the ``attempts``-th attempt, give or take a fifth; None when it was the last."""
    if attempts > len(PAUSES_MINUTES):
        return None
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (no secret)
    return timedelta(minutes=PAUSES_MINUTES[attempts - 1] * spread)


def _due(now: datetime, real: datetime) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(
            OutboxMessage.state == "pending",
            OutboxMessage.not_before <= now,
            or_(OutboxMessage.next_attempt_at.is_(None), OutboxMessage.next_attempt_at <= real),
        )
        .order_by(OutboxMessage.not_before, OutboxMessage.id)
    )


def _send(channel: Channel, mail: Mail) -> Outcome:
    """The channel's word; should it raise all the same, nobody can know."""
    try:
        outcome = channel.send(mail)
    except Exception as error:
        log.exception("mail %s: the hand-over failed in an unforeseen way", mail.row_id)
        return Outcome("unknown", f"{type(error).__name__}: {error}")
    if outcome.result != "sent":
        log.warning("mail %s: %s: %s", mail.row_id, outcome.result, outcome.detail)
    return outcome


def _settled(message: OutboxMessage, outcome: Outcome, now: datetime, real: datetime) -> str:
    """Write one outcome into its row; answers what it is counted as."""
    message.last_error = outcome.detail
    wait = pause(message.attempts) if outcome.result == "retry" else None
    if outcome.result == "sent":
        message.state, message.sent_at, message.next_attempt_at = "sent", now, None
        if message.kind == "account":  # the link in it is a key: the copy goes with the mail
            message.context, message.body_text, message.body_html = {}, None, None
        return "sent"
    if wait is not None:
        message.state, message.next_attempt_at, message.sending_since = "pending", real + wait, None
        return "retry"
    message.state = "unknown" if outcome.result == "unknown" else "dead"
    return message.state


def _locked(session: Session, row_id: int) -> OutboxMessage:
    message = session.execute(
        select(OutboxMessage)
        .where(OutboxMessage.id == row_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if message is None:
        raise NotFound()
    return message


def _mail(message: OutboxMessage, now: datetime, real: datetime) -> Mail:
    assert message.subject is not None
    assert message.body_text is not None
    assert message.body_html is not None
    return Mail(
        row_id=message.id,
        claimed_at=real,
        message_id=message.message_id,
        to_address=message.to_address,
        locale=message.locale,
        subject=message.subject,
        text=message.body_text,
        html=message.body_html,
        date=now,
    )
