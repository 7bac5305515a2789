"""What a reminder says, and a month, in the reader's language."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from ...i18n import ENGLISH, N_
from ...i18n_web import reader_locale
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
ON_THE_DAY = {
    "report_due": N_("Reports are due"),
    "verify_due": N_("Verification is due"),
    "deadline": N_("The task's deadline"),
    "round_opens": N_("The round opens"),
    "unacknowledged": N_("Not acknowledged for 5 working days"),
}
BEFORE = {
    "report_due": (
        N_("%(num)s working day before the reports are due"),
        N_("%(num)s working days before the reports are due"),
    ),
    "verify_due": (
        N_("%(num)s working day before the verification is due"),
        N_("%(num)s working days before the verification is due"),
    ),
    "deadline": (
        N_("%(num)s working day before the deadline"),
        N_("%(num)s working days before the deadline"),
    ),
}
SHORT = {
    "report_due": N_("Reports due"),
    "verify_due": N_("Verification due"),
    "deadline": N_("Deadline"),
    "round_opens": N_("Round opens"),
    "unacknowledged": N_("Not acknowledged"),
    "overdue": N_("Overdue"),
}


def reminder_words(line: Line) -> str:
    """What a reminder says, in a few words."""
    if line.kind == "overdue":
        return str(_("Overdue, week %(num)s of 4", num=line.step))
    if line.kind not in BEFORE or line.step == 0:
        return str(_(ON_THE_DAY[line.kind]))
    return str(_(BEFORE[line.kind][line.step > 1], num=line.step))


def reminder_short(line: Line) -> str:
    """The word in a cell of the month."""
    if line.kind in BEFORE and line.step:
        return str(ngettext("%(num)s day before", "%(num)s days before", line.step))
    return str(_(SHORT[line.kind]))


def month_words(first: date, *, year: bool = True) -> str:
    """A month for a reader: 2023年8月, August 2023."""
    if reader_locale() == ENGLISH:
        return str(format_date(first, "MMMM yyyy" if year else "MMMM", "en"))
    return f"{first.year}年{first.month}月" if year else f"{first.month}月"
