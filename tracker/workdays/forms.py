"""What a person types about working days, checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..errors import InvalidInput
from ..i18n import N_
from .changes import SetDay, TakeNotice
from .notice import read_notice
from .pages import YEARS

LONGEST_SOURCE = 200
KINDS = {"free": False, "working": True}
NO_DAY = N_("Enter a date, such as 2027-02-05.")
OUTSIDE = N_("The year lies outside 2000 to 2100. Check the date.")
NO_KIND = N_("Choose whether the day is free or worked.")
NO_REASON = N_("Say why, so that everybody can see it: for example the number of the order.")
NO_SOURCE = N_("Say which notice this is: its title or number.")
TOO_LONG = N_("This is too long. Write at most 200 characters.")
NO_TEXT = N_("Paste the notice or choose a file.")
NO_YEAR = N_("Choose a year from 2000 to 2100.")
NO_FILE = N_("This file is no text. Save the notice as text (.txt), or paste it.")
LARGEST_FILE = 200_000  # bytes
FAULTS_SHOWN = 8


class NoticeFaults(InvalidInput):
    """A notice in which something cannot be right; ``faults`` says each thing in a sentence."""

    default = N_("Nothing was taken in: something in the notice cannot be right.")


def day_of(text: str) -> date:
    """Raises InvalidInput."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput({"day": [NO_DAY]}) from error
    if day.year not in YEARS:
        raise InvalidInput({"day": [OUTSIDE]})
    return day


def read_day(typed: Mapping[str, str]) -> SetDay:
    """The form of one day: ``day``, ``kind`` (free, working), ``reason``.  Raises InvalidInput."""
    faults: dict[str, list[str]] = {}
    day = date.min
    try:
        day = day_of(typed.get("day", ""))
    except InvalidInput as error:
        faults |= error.fields
    kind = typed.get("kind", "")
    if kind not in KINDS:
        faults["kind"] = [NO_KIND]
    reason = _line(typed.get("reason", ""), "reason", NO_REASON, faults)
    if faults:
        raise InvalidInput(faults)
    return SetDay(day, KINDS[kind], reason)


def read_taking(typed: Mapping[str, str], year: int | None) -> TakeNotice:
    """The form of a notice: ``text`` and ``source``, with the year chosen.

    Raises InvalidInput, with the faults of the text as values in its ``faults``.
    """
    faults: dict[str, list[str]] = {}
    source = _line(typed.get("source", ""), "source", NO_SOURCE, faults)
    if year is None or year not in YEARS:
        raise InvalidInput({"year": [NO_YEAR], **faults})
    text = typed.get("text", "")
    if not text.strip():
        raise InvalidInput({"text": [NO_TEXT], **faults})
    notice = read_notice(text, year)
    if notice.faults:
        raise NoticeFaults({"text": [], **faults}, faults=notice.faults)
    if faults:
        raise InvalidInput(faults)
    return TakeNotice(notice, source)


def _line(text: str, name: str, wanted: str, faults: dict[str, list[str]]) -> str:
    line = " ".join(text.replace("\0", "").split())
    if not line:
        faults[name] = [wanted]
    elif len(line) > LONGEST_SOURCE:
        faults[name] = [TOO_LONG]
    return line


def decoded(content: bytes) -> str:
    """The text of a file, in UTF-8 or a Chinese encoding.  Raises InvalidInput."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput({"file": [NO_FILE]})
