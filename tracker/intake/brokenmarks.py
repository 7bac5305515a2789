"""Markers that the layout took apart are put together again before anyone looks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .labels import ROLE, label
from .numbered import number_of
from .paragraphs import Para
from .vocabulary import COLLECTIVE, begins_unit, ends_whole

BRACKETS = {"（": ")", "(": ")", "[": "]", "［": "]", "【": "】", "〔": "〕"}
CLOSING = {"）": ")", ")": ")", "]": "]", "］": "]", "】": "】", "〕": "〕"}
"""Brackets that may hold a marker; full and half width may meet in one pair."""

_boxed_label = re.compile(rf"[【\[［]\s*({ROLE})\s*[】\]］]\s*[:：]?\s*")
_longest = 400
_longest_rest = 40
_SENTENCE = re.compile(r"[。！？：:](?!$)")


def whole_markers(paras: Sequence[Para]) -> Iterator[Para]:
    """The paragraphs; one that ends within a marker is joined with the next: a page ended in the brackets, or a label
    stands alone above its units.  【责任单位】 in front of units is a label like 责任单位：.
    """
    waiting: Para | None = None
    for para in paras:
        para = replace(para, text=_boxed_label.sub(r"\1：", para.text))
        labelled = label.match(para.text) is not None
        if waiting is not None and not _goes_on(waiting.text) and not _is_rest(waiting.text, para.text):
            yield waiting
            waiting = None
        if waiting is not None and number_of(para.text) is None and not (labelled and label.match(waiting.text)):
            para = replace(waiting, text=waiting.text + ("；" if labelled else "") + para.text)
        elif waiting is not None:
            yield waiting
        waiting = para if _goes_on(para.text) or label.match(para.text) else None
        if waiting is None:
            yield para
    if waiting is not None:
        yield waiting


def _goes_on(text: str) -> bool:
    if found := label.match(text):
        return found.end() == len(text) or text[-1] in "、，,"
    start = _left_open(text)
    return start is not None and len(text) - start < _longest and label.match(text[start + 1 :].lstrip()) is not None


def _is_rest(marker: str, text: str) -> bool:
    """Whether ``text`` is no more than the rest of the name that the line of units above it broke off."""
    last = re.split(r"[、，,；;：:]", marker)[-1]
    first = re.split(r"[、，,；;]", text.rstrip("。"), maxsplit=1)[0]
    if not last or len(text) > _longest_rest or _SENTENCE.search(text) or number_of(text) or label.match(text):
        return False
    if first.startswith(("人民政府", "政府")):
        return COLLECTIVE.match(last) is not None or not ends_whole.search(last)
    return not ends_whole.search(last) and not begins_unit(first) and ends_whole.search(last + first) is not None


def _left_open(text: str) -> int | None:
    """Where the bracket begins that ``text`` leaves open at its end."""
    stack: list[tuple[int, str]] = []
    for place, char in enumerate(text):
        if char in BRACKETS:
            stack.append((place, BRACKETS[char]))
        elif stack and CLOSING.get(char) == stack[-1][1]:
            stack.pop()
    return stack[0][0] if stack else None
