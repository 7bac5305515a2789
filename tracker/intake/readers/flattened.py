"""Tables that a capture flattened to one cell a line, put together again by what the cells say.

The header words tell the columns, ``division`` finds the rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tracker.i18n import N_
from tracker.intake.blocks import Cell, Doubt

from .division import ACROSS, OUT, Step, Token, Weigher
from .fitting import NUMBER, evidence, is_halved, unit_share
from .flat_header import flat_header
from .found import Found, rectangle
from .pipes import lone_cell
from .vocabulary import Column, header
from .wrapping import CLOSED, FRESH, join, runs_on, signs

_END = re.compile(
    r"#|第[一二三四五六七八九十\d]+[章节篇编]|附[件表录]\s*\d*(?:[:：]|$)|公开方式|公开属性|抄送|主题词|备注[:：]|附?注[:：]|说明[:：]"
    r"|资料来源|（?此件|[一二三四五六七八九十]+、\s*(?:保障措施|组织(?:保障|实施|领导)|加强组织|工作(?:要求|保障)|有关要求)"
)
_FIRST_LOOK = 240
"""Lines looked at first; more only where the table reaches so far, so that many small tables cost no more than one."""
_FAR = 30
_SIGNED = re.compile(
    r"[\d〇○一二三四五六七八九十]{4}年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日(印发)?"
)


def flattened_table(lines: Sequence[str], start: int) -> Found | None:
    """The table whose header begins at ``lines[start]``, one cell a line; None where there is no such header."""
    if len(lines[start].strip()) > 100:
        return None
    head = flat_header(lines, start)
    if head is None:
        return None
    words, kinds, below = head
    limit = _FIRST_LOOK
    while True:
        found, ended = _tokens(lines, below, limit)
        tokens = _merged_numbers(found, kinds)
        if ended:
            tokens = _unsigned(tokens, kinds)
        if not tokens:
            return None
        weigher = Weigher(tokens, kinds, words)
        steps = weigher.best()
        if ended or all(step.at == OUT for step in steps[-4 * len(kinds) :]):
            break
        limit *= 4
    inside = [(token, step) for token, step in zip(tokens, steps, strict=True) if step.at != OUT]
    if not any(step.at >= 0 for _, step in inside):
        return None
    rows, doubts = _rows(inside, kinds, weigher.tabbed)
    top = [Cell(word.text, word.line) for word in words]
    return Found([rectangle([top, *rows])], inside[-1][0].line, doubts)


def _tokens(lines: Sequence[str], start: int, limit: int) -> tuple[list[Token], bool]:
    """The lines from ``start`` on that may belong to the table, at most ``limit`` of them, and whether that is all.

    An empty cell is a line with nothing but a tab.
    """
    tokens: list[Token] = []
    gap = 0
    tabs = any("\t" in line for line in lines[start : start + 12])
    stop = min(len(lines), start + limit)
    for index in range(start, stop):
        line = lines[index].rstrip("\r\n")
        if not line.strip() and "\t" not in line:
            gap += 1
            continue
        behind = tabs and _behind_tabs(lines, index) and (signs(lines, index) or not _more(tokens, line))
        ended = tabs and gap >= 2 and "\t" not in line and not (tokens and runs_on(tokens[-1].text, line))
        if ended or behind or _END.match(line.strip()):
            stop = len(lines)
            break
        parts = line.split("\t")
        tab = len(parts) > 1
        if tab and not parts[0]:
            parts = parts[1:]
        for part in parts:
            tokens.append(Token(lone_cell(part), index + 1, tab, gap))
            gap = 0
    while tokens and not tokens[-1].text:
        tokens.pop()
    return tokens, stop == len(lines)


def _behind_tabs(lines: Sequence[str], index: int) -> bool:
    """Whether no tab stands in a line or in the next ones: the table with tabs is over."""
    return not any("\t" in line for line in lines[index : index + _FAR])


def _more(tokens: Sequence[Token], line: str) -> bool:
    """Whether a line behind the last tab still belongs to the cell above it."""
    above = tokens[-1].text if tokens else ""
    return runs_on(above, line) or (unit_share(line.strip()) == 1.0 and not FRESH.match(line.strip()))


def _unsigned(tokens: list[Token], kinds: Sequence[Column]) -> list[Token]:
    """The tokens without who signed below the table and the day, neither of which is a cell."""
    if len(tokens) < 2 or not (found := _SIGNED.fullmatch(tokens[-1].text)):
        return tokens
    if Column.TIME in kinds and not found[1]:
        return tokens
    return tokens[: -2 if unit_share(tokens[-2].text) == 1.0 and "、" not in tokens[-2].text else -1]


def _merged_numbers(tokens: list[Token], kinds: Sequence[Column]) -> list[Token]:
    """Where no column is for numbers, one on a line of its own (1.) belongs to the name or text behind it."""
    if Column.NUMBER in kinds or not tokens:
        return tokens
    merged: list[Token] = []
    skip = False
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if skip:
            skip = False
        elif after and re.fullmatch(r"\d{1,3}[.．、]", token.text) and after.text and not NUMBER.fullmatch(after.text):
            merged.append(replace(token, text=token.text + after.text))
            skip = True
        else:
            merged.append(token)
    return merged


def _rows(
    inside: Sequence[tuple[Token, Step]], kinds: Sequence[Column], tabbed: bool
) -> tuple[list[list[Cell]], list[Doubt]]:
    """The rows that the steps describe, and a doubt for every row of which a part may stand in the wrong column."""
    rows: list[list[Cell]] = []
    doubts: list[Doubt] = []
    parts: dict[int, list[Token]] = {}

    def close() -> None:
        if not parts:
            return
        line = min(token.line for tokens in parts.values() for token in tokens)
        rows.append([_cell(parts.get(at, []), kind, line) for at, kind in enumerate(kinds)])
        if _doubtful(rows[-1], parts, kinds, tabbed=tabbed):
            doubts.append(
                Doubt(
                    line, N_("The cells of this row stood on lines of their own. Check which column each belongs to.")
                )
            )

    for token, step in inside:
        if step.row:
            close()
            parts = {}
        if step.at == ACROSS:
            rows.append([Cell(token.text, token.line)])
        else:
            parts.setdefault(step.at, []).append(token)
    close()
    return rows, doubts


def _cell(tokens: Sequence[Token], kind: Column, line: int) -> Cell:
    text = ""
    for token in tokens:
        if not text or not token.text:
            text += token.text
        elif _broken(text, token.text, kind):
            text = join(text, token.text)
        else:
            text += "\n" + token.text
    return Cell(text, tokens[0].line if tokens else line)


def _broken(above: str, below: str, kind: Column) -> bool:
    """Whether two lines of one cell are one line that the layout broke."""
    if above[-1] in "、，,（(《“" or below[0] in "、，,；。）)》”":
        return True
    if kind is Column.UNITS:
        return is_halved(above, below)
    return above[-1] not in CLOSED and not FRESH.match(below)


def _doubtful(row: Sequence[Cell], parts: dict[int, list[Token]], kinds: Sequence[Column], *, tabbed: bool) -> bool:
    """Whether a cell hardly fits its column, or nothing but guesses parted the units of two columns."""
    if header([cell.text for cell in row]) is not None:
        return False
    limit = -2.0 if tabbed else -0.5
    if any(cell.text and evidence(cell.text, kind) < limit for cell, kind in zip(row, kinds, strict=True)):
        return True
    units = [at for at, kind in enumerate(kinds) if kind is Column.UNITS]
    lines = sum(len(parts.get(at, [])) for at in units)
    return not tabbed and len(units) > 1 and lines != len(units)
