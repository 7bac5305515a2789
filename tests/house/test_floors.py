"""import-linter's contracts hold, and each catches a planted import."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.config import ROOT

DEFECTS = [
    ("tracker/plans/planted.py", "from tracker.workflows import machine\n", "A lower floor"),
    ("tracker/outbox/planted.py", "from tracker.directory import models\n", "A lower floor"),
    ("tracker/planted.py", "x = 1\n", "A lower floor"),
    ("tracker/plans/planted.py", "from tracker import create_app\n", "A lower floor"),
    ("tracker/workflows/planted.py", "from tracker.workdays import cli\n", "Only entry points"),
    ("tracker/plans/planted.py", "from flask import request\n", "Flask and its request"),
    ("tracker/reporting/planted.py", "from flask_login import current_user\n", "Flask and its request"),
    ("tracker/plans/planted.py", "from flask_babel import gettext\n", "Flask-Babel stays"),
    ("tracker/outbox/planted.py", "from flask_sqlalchemy_lite import SQLAlchemy\n", "Flask-SQLAlchemy-Lite stays"),
]


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package in ``tree``."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package and of its contracts."""
    shutil.copytree(ROOT / "tracker", tmp_path / "tracker", ignore=shutil.ignore_patterns("static", "__pycache__"))
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    (tmp_path / "tracker/workdays/cli.py").write_text("import click\n", encoding="utf-8")
    return tmp_path


def test_the_contracts_hold(tree: Path) -> None:
    run = lint_imports(tree)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(("file", "code", "contract"), DEFECTS)
def test_a_planted_import_breaks_its_contract(tree: Path, file: str, code: str, contract: str) -> None:
    (tree / file).write_text(code, encoding="utf-8")
    run = lint_imports(tree)
    broken = [line for line in run.stdout.splitlines() if line.startswith(contract) and "BROKEN" in line]
    assert run.returncode == 1, run.stdout + run.stderr
    assert broken, run.stdout


def test_a_view_may_import_upwards_and_use_flask(tree: Path) -> None:
    view = tree / "tracker/plans/views.py"
    known = view.read_text(encoding="utf-8") if view.exists() else ""
    view.write_text(known + "\nfrom flask import request\nfrom tracker.workflows import machine\n", encoding="utf-8")
    run = lint_imports(tree)
    assert run.returncode == 0, run.stdout + run.stderr
