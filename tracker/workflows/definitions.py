"""The workflow definitions as data: the rule table that the machine, the buttons and the documentation come from."""

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
TRIGGER_LABELS = {
    "dispatch": N_("Dispatch"),
    "decline": N_("Decline"),
    "acknowledge": N_("Acknowledge"),
    "report": N_("Report"),
    "withdraw": N_("Withdraw"),
    "return": N_("Return"),
    "first_check": N_("First check"),
    "verify": N_("Verify"),
    "close_out": N_("Close out"),
    "reopen": N_("Reopen"),
    "reassign": N_("Reassign"),
    "terminate": N_("Terminate"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the rule table.

    ``target`` None is a record that moves nothing.  ``when`` names a condition in machine.py that chooses between rows
    of one trigger and source.  ``needs`` names what must be given: reason, report, assignees.
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


_NOT_OVER = ("pending_dispatch", "assigned", "in_progress", "reported", "verified")

STANDARD = Definition(
    name="standard",
    states=(*_NOT_OVER, "closed_out", "terminated"),
    initial="pending_dispatch",
    steps=(
        Step("dispatch", ("pending_dispatch",), "assigned"),
        Step("decline", ("assigned",), "pending_dispatch", when="first_lead_acts", needs=("reason",)),
        Step("decline", ("assigned",), None, when="other_lead_acts", needs=("reason",)),
        Step("acknowledge", ("assigned",), "in_progress", when="first_lead_acts"),
        Step("acknowledge", ("assigned", "in_progress", "reported"), None, when="other_lead_acknowledges"),
        Step("report", ("in_progress", "verified"), "reported", needs=("report",)),
        Step("withdraw", ("reported",), "in_progress"),
        Step("return", ("reported",), "in_progress", needs=("reason",)),
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
        Step("terminate", _NOT_OVER, "terminated", needs=("reason",)),
    ),
)
DEFINITIONS = {STANDARD.name: STANDARD}
