"""The templates keep the rules of the house, and each finder finds a planted defect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.template_rules import inline_code, role_comparisons, unreadable
from tracker.config import ROOT

Finder = Callable[[Path], list[str]]
DEFECTS: list[tuple[Finder, str]] = [
    (role_comparisons, "{% if membership.role == 'supervisor' %}x{% endif %}"),
    (role_comparisons, "{% if 'leader' in user.roles %}x{% endif %}"),
    (role_comparisons, "{{ 'x' if actor['role'] else 'y' }}"),
    (role_comparisons, "{% set mine = member.role == 'leader' %}"),
    (role_comparisons, "{% if actor.is_supervisor %}x{% endif %}"),
    (role_comparisons, "{% if actor.has_role('leader') %}x{% endif %}"),
    (unreadable, "{{ macro({**given}) }}"),
    (inline_code, '<p style="color: red">x</p>'),
    (inline_code, "<style>p { color: red }</style>"),
    (inline_code, "<script>alert(1)</script>"),
    (inline_code, '<button type="submit" onclick="go()">x</button>'),
    (inline_code, '<a href="javascript:go()">x</a>'),
]
HARMLESS = """{# <style> in a comment #}<script nonce="{{ n }}" src="/app.js"></script>
<p>{{ membership.role|role_label }}</p>{% if actions %}<b>{{ _('style = x') }}</b>{% endif %}"""


@pytest.mark.parametrize("find", [role_comparisons, inline_code, unreadable])
def test_the_templates_keep_the_rule(find: Finder) -> None:
    assert find(ROOT) == []


@pytest.mark.parametrize(("find", "defect"), DEFECTS)
def test_a_planted_defect_is_found(find: Finder, defect: str, tmp_path: Path) -> None:
    page = tmp_path / "templates" / "plans" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text(HARMLESS, encoding="utf-8")
    assert find(tmp_path) == []
    page.write_text(HARMLESS + "\n" + defect, encoding="utf-8")
    assert {line.split(" ")[0] for line in find(tmp_path)} == {"templates/plans/page.html:3"}


def test_a_mail_may_carry_its_styles(tmp_path: Path) -> None:
    mail = tmp_path / "templates" / "email" / "digest" / "body.html"
    mail.parent.mkdir(parents=True)
    mail.write_text('<p style="color: red">x</p>', encoding="utf-8")
    assert inline_code(tmp_path) == []
