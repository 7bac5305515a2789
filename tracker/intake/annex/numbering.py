"""Numbers of rows and sections as tables print them: 1, 1., （1）, 一、, （一）, ①, 2-1."""

from __future__ import annotations

import re

_LONGEST = 4
_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_FULL_WIDTH = str.maketrans("０１２３４５６７８９（）．－", "0123456789().-")
_CHINESE = "[一二三四五六七八九十百零〇]{1,6}"
_PLACES = re.compile(
    r"(?P<hundreds>[一二三四五六七八九]?百)?[零〇]?(?P<tens>[一二三四五六七八九]?十)?(?P<ones>[一二三四五六七八九])?"
)
_ARABIC = r"\d{1,4}(?:[.\-—–]\d{1,3}){0,3}"
_WHOLE = re.compile(
    rf"[(\[【]?第?(?P<number>[A-Za-z]{{0,2}}{_ARABIC}|{_CHINESE}|[{_CIRCLED}])[项条]?[)\]】]?[、.,，。:：]?"
)
_LEADING = re.compile(
    rf"(?:[(\[【](?P<enclosed>\d{{1,3}}|{_CHINESE})[)\]】][、.]?"
    rf"|(?P<plain>{_ARABIC}|{_CHINESE})(?:[、．]|\.(?!\d))|(?P<circled>[{_CIRCLED}])"
    rf"|第(?P<ordinal>\d{{1,3}}|{_CHINESE})[章节部分篇项]+[、:：]?)\s*"
)


def printed(text: str) -> str | None:
    """The number that a cell holds and nothing else, without the marks around it; None for any other cell."""
    match = _WHOLE.fullmatch("".join(text.split()).translate(_FULL_WIDTH))
    return match["number"] if match else None


def leading(text: str) -> tuple[str, str] | None:
    """The number that ``text`` begins with, and what stands behind it; None where it begins with none."""
    text = text.strip()
    match = _LEADING.match(text.translate(_FULL_WIDTH))
    if not match or match.end() == len(text):
        return None
    number = match["enclosed"] or match["plain"] or match["circled"] or match["ordinal"]
    return number, text[match.end() :]


def value(number: str) -> int | None:
    """What a printed number counts; None where it has parts (2-1), letters, or digits beyond any count."""
    if number.isdecimal():
        return int(number) if len(number) <= _LONGEST else None
    if number in _CIRCLED:
        return _CIRCLED.index(number) + 1
    return _chinese(number) if re.fullmatch(_CHINESE, number) else None


def is_chinese(number: str) -> bool:
    """Whether the number is written in Chinese digits, as sections are."""
    return bool(re.fullmatch(_CHINESE, number))


def _chinese(number: str) -> int | None:
    match = _PLACES.fullmatch(number)
    if match is None:
        return None
    hundreds, tens, ones = match["hundreds"], match["tens"], match["ones"]
    total = 100 * (_DIGITS.index(hundreds[:-1] or "一")) if hundreds else 0
    total += 10 * (_DIGITS.index(tens[:-1] or "一")) if tens else 0
    return total + (_DIGITS.index(ones) if ones else 0)
