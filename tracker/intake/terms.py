"""The years that a plan is made for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .lines import squeeze

_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "Ｏ": "0"}
_YEAR = r"(20\d\d|二[〇○零Ｏ][〇○零Ｏ一二三四五六七八九]{2})"
_DASH = r"[-－–—―─~～至到]+"
_FIVE = re.compile(r"十([一二三四五六七八九])五(?!后)|第十([一二三四五六七八九])个五年")
_RANGE = re.compile(rf"{_YEAR}年?度?{_DASH}{_YEAR}年?")
_SINGLE = re.compile(rf"{_YEAR}年(?!远景|以来|前|底|末)")
_UNTIL = re.compile(rf"(?:到|至|面向|展望){_YEAR}年")
_STATED = re.compile(
    r"(?:规划|计划|方案|实施|行动|执行|工作|清单|本)(?:的)?(?:期限|期间|时限|周期|期|年限|时间)(?:为|是|：|:|自|从|限|定)+[^。；]{0,8}?"
    rf"(?:{_YEAR}年?\d{{0,2}}月?{_DASH}{_YEAR}年?|[“\"]?十([一二三四五六七八九])五)"
)
_AIMS = re.compile(r"目标|任务|指标|思路|总体|要求")


def year_of(digits: str) -> int:
    """A year in Arabic or in Chinese digits (二〇二五)."""
    return int("".join(_DIGITS.get(digit, digit) for digit in digits))


def five_years(text: str) -> tuple[int, int] | None:
    """The years of the five-year plan that ``text`` names, of several the last: “十四五” is 2021 to 2025."""
    ordinals = [_DIGITS[match[1] or match[2]] for match in _FIVE.finditer(text)]
    return _term(max(ordinals)) if ordinals else None


def _term(ordinal: str) -> tuple[int, int]:
    first = 2001 + 5 * int(ordinal)
    return first, first + 4


def span(text: str) -> tuple[int, int] | None:
    """The first range of years that ``text`` prints, 2023-2025年; one that runs backward is none."""
    for match in _RANGE.finditer(text):
        first, last = year_of(match[1]), year_of(match[2])
        if first <= last:
            return first, last
    return None


def period_of_title(title: str) -> tuple[int, int] | None:
    """The years in a title: a range, a five-year plan, or one year that it is for (2024年工作要点)."""
    title = squeeze(title)
    if found := span(title) or five_years(title):
        return found
    years = {year_of(match[1]) for match in _SINGLE.finditer(_UNTIL.sub("", title))}
    return (year := min(years), year) if len(years) == 1 else None


def period_of_text(lines: Iterable[str]) -> tuple[int, int] | None:
    """What the text itself states: 规划期限为2021年至2025年; else the five-year plan that its headings aim at."""
    aims: set[tuple[int, int]] = set()
    for line in lines:
        text = squeeze(line)
        if stated := _STATED.search(text):
            return _term(_DIGITS[stated[3]]) if stated[3] else (year_of(stated[1]), year_of(stated[2]))
        if len(text) <= 40 and _AIMS.search(text) and (aim := five_years(text)):
            aims.add(aim)
    return max(aims) if aims else None
