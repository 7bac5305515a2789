"""``plans read``: one JSON document, or a summary; mistakes in one line; neither settings nor database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plans.reader import FOLDER
from tests.services.command_line import flask
from tracker.plans.schemas import PlanDraftSchema


def test_a_document_is_printed_as_one_draft_without_any_setting() -> None:
    draft = flask("plans", "read", str(FOLDER / "shaoguan.txt"), "--json").json()
    PlanDraftSchema().load(draft)
    assert draft["title"] == "韶关市“十四五”残疾人保障和发展规划"
    assert (len(draft["tasks"]), len(draft["indicators"])) == (41, 11)


def test_a_faulty_setting_does_not_matter() -> None:
    ran = flask("plans", "read", str(FOLDER / "shaoguan.txt"), TRACKER_COLOUR="red")
    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.splitlines()[:2] == ["韶关市“十四五”残疾人保障和发展规划", "文号: 韶府办〔2022〕13号"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("absent.docx", None, "“absent.docx”无法打开"),
        ("empty.txt", b"", ""),
        ("picture.txt", "今年的工作要抓紧抓好。".encode(), "没有找到编号任务"),
    ],
)
def test_a_mistake_is_one_line(name: str, content: bytes | None, sentence: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert sentence in flask("plans", "read", str(tmp_path / name), "--json").complaint


def test_help_needs_no_setting() -> None:
    ran = flask("plans", "read", "--help")
    assert ran.code == 0
    assert "--json" in ran.out
