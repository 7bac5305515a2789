"""The demo's history as a list of steps: who does what at which instant.  Pure: the same list every time.

Days are working days in the regions' zone; every person of a unit acts in office hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from ..plans.files import read_plan, read_units
from ..workdays.calendar import CHINA
from .accounts import CASTS, person, supervisors
from .fates import DISPATCHES, DRAFTS, EXTENDED_TO, FATES, LIVE_ON, SEEDED_ON, TASKS
from .writing import ZONE, Writer

START = datetime(2023, 6, 15, 9, 0, tzinfo=ZONE)
LAST_DAY = date(2023, 6, 14)
OFFICE_MINUTES = (9 * 60 + 5, 17 * 60 + 5)
TERM_FIRST_DAY, TERM_DAYS = date(2021, 1, 1), 5 * 365
HOST = "canlian"
RETURNS = 5
SILENT_SHARE = 0.3  # of the other lead units: they never acknowledge
ASKING = ("extension", "extension_asked", "urge", "object", "answer")
COMMENTED_SHARE = 0.65  # of the tasks


@dataclass(frozen=True, slots=True)
class Step:
    """One act: ``what`` is a trigger or a key of firing.py's DEEDS, ``seed`` or ``go_live``; ``who`` an e-mail.

    ``data`` is the form; units stand in it by slug, an indicator by name.
    """

    at: datetime
    slug: str
    what: str
    who: str
    ref: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roles:
    """A task's units by slug, in order."""

    leads: tuple[str, ...]
    supports: tuple[str, ...]
    dispatched_on: date


def script() -> list[Step]:
    """Every step up to the demo's first day, in order."""
    steps = [step for slug in CASTS for step in _plan_steps(slug)]
    return sorted(steps, key=lambda step: (step.at, step.slug, step.ref, step.what))


def _plan_steps(slug: str) -> Iterator[Step]:
    office = supervisors(slug)[0]
    live = LIVE_ON[slug]
    yield Step(_at(SEEDED_ON[slug], 9 * 60 + 30), slug, "seed", office)
    yield Step(_at(live, 10 * 60), slug, "go_live", office)
    roles = _roles(slug)
    for number, (day, refs, leads, supports) in enumerate(DISPATCHES.get(slug, ())):
        data = {"refs": refs, "leads": leads, "supports": supports}
        yield Step(_at(day, 10 * 60 + 20 + number), slug, "dispatch_tasks", office, data=data)
    counts: dict[str, int] = {}
    for task in read_plan(slug)["tasks"]:
        if task["ref"] in roles:
            story = _Story(slug, Writer(slug, task["ref"], task["text"], bool(task["targets"])), roles[task["ref"]])
            yield from story.steps()
            yield from story.comments(counts)
            yield from story.draft()


def _roles(slug: str) -> dict[str, Roles]:
    """Of each task that is dispatched: its units by slug and the day."""
    slugs = {name: unit["slug"] for unit in read_units(slug)["units"] for name in (unit["name"], *unit["aliases"])}
    found = {
        task["ref"]: Roles(
            tuple(slugs[name] for name in task["leads"]), tuple(slugs[name] for name in task["supports"]), LIVE_ON[slug]
        )
        for task in read_plan(slug)["tasks"]
        if task["leads"]
    }
    for day, refs, leads, supports in DISPATCHES.get(slug, ()):
        found.update({ref: Roles(leads, supports, day) for ref in refs})
    return found


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60), ZONE)


class _Story:
    """One task from its dispatch to the demo's first day."""

    def __init__(self, slug: str, writer: Writer, roles: Roles) -> None:
        self.slug, self.writer, self.roles = slug, writer, roles
        self.rng = Random(f"{slug} {writer.ref}")  # noqa: S311  (no secret)
        self.day = roles.dispatched_on
        self.number, self.progress, self.asked = 0, 0, 0
        self.returned: int | None = None
        self.lead = person(slug, roles.leads[0])
        self.first, *others = self.rng.sample(supervisors(slug), len(supervisors(slug)))
        self.second = others[0] if others else self.first

    def steps(self) -> Iterator[Step]:
        """The beats of the task's fate, then what the other lead units do."""
        fate = FATES[TASKS[self.slug].get(self.writer.ref, "working")]
        assert self.lead is not None or not fate, f"{self.slug} {self.writer.ref}: nobody acts for the first lead unit"
        for what, when in fate:
            self.day = self._next_day(when)
            yield from self._beat(what)
        for unit in self.roles.leads[1:]:
            other = person(self.slug, unit)
            if other is not None and other != self.lead and self.rng.random() > SILENT_SHARE:
                day = CHINA.shift(self.roles.dispatched_on, self.rng.randint(10, 20))
                yield self._step("acknowledge", other, day=day)

    def comments(self, counts: dict[str, int]) -> Iterator[Step]:
        """What supporting units say; ``counts`` is how often each has spoken in the plan."""
        units = [unit for unit in self.roles.supports if person(self.slug, unit) is not None]
        if "counties" in self.roles.supports:
            units += [unit for unit in ("pengjiang", "taishan") if self.rng.random() < 0.3]
        if not units or self.rng.random() > COMMENTED_SHARE:
            return
        for unit in self.rng.sample(units, min(len(units), self.rng.choice((1, 1, 2)))):
            who = person(self.slug, unit)
            assert who is not None
            day = self._share((0.35, 0.99))
            step = self._step("comment", who, day=max(day, CHINA.shift(self.roles.dispatched_on, 25)))
            pool = "counties" if unit in ("pengjiang", "taishan") else unit
            body = self.writer.comment(pool, step.at, counts.get(pool, 0))
            counts[pool] = counts.get(pool, 0) + 1
            yield Step(step.at, step.slug, step.what, step.who, step.ref, {"body": body})

    def _beat(self, what: str) -> Iterator[Step]:
        assert self.lead is not None
        if what in ("report", "complete", "claim"):
            yield from self._report(what)
        elif what in ("acknowledge", "withdraw"):
            yield self._step(what, self.lead)
        elif what == "check":
            if HOST in self.roles.leads:
                yield self._step("first_check", self.first)
                self.day = min(CHINA.shift(self.day, self.rng.randint(1, 3)), LAST_DAY)
                yield self._step("verify", self.second)
            else:
                yield self._step("verify", self.first)
        elif what == "return":
            self.returned = self.rng.randrange(RETURNS)
            yield self._step(what, self.first, reason=self.writer.returned(_at(self.day, 600), self.returned))
        elif what in ("reopen", "reassign", "decline"):
            data: dict[str, Any] = {"reason": self.writer.reason(what, _at(self.day, 600))}
            if what == "reassign":
                data |= {"leads": self.roles.leads, "supports": (*self.roles.supports, "jiaoyu")}
            yield self._step(what, self.lead if what == "decline" else self.first, **data)
        elif what in ASKING:
            yield from self._asked(what)
        elif what == "dispatch":
            yield self._step(what, self.first, leads=self.roles.leads, supports=self.roles.supports)
        else:
            yield self._step(what, self.first)

    def _asked(self, what: str) -> Iterator[Step]:
        """What is asked for, urged or contested beside the reports."""
        assert self.lead is not None
        if what.startswith("extension"):
            yield from self._extension(answered=what == "extension")
            return
        text = self.writer.reason(what, _at(self.day, 600))
        if what == "urge":
            yield self._step(what, self.first, word=text)
        elif what == "object":
            yield self._step(what, self.lead, text=text)
        else:
            yield self._step(what, self.second, outcome="dismissed", text=text)

    def _extension(self, *, answered: bool) -> Iterator[Step]:
        assert self.lead is not None
        new, leader = EXTENDED_TO[self.slug, self.writer.ref][self.asked], self.lead.replace(".handler@", ".leader@")
        asked = self._step("ask_extension", self.lead)
        data = {"new_due_on": new.isoformat(), **self.writer.extension(asked.at, self.asked)}
        self.asked += 1
        yield Step(asked.at, asked.slug, asked.what, asked.who, asked.ref, data)
        self.day = CHINA.shift(self.day, 1)
        yield self._step("approve_extension", leader)
        if answered:
            self.day = CHINA.shift(self.day, 3)
            yield self._step("accept_extension", self.first)

    def _report(self, what: str) -> Iterator[Step]:
        assert self.lead is not None
        step = self._step("report", self.lead)
        if what in ("complete", "claim"):
            data, at = self.writer.completion(step.at), step.at - timedelta(minutes=6)
            if what == "complete":
                yield Step(at, step.slug, "add_evidence", step.who, step.ref, self.writer.proof(at))
            else:
                data["evidence"] = ""
        else:
            if self.returned is None:
                self.number += 1
            data = self.writer.report(step.at, self.number, self._new_progress(), self.returned)
        self.returned = None
        yield Step(step.at, step.slug, step.what, step.who, step.ref, data)

    def draft(self) -> Iterator[Step]:
        """A report that was begun on the last day before the demo's first."""
        if self.writer.ref in DRAFTS.get(self.slug, ()):
            assert self.lead is not None
            step = self._step("draft", self.lead, day=LAST_DAY)
            data = self.writer.report(step.at, self.number + 1, self._new_progress())
            yield Step(step.at, step.slug, step.what, step.who, step.ref, {**data, "next_steps": ""})

    def _new_progress(self) -> int:
        """A little around the share of the term that has passed; never back, but for a return that says so."""
        passed = (self.day - TERM_FIRST_DAY).days * 100 // TERM_DAYS
        fresh = passed + self.rng.randint(-9, 7)
        self.progress = self.progress - 4 if self.returned == 4 else max(fresh, self.progress + 2)
        return self.progress

    def _next_day(self, when: tuple[Any, Any]) -> date:
        start, end = when
        if isinstance(start, float):
            day = self._share((start, end))
        elif isinstance(start, date):
            day = CHINA.on_or_before(start + timedelta(days=self.rng.randint(0, (end - start).days)))
        else:
            day = CHINA.shift(self.day, self.rng.randint(start, end))
        day = min(max(day, CHINA.shift(self.day, 1)), LAST_DAY)
        assert day > self.day, f"{self.slug} {self.writer.ref}: no working day left"
        return day

    def _share(self, shares: tuple[float, float]) -> date:
        live = LIVE_ON[self.slug]
        whole = (START.date() - live).days
        return min(CHINA.on_or_after(live + timedelta(days=round(self.rng.uniform(*shares) * whole))), LAST_DAY)

    def _step(self, what: str, who: str, *, day: date | None = None, **data: Any) -> Step:
        at = _at(day or self.day, self.rng.randint(*OFFICE_MINUTES))
        return Step(at, self.slug, what, who, self.writer.ref, data)
