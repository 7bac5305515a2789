"""The draft of a plan as the interpreters build it; ``as_json`` gives the shape of docs/intake.md and ``plans read``.

The stored and printed form obeys :class:`tracker.plans.schemas.PlanDraftSchema`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .blocks import Doubt


@dataclass(frozen=True, slots=True)
class DraftTarget:
    """A number that a text states as to be reached; ``comparator`` is one of plans.schemas.COMPARATORS."""

    comparator: str
    value: float | int
    unit: str | None


@dataclass(slots=True)
class DraftTask:
    """One numbered key task.

    ``leads`` and ``supports`` are names as printed, without 等 (``others`` holds those behind which it stood), white
    space and line breaks, an elided prefix put back.  ``joint``: several units and no word on who leads; then all are
    leads.  ``deadline`` is the last day; ``deadline_words`` are words about time that give no day (持续推进).
    ``remark`` is what a column of remarks says.
    """

    number: str
    text: str
    source_line: int
    ref: str = ""
    section: str | None = None
    leads: list[str] = field(default_factory=list)
    supports: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    joint: bool = False
    deadline: date | None = None
    deadline_words: str | None = None
    remark: str | None = None
    targets: list[DraftTarget] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DraftIndicator:
    """One row of the table of indicators; figures as printed, without comparator and unit."""

    name: str
    unit: str | None
    baseline: str | None
    target: str | None
    comparator: str | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class DraftProject:
    """One entry of a numbered box (专栏)."""

    box: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class DraftClause:
    """What the plan says of one kind of evaluation, word for word."""

    kind: str
    quote: str


@dataclass(frozen=True, slots=True)
class DraftUnit:
    """A unit as the plan names it most, and its other spellings in the plan."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """A plan as read.  ``period`` is the first and the last year; ``form`` one of plans.schemas.FORMS."""

    title: str
    form: str
    document_number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    region: str | None = None
    period: tuple[int, int] | None = None
    tasks: list[DraftTask] = field(default_factory=list)
    indicators: list[DraftIndicator] = field(default_factory=list)
    projects: list[DraftProject] = field(default_factory=list)
    evaluations: list[DraftClause] = field(default_factory=list)
    units: list[DraftUnit] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def as_json(self, translate: Callable[..., str]) -> dict[str, Any]:
        """JSON-ready data in the shape that ``plans read`` prints, warnings in the language of ``translate``."""
        return {
            "title": self.title,
            "document_number": self.document_number,
            "issuer": self.issuer,
            "issued_on": _day(self.issued_on),
            "region": self.region,
            "period": list(self.period) if self.period is not None else None,
            "form": self.form,
            "tasks": [_task(task) for task in self.tasks],
            "indicators": [
                {
                    "name": row.name,
                    "unit": row.unit,
                    "baseline": row.baseline,
                    "target": row.target,
                    "comparator": row.comparator,
                    "kind": row.kind,
                }
                for row in self.indicators
            ],
            "projects": [{"box": entry.box, "number": entry.number, "text": entry.text} for entry in self.projects],
            "evaluations": [{"kind": clause.kind, "quote": clause.quote} for clause in self.evaluations],
            "units": [{"name": unit.name, "aliases": list(unit.aliases)} for unit in self.units],
            "warnings": [
                {"line": doubt.line, "message": translate(doubt.message, **doubt.values), "ref": doubt.ref}
                for doubt in self.doubts
            ],
        }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _task(task: DraftTask) -> dict[str, Any]:
    return {
        "ref": task.ref,
        "number": task.number,
        "section": task.section,
        "text": task.text,
        "leads": list(task.leads),
        "supports": list(task.supports),
        "others": list(task.others),
        "joint": task.joint,
        "deadline": _day(task.deadline),
        "deadline_words": task.deadline_words,
        "remark": task.remark,
        "targets": [
            {"comparator": target.comparator, "value": target.value, "unit": target.unit} for target in task.targets
        ],
        "source_line": task.source_line,
    }
