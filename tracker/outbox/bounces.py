"""What a message in the mailbox of bounces says: which of our mails, to whom, for good or for now.

Reports of RFC 3464 are read as they are; of anything else ``flufl.bounce`` knows many forms.  Such messages come from
strangers: nothing that they say is believed beyond what the outbox knows (reading.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses, parseaddr

from flufl.bounce import all_failures

OURS = re.compile(rb"<[0-9a-f]{32}@key-task-tracker>")
MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*<")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
MOST = 20
LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient that a report names.  ``permanent``: for good; ``code`` is a status code of RFC 3463, or empty."""

    address: str
    permanent: bool
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """``message_ids``: those of ours that the report bears.  ``foreign``: it is about a mail that is not ours."""

    message_ids: tuple[str, ...]
    foreign: bool
    failures: tuple[Failure, ...]


def parse(content: bytes) -> Bounce:
    """Read a message.  What is no bounce has no failures; what cannot be read raises any error."""
    message = message_from_bytes(content)
    originals = [_original(part) for part in message.walk() if part.get_content_type() in ORIGINALS]
    found = [found for text in (content, *originals) for found in OURS.findall(text)]
    ids = tuple(dict.fromkeys(one.decode("ascii") for one in found))[:MOST]
    failures = tuple(_reported(message))[:MOST] or tuple(_guessed(message))[:MOST]
    return Bounce(ids, not ids and any(map(MESSAGE_ID.search, originals)), failures)


def _original(part: Message) -> bytes:
    """What a report returns of the mail that it is about."""
    inside = part.get_payload(decode=True)
    if isinstance(inside, bytes):
        return inside
    inner = part.get_payload()
    return inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], Message) else b""


def _reported(message: Message) -> Iterator[Failure]:
    """The recipients of a report of RFC 3464 that failed or are late."""
    for part in message.walk():
        if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if not isinstance(block, Message):
                continue
            action = str(block.get("Action", "")).strip().lower()
            if action not in ("failed", "delayed"):
                continue
            text = str(block.get("Diagnostic-Code", "")).partition(";")[2] or str(block.get("Status", ""))
            status = STATUS.search(str(block.get("Status", ""))) or STATUS.search(text)
            code = status.group() if status is not None else ""
            permanent = action == "failed" and (code.startswith("5.") or not code)
            address = str(block.get("Original-Recipient") or block.get("Final-Recipient", "")).partition(";")[2]
            yield Failure(_plain(address), permanent, code, _line(text))


def _guessed(message: Message) -> Iterator[Failure]:
    """The recipients of any other kind of bounce.  Without a sender it is none, and the library stumbles over it."""
    if not getaddresses([str(message.get("From", ""))]):
        return
    temporary, permanent = all_failures(message)
    text = _line(str(message.get("Subject", "")))
    for addresses, for_good in ((permanent, True), (temporary, False)):
        for address in sorted(addresses):
            yield Failure(_plain(address.decode("ascii", "replace")), for_good, "", text)


def _plain(address: str) -> str:
    return parseaddr(address.strip())[1].lower()


def _line(text: str) -> str:
    """One line without control characters, not too long."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST_TEXT]
