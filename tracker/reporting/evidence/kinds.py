"""Which files are taken as evidence.  The content decides, and the name must agree with it.

Documents, pictures and tables that an office sends: no page that a browser would run, no program, no archive, no
macros.  The checks read bounded parts of a file and unpack next to nothing.
"""

from __future__ import annotations

import codecs
import mmap
import os
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from ...errors import InvalidInput
from ...i18n import N_

UNKNOWN = N_("“%(name)s” is of a type that is not taken. Taken are: %(types)s.")
OTHER = N_(
    "“%(name)s” is damaged, or its content is not what its name says. Open it in its program and save it anew as"
    " %(type)s."
)
MACROS = N_("“%(name)s” contains macros. Save it without them and choose it again.")

LARGEST_DIRECTORY = 4 * 1024 * 1024  # of a packed document: tens of thousands of entries
LARGEST_LISTING = 1024 * 1024
CHUNK = 1024 * 1024
PDF_END = 4096
OFFICE = "application/vnd.openxmlformats-officedocument."
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_ENTRY = 128  # bytes; its name's length stands at 64
OLE_MACROS = ("Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR")
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
NOT_READABLE = (BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError)


class RefusedFile(InvalidInput):
    """A file that is not taken; the sentence says why and what to do."""


class _Macros(Exception):
    """The document would run something."""


Check = Callable[[BinaryIO], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, and whether an open file is of that kind."""

    media_type: str
    check: Check


def recognise(name: str, file: BinaryIO) -> str:
    """The media type of an open file.  Raises RefusedFile where the kind is not taken or the content is another's."""
    ending = Path(name).suffix.lower()
    kind = KINDS.get(ending)
    if kind is None:
        raise RefusedFile(message=UNKNOWN, name=name, types=" ".join(KINDS))
    try:
        fits = kind.check(file)
    except _Macros as error:
        raise RefusedFile(message=MACROS, name=name) from error
    except NOT_READABLE as error:
        raise RefusedFile(message=OTHER, name=name, type=ending) from error
    if not fits:
        raise RefusedFile(message=OTHER, name=name, type=ending)
    return kind.media_type


def _begins(file: BinaryIO, *marks: tuple[int, bytes]) -> bool:
    file.seek(0)
    head = file.read(64)
    return all(head[at : at + len(mark)] == mark for at, mark in marks)


def _tail(file: BinaryIO, length: int) -> bytes:
    file.seek(max(0, file.seek(0, os.SEEK_END) - length))
    return file.read(length)


def _is_pdf(file: BinaryIO) -> bool:
    return _begins(file, (0, b"%PDF-")) and b"%%EOF" in _tail(file, PDF_END)


def _is_png(file: BinaryIO) -> bool:
    return _begins(file, (0, b"\x89PNG\r\n\x1a\n"), (12, b"IHDR"))


def _is_jpeg(file: BinaryIO) -> bool:
    return _begins(file, (0, b"\xff\xd8\xff"))


def _is_text(file: BinaryIO) -> bool:
    return any(_reads_as(file, encoding) for encoding in ("utf-8-sig", "gb18030"))


def _reads_as(file: BinaryIO, encoding: str) -> bool:
    """Whether it is text in this encoding that begins neither as markup nor as a script."""
    file.seek(0)
    decoder, begun = codecs.getincrementaldecoder(encoding)(), False
    while True:
        chunk = file.read(CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            return False
        if NO_TEXT.search(text) or (not begun and text.lstrip().startswith(("<", "#!"))):
            return False
        begun = begun or bool(text.strip())
        if not chunk:
            return begun


def _packed(part: str, content_type: str) -> Check:
    """A document of Office Open XML: its main part is there, is declared as that, and nothing in it is a macro."""

    def check(file: BinaryIO) -> bool:
        names, read = _package(file)
        if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
            raise _Macros
        declared = read("[Content_Types].xml").decode("utf-8-sig")
        if "macroenabled" in declared.lower():
            raise _Macros
        return part in names and f"{OFFICE}{content_type}.main+xml" in declared

    return check


def _is_ofd(file: BinaryIO) -> bool:
    """GB/T 33190, the national standard for fixed-layout documents."""
    names, read = _package(file)
    return "OFD.xml" in names and b"ofd:OFD" in read("OFD.xml")


def _package(file: BinaryIO) -> tuple[list[str], Callable[[str], bytes]]:
    """The names in a packed document and a reader of its small parts.  Raises one of NOT_READABLE."""
    if not _begins(file, (0, b"PK\x03\x04")):
        raise BadZipFile
    tail = _tail(file, 66_000)
    end = tail.rfind(b"PK\x05\x06")
    if (
        end < 0
        or b"PK\x06\x07" in tail
        or struct.unpack_from("<I", tail[end : end + 22].ljust(22), 12)[0] > (LARGEST_DIRECTORY)
    ):  # a directory of a million entries would be held in memory
        raise BadZipFile
    package = ZipFile(file)

    def read(name: str) -> bytes:
        with package.open(name) as part:
            return part.read(LARGEST_LISTING)

    return package.namelist(), read


def _ole(*streams: str) -> Check:
    """A document of Office 97 to 2003: a compound file with one of ``streams`` and without a macro project."""

    def check(file: BinaryIO) -> bool:
        if not _begins(file, (0, OLE_MARK)):
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if any(_has_entry(data, name) for name in OLE_MACROS):
                raise _Macros
            return any(_has_entry(data, name) for name in streams)

    return check


def _has_entry(data: mmap.mmap, name: str) -> bool:
    """Whether the directory of a compound file has an entry of this name ([MS-CFB] 2.6.1); case does not count."""
    wanted = name.encode("utf-16-le") + b"\0\0"
    return any(
        match.start() % OLE_ENTRY == 0
        and data[match.start() + 64 : match.start() + 66] == struct.pack("<H", len(wanted))
        for match in re.finditer(re.escape(wanted), data, re.IGNORECASE)
    )


KINDS = {
    ".pdf": Kind("application/pdf", _is_pdf),
    ".ofd": Kind("application/ofd", _is_ofd),
    ".docx": Kind(f"{OFFICE}wordprocessingml.document", _packed("word/document.xml", "wordprocessingml.document")),
    ".xlsx": Kind(f"{OFFICE}spreadsheetml.sheet", _packed("xl/workbook.xml", "spreadsheetml.sheet")),
    ".pptx": Kind(
        f"{OFFICE}presentationml.presentation",
        _packed("ppt/presentation.xml", "presentationml.presentation"),
    ),
    ".doc": Kind("application/msword", _ole("WordDocument")),
    ".xls": Kind("application/vnd.ms-excel", _ole("Workbook", "Book")),
    ".jpg": Kind("image/jpeg", _is_jpeg),
    ".jpeg": Kind("image/jpeg", _is_jpeg),
    ".png": Kind("image/png", _is_png),
    ".txt": Kind("text/plain", _is_text),
    ".csv": Kind("text/csv", _is_text),
}
"""By ending, in the order in which people are told them."""
