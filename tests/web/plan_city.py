"""The small city of the tests of plan pages: three lamps, four states, two sections."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask

from tests.factories import NOW, REPORT, City, make_city, task_entry
from tests.web.browsing import set_day, writing
from tracker.access import SYSTEM
from tracker.evaluations.commands import advance_rounds, make_rounds

LEADS, SUPPORTS = ["市民政局", "市教育局"], ["市财政局", "各县（市、区）政府"]
TASKS = [
    task_entry("1", LEADS, SUPPORTS, section="民生保障"),
    task_entry("2", ["市残联"], SUPPORTS, section="民生保障", deadline="2023-06-20"),
    task_entry("3", ["市民政局", "市残联"], SUPPORTS, section="教育", text="办好特殊教育学校，招收残疾学生。"),
    task_entry("4", section="教育"),
]
PAGES = ("/plans", "/plans/shaoguan", "/plans/shaoguan/tasks", "/indicators")
PEOPLE = (
    "handler", "leader", "other_lead", "supporting", "collective_member", "supervisor", "second_supervisor",
    "host_supervisor", "host_leader", "observer", "administrator", "another_unit",
)  # fmt: skip


def make_plan_city(app: Flask) -> City:
    """Live since NOW: 1 reported, 2 overdue, 3 not acknowledged in time, 4 without units; the day is 2023-07-05."""
    with writing(app) as session:
        made = make_city(session, TASKS)
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        made.do(session, "handler", "1", "acknowledge")
        made.do(session, "handler", "1", "report", **REPORT)
        made.do(session, "host_handler", "2", "acknowledge")
        advance_rounds(session, NOW + timedelta(days=18), made.plan)
    set_day(app, NOW + timedelta(days=20))
    return made


def refs(page: str) -> list[str]:
    """The refs of a list, in its order."""
    return re.findall(r'class="app-task-link" href="/plans/shaoguan/tasks/([^"]+)"', page)
