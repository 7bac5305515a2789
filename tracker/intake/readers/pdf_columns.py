"""Tables without vertical lines: columns are told by where the words stand under the words of a header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .building import Box, Text
from .pdf_joints import Sheet
from .pdf_lines import Line, Segment
from .vocabulary import Column, header
from .wrapping import CLOSED, join

_SAMPLE = 100
"""Beginnings of cells that are remembered to tell where columns stand."""
_NUMBER = re.compile(r"[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[）)]?[.．、]?")


def aligned_table(lines: Sequence[Line]) -> tuple[Sheet, int] | None:
    """The table whose header is the first of ``lines``, and how many lines it takes; None where that is no header."""
    head = lines[0].segments
    kinds = header([segment.text for segment in head]) if len(head) > 1 else None
    if kinds is None:
        return None
    count = _extent(lines, head)
    edges = _edges(lines[:count], head)
    if count < 2 or edges is None:
        return None
    rows: list[list[str]] = [[segment.text for segment in head]]
    pages = [lines[0].page]
    for above, line in pairwise(lines[:count]):
        texts = _placed(line, edges)
        if texts == rows[0]:
            continue
        if (len(rows) > 1 or Column.NUMBER in kinds) and not _begins(texts, kinds, above, line):
            rows[-1] = [_more(upper, lower) for upper, lower in zip(rows[-1], texts, strict=True)]
        else:
            rows.append(texts)
            pages.append(line.page)
    if len(rows) < 2:
        return None
    boxes = [[Box([Text(text)] if text else []) for text in row] for row in rows]
    return Sheet(boxes, [0.0, *edges, 1.0], pages), count


def _extent(lines: Sequence[Line], head: Sequence[Segment]) -> int:
    """How many lines the table takes: to the first that runs across columns, begins in none or stands far below."""
    count = 1
    lefts = [segment.left for segment in head]
    for above, line in pairwise(lines):
        if line.page == above.page and line.top - above.bottom > 3 * line.size:
            break
        across = [s for s in line.segments if sum(s.left < each.right and s.right > each.left for each in head) > 1]
        lone = len(line.segments) == 1 and min(abs(line.left - left) for left in lefts) > line.size
        if across or lone:
            break
        lefts += [segment.left for segment in line.segments] if len(lefts) < _SAMPLE else []
        count += 1
    return count


def _edges(lines: Sequence[Line], head: Sequence[Segment]) -> list[float] | None:
    """Where one column ends and the next begins: the gaps that no line of the table fills."""
    edges = []
    for left, right in pairwise(head):
        taken = sorted(
            (segment.left, segment.right)
            for line in lines
            for segment in line.segments
            if segment.right > left.left and segment.left < right.right
        )
        best, reach = (0.0, (left.right + right.left) / 2), left.left
        for start, end in taken:
            if start - reach > best[0] and start > left.left and reach < right.right:
                best = (start - reach, (start + reach) / 2)
            reach = max(reach, end)
        if not best[0]:
            return None
        edges.append(best[1])
    return edges


def _placed(line: Line, edges: Sequence[float]) -> list[str]:
    texts = [""] * (len(edges) + 1)
    for segment in line.segments:
        at = sum((segment.left + segment.right) / 2 > edge for edge in edges)
        texts[at] = f"{texts[at]} {segment.text}".strip()
    return texts


def _begins(texts: Sequence[str], kinds: Sequence[Column], above: Line, line: Line) -> bool:
    """Whether a line begins a row: by its number, or where rows have none by a wider gap or a filled first column."""
    if Column.NUMBER in kinds:
        return bool(_NUMBER.fullmatch(texts[kinds.index(Column.NUMBER)]))
    if line.page == above.page and line.top - above.bottom > 0.8 * line.size:
        return True
    return bool(texts[0]) and sum(bool(text) for text in texts) > 1 and above.text[-1] not in "、，,"


def _more(upper: str, lower: str) -> str:
    if not upper or not lower:
        return upper + lower
    return join(upper, lower) if upper[-1] not in CLOSED else f"{upper}\n{lower}"
