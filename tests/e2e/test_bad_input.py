"""What goes wrong at a browser: a double click, two tabs, an ended session, the way back; and the two supervisors."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Meet
from tests.e2e.visitor import Visitor
from tests.fixtures.server import Server
from tracker.i18n import CHINESE, ENGLISH

pytestmark = pytest.mark.timeout(600)
TEXT = "完成了全年任务的一半，逐户登记在册。"
OTHER = "另一位同事在另一个窗口写的内容。"


def write_report(visitor: Visitor, ref: str, text: str) -> None:
    """Open the report form of a task and fill it in; it is not sent."""
    visitor.go(f"/plans/shaoguan/tasks/{ref}/report")
    visitor.field("Progress in percent").fill("50")
    visitor.field("What was done").fill(text)


def reports(visitor: Visitor) -> int:
    """How many reports the time line of the open task page tells of since it was acknowledged."""
    told = visitor.time_line()
    return sum(entry.startswith(visitor.say("Report") + visitor.say(": ")) for entry in told)


@pytest.mark.parametrize(("javascript", "unit", "ref"), [(True, "市教育局", "27"), (False, "市人社局", "16")])
def test_a_double_click_reports_once(shared_service: Server, meet: Meet, javascript: bool, unit: str, ref: str) -> None:
    visitor = meet(shared_service, CHINESE, javascript=javascript)
    visitor.go("/")
    visitor.enter(unit)
    write_report(visitor, ref, TEXT)
    visitor.button("Report").dblclick()
    visitor.sees_state("Reported")
    visitor.go_to_task(ref)
    assert reports(visitor) == 1


@pytest.mark.parametrize(("language", "ref"), [(CHINESE, "13"), (ENGLISH, "17")])
def test_a_stale_form_in_a_second_tab_keeps_its_text(
    shared_service: Server, meet: Meet, language: str, ref: str
) -> None:
    first = meet(shared_service, language)
    first.go("/")
    first.enter("市民政局")
    write_report(first, ref, TEXT)
    second = Visitor(first.page.context.new_page(), shared_service.url, language, javascript=True)
    write_report(second, ref, OTHER)
    second.press(second.button("Report"))
    second.sees_state("Reported")
    first.press(first.button("Report"))
    expect(first.page.get_by_role("heading", level=1)).to_have_text(first.say("Somebody was faster"))
    expect(first.field("What was done")).to_have_value(TEXT)
    first.look()
    first.press(first.link("See it as it is now"))
    first.sees(OTHER)
    assert reports(first) == 1
    assert not second.wrong


@pytest.mark.parametrize(("language", "unit", "ref"), [(CHINESE, "市教育局", "28"), (ENGLISH, "市民政局", "41")])
def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    shared_service: Server, meet: Meet, language: str, unit: str, ref: str
) -> None:
    visitor = meet(shared_service, language)
    visitor.go("/")
    visitor.enter(unit)
    write_report(visitor, ref, TEXT)
    other = Visitor(visitor.page.context.new_page(), shared_service.url, language, javascript=True)
    other.go("/")
    other.leave()
    visitor.press(visitor.button("Report"))
    visitor.look()
    visitor.enter(unit, lands_on="What you typed is here")
    expect(visitor.field("What was done")).to_have_value(TEXT)
    visitor.look()
    visitor.press(visitor.button("Send it now"))
    visitor.sees_state("Reported")
    visitor.sees(TEXT)
    assert not other.wrong


def test_the_way_back_after_a_report_does_not_report_twice(shared_service: Server, meet: Meet) -> None:
    visitor = meet(shared_service, CHINESE)
    visitor.go("/")
    visitor.enter("市住建局")
    write_report(visitor, "37", TEXT)
    visitor.press(visitor.button("Report"))
    visitor.sees_state("Reported")
    visitor.page.go_back()
    visitor.sees(
        visitor.say(
            "“%(trigger)s” is not possible while the task is “%(state)s”. Reload the task to see where it stands.",
            state=visitor.say("Reported"),
            trigger=visitor.say("Report"),
        )
    )
    visitor.look()
    visitor.press(visitor.link("See it as it is now"))
    visitor.sees_state("Reported")
    visitor.sees(TEXT)
    assert reports(visitor) == 1


def test_a_report_of_the_host_unit_takes_two_supervisors(shared_service: Server, meet: Meet) -> None:
    ref = "8"
    visitor = meet(shared_service, CHINESE)
    visitor.go("/")
    visitor.enter("残工委办", "Supervisor", 1)
    visitor.press(visitor.link("Verification queue"))
    visitor.press(visitor.link("1st check", about=ref))
    visitor.press(visitor.button("First check"))
    visitor.sees_state("Reported")
    expect(visitor.button("Verify")).to_have_count(0)
    visitor.look()
    visitor.leave()
    visitor.enter("残工委办", "Supervisor", 2)
    visitor.press(visitor.link("Verification queue"))
    visitor.look()
    visitor.press(visitor.link("2nd check", about=ref))
    visitor.press(visitor.button("Verify"))
    visitor.sees_state("Verified")
    assert visitor.time_line()[-2:] == [visitor.say("First check"), visitor.say("Verify")]
    visitor.look()
