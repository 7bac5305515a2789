"""PDF files: text and tables over several pages, turned pages, and files that cannot be read."""

from __future__ import annotations

import contextlib
import io

import pypdfium2
import pytest

from tests.intake.make_pdfs import FILES, HEAD, INDICATORS, LATIN, PROSE, SHORT, rows
from tracker.intake.blocks import Document, Paragraph, Table
from tracker.intake.faults import UnreadableDocument
from tracker.intake.readers import read_document
from tracker.intake.readers.pdf import read_pdf


def read(name: str) -> Document:
    return read_pdf((FILES / f"{name}.pdf").read_bytes())


def table(document: Document) -> list[tuple[str, ...]]:
    found = [block for block in document.blocks if isinstance(block, Table)]
    assert len(found) == 1
    return [tuple(cell.text for cell in row) for row in found[0].rows]


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def sideways(data: bytes) -> bytes:
    """The same file with every page turned by the viewer."""
    file = pypdfium2.PdfDocument(data)
    for index in range(len(file)):
        file[index].set_rotation(90)
    target = io.BytesIO()
    file.save(target)
    file.close()
    return target.getvalue()


@pytest.mark.parametrize("turn", [False, True], ids=["upright", "sideways"])
def test_a_ruled_table_over_four_pages_is_one_table_word_for_word(turn: bool) -> None:
    data = (FILES / "ruled.pdf").read_bytes()
    document = read_pdf(sideways(data) if turn else data)
    found = table(document)
    assert found[0] == HEAD
    assert [row for row in found if row != HEAD] == rows()
    assert found.count(HEAD) == 3
    assert paragraphs(document) == ["某市规划", *[PROSE * 4] * 6, "重点任务分工表"]
    assert not document.doubts


def test_a_planted_change_in_a_cell_is_noticed() -> None:
    changed = [(*row[:2], row[3], row[2], row[4]) for row in rows()]
    assert [row for row in table(read("ruled")) if row != HEAD] != changed


def test_every_line_knows_its_page() -> None:
    document = read("ruled")
    assert document.places[1] == "p. 1"
    pages = [int(document.places[line + 1].removeprefix("p. ")) for line in range(len(document.lines))]
    assert pages == sorted(pages) and pages[-1] == 4
    annex = next(block for block in document.blocks if isinstance(block, Table))
    assert document.lines[annex.line - 1].split("\t")[:2] == ["序号", "重点任务"]


def test_merged_cells_are_one_cell_at_every_position() -> None:
    grid = next(block for block in read("merged").blocks if isinstance(block, Table)).rows
    assert [cell.text for cell in grid[1]] == ["序号", "重点任务", "牵头单位", "配合单位"]
    assert grid[0][0] is grid[1][0] and grid[0][2] is grid[0][3]
    assert len({id(cell) for cell in grid[2]}) == 1 and grid[2][0].text == "一、就业创业"
    assert grid[3][2] is grid[4][2] and grid[3][3] is not grid[4][3]


@pytest.mark.parametrize("name", ["open_sides", "no_rules", "wrapped", "turned_left", "turned_right"])
def test_a_table_needs_no_sides_no_rules_and_no_upright_page(name: str) -> None:
    document = read(name)
    assert table(document) == [HEAD, *SHORT]
    rest = ["附件：重点任务清单如下。", PROSE * 3] if name in ("no_rules", "wrapped") else []
    assert [text for text in paragraphs(document) if text != "某市公共服务规划"] == rest


def test_a_table_of_three_lines_goes_by_where_its_words_stand() -> None:
    assert table(read("three_lines"))[1:] == INDICATORS


def test_latin_words_keep_their_spaces_over_broken_lines() -> None:
    assert table(read("latin"))[1:] == LATIN


def test_pictures_without_text_are_refused_in_a_sentence() -> None:
    with pytest.raises(UnreadableDocument, match="pictures of pages without text"):
        read("scanned")


def locked() -> bytes:
    """A PDF that asks for a password: its key fits no empty one."""
    head = b"%PDF-1.4\n"
    bodies = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>",
    )
    data, places = head, []
    for number, body in enumerate(bodies, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<" + b"43" * 16 + b"><" + b"43" * 16 + b">]>>\n"
    return data + b"startxref\n%d\n%%%%EOF\n" % start


def test_a_password_is_named_as_what_is_wrong() -> None:
    with pytest.raises(UnreadableDocument, match="protected by a password"):
        read_pdf(locked())


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4 nothing more", b"\0" * 300])
def test_a_damaged_file_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_pdf(data)


@pytest.mark.parametrize("share", range(1, 10))
def test_a_part_of_a_file_is_read_as_far_as_it_goes_or_refused(share: int) -> None:
    whole = (FILES / "ruled.pdf").read_bytes()
    with contextlib.suppress(UnreadableDocument):
        assert read_pdf(whole[: len(whole) * share // 10]).blocks


def test_the_reader_is_chosen_by_content() -> None:
    document = read_document("规划.pdf", (FILES / "merged.pdf").read_bytes())
    assert document.kind == "pdf"
