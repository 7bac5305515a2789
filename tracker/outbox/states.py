"""What becomes of a mail: the only writer of ``OutboxMessage.state``.

pending -> sending (committed, with the composed texts, before the first byte goes out) -> sent | unknown | dead, or
back to pending with a growing pause.  ``not_before`` is compared with the business clock, everything else with real
time.  A mail that a dead process left in ``sending`` becomes ``unknown``: only a person, or a look into the archive,
says what became of it.  docs/operations.md makes exactly this promise.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor, Facts, authorise, register
from ..clock import local_day
from ..config import Settings
from ..db import transaction
from ..errors import InvalidTransition, NotAllowed, NotFound
from ..i18n import N_
from .bounced import is_bounced
from .channels import Channel
from .composition import compose
from .mail import Mail, Outcome
from .models import OutboxMessage
from .queries import due_mails, sending_since
from .reasons import ADVICE

log = logging.getLogger(__name__)

CLAIM_LIMIT = timedelta(minutes=10)
"""How long a hand-over may take, by real time: longer than every time-out of one mail together."""
PAUSES_MINUTES = (1, 2, 5, 10, 20, 40, 60, 120, 240, 480, 480, 720, 720, 1440)
"""The pauses between attempts: three days in all, after that a mail is dead."""
JITTER = 0.2


def decides(facts: Facts) -> bool:
    """Who says what becomes of a mail that nobody knows the fate of, or that was given up."""
    return facts.supervisor or facts.administrator or facts.system


register({"outbox.retry": decides, "outbox.resolve": decides})


def claim(now: datetime, real: datetime, settings: Settings, limit: int) -> tuple[list[Mail], int]:
    """Take up to ``limit`` due mails: compose them and commit them as ``sending``.

    PostgreSQL skips rows that another process holds; SQLite lets one writer in at a time, and the state is compared
    as it is set.  A mail that cannot be composed, or whose address came back, becomes ``dead`` and stops no other.
    Answers the mails and how many were dead.
    """
    mails, failed = [], 0
    day = local_day(now, settings.zone)
    with transaction() as session:
        due = due_mails(now, real).limit(limit).with_for_update(skip_locked=True, of=OutboxMessage)
        for message, bounced in session.execute(due):
            try:
                if bounced is not None:
                    _settled(message, Outcome("dead", bounced.words, "bounced"), now, real)
                    failed += 1
                    continue
                if message.subject is None:
                    texts = compose(
                        message.template, message.context, locale=message.locale, day=day, settings=settings
                    )
                    message.subject, message.body_text, message.body_html = texts.subject, texts.text, texts.html
                mail = _mail(message, now, real)
            except Exception as error:
                log.exception("mail %s (%s) cannot be composed", message.id, message.template)
                _settled(message, Outcome("dead", f"{type(error).__name__}: {error}", "content"), now, real)
                failed += 1
                continue
            if _taken(session, message.id, real, settings.archive_address):
                mails.append(mail)
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
        for message in session.scalars(sending_since(real - CLAIM_LIMIT).with_for_update(skip_locked=True)):
            taken = channel.holds(message.message_id)
            result = {True: "sent", False: "retry", None: "unknown"}[taken]
            outcome = Outcome(result) if taken else Outcome(result, "no answer was recorded", "interrupted")
            log.warning("mail %s was left in sending: %s", message.id, result)
            counts[_settled(message, outcome, message.not_before, real)] += 1
    return counts


def looked_up(row_id: int, claimed_at: datetime, found: bool, now: datetime, real: datetime) -> str | None:
    """What the archive says of an unknown mail of the claim of ``claimed_at``: ``sent``, or back among those that wait.

    Answers what it is counted as; None where somebody decided in the meantime.
    """
    with transaction() as session:
        message = _locked(session, row_id)
        if message.state != "unknown" or message.sending_since != claimed_at:
            return None
        if found:
            return _settled(message, Outcome("sent"), now - (real - claimed_at), real)
        return _settled(message, Outcome("retry", "not in the archive"), now, real)


def retry(
    session: Session, actor: Actor, now: datetime, *, message_id: int, facts: Facts, to_address: str | None = None
) -> OutboxMessage:
    """A person decides that an unknown or dead mail goes out again, under the same Message-ID.

    ``facts`` are the actor's towards the recipient's regions; ``to_address`` is the recipient's present address, where
    it may have changed.  Raises NotFound, NotAllowed (also for an address that came back), InvalidTransition.
    """
    message = _locked(session, message_id)
    authorise("outbox.retry", facts)
    if message.state not in ("unknown", "dead"):
        raise InvalidTransition(
            N_("Only a mail that is unknown or given up can be sent again. Reload the list to see how this one stands.")
        )
    message.to_address = to_address or message.to_address
    if is_bounced(session, message.to_address):
        raise NotAllowed(ADVICE["bounced"])
    before = message.state
    message.state = "pending"
    message.attempts, message.next_attempt_at, message.sending_since = 0, None, None
    message.last_error, message.reason = "", None
    _note(session, actor, now, message, "outbox.retry", before)
    return message


def resolve(
    session: Session, actor: Actor, now: datetime, real: datetime, *, message_id: int, facts: Facts
) -> OutboxMessage:
    """A person knows that an unknown mail has arrived; ``facts`` as for :func:`retry`.

    Raises NotFound, NotAllowed, InvalidTransition.
    """
    message = _locked(session, message_id)
    authorise("outbox.resolve", facts)
    if message.state != "unknown":
        raise InvalidTransition(
            N_("Only a mail that is unknown can be recorded as arrived. Reload the list to see how this one stands.")
        )
    since = message.sending_since
    _settled(message, Outcome("sent"), now if since is None else now - (real - since), real)
    message.resolved_by = actor.key
    _note(session, actor, now, message, "outbox.resolve", "unknown")
    return message


def pause(attempts: int) -> timedelta | None:
    """How long to wait after the ``attempts``-th attempt, give or take a fifth; None when it was the last."""
    if attempts > len(PAUSES_MINUTES):
        return None
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (no secret)
    return timedelta(minutes=PAUSES_MINUTES[attempts - 1] * spread)


def _taken(session: Session, row_id: int, real: datetime, archive: str) -> bool:
    """Compare and set: whether the mail was still waiting and is ours now."""
    taken = (
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.state == "pending")
        .values(state="sending", sending_since=real, attempts=OutboxMessage.attempts + 1, archive=archive or None)
        .returning(OutboxMessage.id)
    )
    return session.execute(taken).first() is not None


def _settled(message: OutboxMessage, outcome: Outcome, now: datetime, real: datetime) -> str:
    """Write one outcome into its row; answers what it is counted as."""
    message.last_error, message.reason = outcome.detail, outcome.reason or None
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


def _note(session: Session, actor: Actor, now: datetime, message: OutboxMessage, action: str, before: str) -> None:
    session.flush()
    audit.record(
        session,
        chain=audit.SYSTEM_CHAIN,
        actor=actor,
        now=now,
        action=action,
        subject=f"mail:{message.id}",
        data={"from": before, "message_id": message.message_id, "to": message.to_address},
    )


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
