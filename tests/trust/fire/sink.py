"""A mail server that keeps what it takes, knows which process brought it, and lets a test strike at any point."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

POINTS = ("hello", "data", "taken", "answered")
"""hello: claimed, nothing handed over.  data: the server asked for the content, which is on its way.
taken: the server has all of it and has not said so.  answered: the 250 is out."""
PATIENCE_SECONDS = 5
HOST = "p{number}.example.test"

Strike = Callable[[str, int, str], None]
"""Called with the point, the number of the process and the Message-ID (empty before there is one)."""


@dataclass(frozen=True)
class Received:
    """One message that the server took."""

    process: int
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def message_id(self) -> str:
        """The Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """The plain text."""
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())


class Sink:
    """The server.  ``parties`` processes are let in together, so that all of them are handing over at once."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.url = ""
        self.strike: Strike = lambda _point, _process, _message_id: None
        self._together(0)

    def expect(self, parties: int, strike: Strike | None = None) -> None:
        """Get ready for the next processes: how many there will be, and what to do at each point."""
        self._together(parties)
        self.strike = strike or (lambda _point, _process, _message_id: None)

    def _together(self, parties: int) -> None:
        self._parties, self._there, self._all_there = parties, set[int](), asyncio.Event()

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Let nobody in before all are there, or have had time to be."""
        session.host_name = hostname
        process = _number(hostname)
        self._there.add(process)
        self.strike("hello", process, "")
        if len(self._there) >= self._parties:
            self._all_there.set()
        try:
            await asyncio.wait_for(self._all_there.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            self._all_there.set()
        return responses

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message, then say so."""
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        taken = Received(_number(str(session.host_name)), tuple(envelope.rcpt_tos), message)
        self.received.append(taken)
        session.last = taken.message_id  # type: ignore[attr-defined]
        self.strike("taken", taken.process, taken.message_id)
        return "250 taken"


class _Server(SMTP):
    async def push(self, status: Any) -> None:
        await super().push(status)
        assert self.session is not None
        if status == "250 taken":
            last = self.session.last  # type: ignore[attr-defined]
            self.event_handler.strike("answered", _number(str(self.session.host_name)), last)
        elif str(status).startswith("354"):
            self.event_handler.strike("data", _number(str(self.session.host_name)), "")


class _Controller(Controller):
    """Serves on a socket that is already bound, so that the port is free for certain."""

    def __init__(self, sink: Sink, listener: socket.socket) -> None:
        host, port = listener.getsockname()
        super().__init__(sink, hostname=host, port=port)
        self.listener = listener

    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.listener)


def _number(hostname: str) -> int:
    return int(hostname.removeprefix("p").partition(".")[0])


@contextmanager
def running_sink() -> Iterator[Sink]:
    """A running server on the loopback interface."""
    sink = Sink()
    controller = _Controller(sink, socket.create_server(("127.0.0.1", 0)))
    sink.url = f"smtp://127.0.0.1:{controller.port}"
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
