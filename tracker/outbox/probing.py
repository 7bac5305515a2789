"""Whether the way out for mails is open, without sending any."""

from __future__ import annotations

import os
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..config import Settings
from .conversation import Conversation
from .reasons import in_words
from .smtp import BROKEN

PROBE_SECONDS = 15


def why_closed(settings: Settings) -> str | None:
    """What keeps mails from going out: connection, greeting, TLS or sign-in, or a folder; None where nothing does."""
    url = urlsplit(settings.mail_url)
    if url.scheme == "spool":
        return _folder(Path(unquote(url.path)))
    try:
        Conversation(url, parseaddr(settings.mail_from)[1].rpartition("@")[2], PROBE_SECONDS).close()
    except (*BROKEN, ValueError) as error:
        return in_words(error)
    return None


def _folder(folder: Path) -> str | None:
    """A folder that is not there yet is made with the first mail, so it is the next one above that must take it."""
    while not folder.exists():
        folder = folder.parent
    return None if os.access(folder, os.W_OK | os.X_OK) else f"{folder} cannot be written"
