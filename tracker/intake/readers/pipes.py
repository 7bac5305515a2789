"""Markdown's pipe tables, with or without outer pipes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.intake.blocks import Cell

from .found import Found, rectangle

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PIPE = re.compile(r"(?<!\\)[|｜]")

_LONGEST_CELL = 12
"""Lines that one row may be broken into."""


def cells(line: str, *, left: bool = True, right: bool = True) -> list[str]:
    """The cells of one line: an escaped pipe is a character, ``<br>`` begins a new line in the cell.

    ``left`` and ``right`` say whether the table has outer pipes, else a pipe at that end borders an empty cell.
    """
    inner = line.strip()
    if left and inner[:1] in "|｜":
        inner = inner[1:]
    if right and inner[-1:] in "|｜" and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [plain(part) for part in _PIPE.split(inner)]


def plain(text: str) -> str:
    """Markdown's text without its marks for weight, escapes, comments, links and breaks."""
    text = _BREAK.sub("\n", text).replace("&nbsp;", " ").replace("**", "").replace("__", "")
    text = re.sub(r"!?\[([^\]\[]*)\]\(((?:https?:|mailto:|#|/|\.)[^)\s]*)\)", r"\1", text)
    text = re.sub(r"\[bookmark: \w+\]|<!--.*?-->|</?(?:b|strong|i|em|u|p|span|div|center)(?:\s[^<>]*)?>", "", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+\-.!|<>~])", r"\1", text)
    return "\n".join(part.strip() for part in text.strip().split("\n"))


def lone_cell(line: str) -> str:
    """The text of a line that is one cell of a table, pipes that were left around it taken off."""
    return plain(line).strip(" |｜")


def _is_rule(line: str) -> bool:
    return "-" in line and "|" in line and not line.strip("|-: \t\r\n")


def pipe_table(lines: Sequence[str], start: int) -> Found | None:
    """The table that begins at ``lines[start]``; None where there is none.

    It needs Markdown's rule below the header, or pipes at both ends of every line.
    """
    if not _PIPE.search(lines[start]) or _is_rule(lines[start]):
        return None
    ruled = start + 1 < len(lines) and _is_rule(lines[start + 1])
    if not ruled and not (_outer(lines[start]) and start + 1 < len(lines) and _outer(lines[start + 1])):
        return None
    head = lines[start].strip()
    left, right = head[0] in "|｜", head[-1] in "|｜"
    columns = len(cells(head, left=left, right=right))
    rows: list[list[Cell]] = []
    index = start
    while index < len(lines):
        line = lines[index]
        if not line.strip() and _goes_on(lines, index + 1, columns):
            index += 1
            continue
        if not _PIPE.search(line) or not (ruled or _outer(line)):
            break
        whole, stop = _whole(lines, index, columns) if left and right else (line, index + 1)
        if not _is_rule(line):
            rows.append([Cell(text, index + 1) for text in cells(whole, left=left, right=right)])
        index = stop
    return Found([rectangle(rows)], index)


def _outer(line: str) -> bool:
    bare = line.strip()
    return len(bare) > 2 and bare[0] in "|｜" and bare[-1] in "|｜"


def _whole(lines: Sequence[str], index: int, columns: int) -> tuple[str, int]:
    """The row at ``index`` with the lines that a break within a cell made of it, and the index behind them."""
    row = lines[index].rstrip()
    for stop in range(index + 1, min(index + _LONGEST_CELL, len(lines))):
        if row[-1] in "|｜" or not lines[stop].strip() or lines[stop].lstrip()[0] in "|｜":
            break
        row = f"{row}<br>{lines[stop].strip()}"
        if row[-1] in "|｜" and len(cells(row)) == columns:
            return row, stop + 1
    return lines[index], index + 1


def _goes_on(lines: Sequence[str], index: int, columns: int) -> bool:
    """Whether the table goes on behind an empty line: as many columns, and no header of its own."""
    if index + 1 < len(lines) and _is_rule(lines[index + 1]):
        return False
    return index < len(lines) and _outer(lines[index]) and len(cells(lines[index])) == columns
