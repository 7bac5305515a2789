"""Where a mail goes: a folder (spool) or a mail server (SMTP).

A channel does not raise: it says what became of the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import unquote, urlsplit

from ..config import Settings
from .mail import Mail, Outcome, as_message
from .smtp import SmtpChannel

MANY_MAILS = 100


class Channel(Protocol):
    """A way out.  ``batch`` is how many mails may be claimed at once."""

    batch: ClassVar[int]

    def send(self, mail: Mail) -> Outcome:
        """Hand one mail over."""

    def holds(self, message_id: str) -> bool | None:
        """Whether a mail with this Message-ID was taken; None where nobody can know."""

    def close(self) -> None:
        """End the connection, if there is one."""


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
            return Outcome("dead", str(error), "content")
        except OSError as error:
            return Outcome("retry", str(error), "spool", stop=True)
        return Outcome("sent")

    def holds(self, message_id: str) -> bool | None:
        """Whether the file is there."""
        return self._path(message_id).is_file()

    def close(self) -> None:
        """Nothing stays open between two mails."""

    def _path(self, message_id: str) -> Path:
        return self.folder / (re.sub(r"[^\w.@-]", "_", message_id.strip("<>")) + ".eml")


@contextmanager
def channel_for(settings: Settings) -> Iterator[Channel]:
    """The channel of TRACKER_MAIL_URL (which config.py has checked), closed at the end."""
    url = urlsplit(settings.mail_url)
    channel: Channel
    if url.scheme == "spool":
        channel = SpoolChannel(Path(unquote(url.path)), settings.mail_from)
    else:
        channel = SmtpChannel(url, settings.mail_from, settings.archive_address)
    try:
        yield channel
    finally:
        channel.close()
