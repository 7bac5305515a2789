"""Every file that cannot be read gets one sentence of its own; nothing is opened that might do harm."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from tests.intake.wordfiles import NAMESPACES, p, tbl, tr, word_file, zipped
from tracker.intake.faults import UnreadableDocument
from tracker.intake.readers import archive, read_document
from tracker.intake.readers.sniffing import MAX_BYTES

GOOD = word_file(p("分工表") + tbl(tr("1", "甲")))
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
DECLARED = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def refused(name: str, data: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read_document(name, data)
    return str(caught.value)


def compound(*streams: str) -> bytes:
    return OLE + b"".join(stream.encode("utf-16-le").ljust(128, b"\0") for stream in streams)


def entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", b"", "empty"),
        ("a.txt", b" \r\n\t ", "empty"),
        ("a.docx", compound("EncryptionInfo", "EncryptedPackage"), "password"),
        ("a.doc", compound("WordDocument"), "old Word or WPS"),
        ("a.xls", compound("Workbook"), "old Excel"),
        ("a.wps", compound("Unheard"), "old Word or WPS"),
        ("a.docx", b"{\\rtf1 x}", "an RTF file"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(64), "a picture"),
        ("a.docx", zipped({"readme.txt": b"x"}), "an archive of files"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "an archive of files"),
        ("a.ofd", zipped({"OFD.xml": b"<a/>"}), "an OFD file"),
        ("a.odt", zipped({"mimetype": b"x", "content.xml": b"<a/>"}), "an OpenDocument file"),
        ("a.pptx", zipped({"ppt/presentation.xml": b"<a/>"}), "a presentation"),
        ("a.xlsb", zipped({"xl/workbook.bin": b"x"}), "binary Excel workbook"),
        ("a.doc", b'<?xml version="1.0"?><pkg:package/>', "an XML file"),
        ("a.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n<html>", "web archive"),
        ("a.docm", zipped({**entries(GOOD), "word/vbaProject.bin": b"x"}), "macros"),
        (
            "a.docx",
            zipped({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}),
            "macros",
        ),
        ("a.docx", word_file(p()), "no text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_of_another_kind_is_named(name: str, data: bytes, words: str) -> None:
    assert words in refused(name, data)


def test_a_file_of_200_mb_is_refused_with_the_limit() -> None:
    assert "200 MB, and at most 50 MB" in refused("a.docx", bytes(200 * 2**20))
    assert MAX_BYTES == 50 * 2**20


@pytest.mark.parametrize("cut", [30, 200, len(GOOD) // 2, len(GOOD) - 1])
def test_a_file_that_was_cut_off_is_damaged(cut: int) -> None:
    assert "damaged" in refused("a.docx", GOOD[:cut])


def test_a_part_that_is_missing_or_is_no_xml_is_damage() -> None:
    contents = entries(GOOD)
    assert "damaged" in refused("a.docx", zipped({**contents, "word/document.xml": b"<w:document"}))
    assert "damaged" in refused("a.docx", zipped({**contents, "word/document.xml": b"<document/>"}))
    assert "damaged" in refused("a.docx", zipped({**contents, "word/styles.xml": b""}))
    del contents["word/document.xml"]
    assert "damaged" in refused("a.docx", zipped(contents))


def test_a_damaged_part_is_damage() -> None:
    place = GOOD.index(b"word/document.xml") + 60
    assert "damaged" in refused("a.docx", GOOD[:place] + b"\xff" * 40 + GOOD[place + 40 :])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_declaration_is_never_followed(encoding: str) -> None:
    body = f"{DECLARED}<w:document {NAMESPACES}><w:body>{p('<w:r><w:t>&x;</w:t></w:r>')}</w:body></w:document>"
    data = zipped({**entries(GOOD), "word/document.xml": body.encode(encoding)})
    assert "document type declaration" in refused("a.docx", data)


def test_a_declaration_in_a_lesser_part_is_found_too() -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:styles>&b;</w:styles>'
    assert "word/styles.xml" in refused("a.docx", word_file(p("x"), parts={"word/styles.xml": bomb}))


def test_a_zip_bomb_is_not_opened() -> None:
    bomb = zipped({**entries(GOOD), "word/document.xml": bytes(40 * 2**20)})
    assert len(bomb) < 200_000
    assert "unpack to far more" in refused("a.docx", bomb)
    assert "unpack to far more" in refused("a.docx", zipped({**entries(GOOD), "word/media/a.bin": bytes(40 * 2**20)}))


def test_too_many_entries_are_not_opened() -> None:
    flood = {f"word/media/{n}": b"" for n in range(archive.MAX_ENTRIES)}
    assert "unpack to far more" in refused("a.docx", zipped({**entries(GOOD), **flood}))


def test_bytes_are_counted_as_they_inflate_whatever_the_directory_says(monkeypatch: pytest.MonkeyPatch) -> None:
    package = archive.Package(GOOD)
    monkeypatch.setattr(archive, "MAX_PART", 100)
    with pytest.raises(UnreadableDocument, match="unpack to far more"):
        package.read("word/document.xml")


def test_an_encrypted_entry_asks_for_a_password() -> None:
    flagged = bytearray(GOOD)
    flagged[6] |= 1
    place = GOOD.index(b"PK\x01\x02")
    flagged[place + 8] |= 1
    assert "password" in refused("a.docx", bytes(flagged))


def test_a_wrong_extension_is_read_by_content_and_said() -> None:
    document = read_document("分工表.pdf", GOOD)
    assert document.kind == "docx"
    assert [doubt.values for doubt in document.doubts] == [{"named": "pdf", "found": "docx"}]
    assert read_document("分工表.DOCX", GOOD).doubts == ()
    assert read_document("分工表", GOOD).doubts == ()
    text = read_document("plan.docx", "一、总体要求\n1.完善制度".encode())
    assert text.kind == "txt"
    assert text.doubts[0].values == {"named": "docx", "found": "txt"}
