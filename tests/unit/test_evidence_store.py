"""The store of evidence: what is taken, how it comes to lie on the disk, and that every fault there is noticed."""

from __future__ import annotations

import hashlib
import io
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.evidence_files import DOCX, PDF, REFUSED, TAKEN
from tracker.reporting.evidence import store
from tracker.reporting.evidence.kinds import RefusedFile
from tracker.reporting.evidence.store import (
    LONGEST_NAME,
    DamagedFile,
    StoredFile,
    StoreFailed,
    open_checked,
    put,
    safe_name,
    sweep,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where nothing has been stored yet; the store makes it."""
    return tmp_path / "evidence"


def contents(folder: Path) -> list[Path]:
    """Every file in the store, half-written ones included."""
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def stored_pdf(folder: Path) -> tuple[StoredFile, Path]:
    """A file in the store, and where it lies."""
    file = put(folder, "扫描件.pdf", io.BytesIO(PDF))
    return file, folder / file.sha256[:2] / file.sha256


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_is_taken_by_its_content_and_comes_back_to_the_byte(folder: Path, name: str) -> None:
    content, media_type = TAKEN[name]
    file = put(folder, name, io.BytesIO(content))
    assert file == StoredFile(name, media_type, len(content), hashlib.sha256(content).hexdigest())
    assert contents(folder) == [folder / file.sha256[:2] / file.sha256]
    with open_checked(folder, file) as opened:
        assert opened.read() == content


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_only_pretends_is_refused_in_one_sentence(folder: Path, name: str) -> None:
    content, said = REFUSED[name]
    with pytest.raises(RefusedFile, match=said) as raised:
        put(folder, name, io.BytesIO(content))
    assert name in str(raised.value)
    assert contents(folder) == []


def test_the_same_content_twice_is_one_file(folder: Path) -> None:
    first = put(folder, "一.pdf", io.BytesIO(PDF))
    second = put(folder, "二.pdf", io.BytesIO(PDF))
    assert (first.sha256, len(contents(folder))) == (second.sha256, 1)


class Endless(io.RawIOBase):
    """A sender that never says how much it sends."""

    sent = 0

    def read(self, size: int = -1) -> bytes:
        """As many bytes as are asked for, always."""
        self.sent += size
        return b"%PDF-" + bytes(size - 5)


def test_the_cap_holds_while_streaming(folder: Path) -> None:
    sender: Any = Endless()
    with pytest.raises(RefusedFile, match="larger than 50 MB"):
        put(folder, "大.pdf", sender)
    assert sender.sent == 51 * 1024 * 1024
    assert contents(folder) == []
    assert put(folder, "满.pdf", io.BytesIO(PDF), most=len(PDF)).size == len(PDF)
    with pytest.raises(RefusedFile):
        put(folder, "多一.pdf", io.BytesIO(PDF), most=len(PDF) - 1)


class Breaking(io.RawIOBase):
    """A connection that ends in the middle."""

    def __init__(self) -> None:
        self.parts = [PDF, None]

    def read(self, size: int = -1) -> bytes:
        """The first part, then the end of the connection."""
        part = self.parts.pop(0)
        if part is None:
            raise ConnectionResetError("reset")
        return part


def test_a_broken_connection_leaves_nothing(folder: Path) -> None:
    sender: Any = Breaking()
    with pytest.raises(StoreFailed):
        put(folder, "断.pdf", sender)
    assert contents(folder) == []


def test_a_write_that_loses_its_end_is_noticed_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lossy(handle: int) -> None:
        os.ftruncate(handle, 10)

    monkeypatch.setattr(store.os, "fsync", lossy)
    with pytest.raises(StoreFailed, match="short write"):
        put(folder, "断.pdf", io.BytesIO(PDF))
    assert contents(folder) == []


def test_a_full_disk_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(StoreFailed, match="No space left on device"):
        put(folder, "满.pdf", io.BytesIO(PDF))
    assert contents(folder) == []


def test_file_and_folders_are_flushed_before_the_file_is_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[tuple[bool, int]] = []
    real = os.fsync

    def note(handle: int) -> None:
        named = len([path for path in contents(folder) if path.parent.name != "incoming"])
        flushed.append((os.path.isdir(f"/proc/self/fd/{handle}"), named))  # noqa: PTH112
        real(handle)

    monkeypatch.setattr(store.os, "fsync", note)
    stored_pdf(folder)
    assert flushed == [(False, 0), (True, 0), (True, 1)], (
        "the file, the folder of its shelf, then the shelf with its name"
    )


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[7] ^= 1
    path.write_bytes(content)


def _link(path: Path) -> None:
    """A link to the very same content is no file of the store either."""
    elsewhere = path.parent.parent / "elsewhere.pdf"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def _linked_shelf(path: Path) -> None:
    elsewhere = path.parent.parent / "elsewhere"
    path.parent.rename(elsewhere)
    path.parent.symlink_to(elsewhere, target_is_directory=True)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (_cut, "was changed"),
        (_flip, "was changed"),
        (lambda path: path.write_bytes(b""), "was changed"),
        (Path.unlink, "no longer in the store"),
        (_link, "no longer in the store"),
        (_linked_shelf, "no longer in the store"),
        (_pipe, "no longer in the store"),
        (_folder, "no longer in the store"),
    ],
    ids=["cut", "one bit", "emptied", "deleted", "link", "shelf is a link", "pipe", "folder"],
)
def test_whatever_happens_to_a_file_is_noticed_and_mended_by_sending_it_again(
    folder: Path, fault: Any, said: str
) -> None:
    file, path = stored_pdf(folder)
    fault(path)
    with pytest.raises(DamagedFile, match=said) as raised:
        open_checked(folder, file)
    assert "扫描件.pdf" in str(raised.value)
    if fault in (_cut, _flip, Path.unlink, _link):
        put(folder, "又一次.pdf", io.BytesIO(PDF))
        with open_checked(folder, file) as opened:
            assert opened.read() == PDF


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "A" * 64, "0" * 63, "/" + "0" * 63])
def test_a_hash_that_is_none_leads_nowhere(folder: Path, digest: str) -> None:
    stored_pdf(folder)
    with pytest.raises(DamagedFile):
        open_checked(folder, StoredFile("x.pdf", "application/pdf", 1, digest))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\报告.pdf", "报告.pdf"),
        ("..\\..\\.hidden.pdf", "hidden.pdf"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("清单\u202efdp.txt", "清单fdp.txt"),
        ('名"<>:|?*册.pdf', "名_______册.pdf"),
        ("  两  个   空格 .pdf", "两 个 空格 .pdf"),
        ("/", ""),
        ("长" * 300 + ".pdf", "长" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_keeps_no_folder_and_no_trick(raw: str, kept: str) -> None:
    assert safe_name(raw) == kept


def test_a_name_that_leads_out_stays_in_the_store(folder: Path, tmp_path: Path) -> None:
    file = put(folder, "../../../out.docx", io.BytesIO(DOCX))
    assert file.name == "out.docx"
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(contents(folder))


def test_sweeping_takes_only_what_is_old_and_no_row_needs(folder: Path) -> None:
    needed, other = put(folder, "要.pdf", io.BytesIO(PDF)), put(folder, "不要.docx", io.BytesIO(DOCX))
    cut = folder / "incoming" / "cut-short"
    cut.write_bytes(b"x")
    (folder / "README").write_text("not ours", encoding="utf-8")
    assert sweep(folder, {needed.sha256}, before=time.time() - 60) == 0
    assert sweep(folder, {needed.sha256}, before=time.time() + 60) == 2
    assert [path.name for path in contents(folder)] == sorted(["README", needed.sha256])
    with pytest.raises(DamagedFile):
        open_checked(folder, other)
