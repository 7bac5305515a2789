"""``plans import`` on the command line: what it prints, what it writes, and its answers to mistakes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.factories import plan_document as file_of
from tests.factories import task_entry
from tests.services.command_line import Ran, flask, invoke
from tests.services.test_seed import dump
from tracker.plans.files import SEED_TASKS, SLUGS


def kept(folder: Path, *tasks: dict[str, Any], **values: Any) -> str:
    """A draft as a JSON file, as ``plans read --json`` prints it."""
    document = file_of("x", "x", tasks, **{"title": "全民健身实施计划", "region": "西城市", **values})
    for beside in ("slug", "supervising_unit", "definition"):
        del document[beside]
    path = folder / "draft.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return str(path)


def words(ran: Ran) -> Any:
    """What it printed as JSON."""
    return ran.json()


def test_a_new_place_comes_in_in_one_go_and_again_changes_nothing(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    file = kept(tmp_path, task_entry("1", ["市教育局"], ["各县（市、区）政府"]), task_entry("2", ["市体育局"]))
    command = ("plans", "import", file, "--region", "west", "--create-units", "--json")
    before = dump(database_url)
    dry = words(invoke(app, *command, "--dry-run"))
    assert dump(database_url) == before
    done = words(invoke(app, *command))
    assert {**dry, "dry_run": False, "written": True} == done
    assert (done["slug"], done["region"], done["tasks"], done["new"]) == ("west", "西城市", 2, True)
    assert done["created_units"] == ["市教育局", "各县（市、区）政府", "市体育局", "督查室"]
    assert len(done["warnings"]) == 2
    before = dump(database_url)
    again = words(invoke(app, *command))
    assert (again["new"], again["written"], again["created_units"]) == (False, False, [])
    assert dump(database_url) == before
    shown = invoke(app, "plans", "show", "west", "--json").json()
    assert [task["leads"] for task in shown["tasks"]] == [["市教育局"], ["市体育局"]]


def test_the_files_of_seed_tasks_come_in_by_name_of_the_region(app: Flask) -> None:
    assert invoke(app, "seed").code == 0
    told = invoke(app, "plans", "import", str(SEED_TASKS / "yulin.yaml"), "--region", "玉林市", "--slug", "again")
    assert told.code == 0
    assert "again" in told.out
    assert (
        invoke(app, "plans", "show", "again", "--json").json() == invoke(app, "plans", "show", "yulin", "--json").json()
    )


def test_unknown_units_are_listed_with_what_they_are_like_and_nothing_is_written(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    assert invoke(app, "seed").code == 0
    before = dump(database_url)
    file = kept(tmp_path, task_entry("1", ["市政数局的邻居"], ["市水务局"]))
    failed = invoke(app, "plans", "import", file, "--region", "jiangmen", "--slug", "sport")
    assert (failed.code, failed.out) == (1, "")
    lines = failed.err.splitlines()
    assert [line.split("：")[0] for line in lines[:-1]] == ["市政数局的邻居", "市水务局"]
    assert lines[-1].startswith("Error: 规划中有2个名称")
    printed = invoke(app, "plans", "import", file, "--region", "jiangmen", "--slug", "sport", "--json")
    assert printed.code == 1
    assert [match["name"] for match in json.loads(printed.out)["unknown"]] == ["市政数局的邻居", "市水务局"]
    assert dump(database_url) == before
    matched = invoke(app, "plans", "import", file, "--region", "jiangmen", "--slug", "sport",
                     "--match", "市政数局的邻居=市政务服务数据管理局", "--match", "市水务局=市自然资源局")  # fmt: skip
    assert matched.code == 0, matched.err


def test_a_missing_term_can_be_given(app: Flask, tmp_path: Path) -> None:
    file = kept(tmp_path, task_entry("1"), period=None)
    command = ("plans", "import", file, "--region", "west", "--create-units")
    assert "规划期" in invoke(app, *command).complaint
    assert "2021-2025" in invoke(app, *command, "--period", "five years").complaint
    assert words(invoke(app, *command, "--period", "2024-2028", "--json"))["rounds"] == [
        {"kind": "mid_term", "year": 2026}, {"kind": "end_of_term", "year": 2028}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--region", "nowhere"), "nowhere"),
        (("--region", "西城市", "--create-units", "--region-slug", "West City"), "--region-slug"),
        (("--region", "guangdong", "--region-name", "韶关市", "--create-units"), "shaoguan"),
        (("--region", "shaoguan", "--match", "市残联"), "--match"),
        (("--region", "shaoguan", "--match", "市残联=市残联会"), "市残联会"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(
    app: Flask, database_url: str, tmp_path: Path, args: tuple[str, ...], says: str
) -> None:
    assert invoke(app, "seed").code == 0
    before = dump(database_url)
    file = kept(tmp_path, task_entry("1", ["市残联"]))
    assert says in invoke(app, "plans", "import", file, "--slug", "sport", *args).complaint
    assert dump(database_url) == before


def test_a_new_region_given_by_name_is_asked_for_its_slug(app: Flask, tmp_path: Path) -> None:
    command = ("plans", "import", kept(tmp_path, task_entry("1")), "--region", "西城市", "--create-units")
    assert "--region-slug" in invoke(app, *command).complaint
    assert words(invoke(app, *command, "--slug", "xicheng", "--json"))["region"] == "西城市"
    assert words(invoke(app, "plans", "list", "--json"))[0]["slug"] == "xicheng"


@pytest.mark.parametrize("content", ["{", "[]", '{"title": 1}', "\x00"])
def test_a_draft_that_is_none_is_one_line(app: Flask, tmp_path: Path, content: str) -> None:
    (tmp_path / "draft.json").write_text(content, encoding="utf-8")
    assert "draft.json" in invoke(app, "plans", "import", str(tmp_path / "draft.json"), "--region", "x").complaint


def test_help_of_import_needs_no_setting() -> None:
    helped = flask("plans", "import", "--help", TRACKER_DEMO="0")
    assert (helped.code, helped.err) == (0, "")
    assert "--apply-revision" in helped.out


def test_a_changed_document_prints_the_difference_and_changes_only_when_told(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    assert invoke(app, "seed").code == 0
    assert invoke(app, "plans", "go-live", "jiangmen").code == 0
    document = invoke(app, "plans", "show", "jiangmen", "--json").json()
    document["tasks"][4]["text"] = document["tasks"][4]["text"][:-1] + "，并按季度通报。"
    document["tasks"][7]["supports"] = []
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    command = ("plans", "import", str(path), "--region", "jiangmen")
    before = dump(database_url)
    printed = words(invoke(app, *command, "--json"))
    assert [change["key"] for change in printed["changes"]] == ["5:reworded", "8:reassigned"]
    assert printed["changes"][0]["segments"][-2:] == [["insert", "，并按季度通报"], ["equal", "。"]]
    lines = invoke(app, *command).out.splitlines()
    assert [line.split("\t")[:2] for line in lines[:2]] == [["5", "文字修改"], ["8", "责任单位调整"]]
    assert "{+，并按季度通报+}" in lines[0]
    assert "--apply-revision" in lines[-1]
    assert invoke(app, *command, "--apply-revision", "--dry-run").code == 0
    assert dump(database_url) == before
    done = words(invoke(app, *command, "--apply-revision", "--json"))
    assert (done["revision"], done["left"], done["written"]) == (1, [], True)
    before = dump(database_url)
    again = words(invoke(app, *command, "--apply-revision", "--json"))
    assert (again["changes"], again["written"]) == ([], False)
    assert dump(database_url) == before
    assert invoke(app, "plans", "show", "jiangmen", "--json").json()["tasks"] == document["tasks"]
    assert invoke(app, "audit", "verify").code == 0


def test_the_documents_themselves_change_nothing_in_the_plans_made_from_the_files(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    assert invoke(app, "seed").code == 0
    before = dump(database_url)
    for slug in SLUGS:
        told = words(invoke(app, "plans", "import", f"tests/plans/{slug}.txt", "--region", slug, "--json"))
        assert (told["slug"], told["changes"], told["renumbered"]) == (slug, [], [])
    assert dump(database_url) == before
    assert invoke(app, "plans", "import", no_plan(tmp_path), "--region", "yulin").complaint != ""


def no_plan(folder: Path) -> str:
    """A file that is no document."""
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    return str(folder / "picture.png")
