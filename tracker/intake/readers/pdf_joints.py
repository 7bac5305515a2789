"""Tables that a page break cut in two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .building import Box, Text
from .pdf_lines import Line
from .vocabulary import header
from .wrapping import CLOSED, join

_NUMBER = re.compile(r"[（(]?(?:\d{1,4}|[一二三四五六七八九十]{1,3})[）)]?[.．、]?")
_CONTINUED = re.compile(r"[（(]?续(?:上|前)?(?:表|页)?\s*\d*[)）]?|.{0,12}[（(]续[表\d]*[)）]")
_RECENT = 20
"""Rows that tell whether a table is numbered."""
_OPEN = "，、,（(《“/"


@dataclass(slots=True)
class Sheet:
    """A table: its rows of boxes, the sides of its columns, the page of each row."""

    rows: list[list[Box]]
    xs: list[float]
    pages: list[int]


def joined_sheets(parts: Sequence[Line | Sheet]) -> list[Line | Sheet]:
    """``parts`` with the halves of tables put together: nothing stands between them, and their columns agree."""
    found: list[Line | Sheet] = []
    for part in parts:
        above = found[-1] if found else None
        if isinstance(part, Sheet):
            mark = isinstance(above, Line) and bool(_CONTINUED.fullmatch(above.text)) and len(found) > 1
            before = found[-2] if mark else above
            if isinstance(before, Sheet) and _goes_on(before, part):
                if mark:
                    found.pop()
                _append(before, part)
                continue
        found.append(part)
    return found


def _goes_on(above: Sheet, below: Sheet) -> bool:
    if below.pages[0] == above.pages[-1] or len(above.rows[0]) != len(below.rows[0]):
        return False
    if _words(below.rows[0]) == _words(above.rows[0]):
        return True
    if header([box.text() for box in _once(below.rows[0])]) is not None:
        return False
    wide, narrow = above.xs[-1] - above.xs[0], below.xs[-1] - below.xs[0]
    shares = zip(above.xs, below.xs, strict=True)
    return all(abs((x - above.xs[0]) / wide - (y - below.xs[0]) / narrow) < 0.03 for x, y in shares)


def _append(above: Sheet, below: Sheet) -> None:
    rows = list(below.rows)
    pages = list(below.pages)
    again = 1 if _words(rows[0]) == _words(above.rows[0]) else 0
    if len(rows) > again and _is_rest(above, rows[again]):
        last = above.rows[-1]
        for upper, lower in zip(_once(last), _once(rows[again]), strict=False):
            _extend(upper, lower)
        del rows[: again + 1], pages[: again + 1]
    elif len(rows) > again:
        _span(above, rows, again)
    above.rows.extend(rows)
    above.pages.extend(pages)


def _span(above: Sheet, rows: list[list[Box]], first: int) -> None:
    """Where the page break went through a cell merged over several rows, its lower part is that cell too."""
    for column, upper in enumerate(above.rows[-1]):
        lower = rows[first][column]
        tall = len(above.rows) > 1 and above.rows[-2][column] is upper
        if not tall or lower.text() or rows[first].count(lower) > 1:
            continue
        for row in rows[first:]:
            if row[column] is not lower:
                break
            row[column] = upper


def _is_rest(above: Sheet, row: Sequence[Box]) -> bool:
    """Whether ``row`` is the rest of the last row: without a number where rows are numbered, and a cell goes on."""
    last = above.rows[-1]
    recent = above.rows[-_RECENT:]
    numbered = sum(bool(_NUMBER.fullmatch(each[0].text())) for each in recent)
    if numbered * 2 < len(recent) or row[0].text() or len({id(box) for box in row}) == 1:
        return False
    if len(_once(last)) != len(_once(row)):
        return False
    return any(_cut(upper.text(), lower.text()) for upper, lower in zip(last, row, strict=True))


def _cut(upper: str, lower: str) -> bool:
    """Whether a cell's text stops in the middle and goes on below."""
    if not upper or not lower:
        return False
    if upper[-1] in _OPEN or lower[0] in "，、。；,;）)》”":
        return True
    return upper[-1] not in CLOSED and (len(upper) >= 12 or len(lower) >= 12)


def _extend(upper: Box, lower: Box) -> None:
    above, below = upper.text(), lower.text()
    if below:
        upper.parts = [Text(join(above, below) if not above or above[-1] not in CLOSED else f"{above}\n{below}")]


def _once(row: Sequence[Box]) -> list[Box]:
    return list({id(box): box for box in row}.values())


def _words(row: Sequence[Box]) -> list[str]:
    return ["".join(box.text().split()) for box in row]
