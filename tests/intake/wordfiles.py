"""Word files made in a test: a body of plain WordprocessingML, laid into the package that python-docx writes."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

import docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACES = (
    f'{W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


def p(text: str = "", style: str | None = None, numbered: tuple[int, int] | None = None, more: str = "") -> str:
    """A paragraph: ``numbered`` is (number id, level), ``more`` further w:pPr; ``text`` may be markup."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered is not None:
        properties += f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
    return f"<w:p><w:pPr>{properties}{more}</w:pPr>{text if text.startswith('<') else r(text)}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def tc(content: str = "", span: int = 1, merge: str | None = None) -> str:
    """A cell: ``merge`` is restart or continue; plain text becomes one paragraph."""
    properties = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<') else p(content)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    """A row of cells, given as text or as :func:`tc`."""
    inner = "".join(cell if cell.startswith("<w:") else tc(cell) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def tbl(*rows: str) -> str:
    """A table."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def level(depth: int, style: str, text: str, more: str = "", start: int = 1) -> str:
    """A level of a list."""
    head = f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>'
    return f'{head}{more}<w:lvlText w:val="{text}"/></w:lvl>'


def numbering(*lists: str, overrides: str = "") -> str:
    """numbering.xml: list n gets abstract number n and number id n, counted from 1; ``overrides`` adds w:num."""
    body = "".join(f'<w:abstractNum w:abstractNumId="{i}">{text}</w:abstractNum>' for i, text in enumerate(lists, 1))
    body += "".join(f'<w:num w:numId="{i}"><w:abstractNumId w:val="{i}"/></w:num>' for i in range(1, len(lists) + 1))
    return f"<w:numbering {NAMESPACES}>{body}{overrides}</w:numbering>"


def word_file(body: str, numbers: str | None = None, styles: str = "", parts: dict[str, str] | None = None) -> bytes:
    """A .docx with this body.  ``styles`` are added to those of python-docx; ``parts`` replaces or adds parts."""
    made = BytesIO()
    docx.Document().save(made)
    with zipfile.ZipFile(made) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    contents["word/document.xml"] = f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>".encode()
    contents["word/styles.xml"] = contents["word/styles.xml"].replace(b"</w:styles>", f"{styles}</w:styles>".encode())
    if numbers is not None:
        contents["word/numbering.xml"] = numbers.encode()
    for name, text in (parts or {}).items():
        contents[name] = text.encode()
    return zipped(contents)


def zipped(contents: dict[str, bytes]) -> bytes:
    """A zip archive of these entries."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in contents.items():
            package.writestr(name, data)
    return made.getvalue()
