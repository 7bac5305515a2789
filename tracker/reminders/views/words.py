"""What a reminder says, and a month, in the reader's language."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from ...i18n import ENGLISH, N_, day_text
from ...i18n_web import reader_locale
from .. import words
from ..lines import Line

STATUS_LABELS = {
    "sent": N_("Sent"),
    "on_its_way": N_("Going out"),
    "unknown": N_("Not known whether it arrived"),
    "dead": N_("Could not be delivered"),
    "waiting": N_("Waits for the next digest"),
    "superseded": N_("No longer needed"),
    "no_address": N_("Nobody to send it to"),
    "ahead": N_("To come"),
}


class Spoken(Protocol):
    """One reminder, or several of one kind and step."""

    @property
    def kind(self) -> str:
        """The kind of reminder."""

    @property
    def step(self) -> int:
        """The step of its series."""


def reminder_words(line: Spoken) -> str:
    """What a reminder says, in a few words, and which weekly digest it waits for."""
    said = words.reminder_words(line.kind, line.step, reader_locale())
    if not isinstance(line, Line) or line.digest_on is None:
        return said
    day = day_text(line.digest_on, reader_locale(), year=False)
    return str(_("%(reminder)s; in the weekly digest of %(day)s", reminder=said, day=day))


def step_words(kind: str, step: int) -> str:
    """What a kind and step say, in a few words."""
    return words.reminder_words(kind, step, reader_locale())


def reminder_short(line: Spoken) -> str:
    """The word in a cell of the month."""
    if line.kind in words.BEFORE and line.step:
        return str(ngettext("%(num)s day before", "%(num)s days before", line.step))
    return str(_(words.SHORT[line.kind]))


def month_words(first: date, *, year: bool = True) -> str:
    """A month for a reader: 2023年8月, August 2023."""
    if reader_locale() == ENGLISH:
        return str(format_date(first, "MMMM yyyy" if year else "MMMM", "en"))
    return f"{first.year}年{first.month}月" if year else f"{first.month}月"
