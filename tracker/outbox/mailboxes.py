"""A mailbox that is read by IMAP: the one that bounces come to, or the archive of copies."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from ..errors import TrackerError
from ..i18n import N_
from ..mail_urls import STARTTLS, TLS, encryption

ANSWER_SECONDS = 30
LIMIT_SECONDS = 120
"""How long a mailbox may be open: a server that drips must not hold up the tick."""
MOST_MESSAGES = 500
MOST_BYTES = 262_144


class MailboxClosed(TrackerError):
    """A mailbox cannot be read: ``setting`` is where it is named, ``answer`` what went wrong."""

    default = N_("The mailbox of %(setting)s cannot be read (%(answer)s). Check its address, user and password.")


class Mailbox:
    """An open mailbox.  Nothing in it is changed; ``validity`` is its UIDVALIDITY."""

    def __init__(self, client: IMAPClient, folder: str) -> None:
        self.client = client
        self.validity = int(client.select_folder(folder, readonly=True)[b"UIDVALIDITY"])

    def holds(self, message_id: str) -> bool:
        """Whether there is a message with this Message-ID."""
        return bool(self.client.search(["HEADER", "Message-ID", message_id]))

    def after(self, uid: int) -> Iterator[tuple[int, bytes]]:
        """The next messages after one, the oldest first, as (uid, the first bytes of it)."""
        found = self.client.search(["UID", f"{uid + 1}:*"])  # the newest is always among them
        for number in sorted(number for number in found if number > uid)[:MOST_MESSAGES]:
            answer = self.client.fetch([number], [f"BODY.PEEK[]<0.{MOST_BYTES}>"]).get(number, {})
            content = next((value for key, value in answer.items() if key.startswith(b"BODY[]")), b"")
            yield number, content[:MOST_BYTES]  # not every server hands out parts


@contextmanager
def opened(url: str, setting: str) -> Iterator[Mailbox]:
    """The mailbox of a URL that config.py has checked, with TLS verified as the URL says.

    Raises MailboxClosed where it cannot be opened, breaks off, or takes longer than LIMIT_SECONDS.
    """
    parts = urlsplit(url)
    way, trust = encryption(parts), ssl.create_default_context()
    try:
        client = IMAPClient(
            parts.hostname or "",
            parts.port,
            ssl=way == TLS,
            ssl_context=trust if way == TLS else None,
            timeout=SocketTimeout(ANSWER_SECONDS, ANSWER_SECONDS),
        )
        end = threading.Timer(LIMIT_SECONDS, _cut, [client])
        end.daemon = True
        end.start()
        try:
            if way == STARTTLS:
                client.starttls(trust)
            client.login(unquote(parts.username or ""), unquote(parts.password or ""))
            if client.has_capability("ID"):  # some providers let nobody in who does not say what they are
                client.id_({"name": "key-task-tracker"})
            yield Mailbox(client, unquote(parts.path.strip("/")) or "INBOX")
        finally:
            end.cancel()
            with suppress(OSError):  # after a failed STARTTLS there is none to close; that failure is the one to tell
                client.shutdown()
    except (IMAPClientError, OSError, UnicodeError) as error:
        raise MailboxClosed(setting=setting, answer=f"{type(error).__name__}: {error}") from error


def _cut(client: IMAPClient) -> None:
    """End the connection under whoever waits for it."""
    try:
        socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
