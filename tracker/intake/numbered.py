"""How a line is numbered, and whether it is a title: 第一章, 一、, （一）, 1., 1.1, （1）, ①, 任务一：."""

from __future__ import annotations

import re

_numerals = "一二三四五六七八九十百零〇"
_marks = (
    ("part", rf"第(?P<n>[{_numerals}\d]+)(?:篇|部分)[\s、：:]*"),
    ("chapter", rf"第(?P<n>[{_numerals}\d]+)章[\s、：:]*"),
    ("section", rf"第(?P<n>[{_numerals}\d]+)节[\s、：:]*"),
    ("article", rf"第(?P<n>[{_numerals}\d]+)条[\s、：:]*"),
    ("decimal", r"(?P<n>\d{1,2}(?:[.．]\d{1,2}){1,3})(?![\d%％年月日])[.．、\s]*(?=[一-鿿“《])"),
    ("decimal", r"(?P<n>\d{1,2}[-－—–]\d{1,2})[.．、\s]+(?=[^\d\s年月日时])"),
    (
        "arabic",
        r"(?P<n>\d{1,3})(?:[.．、]\s*(?:(?!\d)|(?=20\d\d年|\d{3,}(?![\d.．万亿千百%％])[一-鿿“]))|\s+(?![年月日个名户万亿项所家人件台套周])(?=[一-鿿]{4}))",
    ),
    ("arabic_brackets", r"[（(]\s*(?P<n>\d{1,3})\s*[）)][、.．\s]*"),
    ("arabic_bracket", r"(?P<n>\d{1,3})\s*[）)][、.．\s]*"),
    ("han", rf"(?P<n>[{_numerals}]{{1,4}})(?:、|[.．]|\s(?=[一-鿿]{{4}}))\s*"),
    ("han_brackets", rf"[（(〔]\s*(?P<n>[{_numerals}]{{1,4}})\s*[）)〕][、.．\s]*"),
    ("circle", r"(?P<n>[①-⑳])[、.．\s]*"),
    ("task", rf"(?:重点)?(?:任务|工作|行动|工程|措施|举措)(?P<n>[{_numerals}]{{1,3}}|\d{{1,2}})[：:、.．\s]\s*"),
)
_numbered = tuple((kind, re.compile(pattern)) for kind, pattern in _marks)
_joint = re.compile(r"[.－—–-]")
_sentence = re.compile(r"[。；;！!？?]")
_longest_title = 60
_digits = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {"〇": 0}


def title_of(text: str) -> str:
    """``text`` up to its first full stop, without the punctuation at its end."""
    return _sentence.split(text, maxsplit=1)[0].strip().rstrip("。.：:；; ")


def is_title(text: str) -> bool:
    """Whether ``text`` is a title alone: one short line without a sentence in it."""
    bare = text.strip().rstrip("。.：:；; ")
    return 0 < len(bare) <= _longest_title and not _sentence.search(bare)


def number_of(text: str) -> tuple[str, str, int, str] | None:
    """The kind of number that ``text`` begins with, the number as printed, its value, and the text behind it."""
    for kind, pattern in _numbered:
        if found := pattern.match(text):
            printed = found["n"].replace("．", ".")
            kind = f"{kind}{len(_joint.findall(printed))}" if kind == "decimal" else kind
            return kind, printed, value_of(printed), text[found.end() :].strip()
    return None


def value_of(printed: str) -> int:
    """A printed number in figures: 12, 十二, ⑫, 3.1.2 and 3-2 (their last part)."""
    if "①" <= printed <= "⑳":
        return ord(printed) - ord("①") + 1
    last = _joint.split(printed)[-1]
    if last.isdigit():
        return int(last)
    hundreds, hundred, rest = printed.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * _digits.get(hundreds, 1) if hundred else 0
    value += 10 * _digits.get(tens.strip("零〇"), 1) if ten else 0
    return value + _digits.get(ones.strip("零〇") or "零", 0)
