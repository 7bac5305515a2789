"""Reads workflow_cells_<definition>.txt, the hand-written answers (each head explains the format)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


def file_of(definition: str) -> Path:
    """Where the answers for a definition stand."""
    return Path(__file__).with_name(f"workflow_cells_{definition}.txt")


STATES = {
    "D": "pending_dispatch",
    "A": "assigned",
    "P": "in_progress",
    "W": "awaiting_sign_off",
    "R": "reported",
    "V": "verified",
    "C": "closed_out",
    "S": "suspended",
    "T": "terminated",
}
LETTERS = {state: letter for letter, state in STATES.items()}
ANSWERS = {*STATES, "=", "x", "-", "?"}
RELATIONS = (
    "handler", "leader", "other", "support", "member", "superv", "hostsv",
    "observer", "admin", "unit", "region", "nobody", "system",
)  # fmt: skip


@dataclass(frozen=True, order=True)
class Cell:
    """One question: may this person fire this trigger here, and what happens."""

    situation: str
    trigger: str
    state: str
    relation: str

    def __str__(self) -> str:
        return f"{self.situation}: {self.relation} fires {self.trigger} on {self.state}"


@dataclass(frozen=True)
class Table:
    """The answers by cell, and by situation the triggers that it answers on lines of its own."""

    answers: dict[Cell, str] = field(default_factory=dict)
    own_triggers: dict[str, list[str]] = field(default_factory=dict)


def read_table(definition: str) -> Table:
    """The answers for a definition; AssertionError names a line that says nothing new or cannot be read."""
    table = Table()
    situation, parent, seen = "", "", set[tuple[str, str]]()
    file = file_of(definition)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{file.name}:{number}"
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if words[0] == "relations":
            assert tuple(words[1:]) == RELATIONS, f"{place}: other relations than the test asks for"
        elif words[0] == "situation":
            situation, parent, seen = words[1], words[3] if words[2:] else "", set()
            assert situation not in table.own_triggers, f"{place}: the situation stands twice"
            table.own_triggers[situation] = []
            for cell, answer in list(table.answers.items()):
                if cell.situation == parent:
                    table.answers[Cell(situation, cell.trigger, cell.state, cell.relation)] = answer
        else:
            _read_line(table, situation, parent, seen, words, place)
    return table


def _read_line(
    table: Table, situation: str, parent: str, seen: set[tuple[str, str]], words: list[str], place: str
) -> None:
    trigger, letters, *answers = words
    assert len(answers) == len(RELATIONS), f"{place}: {len(RELATIONS)} answers are wanted"
    assert set(answers) <= ANSWERS, f"{place}: unknown answer"
    if trigger not in table.own_triggers[situation]:
        table.own_triggers[situation].append(trigger)
    news = not parent
    for letter in letters:
        state = STATES[letter]
        assert (trigger, state) not in seen, f"{place}: {trigger} on {state} is answered twice"
        seen.add((trigger, state))
        for relation, answer in zip(RELATIONS, answers, strict=True):
            cell = Cell(situation, trigger, state, relation)
            news = news or table.answers[cell] != answer
            table.answers[cell] = answer
    assert news, f"{place}: says nothing that the situation {parent} does not say"
