"""Where a mail goes: a folder (spool) or a mail server (SMTP).

A channel does not raise: it says what became of the mail.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from ..config import Settings
from ..i18n import ENGLISH

TIMEOUT_SECONDS = 30
ONE_MAIL, MANY_MAILS = 1, 100
_LEADING_DOT = re.compile(rb"(?m)^\.")


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

    ``stop``: the way is closed for every mail, so nothing else is tried in this run.
    """

    result: str
    detail: str = ""
    stop: bool = False


class Channel(Protocol):
    """A way out.  ``batch`` is how many mails may be claimed at once."""

    batch: ClassVar[int]

    def send(self, mail: Mail) -> Outcome:
        """Hand one mail over."""

    def holds(self, message_id: str) -> bool | None:
        """Whether a mail with this Message-ID was taken; None where nobody can know."""

    def close(self) -> None:
        """End the connection, if there is one."""


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


class SpoolChannel:
    """One ``.eml`` file a mail, named by its Message-ID: handing the same mail over again overwrites it."""

    batch: ClassVar[int] = MANY_MAILS

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, mail: Mail) -> Outcome:
        """Write beside the place, then rename: nobody ever reads half a mail."""
        path = self._path(mail.message_id)
        try:
            content = bytes(as_message(mail, self.sender))
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".part")
            draft.write_bytes(content)
            draft.replace(path)
        except ValueError as error:
            return Outcome("dead", str(error))
        except OSError as error:
            return Outcome("retry", str(error), stop=True)
        return Outcome("sent")

    def holds(self, message_id: str) -> bool | None:
        """Whether the file is there."""
        return self._path(message_id).is_file()

    def close(self) -> None:
        """Nothing stays open between two mails."""

    def _path(self, message_id: str) -> Path:
        return self.folder / (re.sub(r"[^\w.@-]", "_", message_id.strip("<>")) + ".eml")


class SmtpChannel:
    """A mail server.  One connection serves a whole run; with TLS its certificate is verified against the host name."""

    batch: ClassVar[int] = ONE_MAIL

    def __init__(self, url: SplitResult, sender: str) -> None:
        self.url = url
        self.sender = sender
        self.starttls = parse_qs(url.query).get("tls") == ["starttls"]
        self._server: smtplib.SMTP | None = None

    def send(self, mail: Mail) -> Outcome:
        """Hand over: what fails before the final dot was certainly not taken, an unanswered final dot is unknown."""
        try:
            content = _LEADING_DOT.sub(b"..", bytes(as_message(mail, self.sender)))
        except ValueError as error:
            return Outcome("dead", str(error))
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:  # ssl.SSLError is an OSError
            self.close()
            return Outcome("retry", _words(error), stop=True)
        try:
            refusal = self._envelope(server, mail.to_address)
            if refusal is None:
                server.send(content if content.endswith(b"\r\n") else content + b"\r\n")
        except (OSError, smtplib.SMTPException, UnicodeEncodeError) as error:
            self.close()
            if isinstance(error, UnicodeEncodeError):
                return Outcome("dead", _words(error))
            return Outcome("retry", _words(error))
        if refusal is not None:
            return refusal
        try:
            server.send(b".\r\n")
            code, answer = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome("unknown", _words(error))
        return Outcome("sent") if code == 250 else self._refusal(code, answer)

    def holds(self, message_id: str) -> bool | None:
        """Nobody can know."""
        return None

    def close(self) -> None:
        """Say goodbye; a server that has gone already is none the worse."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _envelope(self, server: smtplib.SMTP, to_address: str) -> Outcome | None:
        """MAIL, RCPT and DATA; None when the server wants the content."""
        code, answer = server.mail(parseaddr(self.sender)[1])
        if code == 250:
            code, answer = server.rcpt(to_address)
        if code in (250, 251):
            code, answer = server.docmd("DATA")
        return None if code == 354 else self._refusal(code, answer)

    def _refusal(self, code: int, answer: bytes) -> Outcome:
        """5xx is for good, everything else for now; 421 closes the connection."""
        detail = f"{code} {answer.decode('utf-8', 'replace')}"
        if code == 421 or self._server is None:
            self.close()
            return Outcome("retry", detail, stop=True)
        try:
            self._server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()
        return Outcome("dead" if 500 <= code < 600 else "retry", detail)

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        host, domain = self.url.hostname or "", parseaddr(self.sender)[1].rpartition("@")[2]
        trust = ssl.create_default_context()
        if self.url.scheme == "smtps":
            self._server = smtplib.SMTP_SSL(
                host, self.url.port or 465, local_hostname=domain, timeout=TIMEOUT_SECONDS, context=trust
            )
        else:
            self._server = smtplib.SMTP(
                host, self.url.port or (587 if self.starttls else 25), local_hostname=domain, timeout=TIMEOUT_SECONDS
            )
        assert self._server.sock is not None
        # The final dot is a packet of its own: left to Nagle it waits 40 ms for the server's delayed acknowledgement.
        self._server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.starttls:
            self._server.ehlo_or_helo_if_needed()
            self._server.starttls(context=trust)
        self._server.ehlo_or_helo_if_needed()
        if self.url.username:
            self._server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return self._server


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


@contextmanager
def channel_for(settings: Settings) -> Iterator[Channel]:
    """The channel of TRACKER_MAIL_URL (which config.py has checked), closed at the end."""
    url = urlsplit(settings.mail_url)
    channel: Channel
    if url.scheme == "spool":
        channel = SpoolChannel(Path(unquote(url.path)), settings.mail_from)
    else:
        channel = SmtpChannel(url, settings.mail_from)
    try:
        yield channel
    finally:
        channel.close()
