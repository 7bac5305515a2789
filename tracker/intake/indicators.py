"""The tables of indicators: which tables they are, what their columns mean, their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..i18n import N_
from .blocks import Cell, Document, Doubt, Table
from .context import Context
from .draft import DraftIndicator
from .figures import Figure, as_unit, compare, is_absent, name_and_unit, read_figure
from .indicator_columns import KIND_CELL, NUMBERED, Columns, find_columns, is_past
from .lines import squeeze

_KINDS = {"约": "binding", "预": "anticipatory"}
_KIND_PIECE = re.compile(r"^(?:[约预]|[约预]?[束期]|[束期]?性)$")
_NOTE = re.compile(r"^(?:备?注|说明|资料来源|数据来源)\s*\d*\s*[:：]")


@dataclass(slots=True)
class Indicators:
    """The rows of all tables of indicators, the tables that were taken for it, and what was doubtful."""

    rows: list[DraftIndicator] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def read_indicators(document: Document, context: Context) -> Indicators:
    """The indicators that the plan sets for its own term; an earlier term's results are left out and named."""
    found = Indicators()
    columns: Columns | None = None
    caption = ""
    for block in document.blocks:
        if not isinstance(block, Table):
            columns, caption = (columns if not block.text.strip() else None), block.text
            continue
        own = find_columns(block, context)
        if own is None and columns is not None and _continues(block, columns):
            _read(block, columns, 0, found)
        elif own is not None and is_past(block, own, caption, context):
            found.tables.append(block)
            found.doubts.append(
                Doubt(block.line, N_("This table of indicators tells of an earlier term and was left out."))
            )
            columns = None
        elif own is not None:
            _read(block, own, own.end, found)
            columns = own
        else:
            columns = None
    return found


def _read(table: Table, columns: Columns, first: int, found: Indicators) -> None:
    found.tables.append(table)
    before = list(found.rows)  # within one table a name may stand twice: 其中：农村
    for row, line in _rows(table, columns, first):
        indicator = _indicator(row, columns)
        if indicator is None:
            found.doubts.append(
                Doubt(
                    line,
                    N_("This row of the table of indicators has no name and was left out: “%(row)s”."),
                    {"row": " ".join(filter(None, row))},
                )
            )
            continue
        earlier = next((other for other in before if other.name == indicator.name), None)
        if earlier is None:
            found.rows.append(indicator)
        elif earlier != indicator:
            found.doubts.append(
                Doubt(
                    line,
                    N_("The indicator “%(name)s” stands here once more with other figures; the first row counts."),
                    {"name": indicator.name},
                )
            )


def _continues(table: Table, columns: Columns) -> bool:
    """Whether a table without a header goes on where a page break or a blank line cut the one before."""
    width = len(table.rows[0]) if table.rows else 0
    return columns.width - 1 <= width <= columns.width


def _rows(table: Table, columns: Columns, first: int) -> Iterator[tuple[list[str], int]]:
    """The rows that hold an indicator, brought into line with the header; a row broken in two is one."""
    header = [squeeze(cell.text) for cell in table.rows[columns.end - 1]] if first else []
    waiting: tuple[list[str], int] | None = None
    for row in table.rows[first:]:
        texts = [squeeze(cell.text) for cell in row]
        texts += [""] * (columns.width - len(texts))
        if texts == header or _is_heading(row, texts, columns):
            continue
        texts = _aligned(texts, columns)
        if waiting and _goes_on(waiting[0], texts, columns):
            joined = [
                above if above == below else above + below for above, below in zip(waiting[0], texts, strict=True)
            ]
            waiting = (_with_kind(joined, waiting[0], columns), waiting[1])
            continue
        if waiting:
            yield waiting
        waiting = (texts, row[min(columns.name, len(row) - 1)].line)
    if waiting:
        yield waiting


def _is_heading(row: Sequence[Cell], texts: Sequence[str], columns: Columns) -> bool:
    """A row of category, a note or nothing: one text alone that is not numbered."""
    distinct = {id(cell): squeeze(cell.text) for cell in row if cell.text.strip()}
    if not distinct:
        return True
    only = next(iter(distinct.values()))
    if _NOTE.match(only):
        return True
    said = {text for place, text in enumerate(texts) if text and place != columns.number}
    return (
        len(said) == 1
        and not NUMBERED.match(only)
        and not (columns.number is not None and texts[columns.number].isdigit())
    )


def _aligned(texts: list[str], columns: Columns) -> list[str]:
    """A row whose left cells are absent, shifted to where its 属性 or its figures belong."""
    shift = 0
    if columns.kind is not None and not _is_kind(texts[columns.kind]):
        places = [c for c, text in enumerate(texts) if _is_kind(text)]
        shift = columns.kind - places[-1] if places else 0
    elif columns.kind is None and columns.name > 0 and NUMBERED.match(texts[columns.name - 1]) and not texts[-1]:
        shift = 1
    return (
        [""] * shift + texts[: len(texts) - shift]
        if 0 < shift < len(texts) and not any(texts[len(texts) - shift :])
        else texts
    )


def _is_kind(text: str) -> bool:
    return bool(KIND_CELL.match(text) or _KIND_PIECE.match(text))


def _goes_on(above: Sequence[str], below: Sequence[str], columns: Columns) -> bool:
    """Whether a row is the lower half of the one above: its 属性 is a piece of the word, or the target waits for it."""
    if columns.number is not None and below[columns.number]:
        return False
    if columns.kind is not None and below[columns.kind] and not KIND_CELL.match(below[columns.kind]):
        return bool(_KIND_PIECE.match(below[columns.kind]))
    is_open = above[columns.target] in (">", "≥", "＞", "<", "≤", "＜")
    return is_open and not NUMBERED.match(below[columns.name])


def _with_kind(joined: list[str], above: Sequence[str], columns: Columns) -> list[str]:
    if columns.kind is not None and KIND_CELL.match(above[columns.kind]):
        joined[columns.kind] = above[columns.kind]
    return joined


def _indicator(row: Sequence[str], columns: Columns) -> DraftIndicator | None:
    name, unit = name_and_unit(row[columns.name])
    if not name or is_absent(name):
        return None
    printed = row[columns.target]
    if is_absent(printed) and columns.growth is not None:
        printed = row[columns.growth]
    target = read_figure(printed)
    baseline = read_figure(row[columns.baseline]) if columns.baseline is not None else None
    if unit is None and columns.unit is not None and not is_absent(row[columns.unit]):
        unit = as_unit(row[columns.unit]) or row[columns.unit]
    unit = unit or next((figure.unit for figure in (target, baseline) if figure and figure.unit), None)
    before = _printed(baseline, unit)
    return DraftIndicator(
        name,
        unit,
        before,
        _printed(target, unit, with_sign=False),
        compare(target, name, unit, before) if target else None,
        _kind(row[columns.kind]) if columns.kind is not None else None,
    )


def _printed(figure: Figure | None, unit: str | None, *, with_sign: bool = True) -> str | None:
    """A figure as printed without its unit; a baseline keeps its comparison, a unit that is another one stays."""
    if figure is None:
        return None
    sign = figure.comparator if with_sign and figure.comparator in (">", "<", ">=", "<=") and not figure.is_bare else ""
    other = figure.unit if figure.unit and figure.unit != unit else ""
    return f"{sign}{figure.text}{other}"


def _kind(text: str) -> str | None:
    return next((kind for sign, kind in _KINDS.items() if sign in text), None)
