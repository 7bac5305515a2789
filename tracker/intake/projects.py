"""The numbered boxes of key projects (专栏), printed as running text, as a framed cell or as a table."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ..i18n import N_
from .blocks import Document, Doubt, Heading, Paragraph, Table
from .draft import DraftProject
from .lines import squeeze

_CHINESE = "一二三四五六七八九十"
_BOX = re.compile(r"^专[栏项]\s*[\d一二三四五六七八九十]{0,3}\s*[-—]?\d*\s*[:：.、]?\s*\S")
_NUMBER = re.compile(r"^(?:(?P<n>\d{1,2})\s*(?P<sign>[.．、])(?!\d)|[（(](?P<b>\d{1,2})[）)]|(?P<c>[①-⑳]))\s*")
_TOP = re.compile(rf"^(?P<n>[{_CHINESE}]{{1,3}})、\s*")
_SECTION = re.compile(rf"^[（(](?P<n>[{_CHINESE}]{{1,3}})[）)]\s*")
_GAP = re.compile(r"(?<=[\u3001-\u9fff\uff00-\uffef“”‘’]) +(?=[\u3001-\u9fff\uff00-\uffef“”‘’])")
_END = re.compile(r"^(?:第[一二三四五六七八九十\d]+[章节篇]|附件|备注|注[:：]|关键词)")
_SHORT = 30


@dataclass(slots=True)
class Projects:
    """All entries of all boxes, the tables they stand in, and the boxes without a numbered entry as doubts."""

    entries: list[DraftProject] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(slots=True)
class _Body:
    """The last numbers of the running text, by which a heading behind a box is told from an entry of the box."""

    top: int = 0
    section: int = 0
    number: int = 0
    sign: str = ""

    def note(self, text: str) -> None:
        if match := _TOP.match(text):
            self.top, self.section, self.number = _ordinal(match["n"]), 0, 0
        elif match := _SECTION.match(text):
            self.section, self.number = _ordinal(match["n"]), 0
        elif match := _NUMBER.match(text):
            self.number, self.sign = _arabic(match), match["sign"] or ""


@dataclass(slots=True)
class _Box:
    """A box while it is read."""

    title: str
    line: int
    framed: bool = False
    group: str = ""
    groups: int = 0
    sections: int = 0
    number: int = 0
    sign: str = ""
    entries: list[DraftProject] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.title} {self.group}" if self.group else self.title

    def add(self, number: str, text: str) -> None:
        self.entries.append(DraftProject(self.name, number, _GAP.sub("", text)))

    def append(self, text: str) -> None:
        last = self.entries.pop()
        self.entries.append(DraftProject(last.box, last.number, last.text + _GAP.sub("", text)))


def read_projects(document: Document, taken: Collection[Table] = ()) -> Projects:
    """The entries of the numbered boxes; ``taken`` are tables that are something else (indicators, the annex)."""
    found = Projects()
    body = _Body()
    box: _Box | None = None
    for block in document.blocks:
        if isinstance(block, Table):
            if not any(block is table for table in taken):
                _table(block, box, found)
            elif box is not None and box.entries:
                _close(box, found)
            box = None
            continue
        text = block.text.strip()
        if _is_box(block):
            _close(box, found)
            box = _Box(text, block.line)
        elif box is not None and not isinstance(block, Heading) and _take(box, text, body):
            continue
        else:
            _close(box, found)
            box = None
            body.note(text)
    _close(box, found)
    return found


def _is_box(block: Heading | Paragraph) -> bool:
    text = block.text.strip()
    return bool(_BOX.match(text)) and len(text) <= 60 and not text.endswith(("。", "；")) and "\t" not in text


def _close(box: _Box | None, found: Projects) -> None:
    if box is None:
        return
    found.entries += box.entries
    if not box.entries:
        found.doubts.append(
            Doubt(box.line, N_("“%(box)s” has no numbered entries; its text was left out."), {"box": box.title})
        )


def _take(box: _Box, text: str, body: _Body) -> bool:
    """Put a line of text into the box; False where the running text goes on."""
    if _END.match(text):
        return False
    if match := _TOP.match(text):
        return _group(box, text, _ordinal(match["n"]), body.top)
    if match := _SECTION.match(text):
        return _bracketed(box, text, match, body)
    if match := _NUMBER.match(text):
        return _numbered(box, text, match, body)
    if box.entries and (box.framed or _is_name(box.entries[-1].text)):
        box.append(text if not _is_name(box.entries[-1].text) else f"：{text}")
        return True
    return box.framed or (not box.entries and not box.group and len(text) <= _SHORT)


def _is_name(text: str) -> bool:
    """Whether an entry so far is only its name, so that its text must follow."""
    return len(text) <= _SHORT and not re.search(r"[。：:；]", text)


def _group(box: _Box, text: str, ordinal: int, above: int) -> bool:
    """一、补贴类 opens a part of the box where it counts from one, and is not the next heading of the text."""
    is_next = ordinal == above + 1 and not box.framed and ordinal > 1
    if ordinal != box.groups + 1 or is_next or len(text) > _SHORT:
        return False
    box.groups, box.group, box.sections = ordinal, text, 0
    return True


def _bracketed(box: _Box, text: str, match: re.Match[str], body: _Body) -> bool:
    """（一）… is a part of the box if short, an entry if long, or the next heading of the text if it counts there."""
    ordinal = _ordinal(match["n"])
    if ordinal != box.sections + 1 or (not box.framed and ordinal == body.section + 1 and len(text) <= 2 * _SHORT):
        return False
    if not box.framed and ordinal > 1 and len(text) <= _SHORT and text.endswith("。"):
        return False
    box.sections = ordinal
    if len(text) <= _SHORT and not re.search(r"[：:]", text):
        box.group = text
    else:
        box.group = "" if box.groups == 0 else box.group
        box.add(match["n"], text[match.end() :])
    return True


def _numbered(box: _Box, text: str, match: re.Match[str], body: _Body) -> bool:
    number, rest = _arabic(match), text[match.end() :]
    if not box.framed:
        follows = number == box.number + 1 or (number == 1 and bool(box.group))
        is_heading = len(rest) <= _SHORT and rest.endswith("。") and "：" not in rest
        competes = number == body.number + 1 and number > 1 and bool(match["sign"])
        other = competes and box.sign != (match["sign"] or "") == body.sign
        if not follows or other or (is_heading and competes):
            return False
    box.number, box.sign = number, match["sign"] or ""
    box.add(str(number), rest)
    return True


def _table(table: Table, box: _Box | None, found: Projects) -> None:
    """A box that is printed in a frame: its title in the first cell or above, its entries as lines of the cells."""
    lines = [line.strip() for text in _texts(table) for line in text.split("\n") if line.strip()]
    has_title = bool(lines and _BOX.match(lines[0])) and len(lines[0]) <= 60
    if box is not None and (box.entries or (has_title and squeeze(box.title) != squeeze(lines[0]))):
        _close(box, found)
        box = None
    if has_title:
        box = _Box(lines.pop(0), table.line)
    if box is None:
        return
    box.framed = True
    _columns(table, box)
    if not box.entries:
        for line in lines:
            _take(box, line, _Body())
    found.tables.append(table)
    _close(box, found)


def _texts(table: Table) -> list[str]:
    """The texts of a table, each merged cell once."""
    cells = {id(cell): cell.text.strip() for row in table.rows for cell in row}
    return [text for text in cells.values() if text]


def _columns(table: Table, box: _Box) -> None:
    """A box with columns: a number, the name of the project and what is done."""
    for row in table.rows:
        texts = list(dict.fromkeys(squeeze(cell.text) for cell in row if cell.text.strip()))
        if len(texts) > 1 and re.fullmatch(r"\d{1,3}", texts[0]):
            box.add(texts[0], "：".join(texts[1:]))


def _arabic(match: re.Match[str]) -> int:
    printed = match["n"] or match["b"]
    return int(printed) if printed else ord(match["c"]) - ord("①") + 1


def _ordinal(printed: str) -> int:
    tens, ten, ones = printed.rpartition("十")
    values: Sequence[int] = [_CHINESE.index(digit) + 1 if digit else 0 for digit in (tens, ones)]
    return ((values[0] or 1) * 10 if ten else 0) + values[1]
