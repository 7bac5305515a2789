"""The child that reads, started by :mod:`tracker.intake.sandbox`.

Standard input holds a line of JSON (name, locale and limits), then the file; standard output gets the answer as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from typing import Any

from tracker.i18n import translator

from .faults import UnreadableDocument
from .readers import read_document
from .reading import read_plan
from .sandbox import TOO_HUNGRY

_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "os.fork", "pty.", "ctypes.dlopen")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Forbidden(RuntimeError):
    """Reading a document reached for the network, for another program or for a file to write."""


def answer(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The draft in ``data`` with its source, or the fault that stops it."""
    try:
        document = read_document(order["name"], data)
        draft = read_plan(document)
    except UnreadableDocument as fault:
        return {"fault": fault.message, "values": fault.values}
    return {
        "draft": draft.as_json(translator(order["locale"])),
        "kind": document.kind,
        "lines": document.lines,
        "places": document.places,
        "doubts": [
            {"line": doubt.line, "message": doubt.message, "values": dict(doubt.values), "ref": doubt.ref}
            for doubt in draft.doubts
        ],
    }


def limit(order: dict[str, Any]) -> None:
    """Give up memory, time, files, network and other programs, for good.

    A system that knows one of these limits not at all, or only higher ones (macOS and memory), keeps the others.
    """
    for kind, most in (
        (resource.RLIMIT_AS, order["memory"]),
        (resource.RLIMIT_CPU, order["seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError) as error:
            sys.stderr.write(f"No limit {kind} of {most}: {error}\n")
    sys.addaudithook(_refuse)


def main() -> None:
    """Read the order, then the file; write the answer."""
    order = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    if b"%PDF" in data[:1024]:
        importlib.import_module("pypdfium2")  # it loads its own library, which nothing may do from here on
    limit(order)
    hungry = {"fault": TOO_HUNGRY, "values": {"megabytes": order["memory"] // 2**20}}
    try:
        written = json.dumps(answer(order, data), ensure_ascii=False, default=str).encode()
    except MemoryError:
        written = b""
    if not written or len(written) > order["answer"]:
        written = json.dumps(hungry).encode()
    sys.stdout.buffer.write(written)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    flags = arguments[2] if event == "open" else 0
    if event.startswith(_FORBIDDEN) or (isinstance(flags, int) and flags & _WRITING):
        raise Forbidden(event)


if __name__ == "__main__":
    main()
