"""The demo's history as a list of steps: who does what at which instant.  Pure: the same list every time.

Days are working days in the regions' zone; every person of a unit acts in office hours.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..plans.files import read_plan, read_units
from .accounts import ADMINISTRATOR, CASTS, former_person, handler, leader, supervisors
from .dealings import comments
from .fates import AWAY, DISPATCHES, LIVE_ON, SEEDED_ON, SIGNED_OFF_FROM, WEEKLY
from .steps import Roles, Step, at
from .story import Story
from .writing import Writer, texts


def script() -> list[Step]:
    """Every step up to the demo's first day, in order."""
    steps = [step for slug in CASTS for step in _plan_steps(slug)]
    return sorted(steps, key=lambda step: (step.at, step.slug, step.ref, step.what))


def _plan_steps(slug: str) -> Iterator[Step]:
    office = supervisors(slug)[0]
    live = LIVE_ON[slug]
    yield Step(at(SEEDED_ON[slug], 9 * 60 + 30), slug, "seed", office)
    yield Step(at(live, 10 * 60), slug, "go_live", office)
    if slug in SIGNED_OFF_FROM:
        data = {"definition": "with_sign_off", "reason": texts()["redefine"]}
        yield Step(at(SIGNED_OFF_FROM[slug], 9 * 60 + 40), slug, "redefine", office, data=data)
    for unit, day in CASTS[slug].left.items():
        leaver = {"leaver": former_person(slug, unit)}
        yield Step(at(day, 11 * 60), slug, "handover", office, data={**leaver, "successor": handler(slug, unit)})
        yield Step(at(day, 11 * 60 + 10), slug, "disable", ADMINISTRATOR, data=leaver)
    yield from _mail_choices(slug)
    roles = _roles(slug)
    for number, (day, refs, leads, supports) in enumerate(DISPATCHES.get(slug, ())):
        given = {"refs": refs, "leads": leads, "supports": supports}
        yield Step(at(day, 10 * 60 + 20 + number), slug, "dispatch_tasks", office, data=given)
    counts: dict[str, int] = {}
    for task in read_plan(slug)["tasks"]:
        if task["ref"] in roles:
            story = Story(slug, Writer(slug, task["ref"], task["text"], bool(task["targets"])), roles[task["ref"]])
            yield from story.steps()
            yield from comments(story, counts)
            yield from story.draft()


def _mail_choices(slug: str) -> Iterator[Step]:
    for unit, day in WEEKLY.get(slug, ()):
        yield Step(at(day, 9 * 60 + 20), slug, "choose_weekly", handler(slug, unit), data={"pace": "weekly"})
    for unit, day, first, last in AWAY.get(slug, ()):
        data = {"from_on": first.isoformat(), "to_on": last.isoformat(), "deputy": leader(slug, unit)}
        yield Step(at(day, 16 * 60), slug, "enter_absence", handler(slug, unit), data=data)


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
