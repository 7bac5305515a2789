"""Every string stands in both languages (the tool's own tests are in tests/unit)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.template_rules import templates
from tools.translate import check
from tracker.config import ROOT


def test_every_string_is_translated() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tools.translate", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_planted_string_without_chinese_is_found(tmp_path: Path) -> None:
    for name in ("translations", "babel.cfg"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    page = tmp_path / "templates" / "planted.html"
    page.parent.mkdir()
    page.write_text("{{ _('A sentence that nobody translated') }}", encoding="utf-8")
    assert any("A sentence that nobody translated" in line for line in check(tmp_path).lines())


def test_templates_use_the_function_and_not_the_block() -> None:
    """``{% trans %}`` would make a second kind of placeholder."""
    assert [file for file, text in templates(ROOT) if "{% trans" in text or "{%- trans" in text] == []
