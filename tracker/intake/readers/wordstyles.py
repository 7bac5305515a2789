"""Word's styles: what a paragraph is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .officexml import Element, attribute, child, local, number, switched_on

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_LEVELS = 9


@dataclass(slots=True)
class Style:
    """What a style says itself, its parents apart."""

    name: str = ""
    parent: str | None = None
    numbering: str | None = None
    depth: int | None = None
    outline: int | None = None
    hidden: bool | None = None


class Styles:
    """word/styles.xml."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self.default: str | None = None
        for element in root if root is not None else ():
            key = attribute(element, "styleId")
            if local(element) != "style" or key is None:
                continue
            hidden = child(element, "rPr", "vanish")
            self._styles[key] = Style(
                name=(attribute(child(element, "name")) or "").lower(),
                parent=attribute(child(element, "basedOn")),
                numbering=attribute(child(element, "pPr", "numPr", "numId")),
                depth=number(child(element, "pPr", "numPr", "ilvl")),
                outline=number(child(element, "pPr", "outlineLvl")),
                hidden=switched_on(hidden) if hidden is not None else None,
            )
            if attribute(element, "type") == "paragraph" and attribute(element, "default") in ("1", "true", "on"):
                self.default = key

    def chain(self, key: str | None) -> Iterator[tuple[str, Style]]:
        """A style and those it is based on, nearest first."""
        seen: set[str] = set()
        while key is not None and key in self._styles and key not in seen:
            seen.add(key)
            yield key, self._styles[key]
            key = self._styles[key].parent

    def hidden(self, key: str | None) -> bool:
        """Whether text in this style is hidden."""
        return next((style.hidden for _, style in self.chain(key) if style.hidden is not None), False)

    def outline(self, key: str | None) -> int | None:
        """The outline level, 0 to 8; None for body text."""
        for name, style in self.chain(key):
            if style.outline is not None:
                return style.outline if 0 <= style.outline < _LEVELS else None
            if named := _HEADING.fullmatch(style.name) or _HEADING.fullmatch(name):
                return int(named[1]) - 1
        unnamed = _HEADING.fullmatch(key or "")
        return int(unnamed[1]) - 1 if unnamed and key not in self._styles else None

    def is_contents(self, key: str | None) -> bool:
        """Whether the style is one of those of a table of contents."""
        return any(re.fullmatch(r"(?:toc|目录)\s*\d", style.name) for _, style in self.chain(key))

    def numbering(self, key: str | None) -> tuple[str | None, int | None, str | None]:
        """The numbering of a style: number id, level where it says one, and the style that says so."""
        for name, style in self.chain(key):
            if style.numbering is not None:
                return style.numbering, style.depth, name
        return None, None, None
