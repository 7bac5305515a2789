"""Tables whose cells are held apart by two or more spaces, or by full-width ones, in columns under a header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tracker.i18n import N_
from tracker.intake.blocks import Cell, Doubt

from .fitting import evidence, fit_row
from .found import Found, rectangle
from .pipes import plain
from .vocabulary import Column, header
from .wrapping import CLOSED, join, width

_FIELD = re.compile(r"\S+(?: \S+)*")
_LOOSE = re.compile(r"(序|指|备|单|属|类|时|目|任)([ \u3000]+)(号|标|注|位|性|别|限|务)")
_NUMBER = re.compile(r"[（(]?\d{1,3}[）)]?[.、．]?")


def spaced_table(lines: Sequence[str], start: int) -> Found | None:
    """The table whose header is ``lines[start]``; None where that line is no header with gaps in it."""
    head = _fields(lines[start])
    kinds = header([text for text, _, _ in head]) if len(head) >= 2 else None
    if kinds is None:
        return None
    starts = [left for _, left, _ in head]
    rows = [[Cell(plain(text), start + 1) for text, _, _ in head]]
    doubts: list[Doubt] = []
    index = stop = start + 1
    while index < len(lines):
        fields = _fields(lines[index])
        if not fields:
            if index - stop >= 1:
                break
        elif len(fields) == 1 and not _continues(fields[0], starts, rows):
            break
        elif _is_rest(fields, starts, rows, blank=index > stop):
            _append(rows[-1], fields, starts)
            stop = index + 1
        else:
            rows.append(_row(fields, starts, kinds, index + 1, doubts))
            stop = index + 1
        index += 1
    return Found([rectangle(rows)], stop, doubts) if len(rows) > 1 else None


def _fields(line: str) -> list[tuple[str, int, int]]:
    """The cells of a line with the columns of the screen at which each begins and ends."""
    whole = _LOOSE.sub(lambda found: found[1] + found[3] + found[2], line.rstrip()).expandtabs(8)
    spread = whole.replace("\u3000", "  ")
    fields = []
    for found in _FIELD.finditer(spread):
        left = width(spread[: found.start()])
        fields.append((found[0], left, left + width(found[0])))
    return fields


def _at(left: int, right: int, starts: Sequence[int]) -> int:
    """The column under whose header a cell stands: it begins there, or covers the header's beginning."""
    for at, start in enumerate(starts):
        if left <= start < right:
            return at
    return max((at for at, start in enumerate(starts) if start <= left + 2), default=0)


def _continues(field: tuple[str, int, int], starts: Sequence[int], rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a lone field is the rest of a cell above: it stands in a column that is not the first."""
    return len(rows) > 1 and _at(field[1], field[2], starts) > 0 and field[1] >= starts[1] - 2


def _is_rest(
    fields: Sequence[tuple[str, int, int]], starts: Sequence[int], rows: Sequence[Sequence[Cell]], *, blank: bool
) -> bool:
    """Whether a line goes on with the cells of the row above: no number of its own where the row above has one."""
    if len(rows) < 2 or blank or _NUMBER.fullmatch(fields[0][0]):
        return False
    numbered = bool(_NUMBER.fullmatch(rows[-1][0].text))
    return numbered and _at(fields[0][1], fields[0][2], starts) > 0


def _append(row: list[Cell], fields: Sequence[tuple[str, int, int]], starts: Sequence[int]) -> None:
    for text, left, right in fields:
        at = _at(left, right, starts)
        above = row[at].text
        broken = not above or above[-1] not in CLOSED
        row[at] = Cell(join(above, plain(text)) if broken else f"{above}\n{plain(text)}", row[at].line)


def _row(
    fields: Sequence[tuple[str, int, int]],
    starts: Sequence[int],
    kinds: Sequence[Column],
    line: int,
    doubts: list[Doubt],
) -> list[Cell]:
    """One row: as many cells as columns go in order, fewer by where they stand, or else by what they say."""
    texts = [plain(text) for text, _, _ in fields]
    if len(texts) == len(kinds):
        return [Cell(text, line) for text in texts]
    if len(texts) > len(kinds):
        texts = [*texts[: len(kinds) - 1], " ".join(texts[len(kinds) - 1 :])]
        doubts.append(Doubt(line, N_("This row has more cells than its table. Check which column each belongs to.")))
        return [Cell(text, line) for text in texts]
    places = [_at(left, right, starts) for _, left, right in fields]
    rising = all(above < below for above, below in pairwise(places))
    if not rising or any(evidence(text, kinds[at]) < -2 for text, at in zip(texts, places, strict=True)):
        fit = fit_row(texts, kinds)
        places = list(fit.columns)
        if not fit.sure and len(texts) > 1:
            doubts.append(
                Doubt(line, N_("This row has fewer cells than its table. Check which column each belongs to."))
            )
    row = [Cell("", line) for _ in kinds]
    for text, at in zip(texts, places, strict=True):
        row[at] = Cell(text, line)
    return row
