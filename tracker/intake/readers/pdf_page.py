"""What PDFium says stands on a page: characters with their boxes, and the straight lines that rule tables.

Coordinates run as text is read, whatever way the page is turned: x to the right, y downwards.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium


class Glyph(NamedTuple):
    """One character; ``left`` to ``right`` is its advance, ``top`` to ``bottom`` the height of its font."""

    char: str
    left: float
    top: float
    right: float
    bottom: float


class Rule(NamedTuple):
    """A straight line: at ``at`` across its direction, from ``start`` to ``end`` along it."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page, turned so that its text stands upright."""

    glyphs: list[Glyph]
    across: list[Rule]
    down: list[Rule]
    pictures: int
    top: float
    bottom: float


_THIN = 3.0
"""Points up to which a filled shape is a line."""
_MAX_SEGMENTS = 4_000
"""Segments of one shape above which it is a drawing."""
_MAX_DEPTH = 8
_NO_TEXT = frozenset((0xA0, 0xAD, 0x3000, 0xFFFE, 0xFFFF))
"""Spaces, the soft hyphen, and what stands for a character that has no meaning; gaps are seen by their width."""
_Box = tuple[float, float, float, float]
_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_page(handle: Any) -> Page:
    """What stands on the page that PDFium loaded as ``handle``."""
    text = pdfium.FPDFText_LoadPage(handle)
    try:
        turned = _turned(text)
        glyphs = list(_glyphs(text, turned))
    finally:
        pdfium.FPDFText_ClosePage(text)
    turn = _TURNS[turned]
    across: list[Rule] = []
    down: list[Rule] = []
    pictures = 0
    count = pdfium.FPDFPage_CountObjects(handle)
    for shape in _shapes(lambda index: pdfium.FPDFPage_GetObject(handle, index), count, _UNIT, 0):
        if shape is None:
            pictures += 1
            continue
        left, top, right, bottom = turn(*shape)
        if right - left >= bottom - top:
            across.append(Rule((top + bottom) / 2, left, right))
        else:
            down.append(Rule((left + right) / 2, top, bottom))
    width, height = pdfium.FPDF_GetPageWidthF(handle), pdfium.FPDF_GetPageHeightF(handle)
    if pdfium.FPDFPage_GetRotation(handle) % 2:
        width, height = height, width
    _, top, _, bottom = turn(0.0, 0.0, width, height)
    return Page(glyphs, across, down, pictures, top, bottom)


_Turn = Callable[[float, float, float, float], _Box]
# A page by the quarters of a circle, clockwise, by which its text is turned; PDF's own y runs upwards.
_TURNS: tuple[_Turn, ...] = (
    lambda left, bottom, right, top: (left, -top, right, -bottom),
    lambda left, bottom, right, top: (-top, -right, -bottom, -left),
    lambda left, bottom, right, top: (-right, bottom, -left, top),
    lambda left, bottom, right, top: (bottom, left, top, right),
)


def _quarter(text: Any, index: int) -> int | None:
    """By how many quarters, clockwise, a character is turned."""
    angle = pdfium.FPDFText_GetCharAngle(text, index)
    return round(angle / (math.pi / 2)) % 4 if angle >= 0 else None


def _turned(text: Any) -> int:
    """By how many quarters a page is turned: as most of a sample of its characters are."""
    count = pdfium.FPDFText_CountChars(text)
    sample = (index for index in range(0, count, max(1, count // 80)) if pdfium.FPDFText_GetUnicode(text, index) > 32)
    quarters = Counter(quarter for index in sample if (quarter := _quarter(text, index)) is not None)
    return quarters.most_common(1)[0][0] if quarters else 0


def _glyphs(text: Any, turned: int) -> Iterator[Glyph]:
    """The characters; on a turned page without those that stand otherwise: the number of the page, a running head."""
    turn = _TURNS[turned]
    rect = pdfium.FS_RECTF()
    pointer = ctypes.pointer(rect)
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    high = 0
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = unicode_of(text, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if high and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if code <= 32 or code in _NO_TEXT or not box_of(text, index, pointer):
            continue
        if turned and _quarter(text, index) != turned:
            continue
        char = chr(code)
        if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
            # Radicals and compatibility characters, which some programs print for the ordinary ones.
            char = unicodedata.normalize("NFKC", char)
        yield Glyph(char, *turn(rect.left, rect.bottom, rect.right, rect.top))


def _shapes(get: Callable[[int], Any], count: int, matrix: _Matrix, depth: int) -> Iterator[_Box | None]:
    """The box of every straight line among the objects, in the page's coordinates; None for a picture."""
    corners = [ctypes.c_float() for _ in range(4)]
    pointers = [ctypes.pointer(corner) for corner in corners]
    for index in range(count):
        shape = get(index)
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield None
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = pdfium.FPDFFormObj_CountObjects(shape)
            own = _times(_matrix(shape), matrix)
            yield from _shapes(lambda at, form=shape: pdfium.FPDFFormObj_GetObject(form, at), inner, own, depth + 1)  # type: ignore[misc]
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and pdfium.FPDFPageObj_GetBounds(shape, *pointers):
            left, bottom, right, top = (corner.value for corner in corners)
            if min(right - left, top - bottom) <= _THIN:
                yield _moved((left, bottom, right, top), matrix)
            else:
                yield from (_moved(box, matrix) for box in _segments(shape))


def _segments(shape: Any) -> Iterator[_Box]:
    """The straight lines of a shape: the strokes, and each filled rectangle thin enough to be one."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(shape, fill, stroke)
    own = _matrix(shape)
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    count = pdfium.FPDFPath_CountSegments(shape)
    if count > _MAX_SEGMENTS:
        return
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(shape, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        a, b, c, d, e, f = own
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            yield from _lines(points, bool(stroke.value))
            points = []
        points.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield from _lines([*points, points[0]], bool(stroke.value))
            points = []
    yield from _lines(points, bool(stroke.value))


def _lines(points: list[tuple[float, float]], stroked: bool) -> Iterator[_Box]:
    if len(points) < 2:
        return
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if len(points) > 2 and min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN:
        yield min(xs), min(ys), max(xs), max(ys)
    elif stroked:
        for (x, y), (to_x, to_y) in pairwise(points):
            if min(abs(x - to_x), abs(y - to_y)) <= 1.0:
                yield min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)


def _matrix(shape: Any) -> _Matrix:
    own = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(shape, own):
        return _UNIT
    return own.a, own.b, own.c, own.d, own.e, own.f


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    k, m, n, o, p, q = then
    return a * k + b * n, a * m + b * o, c * k + d * n, c * m + d * o, e * k + f * n + p, e * m + f * o + q


def _moved(box: _Box, matrix: _Matrix) -> _Box:
    if matrix == _UNIT:
        return box
    a, b, c, d, e, f = matrix
    left, bottom, right, top = box
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)
