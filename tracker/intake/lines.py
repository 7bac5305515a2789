"""The document as lines of text, for interpreters that look for words and not for tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .blocks import Document, Table

_GAP = re.compile(r"\s+")
_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z0-9]) (?=[A-Za-z])|(?<=[A-Za-z]) (?=[A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text without its outer white space; ``is_row``: a row of a table, its cells separated by tabs."""

    text: str
    line: int
    level: int = 0
    is_row: bool = False


def squeeze(text: str) -> str:
    """``text`` without white space, as Chinese is written; a space between two Latin words stays."""
    spaced = _GAP.sub(" ", text.strip())
    kept = {match.start() for match in _BETWEEN_WORDS.finditer(spaced)}
    return "".join(letter for place, letter in enumerate(spaced) if letter != " " or place in kept)


def text_lines(document: Document) -> Iterator[Line]:
    """Every non-empty line in reading order; a paragraph that keeps its line breaks gives several.

    A row of a table gives each merged cell once.
    """
    for block in document.blocks:
        if isinstance(block, Table):
            yield from _rows(block)
            continue
        level = getattr(block, "level", 0)
        for text in block.text.split("\n"):
            if text.strip():
                yield Line(text.strip(), block.line, level)


def _rows(table: Table) -> Iterator[Line]:
    for row in table.rows:
        seen: list[int] = []
        texts = []
        for cell in row:
            if id(cell) not in seen and cell.text.strip():
                texts.append(cell.text.strip().replace("\n", " "))
            seen.append(id(cell))
        if texts:
            yield Line("\t".join(texts), next(cell.line for cell in row if cell.text.strip()), is_row=True)
