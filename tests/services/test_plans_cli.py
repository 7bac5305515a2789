"""``plans list``, ``plans show`` and ``plans go-live`` on the real command line, and its answers to mistakes."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from tests.fixtures.databases import copy_sqlite
from tests.plans.reader import read, squeeze
from tests.services.command_line import flask, flask_anew
from tracker.config import parse_settings
from tracker.errors import ConfigurationError
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


# Mistakes


@pytest.mark.parametrize("command", ["show", "go-live"])
def test_a_slug_that_does_not_exist_is_one_line(seeded: str, command: str) -> None:
    complaint = flask("plans", command, "nowhere", url=seeded).complaint
    assert complaint == "There is no plan “nowhere”. “flask --app wsgi plans list” shows the plans there are."


def test_the_line_is_chinese_where_the_installation_is(seeded: str) -> None:
    complaint = flask("plans", "show", "nowhere", url=seeded, TRACKER_LOCALE="zh_Hans_CN").complaint
    assert complaint.startswith("没有规划“nowhere”")


@pytest.mark.parametrize("args", [("plans", "list"), ("seed",)])
def test_a_database_that_is_not_migrated_is_one_line(tmp_path: Path, args: tuple[str, ...]) -> None:
    complaint = flask(*args, url=f"sqlite:///{tmp_path / 'blank.db'}").complaint
    assert complaint == "The database is not up to date. Run “flask --app wsgi db upgrade”, then start again."


def unopenable(tmp_path: Path, kind: str) -> str:
    """The URL of a database that nobody can open."""
    if kind == "no folder":
        return f"sqlite:///{tmp_path / 'none' / 'tracker.db'}"
    if kind == "no database":
        (tmp_path / "text.db").write_text("this is no database, and it is longer than the head of one. " * 20)
        return f"sqlite:///{tmp_path / 'text.db'}"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"postgresql+psycopg://tracker@127.0.0.1:{port}/tracker"


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        (("plans", "list"), "no folder"),
        (("plans", "list"), "no database"),
        (("plans", "list"), "no server"),
        (("db", "upgrade"), "no folder"),
        (("db", "upgrade"), "no server"),
    ],
)
def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path, args: tuple[str, ...], kind: str) -> None:
    complaint = flask(*args, url=unopenable(tmp_path, kind)).complaint
    assert complaint.startswith("The database cannot be opened (")
    assert "TRACKER_DATABASE_URL" in complaint


@pytest.mark.parametrize("args", [("plans", "list"), ("db", "upgrade"), ("run",)])
def test_a_missing_setting_is_one_line(tmp_path: Path, args: tuple[str, ...]) -> None:
    complaint = flask(*args, TRACKER_DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}").complaint
    assert "TRACKER_SECRET_KEY" in complaint
    assert not (tmp_path / "x.db").exists()


def test_an_unknown_setting_is_one_line_that_names_it(seeded: str) -> None:
    assert "TRACKER_DATBASE_URL" in flask("plans", "list", url=seeded, TRACKER_DATBASE_URL="sqlite://").complaint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("DEMO", "yes"), ("TIMEZONE", "Mars"), ("LOCALE", "fr"), ("DATABASE_URL", "mysql://x"), ("PROXIES", "²")),
        *(("MAIL_URL", "mail"), ("MAIL_URL", "smtp://"), ("MAIL_URL", "smtps://:465"), ("MAIL_URL", "spool://")),
        *(("MAIL_URL", "smtp://mail.example.org?tls=maybe"), ("MAIL_URL", "smtp://mail.example.org?ssl=1")),
        *(("MAIL_URL", "smtp://mail.example.org:mail"), ("MAIL_URL", "smtps://mail.example.org?tls=starttls")),
        *(("MAIL_FROM", ""), ("MAIL_FROM", "重点任务跟踪"), ("MAIL_FROM", "tracker@")),
        *(
            ("MAIL_FROM", "a b@example.org"),
            ("MAIL_FROM", "督查@example.org"),
            ("MAIL_FROM", "A, B <tracker@example.org>"),
        ),
        *(("SIGN_IN_LIMIT", ""), ("SIGN_IN_LIMIT", "often"), ("SIGN_IN_LIMIT", "0 per minute")),
        *(("RATE_LIMIT_URL", "somewhere"), ("RATE_LIMIT_URL", "async+memory://"), ("SECRET_KEY", "k" * 31)),
    ],
)
def test_a_malformed_setting_is_an_error_that_names_it(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_settings({"TRACKER_SECRET_KEY": "k" * 32, f"TRACKER_{name}": value})
    assert raised.value.values["name"] == f"TRACKER_{name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_URL", "spool:///var/mail"),
        ("MAIL_URL", "smtp://user:p%40ss@mail.example.org:587?tls=starttls"),
        ("MAIL_URL", "smtps://mail.example.org"),
        ("MAIL_FROM", "tracker@localhost"),
        ("MAIL_FROM", "韶关市残工委办公室（督查）<tracker@city.example.org>"),
        ("MAIL_FROM", '"Office, tracking" <tracker@city.example.org>'),
        ("SIGN_IN_LIMIT", "10 per minute; 50 per hour"),
        ("RATE_LIMIT_URL", "memory://"),
        ("SECRET_KEY", "k" * 32),
    ],
)
def test_a_setting_as_the_operations_page_describes_it_is_taken(name: str, value: str) -> None:
    taken = parse_settings({"TRACKER_SECRET_KEY": "k" * 32, f"TRACKER_{name}": value})
    assert getattr(taken, name.lower()) == value


@pytest.mark.parametrize(("scheme", "package"), [("redis", "redis"), ("rediss", "redis"), ("memcached", "pymemcache")])
def test_a_store_whose_package_is_not_there_is_one_line(seeded: str, scheme: str, package: str) -> None:
    said = flask("plans", "list", url=seeded, TRACKER_RATE_LIMIT_URL=f"{scheme}://cache").complaint
    assert said.startswith(f"TRACKER_RATE_LIMIT_URL需要Python包{package}。")


def test_what_is_wanted_of_a_setting_is_said_in_the_readers_language(seeded: str) -> None:
    said = flask("plans", "list", url=seeded, TRACKER_SECRET_KEY="short", TRACKER_LOCALE="zh_Hans_CN").complaint
    assert "TRACKER_SECRET_KEY" in said
    assert "至少32个随机字符" in said


@pytest.mark.parametrize("args", [(), ("plans", "show"), ("seed",)])
def test_help_needs_no_setting(args: tuple[str, ...]) -> None:
    helped = flask(*args, "--help", TRACKER_DEMO="0")
    assert (helped.code, helped.err) == (0, "")
    assert "Usage: " in helped.out


def test_an_unknown_command_fails_without_a_traceback() -> None:
    failed = flask("plans", "nothing", TRACKER_DEMO="0")
    assert failed.code == 2
    assert failed.err.splitlines()[-1] == "Error: No such command 'nothing'."
