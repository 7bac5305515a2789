"""``db upgrade`` and ``seed`` on the real command line: the five plans come in once, and mistakes are one line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import create_engine, func, select

from tests.services.command_line import flask, invoke
from tracker import models
from tracker.audit.models import AuditEntry
from tracker.db import Base
from tracker.plans.files import SEED_TASKS, SLUGS
from tracker.plans.models import Assignment, Instance, KeyTask, Plan, Project, Round

ROWS = {KeyTask: 171, Plan: 5, Project: 92, Assignment: 574}


def dump(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    assert models.__all__, "every table is known"
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return tables


def count(url: str, model: Any, *conditions: Any) -> int:
    """How many rows."""
    engine = create_engine(url)
    with engine.connect() as connection:
        number = connection.scalar(select(func.count()).select_from(model).where(*conditions))
    engine.dispose()
    return number or 0


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database made by ``db upgrade`` and ``seed``."""
    url = f"sqlite:///{tmp_path_factory.mktemp('seed') / 'tracker.db'}"
    assert flask("db", "upgrade", url=url).code == 0
    loaded = flask("seed", url=url)
    assert (loaded.code, loaded.err) == (0, "")
    assert loaded.out.splitlines() == [f"{slug}: loaded" for slug in SLUGS]
    return url


@pytest.fixture(scope="module")
def printed(seeded: str) -> dict[str, Any]:
    """What the real command line prints of the plans."""
    return {
        "list": flask("plans", "list", "--json", url=seeded).json(),
        "jiangmen": flask("plans", "show", "jiangmen", "--json", url=seeded).json(),
    }


def test_seed_loads_every_task_pending_with_its_units_and_rounds(seeded: str) -> None:
    assert {model: count(seeded, model) for model in ROWS} == ROWS
    assert count(seeded, Instance, Instance.state == "pending_dispatch", Instance.version == 0) == 171
    assert count(seeded, Assignment, Assignment.role == "lead") == 144
    assert count(seeded, Assignment, Assignment.role == "support") == 430
    assert count(seeded, Plan, Plan.live_since.is_(None)) == 5
    assert count(seeded, Round, Round.state == "planned") == count(seeded, Round)
    assert count(seeded, Round, Round.kind == "mid_term", Round.year == 2023) == 5
    assert count(seeded, Round, Round.kind == "end_of_term", Round.year == 2025) == 5
    assert count(seeded, Round, Round.kind == "annual") == 4  # 百色 alone names it: 2021 to 2024
    assert count(seeded, AuditEntry, AuditEntry.action == "plan.load") == 5


def test_doing_it_again_changes_nothing(seeded: str) -> None:
    before = dump(seeded)
    again = flask("seed", url=seeded)
    assert again.out.splitlines() == [f"{slug}: is there already" for slug in SLUGS]
    assert (again.code, again.err) == (0, "")
    assert dump(seeded) == before


@pytest.mark.both_databases
def test_both_databases_take_the_plans_and_give_them_back(
    app: Flask, printed: dict[str, Any], database_url: str
) -> None:
    assert invoke(app, "seed").code == 0
    before = dump(database_url)
    assert invoke(app, "seed").code == 0
    assert dump(database_url) == before
    assert invoke(app, "plans", "list", "--json").json() == printed["list"]
    assert invoke(app, "plans", "show", "jiangmen", "--json").json() == printed["jiangmen"]


def test_upgrading_again_changes_nothing(seeded: str) -> None:
    before = dump(seeded)
    assert flask("db", "upgrade", url=seeded).code == 0
    assert dump(seeded) == before


def test_the_audit_of_a_fresh_database_holds(seeded: str) -> None:
    assert flask("audit", "verify", url=seeded).code == 0


# Files that somebody wrote by hand


def unknown_unit(plan: dict[str, Any], _units: dict[str, Any]) -> None:
    plan["tasks"][0]["supports"].append("市水利厅")


def duplicate_ref(plan: dict[str, Any], _units: dict[str, Any]) -> None:
    plan["tasks"][1]["ref"] = "1"


def unknown_key(plan: dict[str, Any], _units: dict[str, Any]) -> None:
    plan["tasks"][2]["lead"] = ["市残联"]


def no_period(plan: dict[str, Any], _units: dict[str, Any]) -> None:
    plan["period"] = None


def wrong_day(plan: dict[str, Any], _units: dict[str, Any]) -> None:
    plan["tasks"][4]["deadline"] = "2023-13-01"


def unknown_supervisor(plan: dict[str, Any], _units: dict[str, Any]) -> None:
    plan["supervising_unit"] = "市督查室"


def alias_twice(_plan: dict[str, Any], units: dict[str, Any]) -> None:
    units["units"][1]["aliases"].append(units["units"][2]["name"])


MISTAKES: dict[str, tuple[Callable[[dict[str, Any], dict[str, Any]], None], tuple[str, ...]]] = {
    "unknown unit": (unknown_unit, ("shaoguan", "市水利厅")),
    "duplicate ref": (duplicate_ref, ("shaoguan.yaml", "ref")),
    "unknown key": (unknown_key, ("shaoguan.yaml", "lead")),
    "no period": (no_period, ("shaoguan.yaml", "period")),
    "wrong day": (wrong_day, ("shaoguan.yaml", "deadline", "2023-12-31")),
    "unknown supervisor": (unknown_supervisor, ("shaoguan", "市督查室")),
    "alias twice": (alias_twice, ("units-shaoguan.yaml",)),
}


def broken_folder(folder: Path, mistake: str) -> Path:
    """The files of 韶关 with one mistake."""
    plan, units = (
        yaml.safe_load((SEED_TASKS / name).read_text(encoding="utf-8"))
        for name in ("shaoguan.yaml", "units-shaoguan.yaml")
    )
    MISTAKES[mistake][0](plan, units)
    for name, document in (("shaoguan.yaml", plan), ("units-shaoguan.yaml", units)):
        (folder / name).write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_file_is_one_line_and_loads_nothing(
    app: Flask, database_url: str, tmp_path: Path, mistake: str
) -> None:
    before = dump(database_url)
    complaint = invoke(app, "seed", "--from", str(broken_folder(tmp_path, mistake))).complaint
    assert [word for word in MISTAKES[mistake][1] if word not in complaint] == []
    assert dump(database_url) == before


@pytest.mark.parametrize("mistake", ["unknown unit", "duplicate ref"])
def test_so_it_is_on_the_real_command_line(database_url: str, tmp_path: Path, mistake: str) -> None:
    complaint = flask("seed", "--from", str(broken_folder(tmp_path, mistake)), url=database_url).complaint
    assert [word for word in MISTAKES[mistake][1] if word not in complaint] == []
    assert count(database_url, Plan) == 0


@pytest.mark.parametrize("content", [b"tasks: [", b"", b"- a list", b"\xff\xfe"])
def test_a_file_that_is_no_plan_is_one_line(app: Flask, database_url: str, tmp_path: Path, content: bytes) -> None:
    shutil.copy(SEED_TASKS / "units-shaoguan.yaml", tmp_path)
    (tmp_path / "shaoguan.yaml").write_bytes(content)
    assert "shaoguan.yaml" in invoke(app, "seed", "--from", str(tmp_path)).complaint
    assert count(database_url, Plan) == 0


def test_a_folder_that_is_not_there_is_one_line(app: Flask, tmp_path: Path) -> None:
    complaint = invoke(app, "seed", "--from", str(tmp_path / "none")).complaint
    assert "units-shaoguan.yaml" in complaint
