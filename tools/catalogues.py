"""The two catalogues of translated strings: the same content is always the same bytes."""

from __future__ import annotations

import fcntl
import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

CHINESE, ENGLISH = "zh_Hans_CN", "en"
PLURAL_FORMS = {CHINESE: "nplurals=1; plural=0;", ENGLISH: "nplurals=2; plural=(n != 1);"}
HEADER = """\
# {name}.
msgid ""
msgstr ""
"Project-Id-Version: key-task-tracker\\n"
"Language: {locale}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
NAMES = {CHINESE: "Simplified Chinese", ENGLISH: "English"}
_PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*[\d.]*[sdif]")
_HAN = "[\u4e00-\u9fff]"
_COUNTS = (
    "num|count|number|days|never|nobody|passed|settled|progress|percent|score|version|sequence|total|done|left|known"
    "|whole|waiting|minutes|seconds|hours|most|limit|lines|late|line|row|rows|first|last|other|stated|year|unknown"
    "|dead|new|roles|due|took|ref"
)
_NUMBER = rf"(?:%\((?:{_COUNTS})\)[sd](?:%%)?|(?<![A-Za-z0-9=.-])\d+)"
_SPACE_AFTER = re.compile(rf"(?<![A-Za-z] )({_NUMBER}) (?={_HAN})")
_SPACE_BEFORE = re.compile(rf"(?<={_HAN}) (?={_NUMBER}(?:{_HAN}|(?<=%%)))")

Key = tuple[str, ...]  # (id,) or (id, plural)


class TranslationError(Exception):
    """A catalogue or a file of pairs that cannot be used; the message says which entry and why."""


def catalogue_path(root: Path, locale: str) -> Path:
    """Where the catalogue of ``locale`` lies under ``root``."""
    return root / "translations" / locale / "LC_MESSAGES" / "messages.po"


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the catalogues for one writer; others wait.  The lock is on the folder, so no file is left behind."""
    folder = root / "translations"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read_catalogue(root: Path, locale: str) -> Catalog:
    """The catalogue of ``locale``, empty if there is none yet.  Raises TranslationError if it cannot be parsed."""
    path = catalogue_path(root, locale)
    text = path.read_bytes() if path.is_file() else _header(locale).encode()
    try:
        return read_po(io.BytesIO(text), locale=locale, abort_invalid=True)
    except Exception as error:
        raise TranslationError(f"{path.relative_to(root)} cannot be read: {error}") from error


def write_catalogue(root: Path, locale: str, catalogue: Catalog) -> None:
    """Write ``catalogue`` sorted, without dates and places, so that the same content is always the same bytes."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, omit_header=True, sort_output=True, no_location=True)
    path = catalogue_path(root, locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, _header(locale).encode() + buffer.getvalue().strip() + b"\n")


def read_pairs(path: Path) -> dict[Key, str]:
    """The pairs of a JSON file: key -> Chinese.  Raises TranslationError naming the first entry that is not right."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TranslationError(f"{path} cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise TranslationError(f"{path}: write a list of pairs.")
    pairs: dict[Key, str] = {}
    for number, entry in enumerate(entries, 1):
        place = f"{path}, entry {number}"
        if not isinstance(entry, dict) or set(entry) - {"id", "plural", "zh"} or not {"id", "zh"} <= set(entry):
            raise TranslationError(f'{place}: write "id" and "zh", and "plural" where the message counts.')
        if not all(isinstance(value, str) and value.strip() for value in entry.values()):
            raise TranslationError(f"{place}: no value may be empty.")
        key = (entry["id"], entry["plural"]) if "plural" in entry else (entry["id"],)
        complaint = placeholder_complaint(key, entry["zh"])
        if complaint:
            raise TranslationError(f"{place}: {complaint}")
        pairs[key] = entry["zh"]
    return pairs


def placeholder_complaint(key: Key, chinese: str) -> str | None:
    """Why ``chinese`` cannot stand for ``key``: placeholders that differ.  None if it can.

    A message that counts may leave out the number in one of its English forms, so only unknown names count there.
    """
    wanted = {name for text in key for name in _PLACEHOLDER.findall(text)}
    given = set(_PLACEHOLDER.findall(chinese))
    if given - wanted:
        return f"{key[0]!r} has no {', '.join(sorted(given - wanted))}."
    if wanted - given and len(key) == 1:
        return f"the Chinese of {key[0]!r} leaves out {', '.join(sorted(wanted - given))}."
    return None


def spacing_complaint(chinese: str) -> str | None:
    """What to write instead of a Chinese text that has a space between a number and a character.  None if it has none.

    The gap is typography, which the style sheet sets (text-autospace); typed, it stood in half of the texts.  A label
    before its value (绿灯 5) and a number that belongs to a Latin word (SQLite 3) keep their space.
    """
    written = _SPACE_BEFORE.sub("", _SPACE_AFTER.sub(r"\1", chinese))
    return None if written == chinese else f"{chinese!r}: write {written!r}."


def add(root: Path, pairs: dict[Key, str]) -> list[str]:
    """Merge ``pairs`` into both catalogues.  Returns a line for each Chinese text that replaced another one.

    Raises TranslationError if a message is known with another plural.
    """
    with locked(root):
        chinese, english = read_catalogue(root, CHINESE), read_catalogue(root, ENGLISH)
        changed = []
        for key, text in pairs.items():
            known = chinese.get(key[0])
            if known is not None:
                if key_of(known) != key:
                    raise TranslationError(f"{key[0]!r} is known as {key_of(known)!r}: one plural or none.")
                if strings_of(known)[0] not in ("", text):
                    changed.append(f"changed {key[0]!r}: {strings_of(known)[0]} -> {text}")
            _put(chinese, key, (text,))
            _put(english, key, key)
        write_catalogue(root, CHINESE, chinese)
        write_catalogue(root, ENGLISH, english)
    return changed


def compile_catalogues(root: Path) -> list[Path]:
    """Write each .mo file that is absent or older than its .po file; returns those written."""
    written = []
    for locale in (CHINESE, ENGLISH):
        source = catalogue_path(root, locale)
        target = source.with_suffix(".mo")
        if not target.is_file() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            buffer = io.BytesIO()
            write_mo(buffer, read_catalogue(root, locale))
            _replace(target, buffer.getvalue())
            written.append(target)
    return written


def _header(locale: str) -> str:
    return HEADER.format(name=NAMES[locale], locale=locale, plural_forms=PLURAL_FORMS[locale])


def key_of(message: Message) -> Key:
    """The ids of a message: one, or two where it counts."""
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def strings_of(message: Message) -> Key:
    """What a message is translated to: one text a plural form, "" where there is none."""
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return tuple(text or "" for text in texts)


def _put(catalogue: Catalog, key: Key, strings: Key) -> None:
    catalogue.delete(key[0])
    if len(key) == 1:
        catalogue.add(key[0], strings[0])
    else:
        catalogue.add(key, strings)


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)
