"""Bytes of a text file to characters."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from tracker.i18n import N_
from tracker.intake.faults import UnreadableDocument

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How much of a file charset-normalizer is shown: it is slow, and only a strange file comes so far.
_SAMPLE = 200_000


def decode(data: bytes) -> str:
    """The text of ``data``: by its mark, else UTF-8, UTF-16 without one, GB18030, else as charset-normalizer finds.

    :raises UnreadableDocument: no character encoding fits, or there is no text in it.
    """
    text = _decoded(data)
    if not text.strip("\ufeff \t\r\n\f\u3000\u00a0"):
        raise UnreadableDocument(message=N_("There is no text in this file. Choose the document as it was published."))
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    wide = _unmarked_utf16(data)
    for encoding in ("utf-8", *([wide] if wide else []), "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None or b"\0" in data:
        raise UnreadableDocument(
            message=N_("This is not a text file, or its characters are damaged. Save it as UTF-8 text and try again.")
        )
    return data.decode(best.encoding, errors="replace")


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 betrays itself by the zero byte beside each line feed, space and digit."""
    low, high = data.count(b"\n\0") + data.count(b"\r\0"), data.count(b"\0\n") + data.count(b"\0\r")
    if len(data) % 2 or b"\0" not in data:
        return None
    return "utf-16-le" if low >= high else "utf-16-be"
