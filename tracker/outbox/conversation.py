"""One conversation with a mail server: every phase has an end, however slowly the server answers.

``smtplib`` measures its time-out anew with each byte, so a server that sends one now and then would keep a mail for
ever.  Here a phase has a deadline, and an answer a longest length.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote

from ..mail_urls import STARTTLS, TLS, encryption

PORTS = {TLS: 465, STARTTLS: 587}
PLAIN_PORT = 25
LONGEST_ANSWER = 65_536
PIECE = 16_384


class TooSlow(Exception):
    """The server did not answer within the time of a phase.  Not an OSError: smtplib would make another of it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each phase may take, in seconds of real time.

    ``opening``: connecting, greeting, TLS and sign-in together; ``command``: MAIL, RCPT, DATA and RSET, each;
    ``content``: the text of the mail; ``answer``: the word of the server after the final dot.
    """

    opening: float = 60
    command: float = 30
    content: float = 60
    answer: float = 120

    @property
    def total(self) -> float:
        """The longest that one mail can take: MAIL on a kept connection and again on a new one, two RCPT, DATA."""
        return self.opening + 5 * self.command + self.content + self.answer


class Conversation(smtplib.SMTP):
    """A connection whose phases end: ``within`` begins one."""

    def __init__(self, url: SplitResult, local_hostname: str, seconds: float) -> None:
        """Connect, turn to TLS as the URL says, and sign in, all within so many seconds.

        The certificate is verified against the host name.  Raises OSError (SMTPException and ssl.SSLError are such),
        TooSlow, and ValueError for a password that SMTP cannot carry.
        """
        self.way = encryption(url)
        self.trust = ssl.create_default_context()
        self.within(seconds)
        try:
            port = url.port or PORTS.get(self.way, PLAIN_PORT)
            super().__init__(url.hostname or "", port, local_hostname=local_hostname)
            if self.way == STARTTLS:
                self.starttls(context=self.trust)
            self.ehlo_or_helo_if_needed()
            if url.username:
                self.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            self.close()
            raise

    def within(self, seconds: float) -> None:
        """Begin a phase that ends after so many seconds."""
        self._ends = time.monotonic() + seconds
        self.heard = 0

    def left(self) -> float:
        """Seconds left of the phase.  Raises TooSlow."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TooSlow
        return left

    def send(self, s: str | bytes | bytearray) -> None:  # type: ignore[override]
        """As smtplib's, until the phase ends.  Raises TooSlow, smtplib.SMTPServerDisconnected."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        try:
            for start in range(0, len(data), PIECE):
                self.sock.settimeout(self.left())
                self.sock.sendall(data[start : start + PIECE])
        except TimeoutError as error:
            raise TooSlow from error
        except OSError as error:
            raise smtplib.SMTPServerDisconnected(str(error)) from error

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib's, until the phase ends.  Raises TooSlow besides."""
        if self.file is None:
            self.file = _Lines(self)
        answer = super().getreply()
        if self.sock is not None:  # what follows may be a handshake, which smtplib begins
            self.sock.settimeout(self.left())
        return answer

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """The first address that answers, within the phase; TLS from the first byte where the URL says so."""
        refused: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.left())
                connection.connect(address)
                # The final dot is a packet of its own: left to Nagle it waits 40 ms for the delayed acknowledgement.
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self.way != TLS:
                    return connection
                connection.settimeout(self.left())
                return self.trust.wrap_socket(connection, server_hostname=host)
            except OSError as error:
                connection.close()
                refused = error
            except TooSlow:
                connection.close()
                raise
        raise refused


class _Lines:
    """The lines of the server's answers, as the file that smtplib reads them from."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.connection = conversation.sock
        self.waiting = b""

    def readline(self, limit: int) -> bytes:
        """The next line; empty where the server has gone.  Raises TooSlow, and OSError for an answer without end."""
        while b"\n" not in self.waiting and len(self.waiting) < limit:
            assert self.connection is not None
            self.connection.settimeout(self.conversation.left())
            try:
                got = self.connection.recv(PIECE)
            except TimeoutError as error:
                raise TooSlow from error
            if not got:
                break
            self.waiting += got
            self.conversation.heard += len(got)
            if self.conversation.heard > LONGEST_ANSWER:
                raise OSError("an answer without end")
        end = self.waiting.find(b"\n") + 1 or min(len(self.waiting), limit)
        line, self.waiting = self.waiting[:end], self.waiting[end:]
        return line

    def close(self) -> None:
        """Nothing is open besides the connection."""
