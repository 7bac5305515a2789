"""江门's tasks 8 (two lead units) and 1 (各县（市、区）政府) go through a whole round with all their units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect
from sqlalchemy import select

from tests.e2e.conftest import Meet
from tests.e2e.visitor import Visitor
from tests.factories import make_person
from tests.fixtures.browser import DESK, PHONE
from tests.fixtures.databases import Databases, application, settings_for
from tests.fixtures.server import Server
from tests.web.browsing import browser_of, set_day, writing
from tracker.access import Actor
from tracker.directory.models import Unit
from tracker.i18n import CHINESE, ENGLISH
from tracker.plans.cli import seed_plan
from tracker.scheduler import tick
from tracker.workflows.commands import go_live

pytestmark = pytest.mark.timeout(900)
SLUG, OFFICE = "jiangmen", "残工委办公室"
IN_THE_ROUND, AFTER_THE_DAY = datetime(2023, 7, 5, 2, tzinfo=UTC), datetime(2023, 7, 11, 2, tzinfo=UTC)
ANSWER_BY = "2023-07-07"
COUNTIES = ("蓬江区政府", "江海区政府", "新会区政府", "台山市政府", "开平市政府", "鹤山市政府", "恩平市政府")
SILENT = COUNTIES[-2:]
TASKS = {
    "1": (("市民政局",), ("市财政局", "市残联")),
    "8": (("市人力资源社会保障局", "市医保局"), ("市民政局", "市财政局", "市卫生健康局", "市残联")),
}
"""By task: its lead units as the plan names them, and its supporting units beside the counties."""
UNITS = {OFFICE, *COUNTIES, *(unit for leads, supports in TASKS.values() for unit in (*leads, *supports))}
QUESTION = "请提供本年度投入的资金和数据截止日期。"
OWN_WORDS = "牵头单位逐月核对了名册。"


class Town:
    """江门 on a day of its mid-term evaluation.  ``sit_down`` seats the one contact of a unit at a browser."""

    def __init__(self, app: Flask, server: Server, meet: Meet, people: dict[str, Actor]) -> None:
        self.app, self.server, self.meet, self.people = app, server, meet, people

    def sit_down(self, unit: str, ref: str, language: str, width: int) -> Visitor:
        """Somebody of the unit, signed in, with the page of the task open."""
        visitor = self.meet(self.server, language, width=width)
        cookie = browser_of(self.app, self.people[unit], language).get_cookie("session")
        assert cookie is not None
        visitor.page.context.add_cookies([{"name": "session", "value": cookie.value, "url": self.server.url}])
        visitor.go_to_task(ref, SLUG)
        return visitor


@pytest.fixture
def town(databases: Databases, tmp_path: Path, serve: Callable[..., Server], meet: Meet) -> Iterator[Town]:
    """The real plan, live; one person in each unit of the two tasks."""
    settings = settings_for(databases.fresh("sqlite", tmp_path), tmp_path, demo=True)
    with application(settings) as app:
        set_day(app, IN_THE_ROUND)
        with app.app_context():
            seed_plan(SLUG)
        with writing(app) as session:
            units = session.scalars(select(Unit).where(Unit.name.in_(UNITS)))
            people = {
                unit.name: make_person(session, unit, "supervisor" if unit.name == OFFICE else "handler")
                for unit in units
            }
            go_live(session, people[OFFICE], IN_THE_ROUND, slug=SLUG)
        tick(app, IN_THE_ROUND)
        yield Town(app, serve(settings), meet, people)


@pytest.mark.parametrize(("ref", "language", "width"), [("1", CHINESE, DESK), ("8", ENGLISH, PHONE)])
def test_all_units_of_a_task_go_through_the_round(town: Town, ref: str, language: str, width: int) -> None:
    def sit_down(unit: str) -> Visitor:
        return town.sit_down(unit, ref, language, width)

    (first, *others), supports = TASKS[ref]
    filing = [*others, *(county for county in COUNTIES if county not in SILENT)]
    lead = sit_down(first)
    acknowledge(lead)
    for unit in others:
        acknowledge_too(sit_down(unit))
    ask(lead, [*supports, COUNTIES[0]])
    for unit in supports[1:]:
        answer(sit_down(unit), unit)
    for unit in filing:
        file_part(sit_down(unit), unit)
    set_day(town.app, AFTER_THE_DAY)
    lead.go_to_task(ref, SLUG)
    input_is_shown(lead, supports)
    parts_are_shown(lead, filing)
    report(lead, filing)
    verify(sit_down(OFFICE), filing)


def part_of(unit: str) -> str:
    """What the unit says in its part."""
    return f"{unit}完成了本单位承担的工作。"


def section(visitor: Visitor, mark: str) -> Locator:
    """The section of the task's page with this heading."""
    return visitor.page.locator("section").filter(has=visitor.page.locator(mark))


def acknowledge(lead: Visitor) -> None:
    """The first-named lead unit takes the task on, and the work begins."""
    lead.sees_state("Assigned")
    lead.press(lead.button("Acknowledge"))
    lead.sees_state("In progress")


def acknowledge_too(other: Visitor) -> None:
    """Another lead unit says that it knows of the task, once; the state stays."""
    other.sees_state("In progress")
    other.press(other.button("Acknowledge"))
    other.sees_state("In progress")
    expect(other.button("Acknowledge")).to_have_count(0)


def ask(lead: Visitor, units: list[str]) -> None:
    """Every supporting unit and one county are asked for input by a day."""
    lead.press(lead.link("Ask for input"))
    lead.look()
    for unit in units:
        lead.page.get_by_role("checkbox", name=unit, exact=True).check()
    lead.field("What is asked").fill(QUESTION)
    lead.field("Answer by").fill(ANSWER_BY)
    lead.press(lead.button("Ask the units"))
    expect(section(lead, "#input").get_by_text(lead.say("waiting for the answer"))).to_have_count(len(units))
    lead.look()


def answer(visitor: Visitor, unit: str) -> None:
    """A supporting unit answers what it was asked."""
    visitor.press(visitor.link("Answer the request"))
    visitor.sees(QUESTION)
    visitor.look()
    visitor.field("Answer").fill(f"{unit}投入12万元，数据截至6月30日。")
    visitor.press(visitor.button("Send the answer"))
    expect(visitor.link("Correct the answer")).to_be_visible()


def file_part(visitor: Visitor, unit: str) -> None:
    """Another lead unit, or a county, files its own part: its own alone is offered."""
    files = visitor.page.get_by_role("link", name=visitor.say("File the part"))
    expect(files).to_have_count(1)
    visitor.press(files)
    visitor.field("What was done").fill(part_of(unit))
    visitor.field("Progress in percent").fill("60")
    visitor.press(visitor.button("File the part"))
    expect(section(visitor, "#parts")).to_contain_text(part_of(unit))
    visitor.look()


def input_is_shown(visitor: Visitor, supports: tuple[str, ...]) -> None:
    """The day has passed: who was asked first and the county gave no answer, the others did."""
    asked = section(visitor, "#input")
    for unit in (supports[0], COUNTIES[0]):
        row = asked.get_by_role("row").filter(has_text=unit)
        expect(row).to_contain_text(visitor.say("no answer"))
    for unit in supports[1:]:
        row = asked.get_by_role("row").filter(has=visitor.page.get_by_role("rowheader", name=unit))
        expect(row).not_to_contain_text(visitor.say("no answer"))


def parts_are_shown(visitor: Visitor, filing: list[str]) -> None:
    """A row a unit: those that filed with their words, the silent ones as not provided."""
    rows = section(visitor, "#parts").get_by_role("row")
    expect(rows).to_have_count(1 + len(filing) + len(SILENT))
    for unit in filing:
        expect(rows.filter(has_text=part_of(unit))).to_have_count(1)
    for unit in SILENT:
        expect(rows.filter(has_text=unit)).to_contain_text(visitor.say("not provided"))


def report(lead: Visitor, filing: list[str]) -> None:
    """The parts are taken over below what was typed, and the report is sent."""
    lead.press(lead.link("Report"))
    expect(lead.page.locator(".app-parts").get_by_text(lead.say("not provided"))).to_have_count(len(SILENT))
    lead.look()
    lead.field("Progress in percent").fill("60")
    lead.field("What was done").fill(OWN_WORDS)
    lead.press(lead.button("Take the parts over into the texts"))
    taken = "\n".join([OWN_WORDS, *(f"【{unit}】{part_of(unit)}" for unit in filing)])
    expect(lead.field("What was done")).to_have_value(taken)
    expect(lead.field("Progress in percent")).to_have_value("60")
    lead.press(lead.button("Report"))
    lead.sees_state("Reported")


def verify(supervisor: Visitor, filing: list[str]) -> None:
    """The supervisor sees every unit's words and who was silent, and verifies by one check: 市残联 does not lead."""
    for unit in filing:
        supervisor.sees(f"【{unit}】{part_of(unit)}")
    heading = supervisor.page.get_by_role("heading", name=supervisor.say("Parts of the units when it was reported"))
    record = heading.locator("xpath=following-sibling::dl[1]")
    expect(record.get_by_text(supervisor.say("not provided"))).to_have_count(len(SILENT))
    supervisor.look()
    supervisor.press(supervisor.button("Verify"))
    supervisor.sees_state("Verified")
