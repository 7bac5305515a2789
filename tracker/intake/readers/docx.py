"""Word files (.docx): the text as the page shows it.

The XML is walked, not python-docx's objects: these leave out automatic numbers, text boxes and content controls, and
count the cells of a table again for each one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.i18n import N_
from tracker.intake.blocks import Document, Doubt
from tracker.intake.faults import UnreadableDocument

from .archive import Package
from .breaks import tidy
from .building import Box, Grid, Part, Text, Writer, joined, plain, rectangle, settled
from .officexml import (
    Element,
    attribute,
    blocks,
    child,
    chosen,
    is_through,
    local,
    number,
    switched_on,
    text_boxes,
    within,
)
from .wordnumbering import Numbering
from .wordstyles import Styles

_WIDEST = 63
"""Columns of a table that Word allows."""
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(data: bytes) -> Document:
    """The document in ``data``, a zipped WordprocessingML package.

    :raises UnreadableDocument: damaged, encrypted, or unpacking to too much.
    """
    package = Package(data)
    main = next((part for _, part in package.related("").get("officeDocument", ())), "word/document.xml")
    body = child(package.xml(main), "body")
    if body is None:
        raise UnreadableDocument
    walk = _Walk(package, main)
    parts = walk.parts(body)
    if not any(map(plain, parts)):
        parts = walk.contents
    writer = Writer()
    writer.write(joined(settled([*parts, *walk.footnotes()])))
    doubts = (Doubt(None, N_("Hidden text of the Word file was left out.")),) if walk.hid else ()
    return Document("docx", tuple(writer.blocks), tuple(writer.lines), doubts=doubts)


@dataclass(slots=True)
class _Line:
    """What a paragraph holds, as it is read."""

    written: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    hidden: bool = False


class _Walk:
    """One pass through the document, in its order: automatic numbers count on as it goes."""

    def __init__(self, package: Package, main: str) -> None:
        related = package.related(main)
        part = {kind: targets[0][1] for kind, targets in related.items()}
        self._styles = Styles(package.optional_xml(part.get("styles")))
        self._numbering = Numbering(package.optional_xml(part.get("numbering")), self._styles)
        self._notes = {kind: package.optional_xml(part.get(f"{kind}s")) for kind in ("footnote", "endnote")}
        self._referred: list[tuple[str, str | None]] = []
        self.contents: list[Part] = []
        self.hid = False

    def parts(self, container: Element, in_cell: bool = False) -> list[Part]:
        """What stands in a body, a cell or a text box."""
        found: list[Part] = []
        carried = ""
        for block in blocks(container):
            if local(block) == "tbl":
                found.append(self._table(block))
                continue
            line = self._line(block)
            carried += "".join(line.written)
            if child(block, "pPr", "rPr", "del") is None:
                into = self.contents if self._styles.is_contents(self._style(block)) else found
                text = self._numbered(block, carried, line.hidden, in_cell)
                into.append(Text(text, self._level(block)))
                carried = ""
            for box in line.boxes:
                found += self.parts(box, in_cell)
        return [*found, Text(carried)] if carried else found

    def footnotes(self) -> list[Part]:
        """The notes that the text refers to, in its order."""
        found: list[Part] = []
        for kind, key in self._referred:
            root = self._notes[kind]
            note = next((n for n in root if attribute(n, "id") == key), None) if root is not None else None
            if note is not None:
                found += self.parts(note)
        self._referred.clear()
        return found

    def _style(self, paragraph: Element) -> str | None:
        return attribute(child(paragraph, "pPr", "pStyle")) or self._styles.default

    def _level(self, paragraph: Element) -> int | None:
        own = number(child(paragraph, "pPr", "outlineLvl"))
        outline = own if own is not None else self._styles.outline(self._style(paragraph))
        return outline + 1 if outline is not None and 0 <= outline <= 8 else None

    def _line(self, paragraph: Element) -> _Line:
        line = _Line()
        if self._styles.hidden(self._style(paragraph)):
            line.hidden = any(local(part) == "t" for part in paragraph.iter())
        else:
            self._inline(paragraph, line)
        self.hid = self.hid or line.hidden
        return line

    def _numbered(self, paragraph: Element, text: str, hidden: bool, in_cell: bool) -> str:
        """``text`` behind its automatic number; what is hidden altogether is not counted, nor shown where it is empty.

        In a cell a number may stand alone: that is how the column 序号 is usually made.
        """
        if hidden and not text.strip():
            return ""
        label = self._numbering.label(child(paragraph, "pPr"), self._style(paragraph))
        if not tidy(text):
            return label if in_cell else ""
        return _labelled(label, text)

    def _inline(self, element: Element, line: _Line) -> None:
        for inner in element:
            name = local(inner)
            if name == "t":
                line.written.append(inner.text or "")
            elif name in _SIGNS:
                line.written.append(_SIGNS[name])
            elif name == "br":
                line.written.append("" if attribute(inner, "type") in ("page", "column") else "\n")
            elif name in ("footnoteReference", "endnoteReference"):
                self._referred.append((name.removesuffix("Reference"), attribute(inner, "id")))
            elif name in ("drawing", "pict", "object"):
                line.boxes += text_boxes(inner)
            elif name == "AlternateContent":
                self._inline(chosen(inner), line)
            elif name == "r" and self._is_hidden(inner):
                line.hidden = line.hidden or any(local(part) == "t" and part.text for part in inner)
            elif is_through(inner):
                self._inline(inner, line)

    def _is_hidden(self, run: Element) -> bool:
        own = child(run, "rPr", "vanish")
        if own is not None:
            return switched_on(own)
        return self._styles.hidden(attribute(child(run, "rPr", "rStyle")))

    def _table(self, table: Element) -> Grid:
        rows: list[list[Box | None]] = []
        above: dict[int, Box] = {}
        for row in within(table, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            boxes: list[Box | None] = [None] * _span(child(properties, "gridBefore"), 0)
            merged: dict[int, Box] = {}
            for cell in within(row, "tc"):
                self._cell(cell, boxes, above, merged)
            above = merged
            rows.append(boxes)
        return rectangle(rows)

    def _cell(self, cell: Element, row: list[Box | None], above: dict[int, Box], merged: dict[int, Box]) -> None:
        """Append ``cell`` to its row, as the box above or beside it where it is merged with that."""
        properties = child(cell, "tcPr")
        start, down, across = len(row), child(properties, "vMerge"), child(properties, "hMerge")
        box = above.get(start) if down is not None and attribute(down) != "restart" else None
        if box is None and across is not None and attribute(across) != "restart" and row:
            box = row[-1]
        if box is None:
            box = Box(self.parts(cell, in_cell=True))
        if down is not None:
            merged[start] = box
        row += [box] * _span(child(properties, "gridSpan"), 1)


def _span(element: Element | None, least: int) -> int:
    return max(least, min(number(element, least) or 0, _WIDEST))


def _labelled(label: str, text: str) -> str:
    """A number and its text as printed: a space only where they would run together."""
    text = text.lstrip(" \t\u3000\xa0")
    apart = label[-1:].isalnum() or (label[-1:].isascii() and text[:1].isdigit())
    return f"{label} {text}" if label and apart else label + text
