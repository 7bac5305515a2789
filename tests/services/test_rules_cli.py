"""``reminders rules``: what it prints can be edited and set again, and each mistake is one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.services.command_line import Ran, invoke
from tests.services.reminding import one_task
from tests.web.browsing import writing


@pytest.fixture
def plan(app: Flask) -> Flask:
    """An installation with one living plan."""
    with writing(app) as session:
        one_task(session)
    return app


def set_from(app: Flask, folder: Path, text: str, *more: str) -> Ran:
    """Set the rules from a file with this text."""
    file = folder / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    return invoke(app, "reminders", "rules", "--plan", "shaoguan", "--set", str(file), *more)


def printed(app: Flask) -> str:
    """What the command prints."""
    return invoke(app, "reminders", "rules", "--plan", "shaoguan").out


def test_what_is_printed_can_be_edited_and_set(plan: Flask, tmp_path: Path) -> None:
    before = printed(plan)
    assert "  report_due: {handler: [30, 7, 1, 0]}\n" in before
    edited = before.replace("[30, 7, 1, 0]", "[20, 5]").replace('"17:30"', "16:30") + "reason: 试行\n"
    looked = set_from(plan, tmp_path, edited, "--dry-run", "--json").json()
    assert looked["changed"] is True
    assert printed(plan) == before
    assert set_from(plan, tmp_path, edited, "--json").json() == {"number": 1, "changed": True}
    document = invoke(plan, "reminders", "rules", "--plan", "shaoguan", "--json").json()
    assert document["number"] == 1
    assert document["window"] == {"opens": "08:30", "closes": "16:30"}
    assert document["rules"]["report_due"] == {"handler": [20, 5]}
    assert "changed after" not in printed(plan)
    stale = set_from(plan, tmp_path, edited.replace("[20, 5]", "[9]"))
    assert "Somebody changed these rules" in stale.complaint or "有人修改了规则" in stale.complaint


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("rules: {report_due: {handler: [7]}}", "reason"),
        ("reason: x\nrules: {birthday: {handler: [7]}}", "birthday"),
        ("reason: x\nrules: {report_due: {everybody: [7]}}", "everybody"),
        ("reason: x\nrules: {report_due: {handler: soon}}", "report_due handler"),
        ("reason: x\nrules: {report_due: {handler: [99]}}", "report_due-handler"),
        ("reason: x\nwindow: {opens: 0, closes: '17:30'}\nrules: {}", "opens"),
        ("reason: x\nrules: [", "rules.yaml"),
        ("reason: x", "rules"),
        ("reason: x\nrules: [report_due]", "rules"),
        ("reason: x\nrules: {}\nlaws: {}", "laws"),
    ],
)
def test_a_mistake_in_the_file_is_one_line_that_names_its_place(
    plan: Flask, tmp_path: Path, text: str, place: str
) -> None:
    before = printed(plan)
    assert place in set_from(plan, tmp_path, text).complaint
    assert printed(plan) == before


def test_a_plan_or_file_that_is_not_there_is_one_line(plan: Flask, tmp_path: Path) -> None:
    assert "nowhere" in invoke(plan, "reminders", "rules", "--plan", "nowhere").complaint
    missing = invoke(plan, "reminders", "rules", "--plan", "shaoguan", "--set", str(tmp_path / "none.yaml"))
    assert "none.yaml" in missing.complaint
