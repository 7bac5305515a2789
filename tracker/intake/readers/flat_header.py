"""The header of a table that was flattened to one cell a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .division import Token
from .pipes import plain
from .vocabulary import Column, column, header


def flat_header(lines: Sequence[str], start: int) -> tuple[list[Token], tuple[Column, ...], int] | None:
    """The header words from ``start`` on, one a line, their kinds, and the index of the line below them."""
    run: list[Token] = []
    index = start
    unknown = 0
    while index < len(lines) and len(run) < 12:
        line = lines[index]
        text = plain(line)
        if text:
            tail = line.strip("\r\n ")
            if "\t" in tail.strip("\t") or len(text) > 24:
                break
            known = column(text) is not None or text in ("目标",)
            if not known and (joined := _two_lines(lines, index, text)):
                run.append(Token(joined[0], index + 1, "\t" in line, 0))
                index = joined[1]
                continue
            if not known:
                unknown += 1
                if not run or unknown > 1 or not _header_goes_on(lines, index + 1):
                    break
            run.append(Token(text, index + 1, "\t" in line, 0))
        elif index - start > 2 * len(run) + 2:
            break
        index += 1
    run = _folded(run)
    while run and column(run[-1].text) is None:
        run.pop()
    kinds = header([token.text for token in run]) if len(run) >= 2 else None
    if kinds is None:
        return None
    return run, kinds, max(token.line for token in run) if not run[-1].gap else run[-1].gap


def _two_lines(lines: Sequence[str], index: int, text: str) -> tuple[str, int] | None:
    """A header word that was broken over two lines (完成 / 时限), and the index behind it."""
    ahead = index + 1
    while ahead < len(lines) and not lines[ahead].strip() and ahead < index + 3:
        ahead += 1
    if ahead >= len(lines) or len(text) > 8:
        return None
    rest = plain(lines[ahead])
    if 0 < len(rest) <= 6 and column(rest) is None and column(text + rest) is not None:
        return text + rest, ahead + 1
    return None


def _header_goes_on(lines: Sequence[str], index: int) -> bool:
    """Whether the next line that is not empty is a header word."""
    for line in lines[index : index + 3]:
        if line.strip():
            return column(plain(line)) is not None
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
            last = max(token.line for token in run)
            rest = [token for i, token in enumerate(run) if i not in below and i != at]
            before = sum(i < at for i in range(len(run)) if i not in below and i != at)
            folded = [*rest[:before], *children, *rest[before:]]
            return [*folded[:-1], replace(folded[-1], gap=last)]
    return run
