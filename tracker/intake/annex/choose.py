"""Which tables of a document are its division of responsibility, and which only look like one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from tracker.i18n import N_

from ..blocks import Block, Document, Doubt, Heading, Table
from ..names import split_units
from ..vocabulary import is_unit
from . import numbering
from .columns import Layout, layout
from .entries import Part
from .rows import FURNITURE, Kind, flow, kind, section_title, units_of
from .words import Role

_TASKS = re.compile(r"任务|分工|分解|责任清单|职责|工作")
_PROJECTS = re.compile(r"项目|工程|政策|清单|指标|目录")
_FIGURES = 2
_FIGURE = re.compile(r"[\d.,，%％<>≤≥＜＞±左右以上下约-]+[^\d]{0,3}")
_MOST = 0.7
_LONGEST_ALIKE = 6
_LONGEST_TITLE = 40


@dataclass(slots=True)
class Candidate:
    """Tables that belong together, with the lines that stand above each (words and line)."""

    layout: Layout
    tables: list[tuple[Table, int]]
    captions: list[list[tuple[str, int]]]
    end: int

    def add(self, table: Table, first: int, caption: list[tuple[str, int]], place: int) -> None:
        """Take another table in, whose body begins at row ``first``."""
        self.tables.append((table, first))
        self.captions.append(caption)
        self.end = place

    @property
    def line(self) -> int:
        """The line on which the first table begins."""
        return self.tables[0][0].line

    @property
    def parts(self) -> list[Part]:
        """The tables as the reader of rows takes them."""
        sections = self._sections()
        layouts = [layout(table) or self.layout for table, _ in self.tables]
        return [
            Part(table, own if first else self.layout, first, section)
            for (table, first), own, section in zip(self.tables, layouts, sections, strict=True)
        ]

    @property
    def is_of_figures(self) -> bool:
        """Whether it lists projects, indicators or statistics."""
        counted = [column for column in self.layout.of(Role.GOAL) if self._is_counted(column)]
        return len(self.layout.of(Role.FIGURE)) + len(counted) >= _FIGURES

    @property
    def weight(self) -> float:
        """How much speaks for it: rows with units, more for words such as 任务分工, less for 项目."""
        rows = sum(
            bool(units_of(row, part.layout)) and kind(row, part.layout) is Kind.DATA
            for part in self.parts
            for row in part.table.rows[part.first :]
        )
        words = "".join(words for words, _ in self.captions[0]) + "".join(self.layout.heads)
        return rows * (2 if _TASKS.search(words) else 1) * (0.4 if self.is_of_projects else 1)

    @property
    def is_of_projects(self) -> bool:
        """Whether its title or its head speaks of projects and not of tasks."""
        title = "".join(words for words, _ in self.captions[0])
        texts = "".join(self.layout.heads[column] for column in self.layout.of(Role.TEXT))
        return any(_PROJECTS.search(words) and not _TASKS.search(words) for words in (title, texts))

    def _is_counted(self, column: int) -> bool:
        """Whether a column holds figures and not aims in words."""
        table, first = self.tables[0]
        filled = [text for row in table.rows[first:] if (text := "".join(row[column].text.split()))]
        return bool(filled) and sum(bool(_FIGURE.fullmatch(text)) for text in filled) >= _MOST * len(filled)

    def _sections(self) -> list[str | None]:
        """The title above each table where each section has a table of its own."""
        titles = [_title(caption) for caption in self.captions]
        named = [title for title in titles if title]
        if len(self.tables) < 2 or len(set(named)) < 2:
            return [None] * len(self.tables)
        return _without_common([section_title(title) if title else None for title in titles])


def candidates(document: Document) -> list[Candidate]:
    """All tables that divide responsibility, those put together that belong together."""
    found: list[Candidate] = []
    caption: list[tuple[str, int]] = []
    for place, block in enumerate(document.blocks):
        if not isinstance(block, Table):
            caption = [*caption, (block.text, block.line)][-4:]
            continue
        columns = layout(block)
        last = found[-1] if found else None
        if last and columns is None and _goes_on(block, last, caption, document.blocks[last.end + 1 : place]):
            last.add(block, 0, [], place)
        elif last and columns and _belongs(columns, last, caption):
            last.add(block, columns.first, caption, place)
        elif columns:
            found.append(Candidate(columns, [(block, columns.first)], [_with_titles(caption, block, columns)], place))
        caption = []
    return found


def choose(found: Sequence[Candidate], doubts: list[Doubt]) -> Candidate | None:
    """The division among the candidates; those left out that look like one are doubts."""
    fit = [candidate for candidate in found if not candidate.is_of_figures and candidate.weight > 0]
    if not fit:
        return None
    best = max(fit, key=lambda candidate: candidate.weight)
    for other in fit:
        if other is not best:
            message = N_("This table names units too but was left out; the tasks are those of line %(line)s on.")
            doubts.append(Doubt(other.line, message, {"line": best.line}))
    return best


def words_after(document: Document, candidate: Candidate) -> Iterator[tuple[str, int]]:
    """The paragraphs right below the last table, up to the next table."""
    for block in document.blocks[candidate.end + 1 : candidate.end + 6]:
        if isinstance(block, Table):
            return
        yield block.text, block.line


def _with_titles(caption: list[tuple[str, int]], table: Table, columns: Layout) -> list[tuple[str, int]]:
    """The lines above a table and the title rows within it."""
    rows = [(flow(row[0].text), row[0].line) for row in table.rows[: columns.top] if row[0].text.strip()]
    return [*caption, *rows]


def _title(caption: Sequence[tuple[str, int]]) -> str | None:
    lines = [words for words, _ in caption if not FURNITURE.fullmatch("".join(words.split()))]
    if not lines or len(lines[-1]) > _LONGEST_TITLE or re.search(r"[。；，]$|^备?注", lines[-1]):
        return None
    return lines[-1]


def _without_common(titles: list[str | None]) -> list[str | None]:
    """What tells titles apart that begin alike: …行动任务清单（政务环境） and …（市场环境）."""
    letters = zip(*(title for title in titles if title), strict=False)
    common = sum(1 for _ in takewhile(lambda same: len(set(same)) == 1, letters))
    if common < _LONGEST_ALIKE:
        return titles
    return [title and (title[common:].strip("（()）《》：: ") or title) for title in titles]


def _goes_on(table: Table, last: Candidate, caption: Sequence[tuple[str, int]], between: Sequence[Block]) -> bool:
    """Whether a table without a head continues the one above: as wide, and only page furniture between."""
    if any(isinstance(block, Heading) for block in between) or len(table.rows[0]) != len(last.layout.roles):
        return False
    if any(not FURNITURE.fullmatch("".join(words.split())) for words, _ in caption):
        return False
    numbers = [row[column].text for row in table.rows for column in last.layout.of(Role.NUMBER)]
    if any(text.strip() and not numbering.printed(text) for text in numbers):
        return False
    names = [name for row in table.rows for cell in units_of(row, last.layout) for name in split_units(cell.text).names]
    return bool(names) and sum(map(is_unit, names)) >= _MOST * len(names)


def _belongs(columns: Layout, last: Candidate, caption: Sequence[tuple[str, int]]) -> bool:
    """Whether a table with a head of its own is another part of the division above."""
    title = "".join(words for words, _ in caption)
    if not columns.is_like(last.layout):
        return False
    return not (re.search(r"附件\s*\d|附表\s*\d", title) and _PROJECTS.search(title) and not _TASKS.search(title))
