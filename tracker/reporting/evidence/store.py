"""The store: a folder in which every file lies under the SHA-256 of its content, so that the same content is one file.

A file is written beside its place, flushed to the disk and renamed; only then may a row name it.  Whoever is handed a
file from here gets exactly the bytes whose hash the row bears, or an error that says what is wrong.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
import uuid
from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO

from ...errors import TrackerError
from ...i18n import N_
from .kinds import RefusedFile, recognise

MEGABYTE = 1024 * 1024
LARGEST_FILE = 50 * MEGABYTE
LONGEST_NAME = 150
CHUNK = MEGABYTE
INCOMING = "incoming"
SHA256 = re.compile("[0-9a-f]{64}")
EMPTY = N_("“%(name)s” is empty: it has 0 bytes. Choose the file again.")
TOO_LARGE = N_("“%(name)s” is larger than %(most)s MB. Save it smaller or divide it.")
MISSING = N_(
    "The evidence file “%(name)s” is no longer in the store, although it was filed. Tell the administrator: “flask"
    " --app wsgi evidence verify” lists every such file, and a backup brings it back."
)
CHANGED = N_(
    "The evidence file “%(name)s” was changed after it was filed: its SHA-256 no longer fits, so it is not handed out."
    " Tell the administrator: “flask --app wsgi evidence verify” lists every such file, and a backup brings it back."
)


class DamagedFile(TrackerError):
    """What lies in the store is not what was filed."""

    status = 500
    default = MISSING


class StoreFailed(TrackerError):
    """The store takes no file; ``reason`` is what the system says."""

    status = 503
    default = N_(
        "The file could not be stored (%(reason)s), and nothing of it was kept. Try again; if it happens again, tell"
        " the administrator."
    )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies safely in the store.  ``size`` is in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


def put(folder: Path, raw_name: str, stream: IO[bytes], *, most: int = LARGEST_FILE) -> StoredFile:
    """Store what ``stream`` holds, of ``most`` bytes at most; on return it is on the disk.

    Raises RefusedFile (empty, too large, of a kind that is not taken), StoreFailed.  Nothing is left behind then.
    """
    name = safe_name(raw_name)
    try:
        (folder / INCOMING).mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / INCOMING / uuid.uuid4().hex
        try:
            stored = _write(path, name, stream, most)
            _place(folder, path, stored.sha256)
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreFailed(reason=error.strerror or type(error).__name__) from error
    return stored


def _write(path: Path, name: str, stream: IO[bytes], most: int) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > most:  # what the sender announced as its length counts for nothing
                raise RefusedFile(message=TOO_LARGE, name=name, most=most // MEGABYTE)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise RefusedFile(message=EMPTY, name=name)
    with path.open("rb") as written:
        if hashlib.file_digest(written, "sha256").digest() != digest.digest():
            raise StoreFailed(reason="short write")
        media_type = recognise(name, written)
    return StoredFile(name, media_type, size, digest.hexdigest())


def _place(folder: Path, written: Path, sha256: str) -> None:
    """Rename into place, over what lies there: the same content, or a damaged copy of it that is mended thereby."""
    shelf = folder / sha256[:2]
    with suppress(FileExistsError):
        shelf.mkdir(mode=0o700)
        _flush_folder(folder)
    written.replace(shelf / sha256)
    _flush_folder(shelf)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_checked(folder: Path, file: StoredFile) -> BufferedReader:
    """The stored bytes, read once through and found to be those that were filed.  Raises DamagedFile."""
    try:
        opened = _open(folder, file.sha256)
    except OSError as error:
        raise DamagedFile(MISSING, name=file.name) from error
    if hashlib.file_digest(opened, "sha256").hexdigest() != file.sha256:
        opened.close()
        raise DamagedFile(CHANGED, name=file.name)
    opened.seek(0)
    return opened


def _open(folder: Path, sha256: str) -> BufferedReader:
    """A regular file of the store; no link is followed on the way.  Raises OSError."""
    if not SHA256.fullmatch(sha256):
        raise FileNotFoundError(sha256)
    shelf = os.open(folder / sha256[:2], os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        handle = os.open(sha256, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=shelf)
    finally:
        os.close(shelf)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileNotFoundError(sha256)
    return os.fdopen(handle, "rb")


def sweep(folder: Path, needed: Set[str], *, before: float) -> int:
    """Delete what was last written before ``before`` (seconds since 1970) and no row needs; answers how many.

    What was stored lately may be about to get its row.
    """
    stray = [path for path in _contents(folder) if path.name not in needed and path.lstat().st_mtime < before]
    for path in stray:
        path.unlink()
    return len(stray)


def _contents(folder: Path) -> Iterator[Path]:
    """Stored files, and those whose writing was cut short."""
    yield from folder.glob(f"{INCOMING}/*")
    yield from (path for path in folder.glob("??/*") if SHA256.fullmatch(path.name))


def safe_name(raw: str) -> str:
    """The name that a file is shown and handed out under: no folders, no signs that hide or break anything."""
    last = raw.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    name = " ".join(re.sub(r'[<>:"|?*]', "_", kept).split()).lstrip(" .")
    ending = Path(name).suffix
    return name if len(name) <= LONGEST_NAME else (name[: max(1, LONGEST_NAME - len(ending))] + ending)[:LONGEST_NAME]
