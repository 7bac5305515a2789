"""``plans list``, ``plans show`` and ``plans go-live`` on the real command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from tests.fixtures.databases import copy_sqlite
from tests.plans.reader import read, squeeze
from tests.services.command_line import flask, flask_anew
from tracker.outbox.models import OutboxMessage

TASKS = {"shaoguan": 41, "tongxin": 25, "jiangmen": 45, "yulin": 30, "baise": 30}
TEXT, OPTIONAL = str, (str, type(None))
DAY = re.compile(r"\d{4}-\d\d-\d\d")
HEAD = {
    "title": TEXT, "document_number": OPTIONAL, "issuer": OPTIONAL, "issued_on": OPTIONAL, "region": OPTIONAL,
    "period": (list, type(None)), "form": TEXT, "tasks": list, "indicators": list, "projects": list,
    "evaluations": list, "units": list, "warnings": list,
}  # fmt: skip
PARTS = {
    "tasks": {
        "ref": TEXT, "number": TEXT, "section": OPTIONAL, "text": TEXT, "leads": list, "supports": list,
        "others": list, "joint": bool, "deadline": OPTIONAL, "deadline_words": OPTIONAL, "remark": OPTIONAL,
        "targets": list, "source_line": int,
    },
    "indicators": {
        "name": TEXT, "unit": OPTIONAL, "baseline": OPTIONAL, "target": OPTIONAL, "comparator": OPTIONAL,
        "kind": OPTIONAL,
    },
    "projects": {"box": TEXT, "number": TEXT, "text": TEXT},
    "evaluations": {"kind": TEXT, "quote": TEXT},
    "units": {"name": TEXT, "aliases": list},
    "warnings": {"line": (int, type(None)), "message": TEXT},
}  # fmt: skip
EVALUATIONS = {
    "annual", "mid_term", "end_of_term", "monitoring", "third_party", "survey", "commendation", "disclosure"
}  # fmt: skip


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with the five plans."""
    url = f"sqlite:///{tmp_path_factory.mktemp('plans') / 'tracker.db'}"
    assert flask("db", "upgrade", url=url).code == 0
    assert flask("seed", url=url).code == 0
    return url


@pytest.fixture(scope="module")
def shown(seeded: str) -> dict[str, Any]:
    """``plans show SLUG --json`` of every plan."""
    return {slug: flask("plans", "show", slug, "--json", url=seeded).json() for slug in TASKS}


def fits(value: Any, kind: Any) -> bool:
    """Whether a value has the type; a bool is no int."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def faults(document: dict[str, Any]) -> list[str]:
    """Where a document has another shape than the contract's draft."""
    found = [f"keys {sorted(document.keys() ^ HEAD.keys())}"] if document.keys() != HEAD.keys() else []
    found += [name for name, kind in HEAD.items() if not fits(document.get(name), kind)]
    for name, shape in PARTS.items():
        for entry in document[name]:
            if entry.keys() != shape.keys() or not all(fits(entry[key], kind) for key, kind in shape.items()):
                found.append(f"{name}: {entry}")
    for task in document["tasks"]:
        if not all(isinstance(unit, str) for unit in (*task["leads"], *task["supports"])):
            found.append(f"units of {task['ref']}")
        for target in task["targets"]:
            if target.keys() != {"comparator", "value", "unit"} or not fits(target["value"], (int, float)):
                found.append(f"target of {task['ref']}")
    days = [document["issued_on"], *(task["deadline"] for task in document["tasks"])]
    found += [f"day {day}" for day in days if day is not None and not DAY.fullmatch(day)]
    found += [entry["kind"] for entry in document["evaluations"] if entry["kind"] not in EVALUATIONS]
    found += [
        entry["name"] for entry in document["indicators"] if entry["kind"] not in ("binding", "anticipatory", None)
    ]
    return found


def test_list_shows_the_five_plans_with_their_tasks(seeded: str) -> None:
    plans = flask("plans", "list", "--json", url=seeded).json()
    assert [(plan["slug"], plan["tasks"]) for plan in plans] == list(TASKS.items())
    assert all(plan["states"] == {"pending_dispatch": plan["tasks"]} for plan in plans)
    assert all(plan["period"] == [2021, 2025] and plan["live_since"] is None for plan in plans)
    assert [plan["region"] for plan in plans] == ["韶关市", "同心县", "江门市", "玉林市", "百色市"]
    assert all(set(plan) == {"slug", "title", "region", "period", "live_since", "tasks", "states"} for plan in plans)


def test_list_for_people_has_a_line_a_plan(seeded: str) -> None:
    lines = flask("plans", "list", url=seeded).out.splitlines()
    assert [line.split()[0] for line in lines] == list(TASKS)


@pytest.mark.parametrize("slug", TASKS)
def test_show_has_the_drafts_shape(shown: dict[str, Any], slug: str) -> None:
    assert faults(shown[slug]) == []


def test_another_shape_would_be_noticed(shown: dict[str, Any]) -> None:
    document = json.loads(json.dumps(shown["shaoguan"]))
    document["tasks"][0]["state"] = "assigned"
    document["tasks"][1]["source_line"] = "12"
    document["tasks"][2]["joint"] = 0
    del document["warnings"]
    document["warnings"] = None
    assert len(faults({**document, "warnings": [{}], "extra": 1})) == 5


@pytest.mark.parametrize("slug", TASKS)
def test_show_says_what_the_document_says(shown: dict[str, Any], slug: str) -> None:
    printed, document = read(slug), shown[slug]
    ours = [
        (task["ref"], task["number"], task["section"], task["text"], task["source_line"], tuple(task["leads"]),
         tuple(task["supports"]))
        for task in document["tasks"]
    ]  # fmt: skip
    assert ours == [
        (task.ref, task.number, task.section, task.text, task.line, task.leads, task.supports) for task in printed.tasks
    ]
    assert [row["name"] for row in document["indicators"]] == [row.name for row in printed.rows]
    assert [row["baseline"] for row in document["indicators"]] == [row.baseline or None for row in printed.rows]
    projects = [(entry["box"], entry["number"], squeeze(entry["text"])) for entry in document["projects"]]
    assert projects == [(box, number, squeeze(text)) for box, number, text in printed.projects]
    assert all(printed.says(entry["quote"]) for entry in document["evaluations"])


def test_show_for_people_has_a_line_a_task(seeded: str) -> None:
    lines = flask("plans", "show", "baise", url=seeded).out.splitlines()
    assert len(lines) == 31
    assert "百色市" in lines[0]


def test_going_live_dispatches_and_doing_it_again_changes_nothing(seeded: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'live.db'}"
    copy_sqlite(Path(seeded.removeprefix("sqlite:///")), tmp_path / "live.db")
    live = flask("plans", "go-live", "shaoguan", url=url)
    assert (live.code, live.out) == (0, "shaoguan: 41 dispatched, 0 without lead unit, 0 mails queued\n")
    again = flask("plans", "go-live", "shaoguan", url=url)
    assert (again.code, again.out) == (0, "shaoguan: 0 dispatched, 0 without lead unit, 0 mails queued\n")
    plan = flask("plans", "list", "--json", url=url).json()[0]
    assert plan["states"] == {"assigned": 41}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.+\+00:00", plan["live_since"])
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(select(OutboxMessage.id)).all() == []
    engine.dispose()
    assert flask("audit", "verify", url=url).code == 0


@pytest.mark.parametrize("args", [("plans", "list"), ("plans", "show", "nowhere"), ("audit", "verify")])
def test_the_copy_of_a_process_answers_as_one_that_is_started_anew(seeded: str, args: tuple[str, ...]) -> None:
    assert flask(*args, url=seeded) == flask_anew(*args, url=seeded)
