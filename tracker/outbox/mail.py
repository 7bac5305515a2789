"""A mail on its way, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr

from ..i18n import ENGLISH


@dataclass(frozen=True, slots=True)
class Mail:
    """One composed mail to one recipient.  ``date`` is aware, on the business clock.

    ``row_id`` is the outbox row's, ``claimed_at`` the real time of the claim that it is sent under.
    """

    row_id: int
    claimed_at: datetime
    message_id: str
    to_address: str
    locale: str
    subject: str
    text: str
    html: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail: ``sent``, ``retry`` (certainly not taken), ``unknown`` (perhaps) or ``dead`` (refused).

    ``detail`` is what was answered, ``reason`` a word of reasons.py.  ``stop``: the way is closed for every mail or the
    server in trouble, so nothing else is tried in this run.
    """

    result: str
    detail: str = ""
    reason: str = ""
    stop: bool = False


def as_message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as a message of two alternatives, plain text first."""
    message = EmailMessage(policy=SMTP_POLICY)
    name, address = parseaddr(sender)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.to_address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = mail.message_id
    message["Content-Language"] = "en" if mail.locale == ENGLISH else "zh-Hans"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, charset="utf-8", cte="base64")
    message.add_alternative(mail.html, subtype="html", charset="utf-8", cte="base64")
    return message
