"""A task's page and a list of 50 rows cost the same number of statements at 45 tasks and at 4,500: fewer than 35."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.orm import Session

from tests.factories import COMPLETION, NOW, REPORT, City, make_city, task_entry
from tests.web.browsing import browser_of, plain, set_day, writing
from tracker.access import SYSTEM
from tracker.evaluations.commands import advance_rounds, make_rounds
from tracker.plans.models import Assignment, AssignmentSet, Instance, KeyTask
from tracker.reporting.comments import add_comment

SMALL, LARGE, LIMIT = 45, 4500, 35  # a task reads parts, answers, urges, objections, absences, reasons of returns
PAGES = {
    "task": "/plans/shaoguan/tasks/1",
    "task nobody touched": "/plans/shaoguan/tasks/2",
    "list": "/plans/shaoguan/tasks",
    "filtered list": "/plans/shaoguan/tasks?state=owing&lamp=yellow&q=1&sort=-lamp&page=2",
    "report form": "/plans/shaoguan/tasks/3/report",
}


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database in the block; BEGIN and PRAGMA are no statements."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def city(app: Flask) -> City:
    """45 tasks: 1 was reported, returned, commented, verified and reopened by a round; 3 waits for its report."""
    with writing(app) as session:
        leads, supports = ["市民政局", "市教育局"], ["市财政局", "各县（市、区）政府"]
        targets = [{"comparator": ">", "value": 85, "unit": "%"}]
        made = make_city(session, [task_entry(str(n), leads, supports, targets=targets) for n in range(1, SMALL + 1)])
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        for ref in ("1", "3"):
            made.do(session, "handler", ref, "acknowledge")
            made.do(session, "other_lead", ref, "acknowledge")
        made.do(session, "handler", "1", "report", **REPORT)
        made.do(session, "supervisor", "1", "return", reason="请补充。")
        made.do(session, "handler", "1", "report", **COMPLETION)
        add_comment(session, made.people["supporting"], NOW, slug="shaoguan", ref="1", data={"body": "同意。"})
        made.do(session, "supervisor", "1", "verify")
        advance_rounds(session, NOW + timedelta(days=20), made.plan)
    set_day(app, NOW + timedelta(days=21))
    return made


def grow(session: Session, city: City) -> None:
    """Insert rows until the plan has LARGE tasks, all of them assigned as the first is."""
    numbers = range(SMALL + 1, LARGE + 1)
    common = {"plan_id": city.plan.id, "joint": False, "source_line": 1, "section_id": None}
    session.execute(
        insert(KeyTask),
        [{"position": n, "number": str(n), "ref": str(n), "text": f"第{n}项重点任务。", **common} for n in numbers],
    )
    ids = {ref: task_id for ref, task_id in session.execute(select(KeyTask.ref, KeyTask.id))}
    tasks = [ids[str(n)] for n in numbers]
    session.execute(
        insert(AssignmentSet), [{"task_id": t, "number": 1, "act": "import", "from_at": NOW} for t in tasks]
    )
    sets = {task_id: set_id for task_id, set_id in session.execute(select(AssignmentSet.task_id, AssignmentSet.id))}
    units = city.unit_ids("市民政局", "市教育局"), city.unit_ids("市财政局", "各县（市、区）政府")
    session.execute(
        insert(Assignment),
        [
            {
                "set_id": sets[t],
                "unit_id": unit,
                "role": role,
                "position": place,
                "printed_name": "x",
                "and_others": False,
            }
            for t in tasks
            for role, named in zip(("lead", "support"), units, strict=True)
            for place, unit in enumerate(named)
        ],
    )
    session.execute(
        insert(Instance),
        [
            {"task_id": t, "state": "assigned", "version": 1, "entered_at": NOW, "dispatched_at": NOW,
             "assignment_set_id": sets[t], "completion_verified": False}
            for t in tasks
        ],
    )  # fmt: skip


@pytest.mark.both_databases
def test_pages_cost_the_same_at_any_length(app: Flask, city: City, capsys: pytest.CaptureFixture[str]) -> None:
    client = browser_of(app, city.people["handler"])
    counts: dict[int, dict[str, int]] = {}
    for size in (SMALL, LARGE):
        if size == LARGE:
            with writing(app) as session:
                grow(session, city)
        for name, path in PAGES.items():
            with statements() as sent:
                answer = client.get(path)
            assert answer.status_code == 200
            counts.setdefault(size, {})[name] = len(sent)
        assert f"全部 {size}" in plain(client.get("/plans/shaoguan/tasks").text)
    with capsys.disabled():
        sys.stdout.write(f"\nstatements a page: {counts}\n")
    assert counts[SMALL] == counts[LARGE]
    assert max(counts[SMALL].values()) < LIMIT
