"""What must follow from each act, written from docs/workflow.md; it imports nothing of the workflow.

A task in the book is what a careful clerk would note.  ``Task.foretell`` says how a command ends: with a state, or with
the name of an error.  ``Task.note`` writes down what a successful act changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

HOST = "市残联"
SPINE = ("assigned", "in_progress", "awaiting_sign_off", "reported")
TRIGGERS = (
    "dispatch", "decline", "acknowledge", "report", "submit", "sign_off", "withdraw", "return", "first_check", "verify",
    "close_out", "reopen", "reassign", "suspend", "resume", "terminate",
)  # fmt: skip
REASONED = ("decline", "return", "reopen", "reassign", "suspend", "terminate")
SUPERVISORS_OWN = ("dispatch", "close_out", "reopen", "reassign", "suspend", "resume", "terminate")


@dataclass(frozen=True)
class Person:
    """Somebody by their relation in tests.factories.make_city: unit -> role, and whether they supervise."""

    name: str
    units: dict[str, str] = field(default_factory=dict)
    supervises: bool = False

    @property
    def host_person(self) -> bool:
        """Handler or leader of the unit that hosts the office."""
        return HOST in self.units


PEOPLE = {
    person.name: person
    for person in (
        Person("handler", {"市民政局": "handler"}),
        Person("leader", {"市民政局": "leader"}),
        Person("other_lead", {"市教育局": "handler"}),
        Person("supporting", {"市财政局": "handler"}),
        Person("host_handler", {HOST: "handler"}),
        Person("host_leader", {HOST: "leader"}),
        Person("supervisor", supervises=True),
        Person("second_supervisor", supervises=True),
        Person("host_supervisor", {HOST: "handler"}, supervises=True),
        Person("observer"),
    )
}


@dataclass
class Task:
    """A task as the book has it."""

    signs: bool
    leads: list[str]
    supports: list[str]
    state: str = "pending_dispatch"
    version: int = 0
    stored: str | None = None
    acknowledged: set[str] = field(default_factory=set)
    writers: set[str] = field(default_factory=set)
    checked_by: str | None = None
    unproven: bool = False
    sent_back: bool = False

    # Who somebody is

    def first(self, who: Person) -> bool:
        """Of the first-named lead unit."""
        return bool(self.leads) and self.leads[0] in who.units

    def first_leader(self, who: Person) -> bool:
        """Leader of the first-named lead unit."""
        return bool(self.leads) and who.units.get(self.leads[0]) == "leader"

    def led_by(self, who: Person) -> list[str]:
        """The lead units that the person belongs to."""
        return [unit for unit in self.leads if unit in who.units]

    def other(self, who: Person) -> bool:
        """Of a lead unit that is not first-named."""
        return any(unit in who.units for unit in self.leads[1:])

    # What they may

    def permits(self, who: Person, trigger: str) -> bool:
        """Whether the person may ever fire the trigger on the task as it stands."""
        if trigger in SUPERVISORS_OWN:
            return who.supervises
        if trigger == "return":
            return self.first_leader(who) if self.state == "awaiting_sign_off" else who.supervises
        if trigger == "sign_off":
            return self.first_leader(who)
        if trigger in ("report", "submit", "withdraw"):
            return self.first(who)
        if trigger == "decline":
            return self.first(who) or self.other(who)
        if trigger == "acknowledge":
            return self.first(who) or (self.other(who) and not set(self.led_by(who)) <= self.acknowledged)
        return self._checks(who, trigger)

    def _checks(self, who: Person, trigger: str) -> bool:
        neutral = who.supervises and who.name not in self.writers
        if HOST not in self.leads:
            return neutral and trigger == "verify"
        if who.host_person:
            return False
        if trigger == "first_check":
            return neutral and self.checked_by is None
        return neutral and self.checked_by not in (None, who.name)

    # How it ends

    def foretell(self, who: Person, trigger: str, form: dict[str, Any], seen: int) -> str:
        """The state that the command answers, or the name of its error."""
        if trigger in (("report",) if self.signs else ("submit", "sign_off")):
            return "NotFound"
        if not self.permits(who, trigger):
            return "NotAllowed"
        if seen != self.version:
            return "StaleVersion"
        if trigger == "verify" and self.unproven:
            return "NotAllowed"
        if self._lacks(trigger, form):
            return "InvalidInput"
        return self.leads_to(who, trigger, form) or "InvalidTransition"

    def _lacks(self, trigger: str, form: dict[str, Any]) -> bool:
        if trigger in REASONED and not form.get("reason"):
            return True
        if trigger == "reassign" or (trigger == "dispatch" and (not self.leads or "leads" in form)):
            return not form.get("leads")
        return trigger in ("report", "submit") and "done" not in form

    def leads_to(self, who: Person, trigger: str, form: dict[str, Any]) -> str | None:
        """Where the trigger leads from the present state, whoever may fire it; None where it leads nowhere."""
        state = self.state
        if trigger == "acknowledge" and state == "assigned" and self.first(who):
            return "in_progress"
        if trigger == "acknowledge":
            open_for_others = self.other(who) and not set(self.led_by(who)) <= self.acknowledged
            return state if state in SPINE and open_for_others else None
        if trigger == "decline":
            return None if state != "assigned" else "pending_dispatch" if self.first(who) else state
        if trigger == "reassign":
            anew = self.leads[:1] != form["leads"][:1]
            moves = {"assigned": "assigned", "in_progress": "assigned" if anew else "in_progress"}
            return {**moves, "suspended": "suspended"}.get(state)
        if trigger == "resume":
            return self.stored if state == "suspended" else None
        ways = {
            "dispatch": {"pending_dispatch": "assigned"},
            "report": dict.fromkeys(("in_progress", "verified"), "reported"),
            "submit": dict.fromkeys(("in_progress", "verified"), "awaiting_sign_off"),
            "sign_off": {"awaiting_sign_off": "reported"},
            "withdraw": dict.fromkeys(("awaiting_sign_off", "reported"), "in_progress"),
            "return": dict.fromkeys(("awaiting_sign_off", "reported"), "in_progress"),
            "first_check": {"reported": "reported"},
            "verify": {"reported": "verified"},
            "close_out": {"verified": "closed_out"},
            "reopen": dict.fromkeys(("verified", "closed_out"), "in_progress"),
            "suspend": dict.fromkeys(SPINE, "suspended"),
            "terminate": dict.fromkeys(("pending_dispatch", *SPINE, "verified", "suspended"), "terminated"),
        }
        return ways[trigger].get(state)

    # What it changes

    def note(self, who: Person, trigger: str, form: dict[str, Any], state: str) -> None:
        """Write down a successful act."""
        before, self.state, self.version = self.state, state, self.version + 1
        if trigger == "acknowledge":
            self.acknowledged |= set(self.led_by(who))
        elif trigger in ("report", "submit"):
            self._write(who, form, before)
        elif trigger == "sign_off":
            self.writers.add(who.name)
        elif trigger in ("withdraw", "return"):
            self.sent_back = True
        elif trigger == "first_check":
            self.checked_by = who.name
        elif trigger == "verify":
            self.sent_back = False
        elif trigger == "suspend":
            self.stored = before
        elif trigger in ("resume", "terminate"):
            self.stored = None
        else:
            self._assign(trigger, form, state)

    def _write(self, who: Person, form: dict[str, Any], before: str) -> None:
        if before == "verified" or not self.sent_back:
            self.writers = set()
        self.writers.add(who.name)
        self.checked_by, self.sent_back = None, False
        self.unproven = bool(form.get("completion_claimed")) and not form.get("evidence")

    def _assign(self, trigger: str, form: dict[str, Any], state: str) -> None:
        if trigger == "decline" and state == "pending_dispatch":
            self.leads, self.supports, self.acknowledged = [], [], set()
        elif trigger in ("dispatch", "reassign") and "leads" in form:
            anew = self.leads[:1] != form["leads"][:1]
            kept = form["leads"][1:] if anew else form["leads"]
            self.acknowledged = self.acknowledged & set(kept) if trigger == "reassign" else set()
            self.leads, self.supports = list(form["leads"]), list(form["supports"])
            if self.stored is not None and anew:
                self.stored = "assigned"
