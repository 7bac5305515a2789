"""Small documents with truth written by hand beside them (cases/inline, cases/undivided).

A file is the document, a line =====, and a line a task: ref | number | section | how its words begin | leads |
supports | joint, others=A B, a day, words=…
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tracker.intake.blocks import Document
from tracker.intake.draft import DraftTask
from tracker.intake.readers.text import read_text

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Layout:
    """A document and what its tasks are, one line of text each."""

    name: str
    document: Document
    truth: list[str]


def layouts(form: str) -> list[Layout]:
    """The cases of one form: inline or undivided."""
    found = []
    for path in sorted((CASES / form).glob("*.txt")):
        words, truth = path.read_text(encoding="utf-8").split("=====\n")
        lines = ["|".join(part.strip() for part in line.split("|")).rstrip("|") for line in truth.splitlines()]
        found.append(Layout(path.stem, read_text(words.encode()), lines))
    assert found
    return found


def told(task: DraftTask, truth: str) -> str:
    """A task as a line of the truth; of its words as many as ``truth`` has."""
    parts = truth.split("|")
    length = len(parts[3]) if len(parts) > 3 else 20
    more = ["joint"] if task.joint else []
    more += [f"others={' '.join(task.others)}"] if task.others else []
    more += [task.deadline.isoformat()] if task.deadline else []
    more += [f"words={task.deadline_words}"] if task.deadline_words else []
    shown = [task.ref, task.number, task.section or "", task.text[:length]]
    if len(parts) > 4 or task.leads or task.supports:
        shown += [" ".join(task.leads), " ".join(task.supports)]
    return "|".join([*shown, " ".join(more)]).rstrip("|")
