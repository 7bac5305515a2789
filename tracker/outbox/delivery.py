"""Handing over: one mail after the other, each claimed before and written down after."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from ..config import Settings
from .channels import Channel, channel_for
from .mail import Mail, Outcome
from .states import claim, record, settle

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def deliver(
    now: datetime,
    real_now: Clock,
    settings: Settings,
    *,
    channel: Channel | None = None,
    closed: Callable[[Outcome], None] = lambda outcome: None,
    proceed: Callable[[], bool] = lambda: True,
) -> dict[str, int]:
    """Hand over every mail that is due, each claim and each outcome in a transaction of its own.

    ``now`` is aware, on the business clock; ``real_now`` gives real time.  Safe in any number of processes at once.
    ``closed`` is told the outcome after which nothing else was tried: the way out is closed, or the server in trouble.
    ``proceed`` is asked before each claim: once it says no, what was claimed has been handed over and the rest waits.
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
        last = next((outcome for _, outcome in outcomes if outcome.stop), None)
        if last is not None:
            log.error("mail: the rest waits, for this went wrong (%s): %s", last.reason, last.detail)
            closed(last)
            return dict(counts)
    return dict(counts)


def _send(channel: Channel, mail: Mail) -> Outcome:
    """The channel's word; should it raise all the same, nobody can know."""
    try:
        outcome = channel.send(mail)
    except Exception as error:
        log.exception("mail %s: the hand-over failed in an unforeseen way", mail.row_id)
        return Outcome("unknown", f"{type(error).__name__}: {error}", "unanswered")
    if outcome.result != "sent":
        log.warning("mail %s: %s: %s", mail.row_id, outcome.result, outcome.detail)
    return outcome
