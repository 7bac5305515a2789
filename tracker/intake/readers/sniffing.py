"""What a file is, asked of its bytes; its name is only a hint, since web pages are often saved as .doc or .xls."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath

from tracker.i18n import N_
from tracker.intake.faults import UnreadableDocument

from .archive import LOCKED, Package

MAX_BYTES = 50 * 1024 * 1024
"""The largest file that is read; a plan of 300 pages with its pictures has 5 to 20 MB."""
EXTENSIONS = {
    "docx": {"docx", "dotx"},
    "xlsx": {"xlsx", "xltx"},
    "html": {"html", "htm", "shtml", "xhtml"},
    "pdf": {"pdf"},
    "txt": {"txt", "text", "md", "markdown", "csv", "tsv"},
}

_EMPTY = N_("The file is empty. Choose the document as it was published.")
_TOO_LARGE = N_(
    "The file has %(size)s MB, and at most %(limit)s MB can be read. Take the pictures out or save the annex by itself,"
    " and upload that file."
)
_OLD_WORD = N_("This is an old Word or WPS file (.doc, .wps). Open it, save it as .docx and upload that file.")
_OLD_EXCEL = N_("This is an old Excel file (.xls, .et). Open it, save it as .xlsx and upload that file.")
_MACROS = N_("This file holds macros and is not opened. Save it as .docx or .xlsx without macros and upload that file.")
_OTHER = N_(
    "This file is %(kind)s, and cannot be read. Save the plan as .docx, .xlsx, .html, .pdf or .txt and upload it."
)
_ARCHIVE = N_("an archive of files")
_PICTURE = N_("a picture")
_BEGINNINGS = (
    (b"{\\rtf", N_("an RTF file")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"PK\x05\x06", _ARCHIVE),
)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_STREAMS = (("EncryptedPackage", LOCKED), ("WordDocument", _OLD_WORD), ("Workbook", _OLD_EXCEL), ("Book", _OLD_EXCEL))
_ZIPPED = (
    ("word/document.xml", b"wordprocessingml.", "docx"),
    ("xl/workbook.xml", b"spreadsheetml.", "xlsx"),
)
_ZIPPED_OTHERS = (
    ("OFD.xml", N_("an OFD file")),
    ("xl/workbook.bin", N_("a binary Excel workbook (.xlsb)")),
    ("ppt/presentation.xml", N_("a presentation")),
    ("content.xml", N_("an OpenDocument file")),
)
_TAG = re.compile(r"<(?:html|head|body|meta|title|div|table|p|span|section|article|h[1-6]|ul|ol|br|font|center)\b")


def kind_of(name: str, data: bytes) -> str:
    """docx, xlsx, html, pdf or txt.

    :param name: the name under which the file came.
    :raises UnreadableDocument: it is none of these, empty, too large, protected by a password or holds macros.
    """
    refuse_large(len(data))
    if not data.strip():
        raise UnreadableDocument(_EMPTY)
    if data.startswith(b"PK\x03\x04"):
        return _zipped(Package(data))
    if data.startswith(_OLE):
        raise UnreadableDocument(*_compound(data))
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            raise UnreadableDocument(_OTHER, kind=kind)
    return _written(extension(name), data)


def refuse_large(size: int) -> None:
    """Raise UnreadableDocument where a file of ``size`` bytes is larger than :data:`MAX_BYTES`."""
    if size > MAX_BYTES:
        raise UnreadableDocument(_TOO_LARGE, size=-(-size // 2**20), limit=MAX_BYTES // 2**20)


def extension(name: str) -> str:
    """The extension of a file name, in small letters and without its point."""
    return PurePath(name.replace("\\", "/")).suffix.lower().lstrip(".")


def _zipped(package: Package) -> str:
    types = package.read("[Content_Types].xml") if "[Content_Types].xml" in package.names else b""
    if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in package.names):
        raise UnreadableDocument(_MACROS)
    for part, kind in _ZIPPED_OTHERS:
        if part in package.names:
            raise UnreadableDocument(_OTHER, kind=kind)
    for part, content_type, kind in _ZIPPED:
        if part in package.names or content_type in types:
            return kind
    raise UnreadableDocument(_OTHER, kind=_ARCHIVE)


def _compound(data: bytes) -> tuple[str]:
    """What to say of an OLE compound file, by the names of its streams."""
    return next(((sentence,) for name, sentence in _STREAMS if name.encode("utf-16-le") in data), (_OLD_WORD,))


def _written(suffix: str, data: bytes) -> str:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    head = data[:8192].decode("utf-16" if marked else "latin-1", errors="replace").lower()
    head = head.removeprefix("\xef\xbb\xbf").removeprefix("\ufeff").lstrip()
    if head.startswith(("mime-version:", "from: <saved by")) and "multipart/related" in head:
        raise UnreadableDocument(_OTHER, kind=N_("a web archive (.mht)"))
    tagged = _TAG.search(head)
    if tagged and (head.startswith("<") or suffix in EXTENSIONS["html"] or "<html" in head):
        return "html"
    if head.startswith("<?xml"):
        raise UnreadableDocument(_OTHER, kind=N_("an XML file"))
    if suffix in EXTENSIONS["html"] and head.startswith("<"):
        return "html"
    return "txt"
