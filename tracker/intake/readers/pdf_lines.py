"""From characters on a page to lines, and from lines to the text of a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .fitting import is_halved, unit_share
from .pdf_page import Glyph
from .wrapping import CLOSED, FRESH, join, width

_SLACK = 0.9
"""Characters' widths that a full line may leave free besides the room for what the next line begins with."""
_UNBROKEN = re.compile(r"[（(《“‘【〈\[]*(?:[A-Za-z0-9.%％]+|.)[，。、；：！？）》”’】〉\],.;:!?)]*")
_GAP = 0.8
"""Characters' widths between two characters that are a gap to the eye."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a line, without a wide gap in it."""

    text: str
    left: float
    right: float


@dataclass(slots=True)
class Line:
    """One printed line; ``size`` is the height of its characters in points, ``page`` counts from 1."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    segments: tuple[Segment, ...]
    page: int = 0


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines that ``glyphs`` stand in, from the top."""
    rows: list[list[Glyph]] = []
    middle = size = 0.0
    for glyph in sorted(glyphs, key=lambda each: each.top + each.bottom):
        own = (glyph.top + glyph.bottom) / 2
        if rows and own - middle <= 0.45 * max(size, glyph.bottom - glyph.top):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            middle, size = own, glyph.bottom - glyph.top
    return [line for row in rows if (line := _line(sorted(row, key=lambda each: each.left)))]


def _line(row: Sequence[Glyph]) -> Line | None:
    sizes = sorted(glyph.bottom - glyph.top for glyph in row)
    size = sizes[len(sizes) // 2]
    parts: list[list[Glyph]] = []
    for glyph in row:
        last = parts[-1][-1] if parts else None
        if last and glyph.char == last.char and glyph.left - last.left < 0.25 * size:
            continue  # Printed twice, a hair apart, to look bold.
        if last and glyph.left - last.right <= _GAP * size:
            parts[-1].append(glyph)
        else:
            parts.append([glyph])
    segments = tuple(Segment(_spelled(part, size), part[0].left, part[-1].right) for part in parts)
    text = "  ".join(segment.text for segment in segments)
    if not text:
        return None
    return Line(
        text,
        segments[0].left,
        segments[-1].right,
        min(glyph.top for glyph in row),
        max(glyph.bottom for glyph in row),
        size,
        segments,
    )


def _spelled(part: Sequence[Glyph], size: float) -> str:
    """The characters with the spaces between Latin words."""
    text = ""
    right = part[0].left
    for glyph in part:
        words = text[-1:].isascii() and glyph.char.isascii() and text
        if words and glyph.left - right > 0.18 * size:
            text += " "
        text += glyph.char
        right = glyph.right
    return text


def cell_text(glyphs: Sequence[Glyph], left: float, right: float) -> str:
    """The text of a cell between two sides: lines that only its width broke are joined, others stay lines."""
    lines = lines_of(glyphs)
    if not lines:
        return ""
    margin = max(0.0, min(min(line.left - left for line in lines), 0.6 * lines[0].size))
    inner = right - left - 2 * margin
    text = _plain(lines[0])
    for above, line in pairwise(lines):
        full = above.right - above.left >= inner - room(line) * above.size
        near = line.top - above.bottom < 1.2 * above.size
        whole = (full and not _apart(text, line)) or is_halved(text, _plain(line))
        text = join(text, _plain(line)) if whole and near else f"{text}\n{_plain(line)}"
    return text


def _plain(line: Line) -> str:
    return " ".join(segment.text for segment in line.segments)


def _apart(text: str, line: Line) -> bool:
    """Whether a line begins something of its own though the line above it is full."""
    last = re.split(r"[、，,；;\n]", text)[-1]
    if last and line.text[0] in "市县区省各州盟" and unit_share(last) == 1.0 and unit_share(line.text) == 1.0:
        return len(last) > 2
    return text[-1] in CLOSED and bool(FRESH.match(line.text))


def room(line: Line) -> float:
    """The widths of a character that the line above had to leave free, because its next word did not fit."""
    found = _UNBROKEN.match(line.text)
    return _SLACK + (width(found[0]) / 2 if found else 1.0)


def is_full(above: Line, below: Line, right: float) -> bool:
    """Whether a line reaches so near to the right margin that the next could not begin in it."""
    return above.right >= right - room(below) * above.size
