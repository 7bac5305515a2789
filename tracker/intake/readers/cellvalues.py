"""Numbers and dates of a sheet as the sheet prints them: 2023年12月31日, 85%, 12.50."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from .officexml import Element, attribute, inside, local, number

# Formats that a Chinese Excel has under these numbers and no file spells out (ECMA-376 part 1, 18.8.30).
_CHINESE = {
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    **dict.fromkeys((32, 33, 34, 35, 55, 56), 'h"时"mm"分"'),
}
_LITERAL = r'(?:"[^"]*"|\\.|_.|\*.|[^\w#"\\.%;@?/])'
_NUMBER = re.compile(
    rf"(?P<before>{_LITERAL}*)(?P<whole>[#0,]+)(?:\.(?P<part>[#0?]{{1,30}}))?(?P<percent>%?)(?P<after>{_LITERAL}*)"
)
_DIGITS = 11
"""Significant digits that Excel shows in a cell without a format."""


@dataclass(slots=True)
class Formats:
    """xl/styles.xml: the number format of each cell style."""

    styles: list[str] = field(default_factory=list)
    mac: bool = False

    @classmethod
    def of(cls, root: Element | None, mac: bool) -> Formats:
        """Read from the styles part; ``mac`` where days are counted from 1904."""
        own = {number(f, name="numFmtId"): attribute(f, "formatCode") or "" for f in inside(root, "numFmts")}
        styles = []
        for style in inside(root, "cellXfs"):
            key = number(style, 0, name="numFmtId") or 0
            styles.append(own.get(key) or BUILTIN_FORMATS.get(key) or _CHINESE.get(key) or "General")
        return cls(styles, mac)

    def text(self, value: str, style: int | None) -> str:
        """A stored number as printed; what is no number stays as it is."""
        form = self.styles[style] if style is not None and 0 <= style < len(self.styles) else "General"
        try:
            stored = float(value)
        except ValueError:
            return value
        if not math.isfinite(stored):
            return value
        if is_date_format(form):
            return self._date(stored, form) or general(stored)
        return _formatted(value, form.split(";")[0]) or general(stored)

    def _date(self, stored: float, form: str) -> str | None:
        try:
            day = from_excel(stored, epoch=MAC_EPOCH if self.mac else WINDOWS_EPOCH)
        except (OverflowError, ValueError):
            return None
        return printed_day(day, form) if isinstance(day, datetime | time) else None


def printed_day(day: datetime | time, form: str = "yyyy-mm-dd") -> str:
    """A day or an hour, with the parts that its format shows, as an office writes it."""
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", form).lower()
    if isinstance(day, time) or not re.search("[yde]", shown):
        return f"{day:%H:%M}"
    year = f"{day.year}年" if re.search("[ye]", shown) else ""
    month = f"{day.month}月" if "m" in shown or "d" in shown else ""
    return year + month + (f"{day.day}日" if "d" in shown else "")


def general(stored: float) -> str:
    """A number without a format: no more digits than Excel shows, no exponent."""
    if stored == int(stored) and abs(stored) < 1e15:
        return str(int(stored))
    text = f"{stored:.{_DIGITS - 1}g}"
    return text if "e" not in text else f"{Decimal(text):f}"[:40]


def _formatted(value: str, form: str) -> str | None:
    match = _NUMBER.fullmatch(re.sub(r"\[[^\]]*\]", "", form))
    if match is None:
        return None
    part, percent = match["part"] or "", match["percent"]
    try:
        amount = Decimal(value) * (100 if percent else 1)
        text = f"{amount.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP):f}"
    except InvalidOperation:
        return None
    whole, _, digits = text.partition(".")
    least = len(part.replace("#", "").replace("?", ""))
    while len(digits) > least and digits.endswith("0"):
        digits = digits[:-1]
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    whole = whole.zfill(match["whole"].count("0"))
    return _bare(match["before"]) + sign + whole + (f".{digits}" if digits else "") + percent + _bare(match["after"])


def _bare(literal: str) -> str:
    """Literal text of a format without its quotes and the marks that only make room."""
    return re.sub(r'"([^"]*)"|\\(.)|[_*].', lambda found: (found[1] or "") + (found[2] or ""), literal).strip()


def local_text(element: Element | None) -> str:
    """The text of a string item, its reading aid (rPh) left out, with Excel's escapes put back."""
    if element is None:
        return ""
    pieces = []
    for inner in element:
        if local(inner) == "t":
            pieces.append(inner.text or "")
        elif local(inner) == "r":
            pieces += [text.text or "" for text in inner if local(text) == "t"]
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda code: _sign(int(code[1], 16)), "".join(pieces))


def _sign(code: int) -> str:
    return chr(code) if code in (9, 10) or (code >= 32 and not 0xD800 <= code <= 0xDFFF) else ""
