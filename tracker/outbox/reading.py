"""What mailboxes tell about mails that went out: bounces mark addresses, the archive clears up unknown ones.

docs/operations.md says exactly what is concluded from what.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from .. import audit
from ..access import SYSTEM
from ..config import Settings
from ..db import db, insert_into, transaction
from .bounced import mark_bounced
from .bounces import Bounce, Failure, parse
from .mailboxes import Mailbox, opened
from .models import MailboxMark, OutboxMessage
from .reasons import with_code
from .states import looked_up

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=15)
"""How often the mailbox of bounces is read, by real time."""
LATEST_BOUNCE = timedelta(days=7)
"""A bounce without a Message-ID counts for the last mail to the address, if it went out since then."""
ARCHIVE_WAIT = timedelta(hours=1)
"""How long after the hand-over an unknown mail that is not in the archive counts as not taken."""
ARCHIVE_SETTLED = timedelta(minutes=5)
"""How old the last mail must be that shows that copies do arrive in the archive."""
BOUNCES = "bounces"


def read_bounces(now: datetime, real: datetime, settings: Settings, *, every: timedelta = EVERY) -> Counter[str]:
    """Read what is new in the mailbox of TRACKER_BOUNCE_URL, at most once in ``every``; each message in a transaction.

    ``now`` is on the business clock, ``real`` on real time.  A message that cannot be read is logged and passed over.
    Answers how many were ``bounced`` (an address was marked), ``delayed``, and ``ignored``.  Raises MailboxClosed.
    """
    counts: Counter[str] = Counter()
    if not settings.bounce_url or not _our_turn(real, every):
        return counts
    with opened(settings.bounce_url, "TRACKER_BOUNCE_URL") as mailbox:
        for uid, content in mailbox.after(_read_up_to(mailbox)):
            try:
                bounce = parse(content)
            except Exception:  # RecursionError included: it is a stranger's message
                log.exception("bounces: message %s cannot be read", uid)
                bounce = Bounce((), True, ())
            with transaction() as session:
                counts[take_bounce(session, now, bounce)] += 1
                _move_mark(session, mailbox, uid)
    return counts


def take_bounce(session: Session, now: datetime, bounce: Bounce) -> str:
    """Believe of a bounce what the outbox confirms: ``bounced``, ``delayed``, or ``ignored``.

    A report about a mail that was never sent is ignored.  A failure for good marks the address that our mail went to.
    """
    result = "ignored"
    for mail in _mails_of(session, now, bounce):
        for failure in _failures_of(mail, bounce):
            mail.last_error = with_code(failure.code, failure.text)
            if not failure.permanent:
                mail.reason = mail.reason or "delayed"
                result = "delayed" if result == "ignored" else result
            elif _mark(session, now, mail, failure):
                mail.reason, result = "bounced", "bounced"
    return result


def reconcile(now: datetime, real_now: Callable[[], datetime], settings: Settings) -> Counter[str]:
    """Look unknown mails up in the archive: found is ``sent``; not found after ARCHIVE_WAIT waits again (``retry``).

    Only mails whose copy went to the present archive; and only while the archive holds the last mail that was sent.
    Raises MailboxClosed.
    """
    counts: Counter[str] = Counter()
    address = settings.archive_address
    unknown = select(OutboxMessage.id, OutboxMessage.message_id, OutboxMessage.sending_since).where(
        OutboxMessage.state == "unknown", OutboxMessage.archive == address, OutboxMessage.sending_since.is_not(None)
    )
    rows = db.session.execute(unknown.order_by(OutboxMessage.id)).all() if address else []
    proof = db.session.scalar(_last_sent(address, real_now())) if rows else None
    db.session.close()
    if not rows:
        return counts
    with opened(settings.archive_url, "TRACKER_ARCHIVE_URL") as archive:
        believed = proof is not None and archive.holds(proof)
        for row_id, message_id, since in rows:
            assert since is not None
            found = archive.holds(message_id)
            if found or (believed and real_now() - since >= ARCHIVE_WAIT):
                result = looked_up(row_id, since, found, now, real_now())
                counts.update([result] if result else [])
    if not believed:
        log.warning("archive: it does not hold the mail that was sent last, so nothing is concluded from what it lacks")
    return counts


def _last_sent(address: str, real: datetime) -> Select[str]:
    return (
        select(OutboxMessage.message_id)
        .where(
            OutboxMessage.state == "sent",
            OutboxMessage.archive == address,
            OutboxMessage.resolved_by.is_(None),
            OutboxMessage.sending_since <= real - ARCHIVE_SETTLED,
        )
        .order_by(OutboxMessage.sending_since.desc())
        .limit(1)
    )


def _mails_of(session: Session, now: datetime, bounce: Bounce) -> Sequence[OutboxMessage]:
    """The mails that a bounce is about: by Message-ID; without one, the last that went to an address it names."""
    handed_over = select(OutboxMessage).where(OutboxMessage.attempts > 0)
    if bounce.message_ids:
        return session.scalars(handed_over.where(OutboxMessage.message_id.in_(bounce.message_ids))).all()
    if bounce.foreign:
        return []
    recent = handed_over.where(OutboxMessage.sent_at >= now - LATEST_BOUNCE).order_by(OutboxMessage.sent_at.desc())
    found = {
        mail.id: mail
        for failure in bounce.failures
        for mail in session.scalars(recent.where(func.lower(OutboxMessage.to_address) == failure.address).limit(1))
    }
    return list(found.values())


def _failures_of(mail: OutboxMessage, bounce: Bounce) -> list[Failure]:
    """What a bounce says of a mail: where it names one recipient of one mail, the address may be a forwarded one."""
    if len(bounce.message_ids) == len(bounce.failures) == 1:
        return list(bounce.failures)
    return [failure for failure in bounce.failures if failure.address == mail.to_address.lower()]


def _mark(session: Session, now: datetime, mail: OutboxMessage, failure: Failure) -> bool:
    address, code = mail.to_address.lower(), failure.code or "5.0.0"
    if not mark_bounced(
        session, now, address=address, sent_at=mail.sent_at or mail.not_before, code=code, text=failure.text
    ):
        return False
    audit.record(
        session,
        chain=audit.SYSTEM_CHAIN,
        actor=SYSTEM,
        now=now,
        action="address.bounced",
        subject=f"mail:{mail.id}",
        data={"recipient": mail.recipient, "email": address, "code": code, "reason": failure.text},
    )
    return True


def _our_turn(real: datetime, every: timedelta) -> bool:
    """Compare and set: of several processes one reads the mailbox, and not more often than ``every``."""
    with transaction() as session:
        first = insert_into(session, MailboxMark).values(name=BOUNCES, uid_validity=0, uid=0, read_at=real)
        ours = first.on_conflict_do_update(
            index_elements=["name"], set_={"read_at": real}, where=MailboxMark.read_at <= real - every
        )
        return session.execute(ours.returning(MailboxMark.name)).first() is not None


def _read_up_to(mailbox: Mailbox) -> int:
    """The last message that was read, 0 where the mailbox has been made anew."""
    mark = db.session.get_one(MailboxMark, BOUNCES)
    db.session.close()
    return mark.uid if mark.uid_validity == mailbox.validity else 0


def _move_mark(session: Session, mailbox: Mailbox, uid: int) -> None:
    """Everything up to ``uid`` is read; of two readers the one that is further stands."""
    further = or_(MailboxMark.uid_validity != mailbox.validity, MailboxMark.uid < uid)
    session.execute(
        update(MailboxMark).where(MailboxMark.name == BOUNCES, further).values(uid_validity=mailbox.validity, uid=uid)
    )
