"""How well documents are read, measured against their truth: ``python -m tests.intake.scoring [NAME…]``.

A task of the truth is found when the draft has one of the same text, white space aside, or of one at least 90 % alike.
A (task, role, unit) pair is found when the matched task names that unit, spelled the same, in that role.  Found is the
share of the truth that the draft has (recall), right the share of the draft that the truth has (precision).  A unit is
invented when the draft names it and no task of the truth does.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from tests.intake.corpus.truth import Task, Truth, load_all
from tracker.intake.blocks import Doubt
from tracker.intake.draft import Draft
from tracker.intake.faults import UnreadableDocument
from tracker.intake.readers import read_document
from tracker.intake.reading import read_plan

ALIKE = 90.0


@dataclass
class Score:
    """Counts of one document, or of several together; ``faults`` says in words what is amiss."""

    tasks: int = 0
    tasks_read: int = 0
    tasks_matched: int = 0
    pairs: int = 0
    pairs_read: int = 0
    pairs_matched: int = 0
    invented: set[str] = field(default_factory=set)
    warnings: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def figures(self) -> tuple[float, float, float, float]:
        """Tasks found, tasks right, pairs found, pairs right, each from 0 to 1; nothing of nothing is 1."""
        return (
            _share(self.tasks_matched, self.tasks),
            _share(self.tasks_matched, self.tasks_read),
            _share(self.pairs_matched, self.pairs),
            _share(self.pairs_matched, self.pairs_read),
        )

    def add(self, other: Score) -> None:
        """Count another document in."""
        for name in ("tasks", "tasks_read", "tasks_matched", "pairs", "pairs_read", "pairs_matched", "warnings"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.invented |= other.invented
        self.faults += other.faults


def score(truth: Truth, draft: dict[str, Any]) -> Score:
    """Compare the truth with a draft in the shape that ``plans read`` prints."""
    result = Score(
        tasks=len(truth.tasks),
        tasks_read=len(draft["tasks"]),
        pairs=sum(len(task.pairs) for task in truth.tasks),
        pairs_read=sum(len(_pairs(read)) for read in draft["tasks"]),
        warnings=len(draft["warnings"]),
    )
    matches = _matches(truth.tasks, draft["tasks"])
    known = {squeeze(name) for name in truth.units}
    result.invented = {name for read in draft["tasks"] for _, name in _pairs(read)} - known
    for task, read in zip(truth.tasks, matches, strict=True):
        if read is None:
            result.faults.append(f"{task.ref} is missing: {task.text}")
            continue
        result.tasks_matched += 1
        result.pairs_matched += len(_squeezed(task) & _pairs(read))
        result.faults += _task_faults(task, read)
    odd = [read for read in draft["tasks"] if not any(read is match for match in matches)]
    result.faults += [f"{read['ref']} is no task: {read['text']}" for read in odd]
    result.faults += _head_faults(truth, draft)
    return result


def squeeze(text: str) -> str:
    """Without white space and in one form of each character."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _pairs(read: dict[str, Any]) -> set[tuple[str, str]]:
    return {(role, squeeze(name)) for role in ("lead", "support") for name in read[f"{role}s"]}


def _squeezed(task: Task) -> set[tuple[str, str]]:
    return {(role, squeeze(name)) for role, name in task.pairs}


def _matches(tasks: list[Task], drafts: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """The task of the draft for each of the truth: equal texts first, then the most alike; each is used once."""
    matches: list[dict[str, Any] | None] = [None] * len(tasks)
    free = list(drafts)
    for position, task in enumerate(tasks):
        same = next((read for read in free if squeeze(read["text"]) == squeeze(task.text)), None)
        if same is not None:
            matches[position] = same
            free = [read for read in free if read is not same]
    for position, task in enumerate(tasks):
        if matches[position] is None and free:
            best = max(free, key=lambda read: fuzz.ratio(squeeze(read["text"]), squeeze(task.text)))
            if fuzz.ratio(squeeze(best["text"]), squeeze(task.text)) >= ALIKE:
                matches[position] = best
                free = [read for read in free if read is not best]
    return matches


def _task_faults(task: Task, read: dict[str, Any]) -> list[str]:
    expected = {
        "text": squeeze(task.text),
        "number": task.number,
        "section": task.section and squeeze(task.section),
        "leads": [squeeze(name) for name in task.leads],
        "supports": [squeeze(name) for name in task.supports],
        "joint": task.joint,
        "deadline": task.deadline.isoformat() if task.deadline else None,
    }
    found = {
        **{key: read[key] for key in ("number", "joint", "deadline")},
        "text": squeeze(read["text"]),
        "section": read["section"] and squeeze(read["section"]),
        "leads": [squeeze(name) for name in read["leads"]],
        "supports": [squeeze(name) for name in read["supports"]],
    }
    return [f"{task.ref} {key}: {found[key]} is {expected[key]}" for key in expected if found[key] != expected[key]]


def _head_faults(truth: Truth, draft: dict[str, Any]) -> list[str]:
    """What the draft says of the whole document, where the truth speaks of it."""
    faults = [
        f"{key}: {draft[key]} is {truth.data[key]}"
        for key in ("title", "document_number", "region", "period", "form")
        if key in truth.data and draft[key] != truth.data[key]
    ]
    if "indicators" in truth.data:
        keys = ("name", "unit", "baseline", "comparator", "target")
        found = [tuple(row[key] for key in keys) for row in draft["indicators"]]
        expected = [tuple(row[:5]) for row in truth.data["indicators"]]
        faults += [f"indicator {row} is not read" for row in expected if row not in found]
        faults += [f"indicator {row} is none" for row in found if row not in expected]
    if len(draft["warnings"]) > truth.data["doubts"]:
        faults += [f"doubt at {warning['line']}: {warning['message']}" for warning in draft["warnings"]]
    return faults


def read(truth: Truth) -> dict[str, Any]:
    """The draft of the document beside the truth."""
    return drafted(truth.document.name, truth.document.read_bytes())


def drafted(name: str, data: bytes) -> dict[str, Any]:
    """The draft of a file in the shape that ``plans read`` prints; a refusal is an empty one whose warning says why."""
    try:
        draft = read_plan(read_document(name, data))
    except UnreadableDocument as refusal:
        draft = Draft(title="", form="undivided", doubts=[Doubt(None, f"refused: {refusal}")])
    return draft.as_json(lambda message, **values: message % values if values else message)


def table(scores: Iterable[tuple[Truth, Score]]) -> list[str]:
    """One line a document, grouped by its file type, and the sum."""
    total = Score()
    lines = [f"{'document':44} tasks found right | pairs found right | invented warnings faults"]
    for truth, one in scores:
        total.add(one)
        lines.append(_line(truth.name, one))
    return [*lines, _line("all", total)]


def _line(name: str, one: Score) -> str:
    found, right, pairs_found, pairs_right = (f"{100 * figure:5.1f}" for figure in one.figures)
    return (
        f"{name:44} {one.tasks:5} {found} {right} | {one.pairs:5} {pairs_found} {pairs_right} |"
        f" {len(one.invented):8} {one.warnings:8} {len(one.faults):6}"
    )


def main(names: list[str]) -> None:
    """Print the table; of documents named, the faults too."""
    scores = []
    for truth in load_all():
        if names and truth.name not in names:
            continue
        scores.append((truth, score(truth, read(truth))))
    out = [*table(scores)]
    if names:
        out += [fault for _, one in scores for fault in (*one.faults, *(f"invented {name}" for name in one.invented))]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
