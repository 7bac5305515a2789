"""The small city of the tests of task pages: a plan before and after going live, and a report that waits."""

from __future__ import annotations

import re

from flask import Flask

from tests.factories import NOW, REPORT, City, make_city, task_entry
from tests.web.browsing import set_day, writing
from tracker.workflows.definitions import DEFINITIONS

LEADS, SUPPORTS = ["市民政局", "市教育局"], ["市财政局", "各县（市、区）政府"]
TARGET = [{"comparator": ">", "value": 85, "unit": "%"}]
TASKS = [
    task_entry("1", LEADS, SUPPORTS, targets=TARGET),
    task_entry("2", ["市残联"], SUPPORTS),
    task_entry("3", LEADS),
    task_entry("2-1", section="教育"),
    task_entry("2-2", section="教育"),
]
HERE = "/plans/shaoguan/tasks"
PEOPLE = (
    "handler", "leader", "other_lead", "supporting", "collective_member", "supervisor", "host_supervisor",
    "host_handler", "observer", "administrator", "another_unit",
)  # fmt: skip


def make_draft(app: Flask) -> City:
    """A city whose plan is not live; 2-1 and 2-2 name no units.  The day is that of NOW."""
    set_day(app, NOW)
    with writing(app) as session:
        return make_city(session, TASKS)


def make_live(app: Flask) -> City:
    """Live: 1 in progress, 2 and 3 assigned."""
    city = make_draft(app)
    with writing(app) as session:
        city.go_live(session)
        city.do(session, "handler", "1", "acknowledge")
    return city


def state(app: Flask, city: City, ref: str) -> str:
    """Where a task stands."""
    with writing(app) as session:
        return city.row(session, ref).state


def buttons(page: str, ref: str) -> set[str]:
    """The triggers that a task's page offers, as forms or as links to one."""
    found = set(re.findall(rf'(?:action|href)="{HERE}/{re.escape(ref)}/([a-z_]+)"', page))
    return found & {trigger for definition in DEFINITIONS.values() for trigger in definition.triggers}


def reported(app: Flask, city: City, ref: str = "1", who: str = "handler", **report: object) -> None:
    """Let a report wait."""
    with writing(app) as session:
        if city.row(session, ref).state == "assigned":
            city.do(session, who, ref, "acknowledge")
        city.do(session, who, ref, "report", **{**REPORT, **report})
