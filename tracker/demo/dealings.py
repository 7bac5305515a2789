"""What units deal with each other beside the reports: comments, parts, requests, urging, extensions, objections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from ..workdays.calendar import CHINA
from .fates import ANSWERED_WITHIN, ASKED, EXTENDED_TO, PARTS
from .steps import Step, Teller, at

COMMENTED_SHARE = 0.65  # of the tasks
COUNTIES = ("pengjiang", "taishan")
CORRECTED_AFTER = timedelta(minutes=6)


def comments(story: Teller, counts: dict[str, int]) -> Iterator[Step]:
    """What supporting units say; ``counts`` is how often each has spoken in the plan."""
    units = [unit for unit in story.roles.supports if story.of(unit) is not None]
    if "counties" in story.roles.supports:
        units += [unit for unit in COUNTIES if story.rng.random() < 0.3]
    if not units or story.rng.random() > COMMENTED_SHARE:
        return
    for unit in story.rng.sample(units, min(len(units), story.rng.choice((1, 1, 2)))):
        day = max(story.share((0.35, 0.99)), CHINA.shift(story.roles.dispatched_on, 25))
        who = story.of(unit, day)
        assert who is not None
        step = story.step("comment", who, day=day)
        pool = "counties" if unit in COUNTIES else unit
        body = story.writer.comment(pool, step.at, counts.get(pool, 0))
        counts[pool] = counts.get(pool, 0) + 1
        yield Step(step.at, step.slug, step.what, step.who, step.ref, {"body": body})


def _mention(story: Teller) -> Iterator[Step]:
    """A supporting unit names the lead unit in a comment, and mends a figure in it at once."""
    wrong, right, _reply = story.writer.talk(at(story.day, 600))
    unit = story.roles.supports[0]
    said = story.step("comment", _who(story, unit), body=wrong, mentions=story.roles.leads[:1])
    yield said
    yield Step(said.at + CORRECTED_AFTER, said.slug, "correct_comment", said.who, said.ref, {"body": right})


def _reply(story: Teller) -> Iterator[Step]:
    yield story.step("reply", story.lead, body=story.writer.talk(at(story.day, 600))[2])


def _parts(story: Teller) -> Iterator[Step]:
    """The units of PARTS each file their part; those that stand there not are silent (未提供)."""
    for unit in PARTS[story.slug, story.writer.ref]:
        step = story.step("part", _who(story, unit))
        pool = "counties" if unit in COUNTIES else unit
        data = {**story.writer.part(pool, step.at), "unit": unit}
        yield Step(step.at, step.slug, step.what, step.who, step.ref, data)


def _ask(story: Teller) -> Iterator[Step]:
    """The lead unit asks the next unit of ASKED for input."""
    number = story.next_turn("ask")
    due = CHINA.shift(story.day, ANSWERED_WITHIN)
    question = story.writer.asked(at(story.day, 600), number)[0]
    unit = ASKED[story.slug, story.writer.ref][number]
    yield story.step("ask", story.lead, units=(unit,), question=question, due_on=due.isoformat())


def _give(story: Teller) -> Iterator[Step]:
    """Who was asked last answers."""
    number = story.turn["ask"]
    answer = story.writer.asked(at(story.day, 600), number)[1]
    yield story.step("give", _who(story, ASKED[story.slug, story.writer.ref][number]), answer=answer)


def _who(story: Teller, unit: str) -> str:
    who = story.of(unit)
    assert who is not None, f"{story.slug} {story.writer.ref}: nobody acts for {unit}"
    return who


def _urge(story: Teller) -> Iterator[Step]:
    yield story.step("urge", story.first, word=story.writer.reason("urge", at(story.day, 600)))


def _object(story: Teller) -> Iterator[Step]:
    yield story.step("object", story.lead, text=story.writer.reason("object", at(story.day, 600)))


def _answer(story: Teller) -> Iterator[Step]:
    text = story.writer.reason("answer", at(story.day, 600))
    yield story.step("answer", story.second, outcome="dismissed", text=text)


def _extension_asked(story: Teller) -> Iterator[Step]:
    """The lead unit asks for the next day of EXTENDED_TO, and its leader approves."""
    number = story.next_turn("extension")
    new = EXTENDED_TO[story.slug, story.writer.ref][number]
    asked = story.step("ask_extension", story.lead)
    data = {"new_due_on": new.isoformat(), **story.writer.extension(asked.at, number)}
    yield Step(asked.at, asked.slug, asked.what, asked.who, asked.ref, data)
    story.day = CHINA.shift(story.day, 1)
    yield story.step("approve_extension", story.lead.replace(".handler@", ".leader@"))


def _extension(story: Teller) -> Iterator[Step]:
    yield from _extension_asked(story)
    story.day = CHINA.shift(story.day, 3)
    yield story.step("accept_extension", story.first)


DEALINGS: dict[str, Callable[[Teller], Iterator[Step]]] = {
    "mention": _mention,
    "reply": _reply,
    "parts": _parts,
    "ask": _ask,
    "give": _give,
    "urge": _urge,
    "object": _object,
    "answer": _answer,
    "extension": _extension,
    "extension_asked": _extension_asked,
}
"""Beat (fates.py) -> its steps."""
