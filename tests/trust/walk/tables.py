"""Reads actions.txt and routes.txt, the hand-written tables (each head explains its format)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from tests.trust.walk.people import OUTSIDE, people_of
from tests.unit.workflow_cells import STATES, read_table
from tracker.workflows.definitions import DEFINITIONS

FOLDER = Path(__file__).parent
SUBJECTS = ("task", "plan", "region", "person")
ORDINARY = "ordinary"
NO_STATE = "*"
RULES = ("open", "signed-in", "demo", "only", "these")
"""What a route may be beside an action."""
OPTIONS = ("typed", "somewhere", "forms", "writing", "either", "noted", "unready")
VALUES: dict[str, Any] = {"yes": True, "no": False}


@dataclass
class Actions:
    """The answers.  ``subjects``: action -> what it is done to; ``situations``: name -> the facts that it changes."""

    subjects: dict[str, str] = field(default_factory=dict)
    situations: dict[str, dict[str, Any]] = field(default_factory=dict)
    allowed: dict[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)
    """(situation, action, state) -> who may."""

    def answer(self, situation: str, action: str, state: str, person: str) -> str:
        """``y`` may, ``-`` refused, ``?`` it does not exist for them."""
        allowed = self.allowed.get((situation, action, state))
        if allowed is None:
            allowed = self.allowed[ORDINARY, action, state]
        return "y" if person in allowed else "?" if person in OUTSIDE else "-"


@dataclass(frozen=True, slots=True)
class Route:
    """A line of routes.txt."""

    method: str
    endpoint: str
    rule: str
    people: frozenset[str] = frozenset()
    options: frozenset[str] = frozenset()

    def option(self, name: str, default: str) -> str:
        """The value of ``name=value``."""
        return next((text.partition("=")[2] for text in self.options if text.startswith(f"{name}=")), default)


def _lines(text: str, name: str) -> Iterator[tuple[str, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield f"{name}:{number}", line.split()


def read_actions(text: str | None = None) -> Actions:
    """The table of actions; AssertionError names a line that cannot be read or answers twice."""
    table, subject, situation = Actions(), "", ORDINARY
    for place, words in _lines(text or (FOLDER / "actions.txt").read_text(encoding="utf-8"), "actions.txt"):
        if words[0] == "subject":
            subject, situation = words[1], ORDINARY
            assert subject in SUBJECTS, f"{place}: no such subject"
        elif words[0] == "situation":
            situation = words[1]
            if len(words) == 2:
                assert situation in table.situations, f"{place}: say first what the situation changes"
                continue
            assert situation not in table.situations, f"{place}: the situation stands twice"
            pairs = (word.partition("=")[::2] for word in words[2:])
            table.situations[situation] = {name: VALUES.get(value, value) for name, value in pairs}
        else:
            action, letters, *people = words
            assert people, f"{place}: say who may, or none"
            assert table.subjects.setdefault(action, subject) == subject, f"{place}: {action} has another subject"
            for state in states_of(subject, letters):
                key = (situation, action, state)
                assert key not in table.allowed, f"{place}: {action} is answered twice"
                table.allowed[key] = people_of(people, place)
    return table


def states_of(subject: str, letters: str = NO_STATE) -> list[str]:
    """The states that letters stand for."""
    if subject != "task":
        return [NO_STATE]
    return list(STATES.values()) if letters == NO_STATE else [STATES[letter] for letter in letters]


@cache
def trigger_answers(definition: str) -> Mapping[tuple[str, str, str], str]:
    """(trigger, state, relation) -> the answer of the definition's table of cells, in its ordinary situation."""
    answers = read_table(definition).answers.items()
    return {(cell.trigger, cell.state, cell.relation): answer for cell, answer in answers if cell.situation == ORDINARY}


def unanswered(table: Actions, registered: set[str]) -> list[str]:
    """Registered actions, and states of them, that no line speaks of; and lines about actions that are not there."""
    triggers = {f"task.{trigger}" for name in DEFINITIONS for trigger, _state, _relation in trigger_answers(name)}
    found = [
        f"{action}: no row in tests/trust/walk/actions.txt" for action in registered - triggers - set(table.subjects)
    ]
    found += [f"{action}: a row, but no such action" for action in (triggers | set(table.subjects)) - registered]
    found += [
        f"{action}: no row for {state}{'' if situation == ORDINARY else f' in {situation}'}"
        for situation, action in {(ORDINARY, action) for action in table.subjects}
        | {(situation, action) for situation, action, _state in table.allowed}
        for state in states_of(table.subjects[action])
        if (situation, action, state) not in table.allowed
    ]
    return sorted(found)


def read_routes(text: str | None = None) -> list[Route]:
    """The table of routes; AssertionError names a line that stands twice."""
    found: dict[tuple[str, str], Route] = {}
    for place, words in _lines(text or (FOLDER / "routes.txt").read_text(encoding="utf-8"), "routes.txt"):
        method, endpoint, rule, *rest = words
        assert (method, endpoint) not in found, f"{place}: {endpoint} stands twice"
        options = frozenset(word for word in rest if word in OPTIONS or "=" in word)
        people = people_of([word for word in rest if word not in options], place)
        assert bool(people) == (rule in ("only", "these")), f"{place}: people stand behind only and these"
        found[method, endpoint] = Route(method, endpoint, rule, people, options)
    return list(found.values())


def unmapped(app: Flask, routes: Sequence[Route], registered: set[str]) -> list[str]:
    """Rules of the application that no line speaks of; lines about rules or actions that are not there."""
    there = {
        (method, rule.endpoint): rule.rule
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    known = {(route.method, route.endpoint) for route in routes}
    found = [
        f"{method} {endpoint} ({there[method, endpoint]}): no line in tests/trust/walk/routes.txt"
        for method, endpoint in there.keys() - known
    ]
    found += [f"{method} {endpoint}: a line, but no such rule" for method, endpoint in known - there.keys()]
    found += [
        f"{route.method} {route.endpoint}: {route.rule} is no action"
        for route in routes
        if route.rule not in RULES and not any(fnmatchcase(action, route.rule) for action in registered)
    ]
    return sorted(found)
