"""20,000 documents changed at random are read: no crash but one sentence, no hang, no network, nothing half read."""

from __future__ import annotations

import resource
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import pytest

from tests.trust.mutating import MUTATIONS, mutated
from tracker.i18n import ENGLISH, translator
from tracker.intake import readers, reading
from tracker.intake.faults import UnreadableDocument
from tracker.intake.readers import building
from tracker.plans.schemas import PlanDraftSchema

CORPUS = Path(__file__).resolve().parent.parent / "intake" / "corpus" / "documents"
KINDS = sorted(MUTATIONS)
SHORT = {"docx": 300, "html": 300, "pdf": 60, "txt": 300, "xlsx": 300}
LONG = {"docx": 5000, "html": 4500, "pdf": 1500, "txt": 4000, "xlsx": 5000}
CPU = 10.0
"""Seconds of the processor for one document; the clock says nothing on a busy machine."""
MEMORY = 3 * 2**30


class Hang(BaseException):
    """A document took too long."""


class Network(BaseException):
    """A reader opened a socket."""


def sources(kind: str) -> list[bytes]:
    """The documents of the corpus of one type, the smallest first."""
    files = [path for path in CORPUS.iterdir() if path.suffix == f".{kind}" or (kind == "txt" and path.suffix == ".md")]
    assert files
    return [path.read_bytes() for path in sorted(files, key=lambda path: (path.stat().st_size, path.name))[:8]]


@contextmanager
def watched(seconds: float = CPU) -> Iterator[None]:
    """Raise Hang when the process has used ``seconds`` of the processor, MemoryError beyond :data:`MEMORY`."""

    def bark(_number: int, _frame: FrameType | None) -> NoReturn:
        raise Hang

    before = signal.signal(signal.SIGVTALRM, bark)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    most = MEMORY if limits[1] == resource.RLIM_INFINITY else min(MEMORY, limits[1])
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    resource.setrlimit(resource.RLIMIT_AS, (most, limits[1]))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)


def outcome(kind: str, data: bytes, seconds: float = CPU) -> str:
    """``read``, ``refused``, or what went wrong: a draft that is no draft is a half reading."""
    try:
        with watched(seconds):
            draft = reading.read_plan(readers.read_document(f"plan.{kind}", data))
            printed = draft.as_json(translator(ENGLISH))
            wrong = PlanDraftSchema().validate(printed)
    except UnreadableDocument as fault:
        fault.text(translator(ENGLISH))
        return "refused"
    except (Exception, Hang, Network) as error:  # noqa: BLE001 - whatever it is, it is the finding
        return f"{type(error).__name__}: {error}"
    return f"no draft: {wrong}" if wrong else "read"


def findings(kind: str, count: int, seconds: float = CPU) -> tuple[Counter[str], list[str]]:
    """How many of ``count`` documents were read and refused, and what went wrong, with the seed to do it again."""
    originals = sources(kind)
    counts: Counter[str] = Counter()
    found = []
    for seed in range(count):
        said = outcome(kind, mutated(kind, seed, originals), seconds)
        counts[said if said in ("read", "refused") else "wrong"] += 1
        if said not in ("read", "refused"):
            found.append(f"{kind} {seed}: {said[:300]}")
    return counts, found


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader has no business with any network, the loopback interface included."""

    def refuse(*_given: Any, **_named: Any) -> NoReturn:
        raise Network

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("kind", KINDS)
def test_changed_documents_are_read_or_refused_and_nothing_else(kind: str, long_form: bool) -> None:
    counts, found = findings(kind, (LONG if long_form else SHORT)[kind])
    assert found == []
    assert counts["read"] and counts["refused"]


def test_the_same_seed_makes_the_same_document() -> None:
    for kind in KINDS:
        originals = sources(kind)
        assert mutated(kind, 7, originals) == mutated(kind, 7, originals) != mutated(kind, 8, originals)


def test_the_long_form_has_20000_documents() -> None:
    assert sum(LONG.values()) == 20_000


def test_a_planted_crash_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = building.Writer.table

    def planted(self: building.Writer, grid: building.Grid, places: Any = None) -> None:
        if any(len(row) != 4 for row in grid.rows):
            raise IndexError("planted")
        whole(self, grid, places)

    monkeypatch.setattr(building.Writer, "table", planted)
    assert any("IndexError: planted" in line for line in findings("docx", 30)[1])


def test_a_planted_hang_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(_name: str, data: bytes) -> NoReturn:
        while data:
            data = data[:1]
        raise AssertionError

    monkeypatch.setattr(readers, "read_document", planted)
    assert findings("txt", 1, seconds=0.2)[1] == ["txt 0: Hang: "]


def test_a_planted_call_of_the_network_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(_name: str, _data: bytes) -> NoReturn:
        raise AssertionError(socket.create_connection(("127.0.0.1", 9)))

    monkeypatch.setattr(readers, "read_document", planted)
    assert findings("txt", 1)[1] == ["txt 0: Network: "]


def test_a_planted_half_reading_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reading.read_plan

    def planted(document: Any) -> Any:
        draft = whole(document)
        draft.tasks[-1].text = ""
        return draft

    monkeypatch.setattr(reading, "read_plan", planted)
    assert any("no draft" in line for line in findings("txt", 20)[1])
