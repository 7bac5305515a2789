"""The page of the audit: who may read which chain, what it says in both languages, the export, the statements."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import NOW, REPORT, City, make_city
from tests.web.browsing import LANGUAGES, browser_of, form_of, plain, send, set_day, writing
from tests.web.test_statement_counts import statements
from tracker.audit import SYSTEM_CHAIN, plan_chain, record
from tracker.audit.checking import heads_now
from tracker.audit.cli import SCRIPT
from tracker.audit.models import AuditEntry
from tracker.db import coming_from

WHERE = "203.0.113.7 Firefox/128 Windows"
WORDS = {
    "zh_Hans_CN": (
        *("退回", "任务 1", "代表残工委办公室", "已上报 → 推进中", "变更前已上报", "请补充佐证材料。"),
        *("登录失败", "没有账号的地址", "未登录"),
    ),
    "en": (
        *("Return", "Task 1", "for 残工委办公室", "AfterIn progress", "请补充佐证材料。"),
        *("Failed sign-in", "an address without account", "nobody signed in"),
    ),
}


@pytest.fixture
def city(app: Flask) -> City:
    """A returned report in the plan's chain, and a failed sign-in in the system's."""
    with coming_from(WHERE), writing(app) as session:
        made = make_city(session)
        made.go_live(session)
        made.do(session, "handler", "1", "acknowledge")
        made.do(session, "handler", "1", "report", **REPORT)
        made.do(session, "supervisor", "1", "return", reason="请补充佐证材料。")
        record(
            session, chain=SYSTEM_CHAIN, actor=made.people["nobody"], now=NOW,
            action="user.sign_in_failed", subject="unknown",
        )  # fmt: skip
    set_day(app, NOW + timedelta(days=1))
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_is_said_in_words(app: Flask, city: City, language: str) -> None:
    page = browser_of(app, city.people["administrator"], language).get("/audit")
    text = plain(page.text)
    for words in WORDS[language]:
        assert words in text, (words, text)
    assert WHERE in text


def test_supervisors_read_their_plans_and_nobody_else_reads_any(app: Flask, city: City) -> None:
    supervisor = browser_of(app, city.people["supervisor"])
    text = plain(supervisor.get("/audit").text)
    assert "退回" in text
    assert "登录失败" not in text.replace("登录失败", "", 1), "the action stands in the filter alone"
    for who in ("handler", "leader", "observer", "supporting"):
        assert browser_of(app, city.people[who]).get("/audit").status_code == 403, who
        assert browser_of(app, city.people[who]).get("/audit/verify_audit.py").status_code == 403
    elsewhere = browser_of(app, city.people["another_region"])
    assert elsewhere.get("/audit?chain=plan:1").status_code == 403, "a supervisor of no plan reads none"


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("action=task.return", 1),
        ("action=task.", 6),
        ("person=经办人", 2),
        ("person=user1@example.test", 2),
        ("chain=system", 1),
        ("from=2023-06-15&to=2023-06-15&chain=plan:1", 8),
        ("from=2023-06-16", 0),
        ("to=2023-06-14", 0),
        ("from=x&to=9999-12-31&chain=plan:1", 8),
        ("action=no.such", 0),
        ("page=99&chain=plan:1", 8),
    ],
)
def test_filters_narrow_the_list(app: Flask, city: City, query: str, number: int) -> None:
    page = browser_of(app, city.people["administrator"]).get(f"/audit?{query}")
    assert page.status_code == 200
    assert page.text.count("<tr role") - (1 if number else 0) == number


def test_the_export_verifies_and_is_recorded_first(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"])
    taken = send(client, "/audit", "/audit/export", chain="plan:1")
    assert taken.headers["Content-Disposition"] == "attachment; filename=audit-plan-1.jsonl"
    lines = [json.loads(line) for line in taken.text.split("\n") if line]
    assert {row["chain"] for row in lines} == {"plan:1"}
    assert lines[-1]["action"] == "audit.export"
    assert lines[-1]["actor"] == city.people["supervisor"].key
    checker: dict[str, object] = {}
    exec(client.get("/audit/verify_audit.py").text, checker)
    with writing(app) as session:
        heads = "\n".join(map(str, heads_now(session)))
    assert checker["check"](taken.text, heads, ["plan:1"])[0] == []  # type: ignore[operator]
    assert checker["check"](taken.text, heads, [])[0] != [], "the system's chain is not in it"  # type: ignore[operator]


def test_nobody_exports_a_chain_that_is_not_theirs(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"])
    token = dict(form_of(client.get("/audit"), "/audit/export"))["csrf_token"]
    assert client.post("/audit/export", data={"csrf_token": token, "chain": SYSTEM_CHAIN}).status_code == 404
    everything = client.post("/audit/export", data={"csrf_token": token})
    assert {json.loads(line)["chain"] for line in everything.text.split("\n") if line} == {"plan:1"}
    with writing(app) as session:
        exports = session.scalars(select(AuditEntry.chain).where(AuditEntry.action == "audit.export")).all()
    assert exports == [plan_chain(1)]


def test_the_page_costs_the_same_at_any_length(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["administrator"])
    counts = []
    for _ in range(2):
        with statements() as sent:
            assert client.get("/audit").status_code == 200
        counts.append(len(sent))
        with writing(app) as session:
            for number in range(200):
                record(
                    session, chain=plan_chain(1), actor=city.people["handler"], now=NOW, action="task.comment",
                    subject=f"task:{number % 4 + 1}", data={"body": str(number)}, for_whom="unit:1",
                )  # fmt: skip
    assert counts[0] == counts[1] < 20, counts
    assert "verify_audit.py" in client.get("/audit").text
    assert SCRIPT.name == "verify_audit.py"
