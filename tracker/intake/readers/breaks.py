"""A line broken within a paragraph: a new paragraph to the eye, or one that the layout alone broke."""

from __future__ import annotations

import re

from .wrapping import FRESH, join

_DATE = re.compile(r"[\d一二三四五六七八九〇○零]{4}\s*年")
_LABEL = re.compile(r"[（(〔【]|\S{2,10}[:：]")
_CLOSED = "。；：！？）)】〕.;:!?…"
_OPEN = "，、,（(《“"
_INDENT = re.compile(r"(?:\u3000|\u00a0| {2})+")
_HEADING = 30
"""Characters of a numbered line that may be a heading with its text below it."""


def tidy(text: str) -> str:
    """``text`` without the marks that have no width, and with plain spaces around."""
    return re.sub("[\u200b-\u200f\u2060\ufeff\u00ad]", "", text).replace("\xa0", " ").strip(" \t\r\n\f\v\u3000")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of ``text``, in which a line feed stands for a break (w:br, <br>)."""
    found: list[str] = []
    fresh = True
    for line in text.split("\n"):
        bare = tidy(line)
        if not bare:
            fresh = True
        elif found and not fresh and not _INDENT.match(line) and _runs_on(found[-1], bare):
            found[-1] = join(found[-1], bare)
        else:
            found.append(bare)
        fresh = fresh and not bare
    return found


def _runs_on(above: str, below: str) -> bool:
    if above[-1] in _OPEN:
        return True
    if above[-1] in _CLOSED or FRESH.match(below) or _DATE.match(below) or _LABEL.match(below):
        return False
    return not (FRESH.match(above) and len(above) <= _HEADING)
