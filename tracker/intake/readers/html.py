"""Web pages, and what Word and Excel save as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from tracker.i18n import N_
from tracker.intake.blocks import Document, Doubt
from tracker.intake.faults import UnreadableDocument

from .building import Box, Grid, Part, Text, Writer, joined, plain, rectangle, settled
from .decoding import decode
from .furniture import clear, is_furniture, words
from .numerals import printed
from .spanning import Rows
from .twice import second_copy
from .wrapping import FRESH

_BLOCKS = words(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure form h1 h2 h3 "
    "h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul"
)
_HEADING = re.compile(r"h[1-6]")
_WIDEST = 100
"""Columns that one cell may span; more are a slip of the pen (colspan=1000 for “all of them”)."""
_TO_THE_END = 65_534
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*(big5[\w-]*)", re.IGNORECASE)
_MARKERS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def read_html(data: bytes) -> Document:
    """The document in a web page, without the page around it.

    :raises UnreadableDocument: the characters cannot be told, or there are none.
    """
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        page = document_fromstring(_decoded(data).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableDocument from error
    clear(page)
    writer = Writer()
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        writer.doubts.append(Doubt(None, N_("The page is nested too deeply; what lies deepest was left out.")))
    parts = [part for part in settled(_Walk().parts(page)) if isinstance(part, Grid) or not is_furniture(part.text)]
    copy = second_copy([plain(part) for part in parts])
    if copy is not None:
        del parts[copy.start : copy.stop]
        writer.doubts.append(Doubt(None, N_("The text stands twice on this page. It was read once.")))
    writer.write(joined(parts))
    return Document("html", tuple(writer.blocks), tuple(writer.lines), doubts=tuple(writer.doubts))


def _decoded(data: bytes) -> str:
    """The characters of a page; what it declares is believed only where GB18030 would fit as well."""
    declared = _DECLARED.search(data[:4096])
    if declared:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("big5hkscs", errors="replace")
    return decode(data)


@dataclass(slots=True)
class _Place:
    """Where text goes: the page, or a cell."""

    parts: list[Part] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    label: str = ""

    def flush(self, level: int | None = None) -> None:
        """End the paragraph."""
        text = _unwrapped("".join(self.written))
        self.written.clear()
        if text.strip():
            label = "" if FRESH.match(text.strip()) else self.label
            self.parts.append(Text(label + (text.lstrip() if label else text), level))
            self.label = ""


class _Walk:
    """One pass through the page, without recursion: pages nest as deep as their makers forgot to close."""

    def __init__(self) -> None:
        self._places = [_Place()]
        self._tables: list[Rows] = []
        self._cells: list[tuple[HtmlElement, Rows]] = []
        self._lists: list[Iterator[str]] = []
        self._kept = 0

    def parts(self, page: HtmlElement) -> list[Part]:
        """What stands on the page."""
        for event, element in etree.iterwalk(page, events=("start", "end")):
            if event == "start":
                self._start(element)
            else:
                self._end(element)
                self._write(element.tail)
        self._places[0].flush()
        return self._places[0].parts

    def _write(self, text: str | None) -> None:
        if text:
            made = text.replace("\r\n", "\n") if self._kept else re.sub(r"[ \t\r\n\f]+", _space, text)
            self._places[-1].written.append(made)

    def _start(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._places[-1].flush()
        if tag == "br":
            self._places[-1].written.append("\n")
        elif tag == "pre":
            self._kept += 1
        elif tag == "table":
            self._tables.append(Rows())
        elif tag == "tr" and self._tables:
            self._tables[-1].end_row()
        elif tag in ("td", "th") and self._tables:
            self._cells.append((element, self._tables[-1]))
            self._places.append(_Place())
        elif tag in ("ol", "ul"):
            self._lists.append(_labels(element))
        elif tag == "li" and self._lists:
            self._places[-1].label = next(self._lists[-1])
        self._write(element.text)

    def _end(self, element: HtmlElement) -> None:
        tag = element.tag
        place = self._places[-1]
        if tag in _BLOCKS:
            place.flush(int(tag[1]) if _HEADING.fullmatch(tag) else None)
        if tag == "pre":
            self._kept -= 1
        elif tag in ("ol", "ul"):
            self._lists.pop()
        elif tag == "li":
            place.label = ""
        elif tag == "tr" and self._tables:
            self._tables[-1].end_row()
        elif tag in ("td", "th") and self._cells and self._cells[-1][0] is element:
            _, rows = self._cells.pop()
            self._places.pop()
            down = _span(element.get("rowspan"), _TO_THE_END) or _TO_THE_END
            rows.put(Box(place.parts), down, _span(element.get("colspan"), _WIDEST) or 1)
        elif tag == "table":
            rows = self._tables.pop()
            rows.end_row()
            place.parts.append(rectangle(rows.rows))


def _space(match: re.Match[str]) -> str:
    """White space of the source: a line break there is marked, for it is none between Chinese characters."""
    return "\r" if "\n" in match.group() or "\r" in match.group() else " "


def _unwrapped(text: str) -> str:
    def between(match: re.Match[str]) -> str:
        before, after = text[max(match.start() - 1, 0) : match.start()], text[match.end() : match.end() + 1]
        return " " if before.isascii() and after.isascii() and before.strip() and after.strip() else ""

    return re.sub(r" *\r[ \r]*", between, text)


def _span(value: str | None, most: int) -> int:
    """A rowspan or colspan, at most ``most``; 1 where it is no number."""
    digits = re.match(r"\s*(\d{1,6})", value or "")
    return min(int(digits[1]), most) if digits else 1


def _labels(element: HtmlElement) -> Iterator[str]:
    """The numbers that a browser prints before the items of a list: none before those of ``ul``."""
    shown = element.tag == "ol" and "none" not in (element.get("style") or "") + (element.get("type") or "")
    start = re.fullmatch(r"\s*(\d{1,6})\s*", element.get("start") or "")
    number = int(start[1]) if start else 1
    style = _MARKERS.get(element.get("type") or "", "decimal")
    while True:
        yield f"{printed(number, style)}." if shown else ""
        number += 1
