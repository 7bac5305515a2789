"""Handing mails over to a mail server."""

from __future__ import annotations

import re
import smtplib
from email.utils import parseaddr
from typing import ClassVar
from urllib.parse import SplitResult

from .conversation import Conversation, Patience, TooSlow
from .mail import Mail, Outcome, as_message
from .reasons import PASSWORD_CODES, answered, in_words, reason_of_answer, reason_of_error

BROKEN = (OSError, smtplib.SMTPException, TooSlow)
ONE_MAIL = 1
_LEADING_DOT = re.compile(rb"(?m)^\.")


class SmtpChannel:
    """A mail server.  One connection serves a whole run, and is renewed where the server closed it in between.

    With ``archive`` every mail goes to that address too, in the same hand-over: the copy is there if and only if the
    mail was taken.
    """

    batch: ClassVar[int] = ONE_MAIL

    def __init__(self, url: SplitResult, sender: str, archive: str = "", patience: Patience | None = None) -> None:
        self.url = url
        self.sender = sender
        self.archive = archive
        self.patience = patience or Patience()
        self._server: Conversation | None = None

    def send(self, mail: Mail) -> Outcome:
        """Hand over: what fails before the final dot was certainly not taken, an unanswered final dot is unknown."""
        try:
            content = _LEADING_DOT.sub(b"..", bytes(as_message(mail, self.sender)))
        except ValueError as error:
            return Outcome("dead", str(error), "content")
        if not mail.to_address.isascii():
            return Outcome("dead", mail.to_address, "address")
        refused = self._begin()
        if refused is not None:
            return refused
        assert self._server is not None
        try:
            refused = self._name(self._server, mail.to_address) or self._give(self._server, content)
        except BROKEN as error:
            self.close()
            return Outcome("retry", in_words(error), "unreachable", stop=isinstance(error, TooSlow))
        return refused or self._end(self._server)

    def holds(self, message_id: str) -> bool | None:
        """Nobody can know."""
        return None

    def close(self) -> None:
        """Leave without a goodbye, for which a server that hangs would let us wait."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _begin(self) -> Outcome | None:
        """MAIL, on the connection that is kept, else on a new one; None when the server takes mails from the sender.

        What goes wrong here concerns every mail, so it closes the way.
        """
        address = parseaddr(self.sender)[1]
        try:
            if self._server is not None:
                try:
                    code, answer = self._mail_from(self._server, address)
                except (OSError, smtplib.SMTPException):
                    code, answer = 421, b""
                if code != 421:
                    return self._closed_by(code, answer)
                self.close()  # it waited too long for us: that is nothing about this mail
            self._server = Conversation(self.url, address.rpartition("@")[2], self.patience.opening)
            return self._closed_by(*self._mail_from(self._server, address))
        except (*BROKEN, ValueError) as error:  # ValueError: a password that SMTP cannot carry
            self.close()
            return Outcome("retry", in_words(error), reason_of_error(error), stop=True)

    def _mail_from(self, server: Conversation, address: str) -> tuple[int, bytes]:
        server.within(self.patience.command)
        return server.mail(address)

    def _closed_by(self, code: int, answer: bytes) -> Outcome | None:
        """What the answer to MAIL says about the way out."""
        if code == 250:
            return None
        self.close()
        reason = "sender" if code >= 500 and code not in PASSWORD_CODES else reason_of_answer(code, "")
        return Outcome("retry", answered(code, answer), reason, stop=True)

    def _name(self, server: Conversation, to_address: str) -> Outcome | None:
        """RCPT, the recipient before the archive; None when the server takes mails for both."""
        server.within(self.patience.command)
        code, answer = server.rcpt(to_address)
        if code not in (250, 251):
            return self._refused(server, code, answer)
        if self.archive:
            server.within(self.patience.command)
            code, answer = server.rcpt(self.archive)
            if code not in (250, 251):
                self.close()
                return Outcome("retry", answered(code, answer), "archive", stop=True)
        return None

    def _give(self, server: Conversation, content: bytes) -> Outcome | None:
        """DATA and all of the mail but the final dot; None when only that is left."""
        server.within(self.patience.command)
        code, answer = server.docmd("DATA")
        if code != 354:
            return self._refused(server, code, answer)
        server.within(self.patience.content)
        server.send(content if content.endswith(b"\r\n") else content + b"\r\n")
        return None

    def _end(self, server: Conversation) -> Outcome:
        """The final dot.  From here on only an answer tells: its absence, or nonsense, leaves the mail unknown."""
        try:
            server.within(self.patience.answer)
            server.send(b".\r\n")
            code, answer = server.getreply()
        except BROKEN as error:
            self.close()
            return Outcome("unknown", in_words(error), "unanswered", stop=True)
        if 200 <= code < 300:
            return Outcome("sent")
        if 400 <= code < 600:
            return self._refused(server, code, answer)
        self.close()
        return Outcome("unknown", answered(code, answer), "unanswered", stop=True)

    def _refused(self, server: Conversation, code: int, answer: bytes) -> Outcome:
        """5xx is for good, everything else for now; 421 closes the connection, a wrong password the way."""
        detail = answered(code, answer)
        reason = reason_of_answer(code, answer.decode("utf-8", "replace"))
        if code == 421 or reason == "password":
            self.close()
            return Outcome("retry", detail, reason, stop=True)
        try:
            server.within(self.patience.command)
            server.rset()
        except BROKEN:
            self.close()
        return Outcome("dead" if 500 <= code < 600 else "retry", detail, reason)
