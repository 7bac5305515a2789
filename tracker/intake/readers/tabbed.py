"""Tables with one row a line and a tab between cells, as they come from Excel, Word or a converter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tracker.i18n import N_
from tracker.intake.blocks import Cell, Doubt, Paragraph

from .fitting import Fit, fit_row, unit_share
from .found import Found, rectangle
from .pipes import plain
from .vocabulary import Column, header
from .wrapping import FRESH, join, signs

_NUMBERED = re.compile(r"\s*[（(]?(\d{1,3})(?:[）)]|[.．、](?!\d)|\s*$)")
_PAGE = re.compile(r"\d{1,4}")
_CUT = re.compile(r"[<>≥≤＞＜≧≦、，（(《“]$")
_BROKEN = re.compile(r"[、，,（(]$")


def tab_table(lines: Sequence[str], start: int) -> Found | None:
    """The table that begins at ``lines[start]``; without blocks where tabs make none (a list of contents has them)."""
    if "\t" not in lines[start].lstrip().rstrip("\r\n "):
        return None
    stop = _region(lines, start)
    rows = _rows(lines, start, stop)
    if len(rows) < 2:
        return Found([], start + 1)
    while all(len(row) > 1 and not row[0].text for row in rows):
        rows = [row[1:] for row in rows]
    blocks: list[Paragraph] = []
    while rows and len(_filled(rows[0])) == 1 and header([cell.text for cell in rows[0]]) is None:
        blocks.append(Paragraph(_filled(rows[0])[0].text, rows[0][0].line))
        rows = rows[1:]
    width = max((len(row) for row in rows), default=0)
    kinds = next((kinds for row in rows[:3] if (kinds := header([cell.text for cell in row]))), None)
    if not rows or (kinds is None and not _regular(rows)) or _contents(rows):
        heads = (at for at in range(start + 1, stop) if header(lines[at].strip("\t ").split("\t")) is not None)
        return Found([], next(heads, stop))
    doubts: list[Doubt] = []
    if kinds is not None and len(kinds) == width:
        rows = [_placed(row, kinds, doubts) for row in rows]
        rows = _mended(rows)
    return Found([*blocks, rectangle(rows)], stop, doubts)


def _filled(row: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in row if cell.text.strip()]


def _region(lines: Sequence[str], start: int) -> int:
    """The index behind the last line of the run: between two rows may stand one empty line, or the rest of a cell."""
    stop = index = start
    columns = lines[start].count("\t")
    while index < len(lines):
        line = lines[index]
        if line.strip() and "\t" in line.strip("\r\n "):
            columns = max(columns, line.count("\t"))
            stop = index + 1
        elif line.strip():
            ahead = next((at for at in range(index + 1, min(index + 6, len(lines))) if lines[at].strip()), None)
            opened = _quoted(lines[stop - 1 : index])
            within = columns > 1 and len(line.strip()) <= 40 and ahead is not None and "\t" in lines[ahead]
            rest = index == stop and stop > start + 1 and columns > 1 and _more_units(lines, index)
            if not (opened or within or rest):
                break
            if opened or rest:
                stop = index + 1
        elif index - stop >= 1:
            break
        index += 1
    return stop


def _more_units(lines: Sequence[str], index: int) -> bool:
    """Whether a line without tab below a row can only be more units of its last cell; a note or a signature is not."""
    line = lines[index].strip()
    return unit_share(line) == 1.0 and not FRESH.match(line) and not signs(lines, index)


def _quoted(lines: Sequence[str]) -> bool:
    """Whether a cell that a spreadsheet put in quotation marks is still open behind ``lines``."""
    text = "\n".join(lines)
    return bool(re.search(r'(?:^|\t)"', text)) and text.count('"') % 2 == 1


def _rows(lines: Sequence[str], start: int, stop: int) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    columns = max(line.count("\t") + 1 for line in lines[start:stop])
    buffer, first = "", start
    for index in range(start, stop):
        line = lines[index]
        if not buffer:
            first = index
        buffer = f"{buffer}\n{line}" if buffer else line
        if _quoted([buffer]):
            continue
        if buffer.strip():
            cells = [Cell(plain(_unquoted(part)), first + 1) for part in buffer.strip("\n").split("\t")]
            if rows and _continues(rows[-1], cells, columns):
                last = rows[-1].pop()
                rows[-1].append(Cell(f"{last.text}\n{cells[0].text}".strip(), last.line))
                rows[-1].extend(cells[1:])
            else:
                rows.append(cells)
        buffer = ""
    return rows


def _unquoted(text: str) -> str:
    bare = text.strip()
    return bare[1:-1].replace('""', '"') if len(bare) > 1 and bare[0] == bare[-1] == '"' else bare


def _continues(above: Sequence[Cell], cells: Sequence[Cell], columns: int) -> bool:
    """Whether a line break within the last cell of ``above`` cut the row in two."""
    if len(cells) == 1 and len(above) == columns:
        return unit_share(above[-1].text) == unit_share(cells[0].text) == 1.0
    return (
        1 < len(above) < columns
        and len(above) + len(cells) - 1 <= columns
        and not any(_NUMBERED.match(cell.text) for cell in cells[:2])
        and not (len(cells) > 1 and not cells[0].text)
        and any(_NUMBERED.match(cell.text) for cell in above[:2])
        and (len(cells) == 1 or len(above) + len(cells) - 1 == columns or bool(_BROKEN.search(above[-1].text)))
    )


def _regular(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether rows without a known header still make a table: three columns or more, the same in every row."""
    return len(rows) >= 3 and len(rows[0]) >= 3 and len({len(row) for row in rows}) == 1


def _contents(rows: Sequence[Sequence[Cell]]) -> bool:
    """A list of contents: the last cell of every row is the number of a page, and the numbers rise."""
    pages = [row[-1].text for row in rows if row[-1].text]
    numbers = [int(page) for page in pages if _PAGE.fullmatch(page)]
    return (
        len(rows[0]) == 2
        and len(numbers) >= 0.8 * len(rows)
        and all(above <= below for above, below in pairwise(numbers))
    )


def _placed(row: list[Cell], kinds: Sequence[Column], doubts: list[Doubt]) -> list[Cell]:
    """A row that lost cells (a merged cell is printed once), each of the rest put where it can stand."""
    filled = _filled(row)
    if len(row) == len(kinds) or len(filled) < 2:
        return row
    fit: Fit = fit_row([cell.text for cell in row], kinds)
    if not fit.sure:
        doubts.append(
            Doubt(row[0].line, N_("This row has fewer cells than its table. Check which column each belongs to."))
        )
    placed = [Cell("", row[0].line) for _ in kinds]
    for cell, at in zip(row, fit.columns, strict=True):
        if at is not None:
            placed[at] = cell
    return placed


def _mended(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Rows cut in two by the capture are one again.

    Between consecutive numbers stands no row without one; that it is the rest of the row above is shown by a cell that
    stops in the middle, or by a piece that the cell above already ends with.
    """
    mended: list[list[Cell]] = []
    for index, row in enumerate(rows):
        below = rows[index + 1] if index + 1 < len(rows) else None
        if mended and below is not None and _is_rest(mended[-1], row, below):
            mended[-1] = [_joined(above, rest) for above, rest in zip(mended[-1], row, strict=True)]
        else:
            mended.append(row)
    return mended


def _is_rest(above: Sequence[Cell], row: Sequence[Cell], below: Sequence[Cell]) -> bool:
    before, here, after = (_number(cells) for cells in (above, row, below))
    if here is not None or before is None or after != before + 1 or len(_filled(row)) < 2:
        return False
    return any(
        bool(_CUT.search(upper.text)) or (len(lower.text) < len(upper.text) and upper.text.endswith(lower.text))
        for upper, lower in zip(above, row, strict=False)
        if upper.text and lower.text
    )


def _number(row: Sequence[Cell]) -> int | None:
    for cell in row[:2]:
        if found := _NUMBERED.match(cell.text):
            return int(found[1])
    return None


def _joined(above: Cell, rest: Cell) -> Cell:
    if not rest.text or (
        len(rest.text) < len(above.text) and above.text.endswith(rest.text) and not rest.text.isdigit()
    ):
        return above
    return Cell(join(above.text, rest.text), above.line)
