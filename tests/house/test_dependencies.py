"""What is imported is declared, what is declared is locked, and docs/dependencies.md says what each is for."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from importlib.metadata import packages_distributions

from tests.house.code_rules import python_files
from tracker.config import ROOT

ROW = re.compile(r"^\| ([\w.-]+) \| (\d[\w.]*) \| [^|]+ \| [^|]+ \| [^|]+ \|$", re.M)


def normal(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    """The direct dependencies of setup.cfg, with those of the named extras."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config["options"]["install_requires"].splitlines()
    for extra in extras:
        lines += config["options.extras_require"][extra].splitlines()
    return {normal(re.split(r"[\[<>=~! ]", line.strip())[0]) for line in lines if line.strip()}


def locked(name: str) -> dict[str, set[str]]:
    """The versions of a lock file by distribution (more than one where Pythons differ)."""
    versions: dict[str, set[str]] = {}
    for entry in re.finditer(
        r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "requirements" / name).read_text(encoding="utf-8"), re.M
    ):
        versions.setdefault(normal(entry[1]), set()).add(entry[2])
    return versions


def test_what_the_package_imports_is_declared() -> None:
    names = packages_distributions()
    imported = set()
    for file, tree in python_files(ROOT):
        for node in ast.walk(tree):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                modules = [node.module]
            imported |= {(module.split(".")[0], file) for module in modules}
    foreign = {pair for pair in imported if pair[0] not in sys.stdlib_module_names | {"tracker"}}
    allowed = declared("pg")
    assert foreign
    assert [(m, f) for m, f in sorted(foreign) if not allowed & {normal(name) for name in names.get(m, [])}] == []


def test_what_is_declared_is_locked() -> None:
    assert declared("pg") <= set(locked("run.txt"))
    assert declared("pg", "test", "dev") <= set(locked("test.txt"))
    assert {n: v for n, v in locked("run.txt").items() if locked("test.txt").get(n) != v} == {}


def test_the_document_names_every_dependency_in_its_locked_version() -> None:
    rows = {normal(name): version for name, version in ROW.findall((ROOT / "docs/dependencies.md").read_text("utf-8"))}
    wanted = {name: versions for name, versions in locked("test.txt").items() if name in declared("pg", "test", "dev")}
    assert {name: {version} for name, version in rows.items()} == wanted
