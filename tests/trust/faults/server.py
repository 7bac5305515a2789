"""A mail server that goes wrong once, at one point of one mail, and keeps a log of what it accepted."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Self

from tests.fixtures.smtp import server_trust

PHASES = ("connect", "ehlo", "mail", "rcpt", "data", "content", "dot")
STRUCK_AT = {b"EHLO": "ehlo", b"MAIL": "mail", b"RCPT": "rcpt", b"DATA": "data"}
MESSAGE_ID = re.compile(rb"(?im)^message-id: *(<[^>]+>)")
TICK = 0.02
LISTENS_AT, ANOTHER_NAME = "127.0.0.1", "127.0.0.2"


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and where.  ``at`` counts the mails of a run from 1; what comes before it is taken.

    ``deed``: ``answer`` (with ``code``), ``hang``, ``drip`` (a byte now and then), ``babble`` (an answer without end),
    ``drop``, ``late`` (``seconds``), ``refuse`` (nobody listens), ``tls`` (``how``), or ``none``.  ``taken``: whether
    the mail counts as accepted when it strikes after the final dot.  ``stale``: the server closes the kept connection
    before the mail.
    """

    deed: str
    phase: str = "dot"
    code: int = 0
    at: int = 1
    taken: bool = False
    stale: bool = False
    seconds: float = 0
    how: str = ""
    reset: bool = False


class FaultServer:
    """One server on the loopback interface.  ``way``: none, starttls or tls.  ``witness`` is told each recipient twice:
    when it is named, and when the mail is accepted or refused after the final dot."""

    def __init__(self, fault: Fault, way: str, witness: Callable[[str], None]) -> None:
        self.fault = fault
        self.way = way
        self.witness = witness
        self.host = ANOTHER_NAME if fault.how == "wrong name" else LISTENS_AT
        self.accepted: Counter[str] = Counter()
        self.in_the_clear: list[bytes] = []
        self.struck = 0
        self.healed = False
        self.ending = threading.Event()
        self.port = 0
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None
        self._connections: list[socket.socket] = []

    @property
    def url(self) -> str:
        """As TRACKER_MAIL_URL wants it."""
        scheme = "smtps" if self.way == "tls" else "smtp"
        return f"{scheme}://{self.host}:{self.port}" + ("?tls=starttls" if self.way == "starttls" else "")

    def due(self, phase: str) -> bool:
        """Whether the fault strikes now: once, when all mails before it have been accepted.  One of TLS stays."""
        first = self.struck == 0 or self.fault.deed == "tls"
        return first and not self.healed and self.fault.phase == phase and self.accepted.total() == self.fault.at - 1

    def listen(self) -> Self:
        """Begin to listen, on the same port as before."""
        self._listener = socket.create_server((self.host, self.port))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept, self._listener)
        return self

    def shut(self) -> None:
        """Nobody listens any more."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def heal(self) -> None:
        """Go on as a good server does."""
        self.healed = True
        self.ending.set()
        if self.host != LISTENS_AT:  # the name that its certificate bears
            self.shut()
            self.host, self.port = LISTENS_AT, 0
        if self._listener is None:
            self.listen()

    def end(self) -> None:
        """Stop everything and wait for it."""
        self.healed = True
        self.ending.set()
        self.shut()
        for connection in self._connections:
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive(), "a connection of the server has not ended"

    def _start(self, target: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=target, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        talk = _Talk(self, connection)
        try:
            with suppress(OSError):  # the other side has gone, or does not trust us
                talk.run()
        finally:
            talk.connection.close()


class _Gone(Exception):
    """The connection has ended."""


class _Talk:
    """One connection."""

    def __init__(self, server: FaultServer, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection
        self.waiting = b""
        self.secret = False

    def run(self) -> None:
        with suppress(_Gone):
            server = self.server
            if server.way == "tls":
                self._turn_to_tls()
            if not self._struck("connect"):
                self._say(220)
            recipient = ""
            while True:
                line = self._line()
                verb = line[:4].upper()
                if not self.secret:
                    server.in_the_clear.append(line)
                if verb == b"RCPT":
                    recipient = line.partition(b"<")[2].partition(b">")[0].decode()
                    server.witness(recipient)
                if self._struck(STRUCK_AT.get(verb, "")):
                    continue
                if verb == b"EHLO":
                    self._hello()
                elif verb == b"STAR":
                    self._starttls()
                elif verb == b"DATA":
                    self._say(354)
                    self._content(recipient)
                else:
                    self._say(250)

    def _content(self, recipient: str) -> None:
        text = self._line()
        self._struck("content")
        while not text.endswith(b"\r\n.\r\n"):
            text += self._line()
        self.server.witness(recipient)
        found = MESSAGE_ID.search(text)
        assert found is not None
        number = found.group(1).decode()
        due = self.server.due("dot")
        if due and self.server.fault.taken:
            self.server.accepted[number] += 1
            self.server.struck += 1
            self._strike()
            return
        if due and self._struck("dot"):
            return
        self.server.accepted[number] += 1
        self._say(250)
        if self.server.fault.stale and self.server.accepted.total() == self.server.fault.at - 1:
            self._leave()

    def _leave(self) -> None:
        """Close the kept connection before the next mail comes; where nobody is to be found then, stop listening."""
        if self.server.fault.deed == "refuse":
            self.server.shut()
        raise _Gone

    def _hello(self) -> None:
        offered = self.server.way == "starttls" and not self.secret
        if offered and not (self.server.due("tls") and self.server.fault.how == "not offered"):
            self.connection.sendall(b"250-here\r\n250 STARTTLS\r\n")
        else:
            self.connection.sendall(b"250-here\r\n250 8BITMIME\r\n")

    def _starttls(self) -> None:
        if self.server.due("tls") and self.server.fault.how == "answered 454":
            self._say(454)
            return
        self._say(220)
        self._turn_to_tls()

    def _turn_to_tls(self) -> None:
        if self.server.due("tls"):
            self.server.struck += 1
            if self.server.fault.how == "broken off":
                raise _Gone
            if self.server.fault.how == "nonsense":
                self.connection.sendall(b"250 what is this\r\n" * 3)
                raise _Gone
        self.connection = server_trust().wrap_socket(self.connection, server_side=True)
        self.server._connections.append(self.connection)
        self.secret, self.waiting = True, b""

    def _struck(self, phase: str) -> bool:
        """Do what the fault says, if it is due here; whether that took the place of the answer."""
        if not self.server.due(phase) or self.server.fault.deed in ("tls", "refuse", "none"):
            return False
        self.server.struck += 1
        return self._strike()

    def _strike(self) -> bool:
        fault = self.server.fault
        if fault.deed == "answer":
            self._say(fault.code)
            if fault.code == 421:
                raise _Gone
            return True
        if fault.deed == "drop":
            if fault.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise _Gone
        while fault.deed == "babble":
            self.connection.sendall(b"220-and\r\n" * 1000)
        until = time.monotonic() + fault.seconds if fault.deed == "late" else float("inf")
        while time.monotonic() < until and not self.server.ending.is_set():
            if fault.deed == "drip":
                self.connection.sendall(b"2")
            time.sleep(TICK)
        if fault.deed != "late":
            raise _Gone
        self._say(250)
        return True

    def _say(self, code: int) -> None:
        self.connection.sendall(b"%d in these words\r\n" % code)

    def _line(self) -> bytes:
        while b"\n" not in self.waiting:
            got = self.connection.recv(65_536)
            if not got:
                raise _Gone
            self.waiting += got
        line, _, self.waiting = self.waiting.partition(b"\n")
        return line + b"\n"


@contextmanager
def faulty(fault: Fault, way: str, witness: Callable[[str], None]) -> Iterator[FaultServer]:
    """Run such a server; where nobody is to be found from the first mail on, it does not listen."""
    server = FaultServer(fault, way, witness).listen()
    if fault.deed == "refuse" and fault.at == 1:
        server.shut()
    try:
        yield server
    finally:
        server.end()
