"""Numbers as Word's automatic numbering and HTML's lists print them."""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_LEGAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
LARGEST = 9999
"""Larger numbers are printed in digits, whatever the format."""


def chinese(number: int) -> str:
    """二十一, 一百零五: 1 to 9999."""
    text, gap = "", False
    for power, digit in zip(range(len(str(number)) - 1, -1, -1), map(int, str(number)), strict=True):
        if digit == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _UNITS[power]
        gap = False
    return text[1:] if text.startswith("一十") else text


def roman(number: int) -> str:
    """xiv: 1 to 9999."""
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def letter(number: int) -> str:
    """a … z, aa, bb, as Word counts on."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


def _range(*spans: tuple[int, int]) -> str:
    return "".join(chr(first + offset) for first, count in spans for offset in range(count))


_CIRCLES = _one_of(_range((0x2460, 20), (0x3251, 15), (0x32B1, 15)))
_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate({ord("0") + i: 0xFF10 + i for i in range(10)}),
    "decimalEnclosedCircle": _CIRCLES,
    "decimalEnclosedCircleChinese": _CIRCLES,
    "decimalEnclosedParen": _one_of(_range((0x2474, 20))),
    "decimalEnclosedFullstop": _one_of(_range((0x2488, 20))),
    "ideographEnclosedCircle": _one_of(_range((0x3280, 10))),
    "chineseLegalSimplified": lambda number: chinese(number).translate(_LEGAL),
    "ideographTraditional": _one_of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _one_of("子丑寅卯辰巳午未申酉戌亥"),
    "ideographDigital": lambda number: "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number)),
    "lowerLetter": letter,
    "upperLetter": lambda number: letter(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "bullet": lambda number: "",
    "none": lambda number: "",
} | dict.fromkeys(
    (
        "chineseCounting", "chineseCountingThousand", "japaneseCounting", "japaneseDigitalTenThousand",
        "taiwaneseCounting", "taiwaneseCountingThousand", "koreanCounting",
    ),
    chinese,
)  # fmt: skip


def printed(number: int, style: str) -> str:
    """``number`` in one of Word's number formats (ECMA-376 part 1, 17.18.59); unknown ones count in digits."""
    if not 1 <= number <= LARGEST and style not in ("bullet", "none"):
        return str(number)
    return _FORMATS.get(style, str)(number)
