"""Lines that only the layout broke are put together again: joints within a cell, and paragraphs cut in mid-sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

CLOSED = "。！？；：.!?;:…"
_DIGITS = "一二三四五六七八九十百零〇"
# What begins a paragraph of its own, whatever stands above it.
FRESH = re.compile(
    rf"第[{_DIGITS}\d]+[章节篇条部编]|[{_DIGITS}]+[、.．]|[（(][{_DIGITS}\d]+[）)]|\d{{1,3}}[.．、](?!\d)|[①-⑳]|——|--|[•·●■◆▪*]"
    r"|专栏|附[件表图录]|(?:备|附)?注[:：]|表\s?\d|图\s?\d|公开(?:方式|属性)|抄送|主题词|#|\||>|\[bookmark"
    r"|(?:发布(?:时间|日期|机构)|来源|索引号|成文日期|发文(?:字号|机关|日期)|文号|联系(?:人|电话)|主题(?:词|分类))[:：]"
    r"|[（(【\[]?(?:总?牵头|负责|主办|责任|配合|协办|参加|参与)(?:单位|部门|科室)"
)
_BRACKET_OPEN = re.compile(r"[（(【\[〔]$")
_OPEN = re.compile(r"[，、,“‘《〈（(【\[—]$")
# A bracket at the end that names units is the end of its paragraph: （责任单位：市教育局）, （市教育局负责）.
_MARKED = re.compile(r"(?:(?:单位|部门|科室|分工|时限|时间)\s*[:：][^。]*|负责|牵头|配合|参与|落实)[）)\]】〕］]$")
_DAY = re.compile(r"(?:20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})年.{1,3}月.{1,3}日")
_PAIRS = (("《", "》"), ("（", "）"), ("“", "”"), ("【", "】"))


def width(text: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def join(above: str, below: str) -> str:
    """Two halves of broken text: Chinese meets without a space, Latin words and numbers with one."""
    if not above or not below:
        return above + below
    return f"{above} {below}" if _latin(above[-1]) and _latin(below[0]) else above + below


def _latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in ",.;:)'\"")


def unclosed(text: str) -> bool:
    """Whether a bracket or quotation mark of ``text`` is still open at its end."""
    return any(text.count(left) > text.count(right) for left, right in _PAIRS)


def fresh(above: str, below: str) -> bool:
    """Whether ``below`` begins a paragraph of its own; behind an opening bracket nothing does: （ / 牵头单位：…）."""
    return bool(FRESH.match(below.strip())) and not _BRACKET_OPEN.search(above.rstrip())


def signs(lines: Sequence[str], index: int) -> bool:
    """Whether ``lines[index]`` is the signature of a document: a body on a line of its own with the day below it."""
    below = next((line.strip() for line in lines[index + 1 : index + 3] if line.strip()), "")
    return bool(_DAY.match(below)) and not re.search(r"[、，,；;。]", lines[index].strip())


def runs_on(above: str, below: str) -> bool:
    """Whether ``below`` finishes the sentence in which ``above``, a paragraph before it, was cut.

    A heading has no full stop at its end either, so prose has to show itself as prose: the upper part by a sentence in
    it, the lower by punctuation.
    """
    above, below = above.rstrip(), below.strip()
    if not above or not below or above[-1] in CLOSED or fresh(above, below) or _MARKED.search(above):
        return False
    if _OPEN.search(above):
        return len(above) >= 8
    if above[-1] in "”）)】》" and not re.search(r"[。；，]", below):
        return False
    prose = re.search(r"[。；]", above) or (re.search(r"[，,]", above) and not FRESH.match(above) and len(above) >= 20)
    if unclosed(above):
        return len(above) >= 15
    return bool(prose or (len(above) >= 25 and not FRESH.match(above))) and bool(re.search(r"[。；，,;]", below))


class Wrap:
    """Text set to a fixed width: where its lines are full, the next line goes on."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Measures ``lines``; ``self.width`` is 0 where the text was not broken at a width."""
        widths = sorted(width(line.rstrip()) for line in lines if len(line.strip()) >= 15)
        self.width = 0
        self.indented = False
        if len(widths) >= 8 and 40 <= widths[-1] <= 130:
            full = widths[int(len(widths) * 0.9)]
            ends = [line.rstrip()[-1] for line in lines if line.strip() and width(line.rstrip()) >= full - 6]
            broken = sum(char not in CLOSED and char != "|" for char in ends) >= 0.4 * len(ends)
            if broken and sum(value >= full - 6 for value in widths) >= 0.5 * len(widths):
                self.width = full
                starts = [line for line in lines if line.strip() and line[0] in "\u3000 "]
                self.indented = len(starts) >= 3

    def goes_on(self, above: str, below: str) -> bool:
        """Whether ``below``, the very next line, belongs to the paragraph of the full line ``above``."""
        if not self.width or width(above.rstrip()) < self.width - 6 or not below.strip():
            return False
        if fresh(above, below) or (self.indented and below[0] in "\u3000 "):
            return False
        return self.indented or above.rstrip()[-1] not in CLOSED
