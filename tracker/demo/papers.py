"""A page of paper for the demo: a PDF of a few lines that says what it stands for.  The same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence

SAYS_WHAT_IT_IS = "本文件由演示程序生成，用来说明佐证材料的用法，不是真实材料。"
LINE = 26  # characters on a line
FONT = (
    "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[5 0 R]>>",
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 6 0 R>>",
    "<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
    "/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
)
"""Adobe's predefined Chinese font (ISO 32000-1, 9.7.5.2): readers bring it, so none is embedded."""


def paper(paragraphs: Sequence[str]) -> bytes:
    """An A4 page with these paragraphs, and a last one that says what it is."""
    lines = [
        text[start : start + LINE] for text in (*paragraphs, SAYS_WHAT_IT_IS) for start in range(0, len(text), LINE)
    ]
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
    stream = f"BT /F 16 Tf 28 TL 80 760 Td\n{shown}ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 4 0 R>>>>/Contents 7 0 R>>",
        *FONT,
        f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream",
    )
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")
