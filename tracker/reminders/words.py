"""What a reminder says in a few words, in a language: for pages, the calendar and the command line alike."""

from __future__ import annotations

from ..i18n import N_, translator

ON_THE_DAY = {
    "report_due": N_("Reports are due"),
    "verify_due": N_("Verification is due"),
    "deadline": N_("The task's deadline"),
    "round_opens": N_("The round opens"),
    "input_request": N_("The answer to a request is due"),
    "objection": N_("The answer to an objection is due"),
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
    "input_request": (
        N_("%(num)s working day before the answer to a request is due"),
        N_("%(num)s working days before the answer to a request is due"),
    ),
    "objection": (
        N_("%(num)s working day before the answer to an objection is due"),
        N_("%(num)s working days before the answer to an objection is due"),
    ),
}
AFTER = {
    "overdue": (N_("Overdue, week %(num)s"), N_("Overdue, week %(num)s")),
    "unacknowledged": (
        N_("Not acknowledged for %(num)s working day"),
        N_("Not acknowledged for %(num)s working days"),
    ),
    "extension": (
        N_("An extension waits for %(num)s working day"),
        N_("An extension waits for %(num)s working days"),
    ),
    "sign_off": (
        N_("A report waits to be signed off for %(num)s working day"),
        N_("A report waits to be signed off for %(num)s working days"),
    ),
    "second_check": (
        N_("A report waits for the second check for %(num)s working day"),
        N_("A report waits for the second check for %(num)s working days"),
    ),
}
SHORT = {
    "report_due": N_("Reports due"),
    "verify_due": N_("Verification due"),
    "deadline": N_("Deadline"),
    "round_opens": N_("Round opens"),
    "unacknowledged": N_("Not acknowledged"),
    "overdue": N_("Overdue"),
    "input_request": N_("Answer due"),
    "extension": N_("Extension waits"),
    "sign_off": N_("Sign-off waits"),
    "second_check": N_("Second check waits"),
    "objection": N_("Objection waits"),
}


def reminder_words(kind: str, step: int, locale: str) -> str:
    """Such as "7 working days before the reports are due"; ``step`` of ``overdue`` is the week."""
    words = ON_THE_DAY[kind] if step == 0 else (BEFORE.get(kind) or AFTER[kind])[step > 1]
    return translator(locale)(words, num=step)
