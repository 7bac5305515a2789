"""What a reminder says in a few words, in a language: for pages, the calendar and the command line alike."""

from __future__ import annotations

from ..i18n import N_, translator

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


def reminder_words(kind: str, step: int, locale: str) -> str:
    """Such as "7 working days before the reports are due"; ``step`` of ``overdue`` is the week."""
    translate = translator(locale)
    if kind == "overdue":
        return translate(N_("Overdue, week %(num)s of 4"), num=step)
    if kind not in BEFORE or step == 0:
        return translate(ON_THE_DAY[kind])
    return translate(BEFORE[kind][step > 1], num=step)
