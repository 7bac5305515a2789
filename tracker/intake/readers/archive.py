"""The container of Word and Excel files, opened without trusting what it says of itself.

Only the parts that are read are inflated, and their bytes are counted as they come; a document type declaration, which
no office program writes, is refused before any XML parser could follow it.
"""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NoReturn
from urllib.parse import unquote
from xml.sax import ContentHandler, SAXException
from zipfile import BadZipFile, ZipFile, ZipInfo

from defusedxml import DTDForbidden
from defusedxml.expatreader import DefusedExpatParser
from lxml import etree

from tracker.i18n import N_
from tracker.intake.faults import UnreadableDocument

from .officexml import Element, local

MAX_ENTRIES = 10_000
MAX_PART = 64 * 1024 * 1024
"""Bytes of one inflated part; the text of 300 pages takes about 5 MB."""
MAX_INFLATED = 256 * 1024 * 1024
"""Bytes of all parts together, pictures included."""
MAX_RATIO = 250
"""How many bytes one compressed byte may become, where it matters: XML with 2,000 equal rows stays below 100."""
_RATIO_MATTERS = 16 * 1024 * 1024
_CHUNK = 256 * 1024

_BOMB = N_(
    "This file would unpack to far more than a document holds, and was not opened. Save the document again in Word or"
    " Excel and upload that file."
)
_DECLARATION = N_(
    "Part “%(part)s” of this file holds a document type declaration, which office programs never write, and was not"
    " opened. Save the document again in Word or Excel and upload that file."
)
LOCKED = N_("This file is protected by a password. Open it, take the password off, save it and upload it again.")


class Package:
    """The parts of a zipped office document, addressed by name."""

    def __init__(self, data: bytes) -> None:
        """Open ``data``.

        :raises UnreadableDocument: damaged, encrypted, or unpacking to more than the limits above.
        """
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
            raise UnreadableDocument from error
        self._inflated = 0
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_INFLATED:
            raise UnreadableDocument(_BOMB)
        for entry in entries:
            _check(entry)
        self.names = frozenset(entry.filename for entry in entries)

    def read(self, name: str) -> bytes:
        """The inflated bytes of a part.

        :raises UnreadableDocument: the part is absent, damaged or too large.
        """
        chunks = []
        try:
            with self._zip.open(name) as part:
                size = 0
                while chunk := part.read(_CHUNK):
                    size += len(chunk)
                    self._inflated += len(chunk)
                    if size > MAX_PART or self._inflated > MAX_INFLATED:
                        raise UnreadableDocument(_BOMB)
                    chunks.append(chunk)
        except (
            BadZipFile,
            zlib.error,
            NotImplementedError,
            OSError,
            EOFError,
            KeyError,
            RuntimeError,
            ValueError,
        ) as e:
            raise UnreadableDocument from e
        return b"".join(chunks)

    def xml(self, name: str) -> Element:
        """The root of an XML part.

        :raises UnreadableDocument: as :meth:`read`, or the part is not well-formed or declares a document type.
        """
        data = self.read(name)
        refuse_declaration(data, name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableDocument from error

    def elements(self, name: str, wanted: frozenset[str]) -> Iterator[Element]:
        """The elements of these names (without namespace) in an XML part, one by one; each is emptied after use.

        :raises UnreadableDocument: as :meth:`xml`.
        """
        data = self.read(name)
        refuse_declaration(data, name)
        try:
            for _, element in etree.iterparse(BytesIO(data), resolve_entities=False, no_network=True, load_dtd=False):
                if local(element) in wanted:
                    yield element
                    element.clear()
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableDocument from error

    def optional_xml(self, name: str | None) -> Element | None:
        """The root of a part that a file may do without."""
        return self.xml(name) if name is not None and name in self.names else None

    def related(self, source: str) -> dict[str, list[tuple[str, str]]]:
        """Parts that ``source`` ('' for the package) points at: kind -> (id, part name), links outside left out."""
        folder, name = posixpath.split(source)
        root = self.optional_xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, list[tuple[str, str]]] = {}
        for relation in root if root is not None else ():
            target = relation.get("Target")
            if not target or relation.get("TargetMode") == "External":
                continue
            path = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
            kind = (relation.get("Type") or "").rpartition("/")[2]
            found.setdefault(kind, []).append((relation.get("Id") or "", path))
        return found


def _check(entry: ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise UnreadableDocument(LOCKED)
    if entry.file_size > _RATIO_MATTERS and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise UnreadableDocument(_BOMB)


class _Begun(SAXException):
    """The root element has begun: no declaration can follow."""


class _Beginning(ContentHandler):
    def startElement(self, name: str, attrs: object) -> NoReturn:
        raise _Begun(name)


def refuse_declaration(data: bytes, part: str) -> None:
    """Raise UnreadableDocument where the XML ``data`` declares a document type; only its beginning is parsed."""
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(_Beginning())
    try:
        for chunk in _pieces(data):
            parser.feed(chunk)
    except _Begun:
        return
    except DTDForbidden as error:
        raise UnreadableDocument(_DECLARATION, part=part) from error
    except (SAXException, ValueError, LookupError) as error:
        raise UnreadableDocument from error


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[start : start + 4096] for start in range(0, len(data), 4096))
