"""The rules in words: kinds, what their steps count, and whom they reach."""

from __future__ import annotations

from flask_babel import gettext as _

from ...i18n import N_

KIND_LABELS = {
    "round_opens": N_("A round opens"),
    "report_due": N_("Reports are due"),
    "verify_due": N_("Verification is due"),
    "deadline": N_("A task's own deadline"),
    "unacknowledged": N_("A task is not acknowledged"),
    "overdue": N_("A task is overdue"),
    "input_request": N_("A request for input waits"),
    "extension": N_("An extension waits"),
    "sign_off": N_("A sign-off waits"),
    "second_check": N_("A second check waits"),
    "objection": N_("An objection waits"),
}
KIND_HINTS = {
    "round_opens": N_("0 is the day it opens. Goes out while a task owes a report."),
    "report_due": N_("Working days before; 0 is the day itself. Goes out while a task owes a report."),
    "verify_due": N_("Working days before; 0 is the day itself. Goes out while a report waits."),
    "deadline": N_("Working days before; 0 is the day itself. Goes out while the task owes something."),
    "unacknowledged": N_("Working days after the unit got the task. Each lead unit counts for itself."),
    "overdue": N_("Weeks after the day that has passed, each on its first working day: 1, 2, 3, 4."),
    "input_request": N_("Working days before the answer is asked for; 0 is the day itself."),
    "extension": N_("Working days since it waits: for the leader's approval, then for the supervision office."),
    "sign_off": N_("Working days since the report waits for the leader's signature."),
    "second_check": N_("Working days since the first check. Goes to those who may make the second."),
    "objection": N_("Working days before the answer is due; 0 is the day itself."),
}
SECTIONS = (
    (N_("Evaluation rounds"), ("round_opens", "report_due", "verify_due")),
    (N_("Single tasks"), ("deadline", "unacknowledged", "overdue")),
    (N_("What waits for an answer"), ("input_request", "extension", "sign_off", "second_check", "objection")),
)
AUDIENCE_LABELS = {
    "handler": N_("Handlers"),
    "unit_leader": N_("Unit leaders"),
    "supporting_unit": N_("Supporting units"),
    "supervisor": N_("Supervisors"),
    "observer": N_("Observers"),
}
OWN_LABELS = {
    ("input_request", "supporting_unit"): N_("The unit asked"),
    ("input_request", "unit_leader"): N_("Its leader"),
}


def audience_label(kind: str, audience: str) -> str:
    """Whom a field of a kind reaches, for the reader."""
    return str(_(OWN_LABELS.get((kind, audience), AUDIENCE_LABELS[audience])))
