"""Every command leaves an entry in the audit, or is excused by name with a reason; the rule finds a planted defect."""

from __future__ import annotations

from pathlib import Path

from tests.house.audit_rules import NOT_AUDITED, RECORD, commands, source, unaudited
from tracker.config import ROOT

VIEW = """
from ..db import transaction
from .commands import rename

def save():
    with transaction() as session:
        rename(session, "x")
"""
COMMANDS = """
from .. import audit
from .models import Thing

def rename(session, name):
    session.add(Thing(name=name))
    _note(session)

def _note(session):
    audit.record(session, action="thing.rename")
"""
AUDIT = {"__init__.py": "from .commands import record\n", "commands.py": "def record(session, action):\n    pass\n"}


def test_every_command_leaves_an_entry() -> None:
    assert unaudited(ROOT) == []


def test_the_commands_are_found() -> None:
    """The workflow's, the directory's, the import's: a rule that finds none would guard nothing."""
    found = commands(ROOT)
    assert len(found) >= 45
    assert {
        ("tracker.workflows.commands", "act"),
        ("tracker.directory.links", "sign_in"),
        ("tracker.intake.confirming", "confirm"),
        ("tracker.evaluations.commands", "advance_rounds"),
        ("tracker.reporting.comments", "add_comment"),
    } <= set(found)


def test_no_excuse_is_left_over() -> None:
    read = source(ROOT)
    assert [place for place in NOT_AUDITED if place not in commands(ROOT) or RECORD in read.reach(place)] == []


def test_a_command_without_an_entry_is_found(tmp_path: Path) -> None:
    for folder, files in {"audit": AUDIT, "things": {"views.py": VIEW, "commands.py": COMMANDS}}.items():
        (tmp_path / "tracker" / folder).mkdir(parents=True)
        for name, text in files.items():
            (tmp_path / "tracker" / folder / name).write_text(text, encoding="utf-8")
    assert unaudited(tmp_path) == []
    planted = tmp_path / "tracker" / "things" / "commands.py"
    planted.write_text(COMMANDS.replace("    _note(session)\n", ""), encoding="utf-8")
    source.cache_clear()
    assert unaudited(tmp_path) == [
        "tracker/things/views.py:7 calls tracker.things.commands.rename, which writes and leaves no audit entry"
    ]
