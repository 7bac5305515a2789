"""What each row of a table is: a head again, a section, a note, a sum, a task or more of the task above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from ..blocks import Cell
from . import numbering
from .columns import Layout, Row, distinct, same_head
from .words import UNITS, Role

_NOTE = re.compile(
    r"[（(【]?(?:备?注(?:释|明|解)?|说明|附注|填表说明)[】]?\d*[：:．.、]|[※*＊★▲△]\s*(?:为|表示|[：:]|号|[标代])"
)
_SUM = re.compile(r"(?:合计|总计|小计|共计|总数)[：:]?\d*")
FURNITURE = re.compile(r"[-—–·\s]*\d+[-—–·\s]*|第\d+页.*|.{0,30}[（(]?续表?\d*[)）]?|附件?表?\d*[：:]?|单位[：:].{1,8}")
_LONGEST_TITLE = 60


class Kind(StrEnum):
    """What a row below the head is."""

    NOTHING = "nothing"
    SECTION = "section"
    NOTE = "note"
    DATA = "data"
    ODD = "odd"


def flow(text: str) -> str:
    """The words of a cell on one line: Chinese lines are joined as they are, others by a space."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    joined = ""
    for line in filter(None, lines):
        apart = bool(joined) and joined[-1].isascii() and line[0].isascii() and (joined[-1] + line[0]).isalnum()
        joined += f" {line}" if apart else line
    return joined


def kind(row: Row, layout: Layout) -> Kind:
    """What ``row`` is to the reader of the table."""
    cells = distinct(row)
    if not cells or same_head(layout, row) or _SUM.match("".join(cells[0].text.split())) or _counts_columns(cells):
        return Kind.NOTHING
    if _NOTE.match(flow(cells[0].text)):
        return Kind.NOTE
    return _alone(cells[0], row, layout) if len(cells) == 1 else _several(cells, row, layout)


def title_of(row: Row) -> str:
    """The title that a section row bears, without its number and full stop."""
    cells = [flow(cell.text) for cell in distinct(row)]
    if len(cells) > 1 and numbering.printed(cells[0]):
        cells = cells[1:]
    return section_title("".join(cells))


def section_title(words: str) -> str:
    """A heading without its number, the count of its tasks and the full stop."""
    number = numbering.leading(words)
    title = number[1] if number else words
    return re.sub(r"[（(]共?\d+[项条个][)）]$", "", title).rstrip("。：:；;").strip() or words


def units_of(row: Row, layout: Layout) -> list[Cell]:
    """The filled cells of the columns of units."""
    return [row[column] for column in layout.of(*UNITS) if row[column].text.strip()]


def texts_of(row: Row, layout: Layout) -> list[Cell]:
    """The filled cells of the columns of texts."""
    return [row[column] for column in layout.of(Role.TEXT) if row[column].text.strip()]


def _counts_columns(cells: Sequence[Cell]) -> bool:
    numbers = [cell.text.strip(" ()（）\n") for cell in cells]
    return len(cells) > 2 and numbers == [str(count) for count in range(1, len(cells) + 1)]


def _alone(cell: Cell, row: Row, layout: Layout) -> Kind:
    """A row with one filled cell, over all columns or in one of them."""
    text = flow(cell.text)
    over = [column for column, other in enumerate(row) if other is cell]
    if FURNITURE.fullmatch(text):
        return Kind.NOTHING
    roles = {layout.roles[column] for column in over}
    whole = len(over) > 1 and bool(roles & set(UNITS)) and len(roles) > 1
    heads = numbering.leading(text) is not None
    if whole or (layout.roles[over[0]] is Role.NUMBER and not numbering.printed(text)):
        return Kind.SECTION if heads or len(text) <= _LONGEST_TITLE else Kind.ODD
    if len(over) == 1 and layout.roles[over[0]] is Role.TEXT and heads and _opens_section(text):
        return Kind.SECTION
    return Kind.DATA


def _opens_section(text: str) -> bool:
    return (
        len(text) <= _LONGEST_TITLE
        and re.match(r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]|第.{1,3}[章节部篇]", text)
        is not None
    )


def _several(cells: Sequence[Cell], row: Row, layout: Layout) -> Kind:
    texts, units = texts_of(row, layout), units_of(row, layout)
    number = numbering.printed(cells[0].text)
    if any(unit is text for unit in units for text in texts):
        return Kind.SECTION
    rest = [cell for cell in cells if cell is not cells[0] and not any(cell is text for text in texts)]
    if (
        number
        and numbering.is_chinese(number)
        and len(texts) == 1
        and not rest
        and len(flow(texts[0].text)) <= _LONGEST_TITLE
    ):
        return Kind.SECTION
    return Kind.DATA
