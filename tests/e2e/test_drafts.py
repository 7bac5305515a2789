"""What is typed is not lost: two browsers at one report, and a browser that is closed in the middle of a draft."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Meet
from tests.e2e.visitor import Visitor
from tests.fixtures.browser import PHONE
from tests.fixtures.server import Server
from tracker.i18n import CHINESE, ENGLISH

pytestmark = pytest.mark.timeout(600)
UNIT = "市残联"
FIRST = "举办招聘会四场，达成意向的残疾人逐一建档。"
SECOND = "就业帮扶专班走访用人单位，岗位台账按月更新。"


def open_form(visitor: Visitor, ref: str, role: str = "Handler") -> None:
    """Sign in as somebody of the unit and open the report form of a task."""
    visitor.go("/")
    visitor.enter(UNIT, role)
    visitor.go(f"/plans/shaoguan/tasks/{ref}/report")


def type_and_wait(visitor: Visitor, text: str) -> None:
    """Type what was done as a person does, and wait until the page says in words that it is kept."""
    visitor.field("Progress in percent").fill("50")
    field = visitor.field("What was done")
    field.press("Control+End")
    field.press_sequentially(text)
    with visitor.page.expect_response(lambda answer: answer.url.endswith("/drafts") and answer.ok):
        field.press_sequentially(" ")
    said = re.escape(visitor.say("Draft saved at %(time)s.", time="TIME")).replace("TIME", r"\d\d:\d\d")
    expect(visitor.page.locator("[data-kept]")).to_have_text(re.compile(said))


@pytest.mark.parametrize(("language", "ref"), [(CHINESE, "15"), (ENGLISH, "21")])
def test_a_handler_and_a_leader_at_one_report_lose_no_word(
    shared_service: Server, meet: Meet, language: str, ref: str
) -> None:
    handler, leader = meet(shared_service, language), meet(shared_service, language)
    open_form(handler, ref)
    open_form(leader, ref, "Unit leader")
    type_and_wait(handler, FIRST)
    handler.look()
    leader.field("Progress in percent").fill("55")
    leader.field("What was done").fill(SECOND)
    leader.press(leader.button("Report"))
    leader.sees_state("Reported")
    handler.press(handler.button("Report"))
    expect(handler.page.get_by_role("heading", level=1)).to_have_text(handler.say("Somebody was faster"))
    expect(handler.field("What was done")).to_have_value(re.compile(FIRST))
    handler.sees(SECOND)
    handler.look()
    handler.go_to_task(ref)
    handler.sees(SECOND)
    handler.sees(FIRST)
    handler.look()


def test_two_browsers_of_one_person_keep_both_texts(shared_service: Server, meet: Meet) -> None:
    first, second = meet(shared_service, CHINESE), meet(shared_service, CHINESE)
    open_form(first, "36")
    type_and_wait(first, FIRST)
    open_form(second, "36")
    expect(second.field("What was done")).to_have_value(re.compile(FIRST))
    second.field("What was done").press("Control+End")
    type_and_wait(second, SECOND)
    first.field("What was done").press("Control+End")
    first.field("What was done").press_sequentially("另一台电脑上补写。")
    apart = "Another window of yours saved other words in between: both are kept; open this page again to see them."
    expect(first.page.locator("[data-kept]")).to_contain_text(first.say(apart))
    first.page.reload()
    expect(first.field("What was done")).to_have_value(re.compile("另一台电脑上补写。"))
    first.page.locator("details").filter(has_text=SECOND).locator("summary").click()
    first.sees(SECOND)
    first.look()


@pytest.mark.parametrize(("javascript", "ref"), [(True, "25"), (False, "26")])
def test_a_browser_closed_in_the_middle_of_a_draft(
    shared_service: Server, meet: Meet, javascript: bool, ref: str
) -> None:
    visitor = meet(shared_service, CHINESE, javascript=javascript)
    open_form(visitor, ref)
    if javascript:
        type_and_wait(visitor, FIRST)
    else:
        visitor.field("What was done").fill(FIRST)
        visitor.press(visitor.button("Save draft"))
    visitor.page.context.close()
    again = meet(shared_service, ENGLISH, width=PHONE)
    open_form(again, ref)
    expect(again.field("What was done")).to_have_value(re.compile(FIRST))
    again.sees(again.say("This is your draft, saved at %(time)s", time="")[:20])
    again.look()


def test_leaving_the_page_keeps_the_last_words(shared_service: Server, meet: Meet) -> None:
    """Nobody waits for the saving: the link away is pressed right after the last word."""
    visitor = meet(shared_service, CHINESE)
    open_form(visitor, "39")
    visitor.field("What was done").fill(FIRST)
    visitor.press(visitor.link("Cancel"))
    kept = visitor.page.get_by_text(FIRST)
    for _ in range(10):  # the last words were sent when the page was left, beside the request for the next
        if kept.count():
            break
        visitor.page.reload()
    expect(kept).to_have_count(1)
