"""The paragraphs of a document outside of tables, without its table of contents, and which stand in boxes (专栏)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .blocks import Document, Heading, Table
from .lines import squeeze
from .numbered import is_title, number_of

_box = re.compile(r"专\s*栏\s*[一二三四五六七八九十\d]*|专\s*栏$")
_contents = re.compile(r"目\s*[录次]$")
_entry = re.compile(r".+?(?:[.．…·‥\-_]{3,}|\t\s*| {2,}|\s*[.…]{2,}\s*)[（(]?\s*(?:-\s*)?\d{1,4}(?:\s*-)?[）)]?$")


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph.  ``in_box``: within a box (专栏); ``level``: that of a heading, else 0.

    ``markers``: the unit markers that stood in it, for whoever took them out of ``text`` (markers.py).
    """

    text: str
    line: int
    level: int = 0
    in_box: bool = False
    markers: tuple[str, ...] = ()


def paragraphs(document: Document) -> list[Para]:
    """The text outside of tables, in reading order, without the table of contents."""
    found: list[Para] = []
    box = Box()
    for block in document.blocks:
        if isinstance(block, Table):
            box.end()
            continue
        level = block.level if isinstance(block, Heading) else 0
        for text in block.text.split("\n"):
            if text := text.strip():
                found.append(Para(text, block.line, level, box.holds(text, level)))
    return list(_without_contents(found))


class Box:
    """Tells where a box (专栏) that stands in running text ends: where the numbering of the text around it goes on."""

    def __init__(self) -> None:
        self._around: list[tuple[str, int]] = []
        self._inside: dict[str, int] | None = None

    def end(self) -> None:
        """A table follows: what was in the box is in the table."""
        self._inside = None

    def holds(self, text: str, level: int) -> bool:
        """Whether the next line, ``text``, stands in a box; ``level`` is that of a heading, else 0."""
        if _box.match(text) and is_title(text):
            self._inside = {}
            return True
        number = number_of(text)
        if self._inside is not None and not self._goes_on_around(number, level):
            if number:
                self._inside[number[0]] = number[2]
            return True
        self._inside = None
        if number:
            kinds = [kind for kind, _ in self._around]
            if number[0] in kinds:
                del self._around[kinds.index(number[0]) :]
            self._around.append((number[0], number[2]))
        return False

    def _goes_on_around(self, number: tuple[str, str, int, str] | None, level: int) -> bool:
        if level > 0 or number is None:
            return level > 0
        kind, _, value, _ = number
        if kind in ("part", "chapter", "section"):
            return True
        expected = dict(self._around).get(kind, 0) + 1
        return value == expected and value != (self._inside or {}).get(kind, 0) + 1


def _without_contents(found: list[Para]) -> Iterator[Para]:
    """``found`` without a table of contents: entries with page numbers, and titles behind 目录 that come again."""
    later = [squeeze(para.text) for para in found]
    inside = False
    for place, para in enumerate(found):
        bare = squeeze(para.text)
        if _contents.match(bare):
            inside = True
            continue
        if _entry.match(para.text) and number_of(para.text):
            continue
        if inside:
            bare = re.sub(r"[.．…·\-]*\d*$", "", bare)
            inside = bool(_entry.match(para.text)) or any(text.startswith(bare) for text in later[place + 1 :])
            if inside:
                continue
        yield para
