"""Keep the two languages complete: ``python -m tools.translate add FILE.json | check | prune | compile``.

Message ids are English sentences.  The English catalogue repeats them, the Chinese one translates them.  A JSON file
for ``add`` is a list of ``{"id": …, "zh": …}``, with ``"plural"`` beside the id of a message that counts.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from .catalogues import (
    CHINESE,
    ENGLISH,
    Key,
    TranslationError,
    add,
    compile_catalogues,
    key_of,
    locked,
    placeholder_complaint,
    read_catalogue,
    read_pairs,
    spacing_complaint,
    strings_of,
    write_catalogue,
)

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
_LONE_PERCENT = re.compile(r"(?<!%)%(?!\(\w+\)|%)")


@dataclass
class Report:
    """What ``check`` found: one line a finding, by kind."""

    findings: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, messages: Iterable[str]) -> None:
        """Record ``messages`` under ``kind``; an empty list records nothing."""
        found = sorted(messages)
        if found:
            self.findings[kind] = found

    def lines(self) -> list[str]:
        """The report as it is printed."""
        return [
            line
            for kind, messages in self.findings.items()
            for line in (f"{kind} ({len(messages)}):", *(f"  {message}" for message in messages))
        ]


def extract(root: Path) -> dict[Key, str]:
    """Every message id of the source, with the file where it was seen first.  Raises TranslationError on a bad file."""
    with (root / "babel.cfg").open(encoding="utf-8") as file:
        method_map, options_map = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[Key, str] = {}
    reading = [""]
    try:
        for name, _line, message, _comments, _context in extract_from_dir(
            root,
            method_map,
            options_map,
            keywords=KEYWORDS,
            callback=lambda name, _method, _options: reading.append(name),
            directory_filter=_is_source,
        ):
            found.setdefault(tuple(message) if isinstance(message, (tuple, list)) else (message,), str(name))
    except Exception as error:
        line = getattr(error, "lineno", None)
        place = f"{reading[-1]}, line {line}" if line else reading[-1]
        raise TranslationError(f"{place} cannot be read: {error}") from error
    return found


def check(root: Path) -> Report:
    """Compare the source with both catalogues."""
    used, report = extract(root), Report()
    catalogues = {locale: read_catalogue(root, locale) for locale in (CHINESE, ENGLISH)}
    for locale, catalogue in catalogues.items():
        known = {key_of(message): message for message in catalogue if message.id}
        report.add(f"missing in {locale}", (f"{key[0]!r} ({used[key]})" for key in used if key not in known))
        report.add(f"empty in {locale}", (repr(key[0]) for key in known if not all(strings_of(known[key]))))
        report.add(f"unused in {locale}", (repr(key[0]) for key in known if key not in used))
    translated = ((key_of(message), strings_of(message)[0]) for message in catalogues[CHINESE] if message.id)
    complaints = (placeholder_complaint(key, chinese) for key, chinese in translated if chinese)
    report.add("placeholders differ", filter(None, complaints))
    texts = (text for message in catalogues[CHINESE] if message.id for text in strings_of(message))
    report.add("no space between a number and a Chinese character", filter(None, map(spacing_complaint, texts)))
    in_templates = ((key[0], name) for key, name in used.items() if not name.endswith(".py"))
    report.add(
        "a percent sign in a template is written %%",
        (f"{text!r} ({name})" for text, name in in_templates if _LONE_PERCENT.search(text)),
    )
    return report


def prune(root: Path) -> list[str]:
    """Take the messages that nothing uses out of both catalogues; returns their ids."""
    with locked(root):
        used, gone = extract(root), set()
        for locale in (CHINESE, ENGLISH):
            catalogue = read_catalogue(root, locale)
            unused = [message for message in catalogue if message.id and key_of(message) not in used]
            for message in unused:
                catalogue.delete(key_of(message)[0])
                gone.add(key_of(message)[0])
            write_catalogue(root, locale, catalogue)
    return sorted(gone)


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.translate", description="Keep the two languages complete.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("add", help="merge a JSON file of pairs").add_argument("file", type=Path)
    commands.add_parser("check", help="list what is missing, empty or unused")
    commands.add_parser("prune", help="take out what nothing uses")
    commands.add_parser("compile", help="write the .mo files that are older than their .po files")
    given = parser.parse_args(arguments)
    try:
        if given.command == "add":
            print(*add(root, read_pairs(given.file)), "added", sep="\n")
        elif given.command == "prune":
            print(*prune(root), "pruned", sep="\n")
        elif given.command == "compile":
            compile_catalogues(root)
        else:
            report = check(root)
            print(*report.lines(), sep="\n", end="\n" if report.findings else "")
            return 1 if report.findings else 0
    except TranslationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _is_source(folder: str | os.PathLike[str]) -> bool:
    name = Path(folder).name
    return not name.startswith((".", "_")) and name not in ("static", "instance", "node_modules")


if __name__ == "__main__":
    sys.exit(main())
