"""The workflow definitions as data: the rule table that the machine, the buttons and the documentation come from.

A plan has one of them: ``standard``, or ``with_sign_off``, where a unit leader signs each report before it is reported.
``checking.py`` says what a definition must not be; the check runs when ``policy.py`` is imported.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..i18n import N_

OWING_STATES = ("assigned", "in_progress", "awaiting_sign_off")
OPEN_STATES = (*OWING_STATES, "reported", "verified", "suspended")
UNACKNOWLEDGED_AFTER = 5  # working days in which a lead unit acknowledges (docs/reminders.md)

STATE_LABELS = {
    "pending_dispatch": N_("Not yet assigned"),
    "assigned": N_("Assigned"),
    "in_progress": N_("In progress"),
    "awaiting_sign_off": N_("Awaiting sign-off"),
    "reported": N_("Reported"),
    "verified": N_("Verified"),
    "closed_out": N_("Closed out"),
    "suspended": N_("Suspended"),
    "terminated": N_("Terminated"),
}
DEFINITION_LABELS = {
    "standard": N_("The lead unit reports, the supervisor verifies"),
    "with_sign_off": N_("The leader of the lead unit signs each report off before it goes to the supervisor"),
}
TRIGGER_LABELS = {
    "dispatch": N_("Dispatch"),
    "decline": N_("Decline"),
    "acknowledge": N_("Acknowledge"),
    "report": N_("Report"),
    "submit": N_("Submit for sign-off"),
    "sign_off": N_("Sign off"),
    "withdraw": N_("Withdraw"),
    "return": N_("Return"),
    "first_check": N_("First check"),
    "verify": N_("Verify"),
    "close_out": N_("Close out"),
    "reopen": N_("Reopen"),
    "reassign": N_("Reassign"),
    "suspend": N_("Suspend"),
    "resume": N_("Resume"),
    "terminate": N_("Terminate"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the rule table.

    ``target`` None is a record that moves nothing.  ``when`` names a condition in machine.py that chooses between rows
    of one trigger and source.  ``needs`` names what must or may be given: schemas.SCHEMAS.
    """

    trigger: str
    sources: tuple[str, ...]
    target: str | None
    when: str | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A named rule table."""

    name: str
    states: tuple[str, ...]
    initial: str
    steps: tuple[Step, ...]

    @property
    def triggers(self) -> tuple[str, ...]:
        """Every trigger once, in the order of the table."""
        return tuple(dict.fromkeys(step.trigger for step in self.steps))

    def needs(self, trigger: str) -> tuple[str, ...]:
        """What a trigger must be given."""
        return next(step.needs for step in self.steps if step.trigger == trigger)


def _whole(name: str, waiting: tuple[str, ...], reporting: tuple[Step, ...], returned: tuple[str, ...]) -> Definition:
    """A definition from its part that differs: where a report may wait, how it gets there, whence it is returned."""
    at_work = ("assigned", "in_progress", *waiting)
    not_over = ("pending_dispatch", *at_work, "verified", "suspended")
    return Definition(
        name=name,
        states=("pending_dispatch", *at_work, "verified", "closed_out", "suspended", "terminated"),
        initial="pending_dispatch",
        steps=(
            Step("dispatch", ("pending_dispatch",), "assigned"),
            Step("decline", ("assigned",), "pending_dispatch", when="first_lead_acts", needs=("reason",)),
            Step("decline", ("assigned",), None, when="other_lead_acts", needs=("reason",)),
            Step("acknowledge", ("assigned",), "in_progress", when="first_lead_acts"),
            Step("acknowledge", at_work, None, when="other_lead_acknowledges"),
            *reporting,
            Step("withdraw", waiting, "in_progress"),
            Step("return", returned, "in_progress", needs=("reason", "reasons_per_field")),
            Step("first_check", ("reported",), None),
            Step("verify", ("reported",), "verified"),
            Step("close_out", ("verified",), "closed_out"),
            Step("reopen", ("verified", "closed_out"), "in_progress", needs=("reason",)),
            Step(
                "reassign",
                ("assigned", "in_progress"),
                "assigned",
                when="first_lead_changes",
                needs=("reason", "assignees"),
            ),
            Step("reassign", ("assigned", "in_progress"), None, when="first_lead_stays", needs=("reason", "assignees")),
            Step("reassign", ("suspended",), None, needs=("reason", "assignees")),
            Step("suspend", at_work, "suspended", needs=("reason",)),
            *(Step("resume", ("suspended",), state, when=f"suspended_from_{state}") for state in at_work),
            Step("terminate", not_over, "terminated", needs=("reason",)),
        ),
    )


STANDARD = _whole(
    "standard",
    waiting=("reported",),
    reporting=(Step("report", ("in_progress", "verified"), "reported", needs=("report",)),),
    returned=("reported",),
)
WITH_SIGN_OFF = _whole(
    "with_sign_off",
    waiting=("awaiting_sign_off", "reported"),
    reporting=(
        Step("submit", ("in_progress", "verified"), "awaiting_sign_off", needs=("report",)),
        Step("sign_off", ("awaiting_sign_off",), "reported"),
    ),
    returned=("awaiting_sign_off", "reported"),
)
DEFINITIONS = {definition.name: definition for definition in (STANDARD, WITH_SIGN_OFF)}
MOVES: dict[tuple[str, str], dict[str, str]] = {
    ("standard", "with_sign_off"): {},
    ("with_sign_off", "standard"): {"awaiting_sign_off": "in_progress"},
}
"""(old, new) definition -> where tasks go whose state the new one does not have.

A report that nobody signed is not taken for reported: the unit reports again, by the new rules.
"""

SUSPENDABLE = ("assigned", "in_progress", "awaiting_sign_off", "reported")
"""The states that a task may be suspended from; it resumes to the one that is stored with it."""

ACKNOWLEDGING_STATES = (*OWING_STATES, "reported")
"""So far a lead unit that has not acknowledged may, and is asked to."""

WAITING_STATES = ("awaiting_sign_off", "reported")
"""Where a report waits for somebody; a round that opens carries it along."""

REPORT_ACTS = ("report", "submit", "sign_off", "withdraw", "return", "verify")
"""The triggers that say how the present report stands: the last of them does."""

WRITING_TRIGGERS = ("report", "submit")
"""The triggers that write a version of a report."""
