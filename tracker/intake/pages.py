"""The draft beside its source, as the check page shows it: rows with doubts first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from .confirming import unit_choices
from .editing.stored import names_of, open_doubts, sections_of, spans
from .models import ImportDraft
from .settling import match_draft

SHOWN = 8
"""So many rows without doubts stand open; the others are one click away."""
SHORTEST_MARK = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source: its number, where it stands in the file, and its text in parts (kind, text).

    ``kind`` is text, mark (what a doubt is about) or tab (the border of two cells).
    """

    number: int
    place: str | None
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """A doubt with the number of its row, and how many say the same (itself among them)."""

    doubt: Mapping[str, Any]
    number: str | None
    alike: int


@dataclass(frozen=True, slots=True)
class RowView:
    """A row with its lines, its open doubts, and its names that lead to no unit and are not to become one."""

    row: Mapping[str, Any]
    first: bool
    lines: tuple[Line, ...]
    doubts: tuple[DoubtLine, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything on the check page.  ``hidden`` rows without doubts are not among ``rest``."""

    draft: ImportDraft
    content: Mapping[str, Any]
    doubts: tuple[DoubtLine, ...]
    doubtful: tuple[RowView, ...]
    rest: tuple[RowView, ...]
    hidden: int
    sections: tuple[str | None, ...]
    units: int
    unknown: tuple[str, ...]
    joint: int
    without_lead: int
    first_line: int

    @property
    def rows(self) -> int:
        """How many rows the draft has."""
        return len(self.content["tasks"])

    @property
    def without_doubt(self) -> int:
        """How many of them nobody needs to look at first."""
        return len(self.rest) + self.hidden


def check_page(session: Session, draft: ImportDraft, *, everything: bool, opened: Collection[int] = ()) -> CheckPage:
    """The page of a draft loaded with its source.

    ``everything``: all rows; the rows ``opened`` (keys) are there in any case.
    """
    content = draft.draft
    accepted, create = unit_choices(draft)
    matches = match_draft(session, draft.region, content, accepted)
    known = {name for name, match in matches.items() if match.known or name in create}
    waiting = open_doubts(content)
    times = Counter(doubt["message"] for doubt in waiting)
    numbers = {row["key"]: row["number"] for row in content["tasks"]}
    doubts = tuple(DoubtLine(doubt, numbers.get(doubt["row"]), times[doubt["message"]]) for doubt in waiting)
    views = [
        _row_view(draft, row, lines, [one for one in doubts if one.doubt["row"] == row["key"]], known, not position)
        for position, (row, lines) in enumerate(zip(content["tasks"], spans(content["tasks"]), strict=True))
    ]
    rest = [view for view in views if not view.doubts]
    shown = rest if everything else [v for n, v in enumerate(rest) if n < SHOWN or v.row["key"] in opened]
    names = names_of(content)
    sections: list[str | None] = [*sections_of(content)]
    if any(row["section"] is None for row in content["tasks"]):
        sections.insert(0, None)
    return CheckPage(
        draft=draft,
        content=content,
        doubts=doubts,
        doubtful=tuple(view for view in views if view.doubts),
        rest=tuple(shown),
        hidden=len(rest) - len(shown),
        sections=tuple(sections),
        units=len(names),
        unknown=tuple(name for name in names if name not in known),
        joint=sum(row["joint"] for row in content["tasks"]),
        without_lead=sum(not row["leads"] for row in content["tasks"]),
        first_line=min((row["source_line"] for row in content["tasks"]), default=1),
    )


def _row_view(
    draft: ImportDraft,
    row: Mapping[str, Any],
    lines: range,
    doubts: Sequence[DoubtLine],
    known: Collection[str],
    first: bool,
) -> RowView:
    unknown = [name for name in (*row["leads"], *row["supports"]) if name not in known]
    said = [str(value) for one in doubts for value in one.doubt["values"].values()]
    marks = [text for text in (*said, *unknown) if len(text) >= SHORTEST_MARK]
    own = [number for number in lines if number <= len(draft.lines) and draft.lines[number - 1].strip()]
    shown = tuple(source_line(draft, number, marks) for number in own)
    return RowView(row, first, shown, tuple(doubts), tuple(unknown))


def source_line(draft: ImportDraft, number: int, marks: Iterable[str] = ()) -> Line:
    """A line of the source (counted from 1), what is in ``marks`` marked."""
    parts: list[tuple[str, str]] = []
    wanted = "|".join(re.escape(mark) for mark in sorted(set(marks), key=len, reverse=True))
    for position, cell in enumerate(draft.lines[number - 1].split("\t")):
        if position:
            parts.append(("tab", "\t"))
        pieces = re.split(f"({wanted})", cell) if wanted else [cell]
        parts += [("mark" if place % 2 else "text", piece) for place, piece in enumerate(pieces) if piece]
    return Line(number, draft.places.get(str(number)), tuple(parts))
