"""Finds the markers that name units behind or below a paragraph, and takes them out of its words.

A marker is a bracket that begins with a word for a role (（责任单位：…）) or whose units do something (（A、B负责）), a
bare list of units in brackets at the end of a paragraph, a line of its own, or what stands behind the last full stop.
In brackets without a word for a role every name must read as a unit: from prose no unit is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .brokenmarks import BRACKETS, CLOSING, whole_markers
from .labels import ROLE, label
from .names import NOBODY
from .numbered import number_of
from .paragraphs import Para
from .roles import Roles, read_roles
from .vocabulary import COLLECTIVE, ends_foreign, ends_whole, level_of, office

_national = re.compile(
    r"(?:国家|中央|中国|全国|国务院|最高)[一-鿿]{2,}|[一-鿿]{2,10}(?:部|总局|总署|总行)$|人民银行|各省"
)
_kind_of_units = re.compile(r"(?:部门|单位|机构|企业|组织)$")
_spaced_label = re.compile(rf"({ROLE})\s+(\S.*)")
_behind_stop = re.compile(r"[。；;！!？?：:）)\]】\s]\s*$")
_name = re.compile(r"(?!.*(?:的|了|应当|要(?!局)|将|机制|工作(?![部处委局办室])))[一-鿿（）()、]{2,18}")
_body = re.compile(r"(?:单位|部门)[:：]$")
_by = re.compile(r"(?<=[。；;！])\s*由[^。；;]{2,160}(?:牵头|负责|落实|实施|配合|参与|参加|协助|承办|主办)。?$")
_longest_name = 30
_longest_line = 400


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker in a text: where it begins and ends, and what stands in it.

    ``bare``: units and no word of a role; ``whole``: a line of its own.
    """

    start: int
    end: int
    inside: str
    bare: bool = False
    whole: bool = False

    @property
    def labelled(self) -> bool:
        """Whether it begins with a word for a role."""
        return bool(label.match(self.inside))


def marked(paras: Sequence[Para], known: Sequence[str] = ()) -> list[Para]:
    """The paragraphs with their markers taken out of the words and kept beside them.

    A paragraph in which every numbered point has a marker of its own becomes one paragraph a point.
    """
    found: list[Para] = []
    whole = list(whole_markers(paras))
    for para, marks in zip(whole, _strong([(para, find_marks(para.text, known)) for para in whole]), strict=True):
        if not marks or para.in_box:
            found.append(para)
            continue
        found.extend(_taken_out(replace(para, text=text), inner) for text, inner in _points(para.text, marks))
    return found


def _strong(read: list[tuple[Para, list[Mark]]]) -> list[list[Mark]]:
    """The markers of each paragraph; where an item has one with a word for a role, brackets without are its prose."""
    items: list[list[int]] = [[]]
    for place, (para, _) in enumerate(read):
        if number_of(para.text):
            items.append([])
        items[-1].append(place)
    strong = [marks for _, marks in read]
    for places in items:
        if any(mark.labelled for place in places for mark in strong[place]):
            for place in places:
                strong[place] = [mark for mark in strong[place] if mark.labelled or mark.whole]
    return strong


def _points(text: str, marks: list[Mark]) -> list[tuple[str, list[Mark]]]:
    """``text`` with its markers, cut before each numbered point behind a marker: （1）…（A负责）（2）…（B负责）."""
    cuts = [0]
    for mark in marks[:-1]:
        rest = text[mark.end :].lstrip("。；; ")
        number = number_of(rest)
        if number and not any(other.start == len(text) - len(rest) for other in marks):
            cuts.append(len(text) - len(rest))
            if len(cuts) == 2 and number[2] == 2:
                cuts[1:1] = _first_point(text[: mark.start], number[0])
    pieces = []
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        inner = [replace(m, start=m.start - start, end=m.end - start) for m in marks if start <= m.start < end]
        pieces.append((text[start:end], inner))
    return pieces


def _first_point(text: str, kind: str) -> list[int]:
    """Where the first of the points begins within the words before its marker."""
    for stop in re.finditer(r"[。；;：:]\s*(?=\S)", text):
        number = number_of(text[stop.end() :])
        if number and number[0] == kind and number[2] == 1:
            return [stop.end()]
    return []


def _taken_out(para: Para, marks: list[Mark]) -> Para:
    text, place = "", 0
    for mark in marks:
        text += para.text[place : mark.start].rstrip()
        place = mark.end
    rest = para.text[place:].strip()
    if re.match(r"[。；;，,]", rest) and re.search(r"[。；;！？]$", text.strip()):
        rest = rest[1:]
    return replace(para, text=(text + rest).strip(), markers=tuple(mark.inside for mark in marks))


def find_marks(text: str, known: Sequence[str] = ()) -> list[Mark]:
    """The markers in a paragraph, in order."""
    if whole := _line_of_its_own(text, known):
        return [whole]
    marks = [mark for start, end in _brackets(text) if (mark := _as_mark(text, start, end, known))]
    marks = [mark for mark in marks if mark.labelled or _at_stop(text, mark, marks)]
    behind = _behind(text, marks[-1].end if marks else 0, known)
    return [*marks, behind] if behind else marks


def _at_stop(text: str, mark: Mark, marks: list[Mark]) -> bool:
    """Whether a marker without a word for a role stands where markers do: at a full stop, a bare list at the end."""
    rest = text[mark.end :].lstrip()
    if not rest.strip("。；; ") or any(
        other.start >= mark.end and not text[mark.end : other.start].strip() for other in marks
    ):
        return True
    return not mark.bare and (rest[0] in "。；;" or text[: mark.start].rstrip().endswith(("。", "；", ";", "！")))


def _line_of_its_own(text: str, known: Sequence[str]) -> Mark | None:
    """A whole paragraph that is a marker without brackets: 责任单位：…, 由市教育局牵头，市财政局配合。"""
    number = number_of(text)
    if label.match(text):
        return Mark(0, len(text), text, whole=True)
    if spaced := _spaced_label.match(text):
        roles = read_roles(f"{spaced[1]}：{spaced[2]}", known)
        if _all_units(roles):
            return Mark(0, len(text), f"{spaced[1]}：{spaced[2]}", whole=True)
    if number is None and len(text) <= _longest_line and not BRACKETS.keys() & {text[0]}:
        roles = read_roles(text.rstrip("。"), known)
        if not roles.plain and _all_units(roles) and not roles.doubts:
            return Mark(0, len(text), text.rstrip("。"), whole=True)
    return None


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """The outermost brackets: where each begins and where it is over; one that is never closed ends with the text."""
    stack: list[tuple[int, str]] = []
    for place, char in enumerate(text):
        if char in BRACKETS:
            stack.append((place, BRACKETS[char]))
        elif stack and CLOSING.get(char) == stack[-1][1]:
            start, _ = stack.pop()
            if not stack:
                yield start, place + 1
    if stack and label.match(text[stack[0][0] + 1 :].lstrip()):
        yield stack[0][0], len(text)


def _as_mark(text: str, start: int, end: int, known: Sequence[str]) -> Mark | None:
    inside = text[start + 1 : end - 1] if CLOSING.get(text[end - 1]) else text[start + 1 : end]
    if label.match(inside.strip()):
        return Mark(start, end, inside.strip())
    roles = read_roles(inside, known)
    if _divides(roles) and not text[end:].strip("。；; ") and _behind_stop.search(text[:start]):
        return Mark(start, end, inside)
    if roles.doubts or not roles.names or not _all_units(roles):
        return None
    if roles.plain:
        whole = sum(bool(level_of(name) or _national.match(name)) for name in roles.names)
        return Mark(start, end, inside, bare=True) if whole else None
    return Mark(start, end, inside)


def _behind(text: str, start: int, known: Sequence[str]) -> Mark | None:
    """A marker without brackets at the end of a paragraph: …。责任单位：市教育局、市财政局。, …。由市教育局牵头。"""
    for found in label.finditer(text, start):
        roles = read_roles(text[found.start() :], known)
        named = _all_units(roles) and not roles.doubts and all(_name.fullmatch(name) for name in roles.names)
        certain = bool(_body.search(found[0])) and named and level_of(roles.names[0]) is not None
        if found.start() and not certain and not _behind_stop.search(text[: found.start()]):
            continue
        if roles.names and all(_name.fullmatch(name) or _plainly_unit(name) for name in roles.names):
            return Mark(found.start(), len(text), text[found.start() :].strip())
    sentence = _by.search(text, start)
    if sentence:
        roles = read_roles(sentence[0].rstrip("。"), known)
        if not roles.plain and not roles.doubts and _all_units(roles):
            return Mark(sentence.start(), len(text), sentence[0].rstrip("。"))
    return None


def _divides(roles: Roles) -> bool:
    """Whether units that no word list may know are parted into those that lead and those that help (A牵头，B配合)."""
    parted = bool(roles.leads and roles.supports) and roles.stated
    return parted and all(_name.fullmatch(name) for name in roles.names)


def _all_units(roles: Roles) -> bool:
    return bool(roles.names) and all(_plainly_unit(name) for name in roles.names)


def _plainly_unit(name: str) -> bool:
    """Whether ``name`` is a unit beyond doubt, for brackets that no word calls a marker."""
    if len(name) > _longest_name or NOBODY.fullmatch(name):
        return False
    if COLLECTIVE.match(name):
        return True
    if _kind_of_units.search(name):
        return False
    if _national.match(name):
        return True
    return bool(ends_whole.search(name) and (level_of(name) or office.match(name) or ends_foreign.search(name)))
