"""Text and Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tracker.i18n import N_
from tracker.intake.blocks import Block, Document, Doubt, Heading, Paragraph

from .decoding import decode
from .flattened import flattened_table
from .found import Found
from .pipes import pipe_table, plain
from .spaced import spaced_table
from .tabbed import tab_table
from .twice import second_copy
from .wrapping import Wrap, fresh, join, runs_on

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_PAGE = re.compile(
    r"[-—－–~]+\s*\d{1,4}\s*[-—－–~]+|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|[-*_=]{3,}|```\w*"
)
_BULLET = re.compile(r"\s*[-*+]\s+(?=\S)")
_Reader = Callable[[Sequence[str], int], Found | None]
_TABLES: tuple[_Reader, ...] = (
    pipe_table,
    flattened_table,
    tab_table,
    spaced_table,
)


def read_text(data: bytes) -> Document:
    """The blocks of a text or Markdown file; ``lines`` are the file's own.

    :raises UnreadableDocument: the characters cannot be told, or there are none.
    """
    lines = re.split(r"\r\n|\r|\n", decode(data).lstrip("\ufeff"))
    if lines and not lines[-1]:
        lines.pop()
    doubts: list[Doubt] = []
    shown = list(lines)
    copy = second_copy(lines)
    if copy is not None:
        shown[copy.start : copy.stop] = [""] * len(copy)
        message = N_("The text stands twice in this file. It was read once; lines %(first)d to %(last)d were left out.")
        doubts.append(Doubt(copy.start + 1, message, {"first": copy.start + 1, "last": copy.stop}))
    blocks = read_lines(shown, doubts)
    return Document("txt", tuple(blocks), tuple(lines), doubts=tuple(doubts))


def read_lines(lines: Sequence[str], doubts: list[Doubt]) -> list[Block]:
    """The blocks of ``lines``; what is doubtful is added to ``doubts``."""
    wrap = Wrap(lines)
    blocks: list[Block] = []
    none: dict[_Reader, int] = {}
    index = 0
    blank = 0
    while index < len(lines):
        line = lines[index]
        if not line.strip() or _PAGE.fullmatch(line.strip()):
            blank += not line.strip()
            index += 1
            continue
        found = _table(lines, index, none)
        if found:
            blocks.extend(found.blocks)
            doubts.extend(found.doubts)
            index, blank = found.stop, 0
            continue
        _add(blocks, line, index, blank, lines, wrap)
        index, blank = index + 1, 0
    return blocks


def _table(lines: Sequence[str], index: int, none: dict[_Reader, int]) -> Found | None:
    """The table that begins at ``index``; ``none`` remembers up to where a reader found that none begins."""
    for reader in _TABLES:
        if none.get(reader, 0) > index or not (found := reader(lines, index)):
            continue
        if found.blocks:
            return found
        none[reader] = found.stop
    return None


def _add(blocks: list[Block], line: str, index: int, blank: int, lines: Sequence[str], wrap: Wrap) -> None:
    """Adds a line as a block of its own, or to the paragraph above that it finishes."""
    marked, bullet = _HEADING.match(line), _BULLET.match(line)
    text = plain(marked[2].rstrip().rstrip("#") if marked else line[bullet.end() :] if bullet else line)
    if not text:
        return
    above = blocks[-1] if blocks else None
    if isinstance(above, Heading | Paragraph) and not marked and not bullet:
        near = blank == 0 and wrap.goes_on(lines[index - 1], line)
        if not fresh(above.text, line) and (near or (blank <= 1 and runs_on(above.text, text))):
            joined = join(above.text, text)
            whole = (
                Heading(joined, above.level, above.line)
                if isinstance(above, Heading)
                else Paragraph(joined, above.line)
            )
            blocks[-1] = whole
            return
    blocks.append(Heading(text, len(marked[1]), index + 1) if marked else Paragraph(text, index + 1))
