"""The structure of running text: chapters, sections and numbered items, told by how they are numbered.

A level is a way of numbering (第一章, 一、, （一）, 1.) and not a depth: which stands above which is learnt from the
order in which they come.  A table of contents is no content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .blocks import Document, Heading, Table
from .lines import squeeze

_numerals = "一二三四五六七八九十百零〇"
_marks = (
    ("part", rf"第(?P<n>[{_numerals}\d]+)(?:篇|部分)[\s、：:]*"),
    ("chapter", rf"第(?P<n>[{_numerals}\d]+)章[\s、：:]*"),
    ("section", rf"第(?P<n>[{_numerals}\d]+)节[\s、：:]*"),
    ("article", rf"第(?P<n>[{_numerals}\d]+)条[\s、：:]*"),
    ("decimal", r"(?P<n>\d{1,2}(?:[.．]\d{1,2}){1,3})(?![\d%％年月日])[.．、\s]*(?=[一-鿿“《])"),
    ("arabic", r"(?P<n>\d{1,3})(?:[.．、]\s*(?!\d)|\s+(?![年月日个名户万亿项所家人件台套周])(?=[一-鿿]{4}))"),
    ("arabic_brackets", r"[（(]\s*(?P<n>\d{1,3})\s*[）)][、.．\s]*"),
    ("arabic_bracket", r"(?P<n>\d{1,3})\s*[）)][、.．\s]*"),
    ("han", rf"(?P<n>[{_numerals}]{{1,4}})(?:、|[.．]|\s(?=[一-鿿]{{4}}))\s*"),
    ("han_brackets", rf"[（(〔]\s*(?P<n>[{_numerals}]{{1,4}})\s*[）)〕][、.．\s]*"),
    ("circle", r"(?P<n>[①-⑳])[、.．\s]*"),
    ("task", rf"(?:重点)?(?:任务|工作|行动|工程|措施|举措)(?P<n>[{_numerals}]{{1,3}}|\d{{1,2}})[：:、.．\s]\s*"),
)
_numbered = tuple((kind, re.compile(pattern)) for kind, pattern in _marks)
_box = re.compile(r"专\s*栏\s*[一二三四五六七八九十\d]*|专\s*栏$")
_contents = re.compile(r"目\s*[录次]$")
_entry = re.compile(r".+?(?:[.．…·‥\-_]{3,}|\t\s*| {2,}|\s*[.…]{2,}\s*)[（(]?\s*(?:-\s*)?\d{1,4}(?:\s*-)?[）)]?$")
_sentence = re.compile(r"[。；;！!？?]")
_longest_title = 60
_digits = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {"〇": 0}


@dataclass(slots=True)
class Item:
    """A numbered line with what stands below it until the next of its own or a higher level.

    ``number`` is as printed, without its punctuation (3, 一, ①), "" for a heading without one; ``ordinal`` the same in
    figures, the place among its like for a heading without number.  ``text`` is the line without the number, ``lines``
    the paragraphs below that belong to no child.
    """

    kind: str
    number: str
    ordinal: int
    text: str
    para: Para
    lines: list[Para] = field(default_factory=list)
    children: list[Item] = field(default_factory=list)
    parent: Item | None = None

    @property
    def title(self) -> str:
        """The line if it is a title, else its first sentence."""
        return title_of(self.text)

    def walk(self) -> Iterator[Item]:
        """The item and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def above(self) -> Iterator[Item]:
        """The items that it stands in, the nearest first, the document itself left out."""
        item = self.parent
        while item is not None and item.kind != "root":
            yield item
            item = item.parent


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
            kind = f"{kind}{printed.count('.')}" if kind == "decimal" else kind
            return kind, printed, value_of(printed), text[found.end() :].strip()
    return None


def value_of(printed: str) -> int:
    """A printed number in figures: 12, 十二, ⑫, 3.1.2 (its last part)."""
    if "①" <= printed <= "⑳":
        return ord(printed) - ord("①") + 1
    last = printed.rpartition(".")[2]
    if last.isdigit():
        return int(last)
    hundreds, hundred, rest = printed.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    value = 100 * _digits.get(hundreds, 1) if hundred else 0
    value += 10 * _digits.get(tens.strip("零〇"), 1) if ten else 0
    return value + _digits.get(ones.strip("零〇") or "零", 0)


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


def outline(paras: Iterable[Para]) -> Item:
    """The tree of numbered items under a root; what stands in boxes is left out."""
    root = Item("root", "", 0, "", Para("", 1))
    open_items = [root]
    for para in paras:
        if para.in_box:
            continue
        number = number_of(para.text)
        if number is not None:
            kind, printed, value, text = number
            _open(open_items, Item(kind, printed, value, text, para), kind)
        elif para.level > 0:
            _open(open_items, Item(f"heading{para.level}", "", 0, para.text, para), f"heading{para.level}")
        else:
            open_items[-1].lines.append(para)
    return root


def _open(open_items: list[Item], item: Item, kind: str) -> None:
    """Puts an item below the open ones, after closing those of its kind and what they hold.

    A heading without number closes every such heading of its own or a lower level.
    """
    for place, other in enumerate(open_items):
        if other.kind == kind or (
            kind.startswith("heading") and other.kind.startswith("heading") and other.kind > kind
        ):
            del open_items[place:]
            break
    item.parent = open_items[-1]
    if not item.number:
        item.ordinal = sum(child.kind == kind for child in item.parent.children) + 1
    item.parent.children.append(item)
    open_items.append(item)
