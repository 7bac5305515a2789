"""One reader a file type; each gives the neutral :class:`tracker.intake.blocks.Document`."""

from __future__ import annotations

from dataclasses import replace

from tracker.i18n import N_
from tracker.intake.blocks import Document, Doubt
from tracker.intake.faults import UnreadableDocument

from .sniffing import EXTENSIONS, extension, kind_of

_NO_TEXT = N_("There is no text in this file. Choose the document as it was published.")
_TOO_DEEP = N_(
    "The tables of this file stand within each other too deeply to be read. Save it again in the program it came from."
)
_KNOWN = frozenset().union(*EXTENSIONS.values(), ("doc", "xls", "wps", "et", "rtf", "odt", "ods"))


def read_document(name: str, data: bytes) -> Document:
    """The document in ``data``, whatever its type.

    :param name: the name under which the file came; what the file is, is asked of its content.
    :raises UnreadableDocument: it cannot be read; the sentence says why and what to do.
    """
    kind = kind_of(name, data)
    try:
        document = _read(kind, data)
    except RecursionError as error:  # cells within cells: a table that no program closes goes on for ever
        raise UnreadableDocument(_TOO_DEEP) from error
    if not document.blocks:
        raise UnreadableDocument(_NO_TEXT)
    suffix = extension(name)
    if suffix in _KNOWN and suffix not in EXTENSIONS[kind]:
        message = N_("The file is named .%(named)s but holds a .%(found)s document, and was read as that.")
        doubt = Doubt(None, message, {"named": suffix, "found": kind})
        document = replace(document, doubts=(doubt, *document.doubts))
    return document


def _read(kind: str, data: bytes) -> Document:
    """Only the libraries of the file's own type are loaded: the child that reads has little memory."""
    if kind == "docx":
        from .docx import read_docx

        return read_docx(data)
    if kind == "xlsx":
        from .xlsx import read_xlsx

        return read_xlsx(data)
    if kind == "html":
        from .html import read_html

        return read_html(data)
    if kind == "pdf":
        from .pdf import read_pdf

        return read_pdf(data)
    from .text import read_text

    return read_text(data)
