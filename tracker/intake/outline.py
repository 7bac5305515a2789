"""The structure of running text: chapters, sections and numbered items, told by how they are numbered.

A level is a way of numbering (第一章, 一、, （一）, 1.) and not a depth: which stands above which follows from the
usual order, unless the document shows another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from .numbered import number_of, title_of
from .paragraphs import Para
from .sequence import in_sequence

_usual = (
    "part",
    "chapter",
    "section",
    "han",
    "han_brackets",
    "arabic",
    "decimal1",
    "decimal2",
    "decimal3",
    "arabic_brackets",
    "arabic_bracket",
    "circle",
)
"""Kinds of numbers from the highest to the lowest, as official documents use them (GB/T 9704)."""


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


def outline(paras: Iterable[Para]) -> Item:
    """The tree of numbered items under a root; what stands in boxes is left out."""
    paras = [para for para in paras if not para.in_box]
    lines = list(zip(paras, in_sequence([number_of(para.text) for para in paras]), strict=True))
    turned = _turned([number for _, number in lines if number is not None])
    root = Item("root", "", 0, "", Para("", 1))
    open_items = [root]
    for para, number in lines:
        if number is not None:
            kind, printed, value, text = number
            _open(open_items, Item(kind, printed, value, text, para), turned)
        elif para.level > 0:
            _open(open_items, Item(f"heading{para.level}", "", 0, para.text, para), turned)
        else:
            open_items[-1].lines.append(para)
    return root


def _turned(numbers: list[tuple[str, str, int, str]]) -> set[tuple[str, str]]:
    """Pairs of kinds that stand the other way round than usual, （一） below 1.: it begins anew below each."""
    begun = Counter((above[0], below[0]) for above, below in pairwise(numbers) if below[2] == 1)
    return {(above, below) for (above, below), times in begun.items() if times > max(1, begun[below, above])}


def _open(open_items: list[Item], item: Item, turned: set[tuple[str, str]]) -> None:
    """Puts an item below the open ones, after closing those of its kind, of a lower kind, and what they hold."""
    for place, other in enumerate(open_items):
        if other.kind == item.kind or (_lower(other.kind, item.kind) and (other.kind, item.kind) not in turned):
            del open_items[place:]
            break
    item.parent = open_items[-1]
    if not item.number:
        item.ordinal = sum(child.kind == item.kind for child in item.parent.children) + 1
    item.parent.children.append(item)
    open_items.append(item)


def _lower(kind: str, other: str) -> bool:
    """Whether ``kind`` usually stands below ``other``; of headings without number the deeper."""
    if kind.startswith("heading") and other.startswith("heading"):
        return kind > other
    return kind in _usual and other in _usual and _usual.index(kind) > _usual.index(other)
