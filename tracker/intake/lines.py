"""The document as lines of text, for interpreters that look for words and not for tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .blocks import Document, Table

_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|>\s+|[-*+]\s+)?|\*\*|__|`")
_STOP = re.compile(r"[，。；：！？,;]")
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


def source_lines(document: Document) -> Iterator[Line]:
    """As :func:`text_lines`, but a paragraph whose lines a reader joined is taken apart, up to its first sentence.

    A title stands on lines of its own even where nothing parts it from the text below.
    """
    starts = [block.line for block in document.blocks]
    ends = [*starts[1:], len(document.lines) + 1]
    for block, end in zip(document.blocks, ends, strict=True):
        if isinstance(block, Table):
            yield from _rows(block)
            continue
        level = getattr(block, "level", 0)
        printed = [
            (_MARKS.sub("", text).strip(), line)
            for line, text in enumerate(document.lines[block.line - 1 : end - 1], block.line)
        ]
        printed = [(text, line) for text, line in printed if text]
        if len(printed) < 2 or squeeze("".join(text for text, _ in printed)) != squeeze(block.text):
            yield from (Line(text.strip(), block.line, level) for text in block.text.split("\n") if text.strip())
            continue
        apart = next((place for place, (text, _) in enumerate(printed) if _STOP.search(text)), len(printed))
        yield from (Line(text, line, level) for text, line in printed[:apart])
        if apart < len(printed):
            yield Line("".join(text for text, _ in printed[apart:]), printed[apart][1], level)


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
