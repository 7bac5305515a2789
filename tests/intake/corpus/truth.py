"""The truth about each document of the corpus, written by hand in the YAML file beside it.

A row of ``tasks`` is ``[number, text, leads, supports, deadline, options]``: names stand apart by a space, what is
absent at the end is left out, 无 is none.  The options say how a cell or marker is printed where it is not the names
joined by 、 (``lead``, ``support``, ``units``, ``deadline``, ``marker``, ``line``), and ``joint``.  ``before`` and
``after`` are what the document prints around its division; only the maker reads them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent / "documents"


@dataclass(frozen=True)
class Task:
    """A key task as a careful person reads it; ``printed`` is how the document words what the other fields mean."""

    ref: str
    number: str
    section: str | None
    text: str
    leads: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    joint: bool = False
    deadline: date | None = None
    printed: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def pairs(self) -> set[tuple[str, str]]:
        """(role, unit) of every unit that the task names."""
        return {("lead", name) for name in self.leads} | {("support", name) for name in self.supports}

    def lead_cell(self) -> str:
        return self.printed.get("lead", "、".join(self.leads))

    def support_cell(self) -> str:
        return self.printed.get("support", "、".join(self.supports))

    def units_cell(self) -> str:
        """One column or marker for all units, in the order in which they lead."""
        return self.printed.get("units", "、".join((*self.leads, *self.supports)))

    def deadline_cell(self) -> str:
        return self.printed.get("deadline", "")


@dataclass(frozen=True)
class Section:
    """A group of tasks: its title as the truth has it, and as printed."""

    title: str | None
    printed: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Truth:
    """Everything that is known of one document."""

    name: str
    document: Path
    data: dict[str, Any]
    sections: tuple[Section, ...]

    @property
    def tasks(self) -> list[Task]:
        return [task for section in self.sections for task in section.tasks]

    @property
    def layout(self) -> str:
        return self.data["layout"]

    @property
    def units(self) -> set[str]:
        """Every name that any task names."""
        return {name for task in self.tasks for _, name in task.pairs}

    def lines(self, part: str) -> list[str]:
        """The lines of ``before`` or ``after``."""
        return [line for line in self.data.get(part, "").splitlines() if line.strip()]


def load(path: Path) -> Truth:
    """Read one YAML file of the folder; the document is the file of the same name with another ending."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    numbers = Counter(str(row[0]) for group in data["tasks"] for row in group["rows"])
    sections = []
    for position, group in enumerate(data["tasks"], 1):
        tasks = tuple(_task(row, group, position, numbers) for row in group["rows"])
        sections.append(Section(group["section"], group.get("printed") or group["section"] or "", tasks))
    ending = path.stem.split("_")[0]
    return Truth(path.stem, path.with_suffix(f".{ending}"), data, tuple(sections))


def load_all() -> list[Truth]:
    """All of them, in the order of their names."""
    return [load(path) for path in sorted(FOLDER.glob("*.yaml"))]


def _task(row: list[Any], group: dict[str, Any], position: int, numbers: Counter[str]) -> Task:
    options = row[-1] if isinstance(row[-1], dict) else {}
    number, text, leads, supports, deadline = (*(cell for cell in row if not isinstance(cell, dict)), *[None] * 5)[:5]
    return Task(
        ref=str(number) if numbers[str(number)] == 1 else f"{position}-{number}",
        number=str(number),
        section=group["section"],
        text=text,
        leads=_names(leads),
        supports=_names(supports),
        joint=options.get("joint", group.get("joint", False)),
        deadline=deadline,
        printed={**{key: value for key, value in options.items() if key != "joint"}, "day": deadline},
    )


def _names(cell: str | None) -> tuple[str, ...]:
    return tuple(name for name in (cell or "").split() if name != "无")
