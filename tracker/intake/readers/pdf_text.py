"""Running text of a PDF: what is printed on every page is left out, lines become paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from .pdf_lines import Line, is_full
from .wrapping import CLOSED, FRESH, join

_PAGE_NUMBER = re.compile(
    r"[-—－–·~～]*\s*\d{1,4}\s*[-—－–·~～]*|第\s*\d{1,4}\s*页.{0,12}|\d{1,4}\s*/\s*\d{1,4}|[ivxIVX]{1,6}|Page\s*\d+.{0,10}"
)
_MARGIN = 0.12
"""How much of a page's height at its top and bottom may be its header and footer."""
_DOTS = re.compile(r"\s*(?:[.．…·・_-]{4,}|\s{2,})\s*(\d{1,4})$")


def without_furniture(pages: Sequence[tuple[list[Line], float, float]]) -> list[list[Line]]:
    """The lines of each page (given with its top and bottom) without page numbers, running heads and feet."""
    said: Counter[tuple[str, int]] = Counter()
    for lines, top, bottom in pages:
        said.update({_key(line, top) for line in lines if _at_edge(line, top, bottom)})
    often = max(3, 0.25 * len(pages))
    kept = []
    for lines, top, bottom in pages:
        kept.append(
            [
                line
                for line in lines
                if not _at_edge(line, top, bottom)
                or not (_PAGE_NUMBER.fullmatch(line.text.strip()) or said[_key(line, top)] >= often)
            ]
        )
    return kept


def _at_edge(line: Line, top: float, bottom: float) -> bool:
    margin = _MARGIN * (bottom - top)
    return line.bottom < top + margin or line.top > bottom - margin


def _key(line: Line, top: float) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round((line.top - top) / 6)


class Margins:
    """Where the running text of a document stands: its sides, its size, whether paragraphs are indented."""

    def __init__(self, lines: Iterable[Line]) -> None:
        every = list(lines)
        long = [line for line in every if len(line.text) >= 20] or every
        self.size = _usual([line.size for line in long]) or 12.0
        body = [line for line in long if abs(line.size - self.size) < 0.15 * self.size] or long
        self.right = _high([line.right for line in body])
        self.left = _low([line.left for line in body])
        pitches = [
            below.top - above.top
            for above, below in pairwise(every)
            if above.page == below.page and 0 < below.top - above.top < 4 * self.size
        ]
        self.pitch = _usual(pitches) or 1.5 * self.size
        starts = [line for line in body if self.size < line.left - self.left < 3.5 * self.size]
        self.indented = len(starts) >= max(3, 0.1 * len(body))

    def goes_on(self, above: Line, below: Line) -> bool:
        """Whether ``below``, the next line, belongs to the paragraph of ``above``."""
        if abs(above.size - below.size) > 0.12 * above.size:
            return False
        if above.page == below.page and below.top - above.top > 1.6 * max(self.pitch, above.size):
            return False
        full = is_full(above, below, self.right)
        if self._centred(below):
            title = above.size > 1.12 * self.size and (full or self._centred(above))
            return title and above.text[-1] not in CLOSED and not FRESH.match(below.text)
        if not full or self._indented(below):
            return False
        if FRESH.match(below.text):
            return self.indented and below.text[0] in "（(【[" and not self._centred(above)
        return self.indented or above.text[-1] not in CLOSED

    def _indented(self, line: Line) -> bool:
        return line.left - self.left > 1.2 * line.size

    def _centred(self, line: Line) -> bool:
        before, behind = line.left - self.left, self.right - line.right
        return min(before, behind) > 2.5 * line.size and abs(before - behind) < 2 * line.size


def _usual(values: Sequence[float]) -> float:
    counts = Counter(round(value * 2) / 2 for value in values)
    return counts.most_common(1)[0][0] if counts else 0.0


def _low(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 50] if values else 0.0


def _high(values: Sequence[float]) -> float:
    return sorted(values)[-1 - len(values) // 50] if values else 0.0


def paragraph_text(lines: Sequence[Line]) -> str:
    """The text of a paragraph's lines; an entry of a list of contents has a tab before its page."""
    text = lines[0].text
    for line in lines[1:]:
        text = join(text, line.text)
    return _DOTS.sub(r"\t\1", text) if len(text) < 120 else text
