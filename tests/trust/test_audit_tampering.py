"""A thousand tamperings with an exported audit (200 in the short form): the standalone script finds every one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import REPORT, make_city
from tests.trust.forgery import ALONE, WITH_HEADS, Rows, cut_the_tail, forge, hashed
from tests.web.browsing import writing
from tracker.audit import SYSTEM_CHAIN, record
from tracker.audit.checking import heads_now
from tracker.audit.cli import SCRIPT
from tracker.audit.commands import stamp
from tracker.audit.models import AuditEntry, AuditHead
from tracker.audit.queries import exported
from tracker.db import coming_from

SHORT, LONG, BY_PROCESS = 200, 1000, 12
KINDS = (*ALONE, *WITH_HEADS)


def script(text: str | None = None) -> ModuleType:
    """The standalone script as a module of its own, read from its file (or this text), never from the package."""
    module = ModuleType("standalone")
    exec(compile(text or SCRIPT.read_text(encoding="utf-8"), "verify_audit.py", "exec"), module.__dict__)
    return module


@pytest.fixture
def audit(app: Flask) -> tuple[str, str]:
    """An export and the heads of all chains: acts of a plan, of a second chain, and rows of the first form."""
    with coming_from("203.0.113.7 Firefox/128 Windows"), writing(app) as session:
        city = make_city(session)
        city.go_live(session)
        for ref in ("1", "3"):
            city.do(session, "handler", ref, "acknowledge")
            city.do(session, "handler", ref, "report", **REPORT)
            city.do(session, "supervisor", ref, "return", reason="请补充\u2028第二行。")
        for number in range(5):
            record(
                session, chain=SYSTEM_CHAIN, actor=city.people["administrator"], now=city.plan.created_at,
                action="test", subject=f"user:{number}",
            )  # fmt: skip
        _old_rows(session, city.plan.created_at)
        lines = "".join(exported(session))
        heads = "\n".join(map(str, heads_now(session)))
    assert script().check(lines, heads, [])[0] == []
    return lines, heads


def _old_rows(session: Session, at: datetime) -> None:
    """A chain as it was before origins were recorded."""
    previous = "0" * 64
    for seq in range(1, 6):
        row = {
            "chain": "plan:900", "seq": seq, "at": stamp(at), "actor": "system", "for_whom": None,
            "origin": None, "action": "test", "subject": "x", "data": "{}", "previous_hash": previous,
        }  # fmt: skip
        row["hash"] = previous = hashed(row)
        session.add(AuditEntry(**{**row, "at": at}))
    session.add(AuditHead(chain="plan:900", seq=5, hash=previous))
    session.flush()


def tampered(lines: str, number: int) -> tuple[str, str]:
    """The export after the tampering with this number, and what it was."""
    chance, rows = Random(number), [json.loads(line) for line in lines.split("\n") if line]
    kind = KINDS[number % len(KINDS)]
    kind(rows, chance)
    return _text(rows), kind.__name__


def _text(rows: Rows) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def missed(checker: ModuleType, lines: str, heads: str, rounds: int) -> Counter[str]:
    """Which tamperings a script does not find, by kind."""
    found: Counter[str] = Counter()
    for number in range(rounds):
        text, kind = tampered(lines, number)
        if not checker.check(text, heads, [])[0]:
            found[kind] += 1
    return found


def test_every_tampering_is_found(audit: tuple[str, str], long_form: bool, capsys: pytest.CaptureFixture[str]) -> None:
    rounds = LONG if long_form else SHORT
    assert missed(script(), *audit, rounds) == Counter()
    with capsys.disabled():
        sys.stdout.write(f"\naudit: {rounds} tamperings of {len(KINDS)} kinds, all found\n")


def run(folder: Path, text: str, heads: str) -> subprocess.CompletedProcess[str]:
    """The script as an auditor runs it: a file, the export, the heads, a Python without this project."""
    names = {"verify_audit.py": SCRIPT.read_text(encoding="utf-8"), "audit.jsonl": text, "heads.log": heads}
    for name, content in names.items():
        (folder / name).write_bytes(content.encode())
    return subprocess.run(
        [sys.executable, "-I", *names], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_the_script_runs_alone(audit: tuple[str, str], tmp_path: Path) -> None:
    lines, heads = audit
    whole = run(tmp_path, lines, heads)
    assert (whole.returncode, whole.stdout, whole.stderr) == (0, f"{heads}\nevery chain holds\n", "")
    for number in range(BY_PROCESS):
        text, kind = tampered(lines, number)
        answer = run(tmp_path, text, heads)
        assert answer.returncode == 1, kind
        assert "Traceback" not in answer.stderr
        assert re.search(r"broken at entry \d+|recorded outside|is no entry", answer.stderr), answer.stderr


def test_the_harness_finds_a_script_that_ignores_the_hash_before(audit: tuple[str, str]) -> None:
    sound = SCRIPT.read_text(encoding="utf-8")
    blind = sound.replace("digest(row, seq + 1, previous)", 'digest(row, seq + 1, row["previous_hash"])').replace(
        '(row["previous_hash"], row["hash"]) != (previous, right)', 'row["hash"] != right'
    )
    assert missed(script(blind), *audit, SHORT)["edit_and_hash"] > 0


def test_the_harness_finds_a_script_that_ignores_the_heads(audit: tuple[str, str]) -> None:
    lines, heads = audit
    assert heads
    found = missed(script(), lines, "", SHORT)
    assert found == Counter({kind.__name__: SHORT // len(KINDS) for kind in WITH_HEADS})


@pytest.mark.parametrize("tamper", [cut_the_tail, forge])
def test_a_head_kept_by_somebody_else_finds_what_the_chain_cannot(
    audit: tuple[str, str], tamper: Callable[[Rows, Random], None]
) -> None:
    """The limit that docs/operations.md names: what came after the last head that was kept is not protected by it."""
    lines, heads = audit
    rows = [json.loads(line) for line in lines.split("\n") if line]
    tamper(rows, Random(1))
    assert script().check(_text(rows), "", [])[0] == []
    assert script().check(_text(rows), heads, [])[0] != []
    last = [row for row in map(json.loads, filter(None, lines.split("\n"))) if row["chain"] == SYSTEM_CHAIN][-1]
    without = lines.replace(json.dumps(last, ensure_ascii=False) + "\n", "")
    earlier = f"{SYSTEM_CHAIN} {last['seq'] - 1} {last['previous_hash']}"
    assert script().check(without, earlier, [])[0] == []


def test_the_script_is_short_and_given_out(app: Flask) -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert app.test_cli_runner().invoke(args=["audit", "script"]).stdout == text
