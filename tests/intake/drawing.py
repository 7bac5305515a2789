"""Writes PDF files stroke by stroke, in the ways in which office programs draw tables that Chromium does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
    b"/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -250 1000 880]"
    b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>"
)


def words(x: float, y: float, text: str, size: float = 10) -> str:
    """The operators that print ``text`` with its beginning at a point."""
    return f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"


def grid(xs: Sequence[float], ys: Sequence[float], how: str) -> str:
    """A full grid as ``strokes``, ``boxes`` (a stroked rectangle a cell), ``bars`` (thin fills) or one ``path``."""
    left, right, top, bottom = xs[0], xs[-1], ys[0], ys[-1]
    if how == "boxes":
        return "".join(
            f"{x} {low} {to - x} {high - low} re S\n" for x, to in pairwise(xs) for high, low in pairwise(ys)
        )
    if how == "bars":
        return "".join(f"{left} {y} {right - left} 0.5 re f\n" for y in ys) + "".join(
            f"{x} {bottom} 0.5 {top - bottom} re f\n" for x in xs
        )
    lines = [f"{left} {y} m {right} {y} l" for y in ys] + [f"{x} {top} m {x} {bottom} l" for x in xs]
    return " ".join(lines) + " S\n" if how == "path" else "".join(f"{line} S\n" for line in lines)


def cells(xs: Sequence[float], ys: Sequence[float], rows: Iterable[Sequence[str]]) -> str:
    """The text of each row's cells, a line feed beginning a new line."""
    found = ""
    for y, row in zip(ys, rows, strict=False):
        for x, cell in zip(xs, row, strict=False):
            for number, line in enumerate(cell.split("\n")):
                found += words(x + 3, y - 12 - 13 * number, line)
    return found


def document(pages: Sequence[str], *, form: bool = False) -> bytes:
    """A file with a page for each run of operators; with ``form`` they stand in a form, shifted and set back."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", _FONT]
    kids = []
    for operators in pages:
        stream = operators.encode("ascii")
        resources = b"<</Font<</F 3 0 R>>>>"
        if form:
            inner = (
                b"<</Type/XObject/Subtype/Form/BBox[-999 -999 999 999]/Matrix[1 0 0 1 40 -30]/Resources%s/Length %d>>"
            )
            objects.append(inner % (resources, len(stream)) + b"stream\n" + stream + b"\nendstream")
            resources = b"<</XObject<</X %d 0 R>>>>" % len(objects)
            stream = b"q 1 0 0 1 -40 30 cm /X Do Q"
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources%s/Contents %d 0 R>>"
        objects.append(page % (resources, len(objects)))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    data, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer
