"""Word files by their XML: office software writes what libraries do not, split runs, vMerge, gridSpan, numbering."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{0}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{0}.styles+xml"/>
<Override PartName="/word/numbering.xml" ContentType="{0}.numbering+xml"/>
<Override PartName="/word/footer1.xml" ContentType="{0}.footer+xml"/>
</Types>""".format("application/vnd.openxmlformats-officedocument.wordprocessingml")
PACKAGE = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>"""
PARTS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/styles" Target="styles.xml"/>
<Relationship Id="rId2" Type="{RELATIONS}/numbering" Target="numbering.xml"/>
<Relationship Id="rId3" Type="{RELATIONS}/footer" Target="footer1.xml"/></Relationships>"""
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{extra}</w:style>'
    for key, name, extra in (
        ("a", "Normal", ""),
        ("1", "heading 1", '<w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
        ("2", "heading 2", '<w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
        ("3", "heading 3", '<w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr>'),
        ("TOC1", "toc 1", '<w:basedOn w:val="a"/>'),
        ("a3", "Title", '<w:basedOn w:val="a"/>'),
    )
)
NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{key}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    f'<w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
    for key, text in ((1, "%1"), (2, "%1."))
) + "".join(f'<w:num w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>' for key in (1, 2))
FOOTER = """<w:p><w:r><w:t>— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>
<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>
<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t> —</w:t></w:r></w:p>"""


def paragraph(text: str, style: str | None = None, *, align: str | None = None, numbered: int = 0) -> str:
    """A paragraph whose runs are split where a proofreader or an edit split them; a line feed is a line break.

    ``numbered``: the list in which Word counts it, 1 for 1, 2, 3 and 2 for 1., 2., 3.
    """
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        properties += f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{numbered}"/></w:numPr>'
    if align:
        properties += f'<w:jc w:val="{align}"/>'
    cut = len(text) * 2 // 5
    runs = "".join(_run(part) for part in (text[:cut], text[cut:]) if part)
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def _run(text: str) -> str:
    font = '<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="仿宋" w:eastAsia="仿宋"/><w:sz w:val="32"/></w:rPr>'
    pieces = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\n"))
    return f"<w:r>{font}{pieces}</w:r>"


def cell(content: str | Iterable[str], *, span: int = 1, merge: str | None = None, numbered: int = 0) -> str:
    """A cell with one paragraph or several; ``merge`` is restart or continue, as Word writes a vertical merge."""
    paragraphs = [content] if isinstance(content, str) else list(content)
    properties = '<w:tcW w:w="0" w:type="auto"/>'
    properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += {"restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}.get(merge or "", "")
    body = "".join(paragraph(text, numbered=numbered) for text in paragraphs)
    return f'<w:tc><w:tcPr>{properties}<w:vAlign w:val="center"/></w:tcPr>{body}</w:tc>'


def row(*cells: str, header: bool = False) -> str:
    """A row; ``header`` asks Word to repeat it on every page."""
    return f"<w:tr><w:trPr>{'<w:tblHeader/>' if header else '<w:cantSplit/>'}</w:trPr>{''.join(cells)}</w:tr>"


def table(columns: int, rows: Iterable[str]) -> str:
    grid = "".join('<w:gridCol w:w="1500"/>' for _ in range(columns))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def page_break() -> str:
    return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def build(body: Iterable[str]) -> bytes:
    """The file; every time the same bytes."""
    section = f'<w:sectPr><w:footerReference xmlns:r="{RELATIONS}" w:type="default" r:id="rId3"/></w:sectPr>'
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": PACKAGE,
        "word/_rels/document.xml.rels": PARTS,
        "word/document.xml": _part("document", f"<w:body>{''.join(body)}{section}</w:body>"),
        "word/styles.xml": _part("styles", STYLES),
        "word/numbering.xml": _part("numbering", NUMBERING),
        "word/footer1.xml": _part("ftr", FOOTER),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (2022, 1, 1, 0, 0, 0))
            archive.writestr(entry, f'<?xml version="1.0" encoding="UTF-8"?>{text}', zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _part(name: str, content: str) -> str:
    return f'<w:{name} xmlns:w="{NAMESPACE}">{content}</w:{name}>'
