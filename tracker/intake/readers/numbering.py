"""Which of many lines are the numbers of rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .fitting import CHINESE_NUMBER, LEADING, NUMBER

_JOINT = re.compile(r"\s*\d{1,2}(?:[.．－—–-]\d{1,2})?[.．－—–-](\d{1,2})\s*")
_FIGURES = ["", *"一二三四五六七八九"]


def chain(texts: Sequence[str], *, leading: bool, joint: bool = False) -> dict[int, int]:
    """The longest chain of rising numbers among the lines: index to number.  It may begin again at 1.

    ``leading`` takes the numbers in front of a text, else those that are all of their line; ``joint`` takes the last
    parts of numbers such as 1.1 and 2-3.
    """
    ends: dict[int, tuple[float, int]] = {}
    back: dict[int, int | None] = {}
    top: tuple[float, int] | None = None
    values: dict[int, int] = {}
    for index, text in enumerate(texts):
        found = LEADING.match(text) if leading else None
        value = int(found[1]) if found else None if leading else _last_part(text) if joint else _value(text)
        if value is None:
            continue
        values[index] = value
        options = [
            (ends[value - step][0] + 1.1 - step * 0.1, ends[value - step][1])
            for step in (1, 2, 3)
            if value - step in ends
        ]
        if value == 1 and top:
            options.append((top[0] + 0.6, top[1]))
        score, before = max(options, default=(1.0 if value == 1 else 0.4, -1))
        back[index] = before if before >= 0 else None
        if value not in ends or score >= ends[value][0]:
            ends[value] = (score, index)
        if top is None or score > top[0]:
            top = (score, index)
    rising: dict[int, int] = {}
    at = top[1] if top else None
    while at is not None:
        rising[at] = values[at]
        at = back[at]
    # Figures that happen to rise (92, 95, 97) are no numbers of rows: these begin at the top, or are many.
    return rising if rising and (min(rising.values()) <= 2 or len(rising) >= 5) else {}


def _value(text: str) -> int | None:
    """The number of a row in Arabic or Chinese figures."""
    if found := NUMBER.fullmatch(text):
        return int(found[1])
    if found := CHINESE_NUMBER.fullmatch(text):
        tens, ten, ones = found[1].rpartition("十")
        if len(tens) < 2 and len(ones) < 2:
            return (_FIGURES.index(tens) or 1) * 10 * bool(ten) + _FIGURES.index(ones)
    return None


def _last_part(text: str) -> int | None:
    found = _JOINT.fullmatch(text)
    return int(found[1]) if found else None


def count_on(numbers: Sequence[str]) -> bool:
    """Whether numbers such as 1.1, 1.2, 2.1 count: below each first part from 1 on, and no first part comes again."""
    seen: dict[str, int] = {}
    for number in numbers:
        *first, last = re.split(r"[.．－—–-]", number.strip())
        above = ".".join(first)
        if int(last) != seen.get(above, 0) + 1 or (above in seen and above != next(reversed(seen))):
            return False
        seen[above] = int(last)
    return len(seen) > 1 or len(numbers) > len(seen)


def next_number(above: str, below: str) -> bool:
    """Whether two lines are items of one list: 1. and 2."""
    first, second = LEADING.match(above), LEADING.match(below)
    return first is not None and second is not None and int(second[1]) == int(first[1]) + 1
