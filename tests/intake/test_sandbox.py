"""Reading happens in a child process: what goes wrong there ends the child, and a person gets one sentence."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.intake.wordfiles import p, tbl, tr, word_file
from tracker.config import ROOT
from tracker.i18n import CHINESE, ENGLISH
from tracker.intake import sandbox
from tracker.intake.faults import UnreadableDocument
from tracker.intake.sandbox import read_safely
from tracker.plans.schemas import PlanDraftSchema

TITLE = "某市“十四五”残疾人保障和发展规划重点任务分工表"
ROWS = (("序号", "重点任务", "牵头单位", "配合单位"), ("1", "提高康复服务水平", "市残联", "市卫健局"))
PLAN = word_file(p(TITLE) + tbl(*(tr(*row) for row in ROWS)))


def plant(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the child read with ``code`` as the body of its reader."""
    body = f"import tracker.intake.readers as readers\ndef planted(name, data):\n    {code}\n"
    body += "readers.read_document = planted\n"
    start = sandbox.CHILD[3].replace("runpy.run_module", f"exec({body!r}); runpy.run_module")
    assert start != sandbox.CHILD[3]
    monkeypatch.setattr(sandbox, "CHILD", (*sandbox.CHILD[:3], start, *sandbox.CHILD[4:]))


def refused(**given: float) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read_safely(PLAN, "plan.docx", **given)
    return str(caught.value)


def test_a_plan_comes_back_as_a_draft_with_its_source(tmp_path: Path) -> None:
    path = tmp_path / "分工表.docx"
    path.write_bytes(PLAN)
    reading = read_safely(path, path.name)
    assert reading["kind"] == "docx"
    assert reading["lines"] == [TITLE, "\t".join(ROWS[0]), "\t".join(ROWS[1])]
    assert PlanDraftSchema().validate(reading["draft"]) == {}
    task = reading["draft"]["tasks"][0]
    assert (task["leads"], task["supports"], task["source_line"]) == (["市残联"], ["市卫健局"], 3)
    assert read_safely(PLAN, path.name)["draft"] == reading["draft"]


def test_every_kind_of_file_is_read_within_the_limits() -> None:
    """Each kind opens another library, and some load what nothing may load once the child is closed in."""
    documents = ROOT / "tests" / "intake" / "corpus" / "documents"
    for ending in ("docx", "html", "pdf", "txt", "xlsx"):
        path = sorted(documents.glob(f"*.{ending}"))[0]
        reading = read_safely(path, path.name)
        assert reading["kind"] == ending
        assert reading["draft"]["tasks"], path.name


def test_warnings_come_in_the_language_asked_for_and_untranslated_beside() -> None:
    found = {locale: read_safely(PLAN, "plan.pdf", locale) for locale in (ENGLISH, CHINESE)}
    assert "named .pdf" in found[ENGLISH]["draft"]["warnings"][0]["message"]
    assert "扩展名" in found[CHINESE]["draft"]["warnings"][0]["message"]
    assert found[CHINESE]["doubts"] == found[ENGLISH]["doubts"]
    assert found[CHINESE]["doubts"][0]["values"] == {"named": "pdf", "found": "docx"}


def test_places_in_the_file_come_back_by_line() -> None:
    corpus = ROOT / "tests/intake/corpus/documents/xlsx_a_sheet_a_section.xlsx"
    assert read_safely(corpus, corpus.name)["places"]["3"] == "政务环境!A2"


def test_a_fault_crosses_over_with_its_values() -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_safely(b"\x89PNG" + bytes(8), "plan.docx")
    assert caught.value.values == {"kind": "a picture"}


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    started = time.process_time()
    with pytest.raises(UnreadableDocument, match="200 MB, and at most 50 MB"):
        read_safely(path, path.name)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("code", ["import time; time.sleep(60)", "import re; re.match('(a+)+b', 'a' * 60)"])
def test_what_takes_too_long_is_killed(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    plant(monkeypatch, code)
    started = time.monotonic()
    assert "more than 3 seconds" in refused(seconds=3)
    assert time.monotonic() - started < 20
    assert [child for child in psutil.Process().children() if "sandbox_child" in " ".join(child.cmdline())] == []


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS limits no process's memory")
def test_what_needs_too_much_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, "return [bytearray(10**8) for _ in range(50)]")
    assert "more than 512 MB" in refused()


def test_an_answer_beyond_measure_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "ANSWER", 10)
    assert "more than 512 MB" in refused()


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', ''])",
        "import os; os.system('true')",
        "open('planted.txt', 'w')",
        "import os; os.open('planted.txt', os.O_CREAT)",
    ],
)
def test_no_network_no_other_program_no_file(
    monkeypatch: pytest.MonkeyPatch, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    plant(monkeypatch, code)
    with caplog.at_level(logging.ERROR, logger="tracker.intake.sandbox"):
        assert "could not be understood" in refused()
    assert "Forbidden" in caplog.text
    assert not (ROOT / "planted.txt").exists()


@pytest.mark.parametrize("code", ["raise KeyError('x')", "import os; os.abort()", "return planted(name, data)"])
def test_a_crash_of_the_child_is_one_sentence_and_a_line_of_the_log(
    monkeypatch: pytest.MonkeyPatch, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    plant(monkeypatch, code)
    assert "could not be understood" in refused()
    assert "Reading ended with" in caplog.text


def test_the_child_knows_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SECRET_KEY", "x" * 40)
    plant(monkeypatch, "import os; raise readers.UnreadableDocument('%(names)s', names=' '.join(sorted(os.environ)))")
    assert set(refused().split()) <= {"PYTHONPATH", "PYTHONUTF8", "LC_CTYPE", "__CF_USER_TEXT_ENCODING"}
