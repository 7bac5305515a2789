"""The sentences of an explanation: which there are and what each says, on the web and on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from ...i18n import N_, day_text, translator
from ..words import reminder_words

WORDS = {
    # What became of a reminder.
    "sent": N_("Sent at %(time)s on %(on)s, in the digest of that day."),
    "sent_later": N_(
        "Due on %(due)s, sent at %(time)s on %(on)s: the digest of its day had gone, or none was composed."
    ),
    "came_back": N_("That mail came back: it did not arrive."),
    "merged": N_("One mail a person and day: it was merged with others, %(num)s reminders in all."),
    "on_its_way": N_("In the digest of %(on)s, which is being handed over."),
    "unknown": N_("In the digest of %(on)s; it is not known whether that arrived."),
    "dead": N_("In the digest of %(on)s, which could not be delivered: %(error)s"),
    "waiting": N_("Waits for the next digest, which goes out on %(on)s after %(opens)s."),
    "superseded_by": N_("Superseded by the newer one of %(on)s: of a series only the newest is sent."),
    "no_address": N_("Nobody to send it to: %(unit)s has neither a contact nor a mailbox."),
    "handed_on": N_("%(name)s was away: it went to %(deputy)s instead."),
    "stands_in": N_("In place of %(name)s, who was away."),
    "away_then": N_("%(name)s is away then: it goes to %(deputy)s, in the digest of %(on)s."),
    "bounced": N_("Nobody to send it to: mails to the address of %(unit)s came back."),
    "to_come": N_("Still to come, in the digest of %(on)s, unless it is done before."),
    "provisional": N_("The holidays of %(year)s are not announced yet, so the day is provisional."),
    # Why nothing is sent on this day.
    "not_live": N_("Held back: the plan is not live yet. Nothing is owed before it goes live."),
    "before_live": N_("Held back: the plan was not live. It went live on %(on)s, and nothing is owed for days before."),
    "free_day": N_("A free day: nothing goes out. What falls on it goes the working day before, %(on)s."),
    "before_round": N_("The day lies before the round opens, on %(on)s: nothing is owed in it yet."),
    "weeks_over": N_("Overdue is said in %(num)s weeks; after them it stands on the supervisor's list only."),
    "nothing_due": N_("Nothing is due on this day."),
    "nearest_before": N_("The last one before this day: %(on)s."),
    "nearest_after": N_("The next one after this day: %(on)s."),
    "no_tick": N_("No reminder was made on this day: the scheduler did not run, and later the need had gone."),
    # Why it is not needed.
    "reported": N_("Not needed: reported on %(on)s."),
    "verified": N_("Not needed: the report was verified on %(on)s."),
    "answered": N_("Not needed: answered on %(on)s."),
    "decided": N_("Not needed: decided on %(on)s."),
    "completed": N_("Not needed: the completion was verified on %(on)s."),
    "closed_out": N_("Not needed: closed out on %(on)s."),
    "terminated": N_("Not needed: terminated on %(on)s."),
    "suspended": N_("Not needed: suspended since %(on)s."),
    "declined": N_("Not needed: the lead unit declined on %(on)s, and nobody had the task."),
    "not_dispatched": N_("Not needed: the task was not dispatched."),
    "acknowledged": N_("Not needed: %(unit)s acknowledged on %(on)s."),
    "nothing_to_verify": N_("Not needed: no report of this task waited for verification."),
    "moved": N_("Not needed: the date was moved to %(on)s."),
    "not_owed": N_("Not needed: nothing was owed on this day. What is owed now began on %(on)s."),
    "need_gone": N_("Not needed any more when the digest was composed."),
    # Why somebody else gets it.
    "not_yet_contact": N_("%(name)s was not a contact of %(unit)s then, only from %(on)s."),
    "contact_no_more": N_("%(name)s was not a contact of %(unit)s any more: until %(on)s."),
    "handlers_first": N_("It goes to the handlers of %(unit)s; its leader gets it where there is none."),
    "people_first": N_("It goes to the people of %(unit)s; its mailbox gets it where there is nobody."),
    "leads_get_it": N_("It goes to the lead units: %(units)s."),
    "reassigned": N_("The task was reassigned on %(on)s, from then on to %(units)s."),
    "assigned_later": N_("%(unit)s leads the task only since %(on)s."),
    "no_part": N_("%(name)s has no part in this task."),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.  ``values`` fill it: days, instants, names; ``reminder`` is the kind and step it is about.

    ``message_id`` is the mail that it speaks of.
    """

    kind: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    reminder: tuple[str, int] | None = None
    message_id: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in WORDS:
            raise ValueError(f"{self.kind} is no sentence")

    def text(self, locale: str, zone: ZoneInfo) -> str:
        """The sentence in a language; instants are written in the region's zone."""
        return translator(locale)(WORDS[self.kind], **_written(self.values, locale, zone))

    def about(self, locale: str) -> str:
        """The reminder that it speaks of, in words; empty where it speaks of none."""
        return reminder_words(*self.reminder, locale) if self.reminder is not None else ""

    def as_json(self) -> dict[str, Any]:
        """What a program is told."""
        kind, step = self.reminder if self.reminder is not None else (None, None)
        values = {name: value.isoformat() if isinstance(value, date) else value for name, value in self.values.items()}
        return {"kind": self.kind, "reminder": kind, "step": step, "message": self.message_id, **values}


def _written(values: Mapping[str, Any], locale: str, zone: ZoneInfo) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, datetime):
            local = value.astimezone(zone)
            found["on"], found[name] = day_text(local.date(), locale), f"{local:%H:%M}"
        elif isinstance(value, date):
            found[name] = day_text(value, locale)
        elif isinstance(value, (list, tuple)):
            found[name] = joined(value, locale)
        else:
            found[name] = value
    return found


def joined(names: Sequence[str], locale: str) -> str:
    """Names in a row, as the language writes it."""
    return translator(locale)(N_(", ")).join(names)
