"""Why a lamp shows what it shows: message ids, short, with the day and the working days."""

from __future__ import annotations

from ..i18n import N_

STATE_REASONS = {
    "pending_dispatch": N_("No lamp until the task is assigned"),
    "reported": N_("Reported, waiting for verification"),
    "verified": N_("Verified, nothing is owed now"),
    "suspended": N_("No lamp while the task is suspended"),
    "closed_out": N_("Closed out, no lamp"),
    "terminated": N_("Terminated, no lamp"),
}
UNACKNOWLEDGED = N_("Not acknowledged for %(days)s working days")
NOTHING_DUE = N_("No report is due now")

# (the round's kind or "deadline", how the day lies) -> message id
DUE_REASONS = {
    ("annual", "left"): N_("Annual report due on %(day)s, %(days)s working days left"),
    ("annual", "one"): N_("Annual report due on %(day)s, 1 working day left"),
    ("annual", "today"): N_("Annual report due today"),
    ("annual", "off"): N_("Annual report due on %(day)s, no working day left"),
    ("annual", "late"): N_("Annual report was due on %(day)s, %(days)s working days overdue"),
    ("annual", "late_one"): N_("Annual report was due on %(day)s, 1 working day overdue"),
    ("annual", "late_off"): N_("Annual report was due on %(day)s"),
    ("mid_term", "left"): N_("Mid-term report due on %(day)s, %(days)s working days left"),
    ("mid_term", "one"): N_("Mid-term report due on %(day)s, 1 working day left"),
    ("mid_term", "today"): N_("Mid-term report due today"),
    ("mid_term", "off"): N_("Mid-term report due on %(day)s, no working day left"),
    ("mid_term", "late"): N_("Mid-term report was due on %(day)s, %(days)s working days overdue"),
    ("mid_term", "late_one"): N_("Mid-term report was due on %(day)s, 1 working day overdue"),
    ("mid_term", "late_off"): N_("Mid-term report was due on %(day)s"),
    ("end_of_term", "left"): N_("End-of-term report due on %(day)s, %(days)s working days left"),
    ("end_of_term", "one"): N_("End-of-term report due on %(day)s, 1 working day left"),
    ("end_of_term", "today"): N_("End-of-term report due today"),
    ("end_of_term", "off"): N_("End-of-term report due on %(day)s, no working day left"),
    ("end_of_term", "late"): N_("End-of-term report was due on %(day)s, %(days)s working days overdue"),
    ("end_of_term", "late_one"): N_("End-of-term report was due on %(day)s, 1 working day overdue"),
    ("end_of_term", "late_off"): N_("End-of-term report was due on %(day)s"),
    ("deadline", "left"): N_("Deadline on %(day)s, %(days)s working days left"),
    ("deadline", "one"): N_("Deadline on %(day)s, 1 working day left"),
    ("deadline", "today"): N_("Deadline today"),
    ("deadline", "off"): N_("Deadline on %(day)s, no working day left"),
    ("deadline", "late"): N_("Deadline was %(day)s, %(days)s working days overdue"),
    ("deadline", "late_one"): N_("Deadline was %(day)s, 1 working day overdue"),
    ("deadline", "late_off"): N_("Deadline was %(day)s"),
}


def form_of(left: int, late: bool, *, is_today: bool = False) -> str:
    """How the day lies: ``left`` working days to it (negative or zero once it is past)."""
    if late:
        return {0: "late_off", -1: "late_one"}.get(left, "late")
    if is_today:
        return "today"
    return {0: "off", 1: "one"}.get(left, "left")
