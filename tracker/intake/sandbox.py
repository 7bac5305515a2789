"""Documents are read in a child process of its own, with little memory, little time, no network and no secrets.

A document comes from outside, and the libraries that open it are large: what goes wrong there ends the child and
nothing else.  The child gets the file through a pipe and answers with JSON; its environment holds no setting.

Where the system knows no limit on memory (macOS), the limits on time still hold, and the sizes that the readers check.
"""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, TypedDict

from tracker.config import ROOT
from tracker.i18n import CHINESE, N_

from .faults import UnreadableDocument
from .readers.sniffing import refuse_large

SECONDS = 60
"""Of the clock and of the processor."""
MEMORY = 512 * 1024 * 1024
"""Bytes of address space; the interpreter and the libraries take some 100 MB of it."""
ANSWER = 64 * 1024 * 1024
"""Bytes of the longest answer that a child may give."""
# The package is entered without its __init__, which wires the whole application: half of the time to start, a third of
# the memory, and nothing of it has any business there.
_START = (
    "import runpy, sys, types; package = types.ModuleType('tracker'); package.__path__ = [sys.argv[1]];"
    " sys.modules['tracker'] = package; runpy.run_module('tracker.intake.sandbox_child', run_name='__main__')"
)
CHILD = (sys.executable, "-B", "-c", _START, str(ROOT / "tracker"))

TOO_SLOW = N_(
    "Reading this document took more than %(seconds)d seconds and was stopped. Save the plan's annex by itself, without"
    " pictures, and upload that file."
)
TOO_HUNGRY = N_(
    "Reading this document needed more than %(megabytes)d MB of memory and was stopped. Save the plan's annex by"
    " itself, without pictures, and upload that file."
)
FAILED = N_(
    "Something in this document could not be understood, and nothing was stored. Save it in another form (.docx, .txt),"
    " and upload that file; the log says more."
)

log = logging.getLogger(__name__)


class Reading(TypedDict):
    """What was read: the ``draft`` in the shape of ``plans read``, and its source.

    ``lines`` are the document as a person is shown it, ``places`` says by line number where one stands in the file.
    ``doubts`` are the draft's warnings untranslated (line, message, values, ref), to be shown in any language.
    """

    draft: dict[str, Any]
    kind: str
    lines: list[str]
    places: dict[str, str]
    doubts: list[dict[str, Any]]


def read_safely(source: Path | bytes, name: str, locale: str = CHINESE, *, seconds: float = SECONDS) -> Reading:
    """The draft of the plan in a file, read in a child process.

    :param source: the file, or its bytes.
    :param name: the name under which it came.
    :param locale: the language of the draft's ``warnings``, one of i18n.LOCALES.
    :param seconds: how long it may take.
    :raises UnreadableDocument: it cannot be read, or not within the limits.
    :raises OSError: there is no such file.
    """
    if isinstance(source, Path):
        refuse_large(source.stat().st_size)
    data = source if isinstance(source, bytes) else source.read_bytes()
    refuse_large(len(data))
    order = json.dumps(
        {"name": name, "locale": locale, "seconds": int(seconds) + 1, "memory": MEMORY, "answer": ANSWER}
    )
    answer = json.loads(_answered(order.encode() + b"\n" + data, seconds))
    if "fault" in answer:
        raise UnreadableDocument(answer["fault"], **answer["values"])
    reading: Reading = answer
    return reading


def _answered(order: bytes, seconds: float) -> bytes:
    """What the child says; it is killed when its time is over."""
    with subprocess.Popen(
        CHILD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        start_new_session=True,
    ) as child:
        try:
            answer, complaint = child.communicate(order, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            child.kill()
            raise UnreadableDocument(TOO_SLOW, seconds=int(seconds)) from error
        except BaseException:
            child.kill()
            raise
    if child.returncode == -signal.SIGXCPU:
        raise UnreadableDocument(TOO_SLOW, seconds=int(seconds))
    if child.returncode != 0:
        log.error("Reading ended with %s: %s", child.returncode, complaint.decode(errors="replace")[-4000:])
        raise UnreadableDocument(FAILED)
    return answer
