"""The annex as a workbook that offices know, as it is exported and comes back (docs/operations.md).

Two hidden columns keep what a printed annex does not say: the task's ref under a heading that names the plan, and what
else must not be lost.  Rows may be sorted, edited, put in and taken out; only the hidden key tells which task one is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..directory.spreadsheet import Line, read_lines
from ..errors import TrackerError
from ..i18n import N_
from .faults import UnreadableDocument
from .readers.archive import Package

COLUMNS = {
    "section": "章节",
    "number": "序号",
    "text": "重点任务",
    "leads": "牵头单位",
    "supports": "配合单位",
    "deadline": "完成时限",
    "state": "状态",
    "progress": "进展",
    "remark": "备注",
}
"""The columns that people see, in order: what the annex calls them."""

KEY_HEADING = "编号@"
KEPT_HEADING = "另存"
JOINT = "joint"
"""What the column of kept things says of a task whose units are joint; after it, words about time beside a date."""

PROBLEM_HEADING = "问题 Problem"
AND_OTHERS = "等"
_TEXTS = re.compile(r"xl/(?:sharedStrings|worksheets/sheet1)\.xml")
_MARKS = (KEY_HEADING.encode(), KEY_HEADING.encode("ascii", "xmlcharrefreplace"))
"""Where programs keep the texts of cells, and how they write them there."""

_SEPARATORS = "、，,；;\n"


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in one row: the row as Excel counts, the key of COLUMNS, a message id and its values."""

    row: int
    column: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the annex as it came back.  ``ref`` is the hidden key; ``cells`` has a text for each of COLUMNS."""

    row: int
    ref: str
    cells: Mapping[str, str]
    joint: bool
    words: str | None


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that came back: the slug of its plan, its rows, and the cells that hold a formula."""

    slug: str
    rows: tuple[Row, ...]
    faults: tuple[RowFault, ...]


class RowFaults(TrackerError):
    """Rows of an exported workbook that cannot be taken; nothing is changed.  ``faults`` are for the annotated file."""

    status = 422
    default = N_("%(count)s cells of the workbook cannot be taken. Nothing was changed. Correct them and try again.")

    def __init__(self, faults: tuple[RowFault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults


def is_exported(data: bytes) -> bool:
    """Whether the bytes are a workbook that was exported here: told by the heading of its keys, without reading it."""
    if not data.startswith(b"PK"):
        return False
    try:
        package = Package(data)
        parts = [name for name in sorted(package.names) if _TEXTS.fullmatch(name)]
        return any(mark in package.read(part) for part in parts for mark in _MARKS)
    except UnreadableDocument:
        return False


def read_workbook(data: bytes) -> Book:
    """Read an exported workbook.  Raises InvalidInput where it is none, or too large."""
    lines = read_lines(data)
    for at, line in enumerate(lines):
        texts = [cell.text for cell in line.cells]
        key = next((text for text in texts if text.startswith(KEY_HEADING)), None)
        if key is not None:
            return _read(key.removeprefix(KEY_HEADING), texts, lines[at + 1 :])
    raise UnreadableDocument(
        N_(
            "The heading of the hidden column of keys is gone from this workbook. Export the plan again and edit that"
            " file."
        )
    )


def _read(slug: str, heading: list[str], lines: list[Line]) -> Book:
    places = {name: heading.index(title) for name, title in COLUMNS.items() if title in heading}
    missing = [COLUMNS[name] for name in COLUMNS if name not in places and name not in ("state", "progress")]
    if missing:
        raise UnreadableDocument(
            N_("The workbook has lost its column %(columns)s. Export the plan again and edit that file."),
            columns="、".join(missing),
        )
    key_at = heading.index(f"{KEY_HEADING}{slug}")
    kept_at = heading.index(KEPT_HEADING) if KEPT_HEADING in heading else None
    rows, faults = [], []
    for line in lines:
        text = dict.fromkeys(COLUMNS, "") | {
            name: line.cells[place].text for name, place in places.items() if place < len(line.cells)
        }
        ref = line.cells[key_at].text if key_at < len(line.cells) else ""
        if not any(text[name] for name in ("number", "text", "leads", "supports")) and not ref:
            continue  # a note below the table, or a section's own row
        kept = line.cells[kept_at].text if kept_at is not None and kept_at < len(line.cells) else ""
        joint, _, words = kept.partition(":")
        rows.append(Row(line.number, ref, text, joint == JOINT, words or None))
        faults += [
            RowFault(line.number, name, N_("A formula stands here. Write the text or the date itself."))
            for name, place in places.items()
            if place < len(line.cells) and line.cells[place].formula and name not in ("state", "progress")
        ]
    return Book(slug, tuple(rows), tuple(faults))


def names_in(cell: str) -> tuple[list[str], list[str]]:
    """The names of a cell of units, and those of them behind which 等 stands.  Brackets do not separate."""
    pieces, depth, piece = [], 0, ""
    for character in cell:
        depth = max(depth + (character in "（(") - (character in "）)"), 0)
        if character in _SEPARATORS and depth == 0:
            pieces.append(piece)
            piece = ""
        else:
            piece += character
    names, others = [], []
    for given in (re.sub(r"\s", "", text) for text in (*pieces, piece)):
        name = given.removesuffix(AND_OTHERS)
        if name and name not in names:
            names.append(name)
            others += [name] if name != given else []
    return names, others
