"""One task from its dispatch to the demo's first day: the beats of its fate, as steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ..workdays.calendar import CHINA
from .dealings import DEALINGS
from .fates import DRAFTS, FATES, SIGNED_OFF_FROM, TASKS
from .steps import LAST_DAY, Roles, Step, Teller, at
from .writing import Writer

HOST = "canlian"
RETURNS = 5
SILENT_SHARE = 0.3  # of the other lead units: they never acknowledge
REPORTS = ("report", "complete", "claim", "unsigned")
REASONED = ("reopen", "reassign", "decline", "suspend", "terminate")


class Story(Teller):
    """What becomes of one task."""

    def __init__(self, slug: str, writer: Writer, roles: Roles) -> None:
        super().__init__(slug, writer, roles)
        self.number = 0
        self.returned: int | None = None

    def steps(self) -> Iterator[Step]:
        """The beats of the task's fate, then what the other lead units do."""
        for what, when in FATES[TASKS[self.slug].get(self.writer.ref, "working")]:
            self.day = self.next_day(when)
            yield from self._beat(what)
        lead = self.of(self.roles.leads[0])
        for unit in self.roles.leads[1:]:
            other = self.of(unit)
            if other is not None and other != lead and self.rng.random() > SILENT_SHARE:
                day = CHINA.shift(self.roles.dispatched_on, self.rng.randint(10, 20))
                yield self.step("acknowledge", self.of(unit, day) or other, day=day)

    def draft(self) -> Iterator[Step]:
        """A report that was begun on the last day before the demo's first."""
        if self.writer.ref in DRAFTS.get(self.slug, ()):
            self.day = LAST_DAY
            step = self.step("draft", self.lead)
            data = self.writer.report(step.at, self.number + 1, self.new_progress())
            yield Step(step.at, step.slug, step.what, step.who, step.ref, {**data, "next_steps": ""})

    def _beat(self, what: str) -> Iterator[Step]:
        if what in REPORTS:
            yield from self._report(what)
        elif what in DEALINGS:
            yield from DEALINGS[what](self)
        elif what in REASONED:
            data: dict[str, Any] = {"reason": self.writer.reason(what, at(self.day, 600))}
            if what == "reassign":
                data |= {"leads": self.roles.leads, "supports": (*self.roles.supports, "jiaoyu")}
            yield self.step(what, self.lead if what == "decline" else self.first, **data)
        elif what in ("acknowledge", "withdraw"):
            yield self.step(what, self.lead)
        elif what == "check":
            yield from self._check()
        elif what == "return":
            self.returned = self.rng.randrange(RETURNS)
            when = at(self.day, 600)
            data = {"reason": self.writer.returned(when, self.returned), **self.writer.wrong(when, self.returned)}
            yield self.step(what, self.first, **data)
        elif what == "dispatch":
            yield self.step(what, self.first, leads=self.roles.leads, supports=self.roles.supports)
        else:
            yield self.step(what, self.first)

    def _check(self) -> Iterator[Step]:
        if HOST not in self.roles.leads:
            yield self.step("verify", self.first)
            return
        yield self.step("first_check", self.first)
        self.day = min(CHINA.shift(self.day, self.rng.randint(1, 3)), LAST_DAY)
        yield self.step("verify", self.second)

    def _report(self, what: str) -> Iterator[Step]:
        signed = self.slug in SIGNED_OFF_FROM
        step = self.step("submit" if signed else "report", self.lead)
        if what in ("complete", "claim"):
            data, filed = self.writer.completion(step.at), step.at - timedelta(minutes=6)
            if what == "complete":
                yield Step(filed, step.slug, "add_evidence", step.who, step.ref, self.writer.proof(filed))
            else:
                data["evidence"] = ""
        else:
            if self.returned is None:
                self.number += 1
            progress = self.new_progress(corrected=self.returned == 4)
            data = self.writer.report(step.at, self.number, progress, self.returned)
        self.returned = None
        yield Step(step.at, step.slug, step.what, step.who, step.ref, data)
        if signed and what != "unsigned":
            self.day = self.next_day((1, 1))
            yield self.step("sign_off", self.lead.replace(".handler@", ".leader@"))
