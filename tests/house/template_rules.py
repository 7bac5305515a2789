"""Finders over the templates of a tree.  Each takes the root and returns lines ``file:line what is wrong``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

ROLE_WORDS = re.compile(r"(^|_)(role|roles|is_supervisor|is_administrator|is_handler|is_leader|has_role)$")
INLINE = (
    (re.compile(r"<style\b", re.I), "an inline style sheet"),
    (re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.I), "an inline script"),
    (re.compile(r"<[^>]*\sstyle\s*=", re.I), "an inline style"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=", re.I), "an inline handler"),
    (re.compile(r"""(?:href|src|action)\s*=\s*["']\s*javascript:""", re.I), "a script as an address"),
)
_ENVIRONMENT = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)
_COMMENT = re.compile(r"\{#.*?#\}", re.S)
_TAG = re.compile(r"\{[%{].*?[%}]\}", re.S)


def templates(root: Path) -> Iterator[tuple[str, str]]:
    """(path from the root, text) of every template."""
    for path in sorted(root.glob("templates/**/*.html")):
        yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def unreadable(root: Path) -> list[str]:
    """Templates with a mistake in their syntax, which would show only when their page is opened."""
    found = []
    for file, text in templates(root):
        try:
            _ENVIRONMENT.parse(text)
        except TemplateSyntaxError as error:
            found.append(f"{file}:{error.lineno} cannot be read: {error.message}")
    return found


def role_comparisons(root: Path) -> list[str]:
    """Decisions by role; a template asks what is available instead."""
    broken = {line.split(":")[0] for line in unreadable(root)}
    return [
        f"{file}:{node.lineno} decides by role; ask available_actions()"
        for file, text in templates(root)
        if file not in broken
        for node in _decisions(_ENVIRONMENT.parse(text))
        if any(ROLE_WORDS.search(name) for name in _names(node))
    ]


def inline_code(root: Path) -> list[str]:
    """Styles and scripts that the content security policy would refuse; mails are none of its business."""
    found = []
    for file, text in templates(root):
        if file.startswith("templates/email/"):
            continue
        plain = _TAG.sub(_blank, _COMMENT.sub(_blank, text))
        for pattern, what in INLINE:
            found += [
                f"{file}:{plain[: match.start()].count(chr(10)) + 1} has {what}" for match in pattern.finditer(plain)
            ]
    return found


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _decisions(tree: nodes.Template) -> Iterator[nodes.Node]:
    for node in tree.find_all((nodes.If, nodes.CondExpr)):
        yield node.test
    yield from tree.find_all((nodes.Compare, nodes.Test))


def _names(node: nodes.Node) -> Iterator[str]:
    for part in (node, *node.find_all((nodes.Name, nodes.Getattr, nodes.Getitem))):
        if isinstance(part, nodes.Name):
            yield part.name
        elif isinstance(part, nodes.Getattr):
            yield part.attr
        elif isinstance(part, nodes.Getitem) and isinstance(part.arg, nodes.Const):
            yield str(part.arg.value)
