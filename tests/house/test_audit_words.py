"""Every action that the package records has words on the page of the audit."""

from __future__ import annotations

import ast

from tests.house.code_rules import python_files
from tracker.audit.views.words import ACTIONS
from tracker.config import ROOT
from tracker.evaluations.rounds import RULES

RECORDERS = ("record", "record_act", "_record", "save")


def recorded() -> set[str]:
    """The actions that stand in calls that record: as ``action=…``, or as a plain argument ``kind.verb``."""
    found = set()
    for file, tree in python_files(ROOT):
        if "/views" in file:
            continue
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in RECORDERS:
                given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "action")]
                words = [part.value for part in given if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                found |= {word for word in words if "." in word}
    return found


def test_every_recorded_action_has_words() -> None:
    actions = recorded() | {f"round.{trigger}" for trigger, _, _ in RULES}
    assert len(actions) > 25
    assert sorted(actions - set(ACTIONS)) == [], "give these words in tracker/audit/views/words.py"
