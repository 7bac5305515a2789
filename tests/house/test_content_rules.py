"""What is kept holds nothing of the machine that made it; each finder finds a planted defect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.content_rules import machine_traces, private_addresses, registry_addresses, unhashed
from tracker.config import ROOT

Finder = Callable[[Path], list[str]]
DEFECTS: list[tuple[Finder, str, str]] = [
    (machine_traces, "docs/a.md", "see /wor" + "k/main/README.md"),
    (machine_traces, "tools/a.py", "HOME = '/roo" + "t/x'"),
    (private_addresses, "docs/a.md", "fetch it from http:/" + "/10.1.2.3:8080/simple"),
    (private_addresses, "docs/a.md", "fetch it from https:/" + "/mirror.corp/simple"),
    (registry_addresses, "requirements/run.txt", "--index-url https://example.org/simple\nflask==3 --hash=sha256:0"),
    (registry_addresses, "assets/package-lock.json", '{"packages": {"x": {"resolved": "https://example.org/x.tgz"}}}'),
    (registry_addresses, "assets/.npmrc", "registry=https://example.org/"),
    (unhashed, "requirements/run.txt", "flask==3.1.3\n    # via x\n"),
]


@pytest.mark.parametrize("find", [machine_traces, private_addresses, registry_addresses, unhashed])
def test_what_is_kept_is_clean(find: Finder) -> None:
    assert find(ROOT) == []


@pytest.mark.parametrize(("find", "name", "text"), DEFECTS)
def test_a_planted_defect_is_found(find: Finder, name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("See http://127.0.0.1:8000 and https://example.org/.\n", encoding="utf-8")
    assert find(tmp_path) == []
    planted = tmp_path / name
    planted.parent.mkdir()
    planted.write_text(text, encoding="utf-8")
    assert len(find(tmp_path)) == 1
