"""What the README and the documents tell people to type exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup

from tracker.config import ROOT

DOCUMENTS = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")])
FENCE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.S)
MAKE = re.compile(r"(?:^|[\s;&(])make ((?:[A-Z]+=\S+ )*)([a-z][a-z-]*)\b")
FLASK = re.compile(r"flask --app wsgi((?: [a-z][a-z-]*)+)")


def code(text: str) -> Iterator[str]:
    """The code of a document: its fenced blocks and what stands between single backquotes."""
    for match in FENCE.finditer(text):
        yield match.group(1) or match.group(2)


def make_targets(root: Path) -> set[str]:
    """The targets of the Makefile."""
    text = (root / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", text, re.M))


def unknown_commands(text: str, targets: set[str], commands: click.Group) -> list[str]:
    """The commands of a text that nothing answers to."""
    unknown = []
    for block in code(text):
        unknown += [f"make {target}" for _, target in MAKE.findall(block) if target not in targets]
        for words in FLASK.findall(block):
            if (missing := _missing(words.split(), commands)) is not None:
                unknown.append(f"flask --app wsgi{words}: no {missing}")
    return unknown


def _missing(words: list[str], group: click.Group) -> str | None:
    command: click.Command | None = group
    for word in words:
        if not isinstance(command, click.Group):
            return None
        command = command.commands.get(word)
        if command is None:
            return word
    return None


@pytest.fixture
def commands(app: Flask) -> click.Group:
    """Every command of ``flask --app wsgi``, Flask's own included."""
    group = FlaskGroup(create_app=lambda: app)
    group.commands.update(app.cli.commands)
    return group


def test_the_readme_stands_in_both_languages() -> None:
    assert {"README.md", "README.zh-CN.md"} <= {path.name for path in DOCUMENTS}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_exists(path: Path, commands: click.Group) -> None:
    assert unknown_commands(path.read_text(encoding="utf-8"), make_targets(ROOT), commands) == []


def test_a_planted_command_is_found(commands: click.Group) -> None:
    text = "Type `make dinner`, then\n```\nflask --app wsgi db bake\nflask --app wsgi db upgrade\nmake test\n```\n"
    assert unknown_commands(text, make_targets(ROOT), commands) == [
        "make dinner",
        "flask --app wsgi db bake: no bake",
    ]


def test_every_make_target_is_thin() -> None:
    """Each target is one or two lines."""
    recipes = re.split(r"^[.\w/-]+:.*\n", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)[1:]
    assert max(len(re.findall(r"^\t", recipe, re.M)) for recipe in recipes) <= 2


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_within_the_documents_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
    inner = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in inner if not (path.parent / link).exists()] == []
