"""The header of a table that was flattened to one cell a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .division import Token
from .pipes import lone_cell
from .vocabulary import Column, column, header
from .wrapping import FRESH


def flat_header(lines: Sequence[str], start: int) -> tuple[list[Token], tuple[Column, ...], int] | None:
    """The header words from ``start`` on, one a line, their kinds, and the index of the line below them."""
    if on_one_line := _on_one_line(lines, start):
        return on_one_line
    run, below = _words(lines, start)
    kinds = header([token.text for token in run]) if len(run) >= 2 else None
    if kinds is None:
        return None
    folded = _folded(run)
    return folded, header([token.text for token in folded]) or kinds, below


def _words(lines: Sequence[str], start: int) -> tuple[list[Token], int]:
    """The run of header words from ``start`` on, and the index of the line below it."""
    run: list[Token] = []
    ends = [start]
    index = start
    unknown = 0
    while index < len(lines) and len(run) < 12:
        text = lone_cell(lines[index])
        stop = index + 1
        if text:
            if "\t" in lines[index].strip() or len(text) > 24:
                break
            if joined := _two_lines(lines, index, text):
                text, stop = joined
            elif column(text) is None:
                unknown += 1
                if not run or unknown > 2 or not _may_be_header(lines, index, text):
                    break
            run.append(Token(text, index + 1, tab="\t" in lines[index], gap=0))
            ends.append(stop)
        elif index - start > 2 * len(run) + 2:
            break
        index = stop
    if run and column(run[-1].text) is None and column(run[0].text) is not Column.NUMBER:
        run.pop()
        ends.pop()
    return run, ends[-1]


def _may_be_header(lines: Sequence[str], index: int, text: str) -> bool:
    """Whether words that are not known may name a column: short, and header words or the first row follow."""
    if FRESH.match(text) or len(text) > 10:
        return False
    return _header_goes_on(lines, index + 1) or _first_number(lines, index + 1)


def _on_one_line(lines: Sequence[str], start: int) -> tuple[list[Token], tuple[Column, ...], int] | None:
    """A header with tabs between its words over a body that has one cell a line."""
    words = [lone_cell(word) for word in lines[start].strip("\t\r\n ").split("\t")]
    kinds = header(words) if len(words) >= 2 else None
    below = [line for line in lines[start + 1 : start + 12] if line.strip()][:4]
    if kinds is None or len(below) < 2 or any("\t" in line.strip() for line in below):
        return None
    return [Token(word, start + 1, tab=True, gap=0) for word in words], kinds, start + 1


def _first_number(lines: Sequence[str], index: int) -> bool:
    """Whether the first line that is not empty from ``index`` on is the number 1."""
    return next((lone_cell(line) for line in lines[index : index + 4] if line.strip()), "") in (
        "1",
        "1.",
        "一",
        "（一）",
    )


def _two_lines(lines: Sequence[str], index: int, text: str) -> tuple[str, int] | None:
    """A header word that was broken over two lines (完成 / 时限), and the index behind it."""
    ahead = index + 1
    while ahead < len(lines) and not lines[ahead].strip() and ahead < index + 3:
        ahead += 1
    if ahead >= len(lines) or len(text) > 4:
        return None
    rest = lone_cell(lines[ahead])
    lone = (column(text) is None or column(rest) is None) and not FRESH.match(rest)
    if lone and 0 < len(rest) <= (4 if column(rest) is None else 2) and column(text + rest) is not None:
        return text + rest, ahead + 1
    return None


def _header_goes_on(lines: Sequence[str], index: int) -> bool:
    """Whether the next line that is not empty is a header word."""
    for line in lines[index : index + 3]:
        if line.strip():
            return column(lone_cell(line)) is not None
    return False


def _folded(run: list[Token]) -> list[Token]:
    """A header of two levels as one: 责任单位 over 牵头单位 and 配合单位 gives way to the two below it."""
    words = [re.sub(r"\s", "", token.text) for token in run]
    for at, word in enumerate(words):
        if word not in ("责任单位", "责任部门", "责任分工", "任务分工", "职责分工", "分工", "单位"):
            continue
        below = [i for i, other in enumerate(words) if re.match(r"(?:牵头|配合|主办|协办|负责|参与|参加)", other)]
        if len(below) == 2 and below[1] == below[0] + 1 and below[0] > at:
            children = [run[i] for i in below]
            rest = [token for i, token in enumerate(run) if i not in below and i != at]
            before = sum(i < at for i in range(len(run)) if i not in below and i != at)
            return [*rest[:before], *children, *rest[before:]]
    return run
