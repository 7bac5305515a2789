"""From where an act came stands in the audit: a browser's address, the command line, the scheduler."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.factories import City, make_city
from tests.web.browsing import browser_of, send, writing
from tracker.access import SYSTEM
from tracker.audit import SYSTEM_CHAIN, plan_chain
from tracker.audit.checking import heads_now
from tracker.audit.cli import SCRIPT
from tracker.audit.models import AuditEntry
from tracker.directory.accounts import user_by_email
from tracker.directory.passwords import hash_password
from tracker.evaluations.commands import make_rounds
from tracker.scheduler.leading import Leader
from tracker.scheduler.process import tick_and_tell
from tracker.web.origin import shortened

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
PASSWORD = "a long password of words"


@pytest.fixture
def city(app: Flask) -> City:
    """A live city whose handler has a password."""
    with writing(app) as session:
        made = make_city(session)
        made.go_live(session)
        user_by_email(session, "user1@example.test").password_hash = hash_password(PASSWORD)
        return made


def rows(app: Flask, chain: str) -> list[AuditEntry]:
    """A chain's entries."""
    with writing(app) as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.seq)))


def test_signing_in_and_out_is_recorded_with_address_and_browser(app: Flask, city: City) -> None:
    client = app.test_client()
    before = len(rows(app, SYSTEM_CHAIN))
    tries = [("user1@example.test", "wrong"), (f"{PASSWORD}@example.test", PASSWORD), ("user1@example.test", PASSWORD)]
    for email, password in tries:
        client.environ_base |= {"REMOTE_ADDR": "203.0.113.7", "HTTP_USER_AGENT": CHROME}
        send(client, "/sign-in", email=email, password=password)
    client.post("/sign-out", data={"csrf_token": _token(client.get("/account").text)})
    made = rows(app, SYSTEM_CHAIN)[before:]
    assert [(row.action, row.actor, row.subject) for row in made] == [
        ("user.sign_in_failed", "nobody", "user:1"),
        ("user.sign_in_failed", "nobody", "unknown"),
        ("user.sign_in", "user:1", "user:1"),
        ("user.sign_out", "user:1", "user:1"),
    ]
    assert {row.origin for row in made} == {"203.0.113.7 Chrome/126 Windows"}
    assert PASSWORD not in "".join(row.data + row.subject for row in made), "what is typed may be a password"


def typed(app: Flask, *words: object) -> Result:
    """What a command of the command line answers."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=[str(word) for word in words])


def _token(page: str) -> str:
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def test_an_act_says_in_whose_name_and_from_where(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"])
    send(client, "/plans/shaoguan/tasks/1", "/plans/shaoguan/tasks/1/acknowledge")
    act = rows(app, plan_chain(city.plan.id))[-1]
    assert (act.action, act.for_whom) == ("task.acknowledge", f"unit:{city.units['市民政局'].id}")
    assert act.origin == f"127.0.0.1 Werkzeug/{version('werkzeug')}"


def test_the_command_line_and_the_scheduler_say_so(app: Flask, city: City, tmp_path: Path) -> None:
    with writing(app) as session:
        make_rounds(session, SYSTEM, city.plan.created_at, city.plan)
    leader = Leader(app)
    assert leader.keep()
    tick_and_tell(app, leader)
    opened = [row for row in rows(app, plan_chain(city.plan.id)) if row.action == "round.open"]
    assert {row.origin for row in opened} == {"scheduler"}
    taken = typed(app, "plans", "export", "shaoguan", "--format", "csv", "-o", tmp_path / "plan.csv")
    assert taken.exit_code == 0, taken.output
    last = rows(app, plan_chain(city.plan.id))[-1]
    assert (last.action, last.origin, json.loads(last.data)) == ("plan.export", "command line", {"kind": "csv"})


def test_an_export_holds_its_own_entry_and_verifies_alone(app: Flask, city: City, tmp_path: Path) -> None:
    whole, one = tmp_path / "audit.jsonl", tmp_path / "one.jsonl"
    assert typed(app, "audit", "export", "-o", whole).exit_code == 0
    assert typed(app, "audit", "export", "-o", one, "--plan", "shaoguan").exit_code == 0
    taken = [json.loads(line) for line in whole.read_text(encoding="utf-8").split("\n") if line]
    assert [row["action"] for row in taken if row["chain"] == SYSTEM_CHAIN][-1] == "audit.export"
    alone = [json.loads(line) for line in one.read_text(encoding="utf-8").split("\n") if line]
    assert {row["chain"] for row in alone} == {"plan:1"}
    assert alone[-1]["action"] == "audit.export"
    checker: dict[str, object] = {}
    exec(SCRIPT.read_text(encoding="utf-8"), checker)
    assert checker["check"](whole.read_text(encoding="utf-8"), "", [])[0] == []  # type: ignore[operator]


def test_verify_takes_heads_from_outside(app: Flask, city: City, tmp_path: Path) -> None:
    heads = tmp_path / "heads.log"
    with writing(app) as session:
        ends = heads_now(session)
    heads.write_text("\n".join(map(str, ends)), encoding="utf-8")
    good = typed(app, "audit", "verify", "--heads", heads)
    assert (good.exit_code, good.stdout) == (0, f"every chain holds, with {len(ends)} heads from outside\n")
    heads.write_text(f"plan:1 3 {'f' * 64} plan:7 2 {'e' * 64} plan:1 99 {'d' * 64}", encoding="utf-8")
    bad = typed(app, "audit", "verify", "--heads", heads)
    assert (bad.exit_code, bad.stderr) == (1, "plan:1: broken at entry 3\nplan:7: broken at entry 1\n")
    missing = typed(app, "audit", "verify", "--heads", tmp_path / "none")
    assert missing.exit_code == 1
    assert "none" in missing.stderr


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (CHROME, "Chrome/126 Windows"),
        (CHROME + " Edg/126.0.2592.87", "Chrome/126 Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox/128 Linux"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("\x1b[31m市" + "x" * 100, "[31m" + "x" * 36),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_few_words(given: str, kept: str) -> None:
    assert shortened(given) == kept
