"""A published Word file becomes a live plan, and a changed one its revision: in a real browser, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Meet
from tests.e2e.visitor import Visitor
from tests.e2e.word_plan import CHANGED, FIRST, TITLE, word_file
from tests.fixtures.browser import DESK, PHONE
from tests.fixtures.server import Server
from tracker.i18n import CHINESE, ENGLISH

pytestmark = pytest.mark.timeout(900)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SLUG, UNKNOWN = "elderly", "市养老服务中心"
MENDED = "培训养老护理员，举办职业技能大赛，开发就业岗位。"


@pytest.mark.parametrize(("language", "javascript", "width"), [(CHINESE, True, DESK), (ENGLISH, True, PHONE)])
def test_a_word_file_becomes_a_live_plan_and_its_revision_is_applied(
    demo_service: Server, meet: Meet, language: str, javascript: bool, width: int
) -> None:
    visitor = meet(demo_service, language, javascript=javascript, width=width)
    visitor.go("/")
    visitor.enter("残工委办", "Supervisor", 1)
    upload(visitor, "规划.docx", word_file(FIRST))
    mend_two_rows(visitor)
    match_the_units(visitor)
    choose_and_confirm(visitor)
    go_live(visitor)
    tasks_are_live(visitor)
    apply_the_revision(visitor)


def test_without_javascript_the_same_way_leads_to_the_plan(demo_service: Server, meet: Meet) -> None:
    visitor = meet(demo_service, ENGLISH, javascript=False)
    visitor.go("/")
    visitor.enter("残工委办", "Supervisor", 1)
    upload(visitor, "规划.docx", word_file(FIRST))
    mend_two_rows(visitor)
    match_the_units(visitor)
    choose_and_confirm(visitor)
    visitor.sees(visitor.say("No unit knows of this plan yet"))


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_what_is_no_document_is_refused_in_one_sentence(shared_service: Server, meet: Meet, language: str) -> None:
    visitor = meet(shared_service, language)
    visitor.go("/")
    visitor.enter("残工委办", "Supervisor", 2)
    visitor.go("/import")
    visitor.look()
    choose_file(visitor, "照片.docx", b"PK\x03\x04 and then nothing of a Word file")
    visitor.press(visitor.button("Read the document"))
    expect(visitor.page.locator(".govuk-error-summary li")).to_have_count(1)
    expect(visitor.page.locator(".app-table")).to_have_count(0)
    visitor.look()


def choose_file(visitor: Visitor, name: str, data: bytes) -> None:
    visitor.field("The plan as published").set_input_files({"name": name, "mimeType": WORD, "buffer": data})


def upload(visitor: Visitor, name: str, data: bytes) -> None:
    """From the plans page to the draft beside its source."""
    visitor.press(visitor.link("Plans").first)
    visitor.press(visitor.link("Import a plan"))
    visitor.look()
    choose_file(visitor, name, data)
    visitor.press(visitor.button("Read the document"))
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    visitor.look()


def row(visitor: Visitor, text: str) -> Locator:
    """The row of the check page that holds this text."""
    return visitor.page.locator(".app-pair").filter(has_text=text)


def open_row(visitor: Visitor, number: str) -> None:
    """Open a row for editing: in its place, or without JavaScript on the page that comes back."""
    visitor.link("Edit", about=visitor.say("row %(number)s", number=number)).click()
    expect(visitor.button("Save the row")).to_be_visible()


def mend_two_rows(visitor: Visitor) -> None:
    """The missing comma and full stop of row 3; row 4 gets a second supporting unit, after a try without a text."""
    open_row(visitor, "3")
    visitor.field("Text of the task").fill(MENDED)
    visitor.look()
    visitor.button("Save the row").click()
    expect(row(visitor, MENDED)).to_be_visible()
    open_row(visitor, "4")
    visitor.field("Text of the task").fill("")
    visitor.field("Supporting units").fill("市医保局\n市民政局")
    visitor.button("Save the row").click()
    expect(visitor.page.locator(".app-pair .govuk-error-message")).to_be_visible()
    visitor.look()
    visitor.field("Text of the task").fill("建立养老机构医养结合机制。")
    visitor.button("Save the row").click()
    expect(visitor.button("Save the row")).to_have_count(0)
    expect(row(visitor, "医养结合机制").locator("dd").nth(2)).to_contain_text("市民政局")


def match_the_units(visitor: Visitor) -> None:
    """One name leads nowhere: it becomes a unit, by a tick."""
    visitor.press(visitor.link("Next: match units"))
    visitor.sees(UNKNOWN)
    visitor.look()
    visitor.press(visitor.button("Next: the rounds"))
    expect(visitor.page.locator(".govuk-error-summary")).to_be_visible()
    visitor.page.get_by_role("radio", name=visitor.say("Create it")).check()
    visitor.press(visitor.button("Next: the rounds"))
    visitor.look()


def choose_and_confirm(visitor: Visitor) -> None:
    """A round with another day, then what will be written, then the plan."""
    visitor.field("Address of the plan").fill(SLUG)
    days = visitor.page.locator("#report_due_on-mid_term-2023")
    expect(days).to_have_value("2023-08-31")
    days.fill("2023-09-15")
    visitor.press(visitor.button("Next: confirm"))
    visitor.sees(UNKNOWN)
    visitor.look()
    visitor.press(visitor.button("Confirm and write the plan"))
    expect(visitor.page).to_have_url(f"{visitor.url}/plans/{SLUG}")
    visitor.look()


def go_live(visitor: Visitor) -> None:
    """The next step that the plan's page names."""
    visitor.press(visitor.link("Go live"))
    visitor.look()
    visitor.press(visitor.button("Go live and tell every unit"))
    visitor.sees(visitor.say("The plan is live"))


def tasks_are_live(visitor: Visitor) -> None:
    """Every task is assigned to its units, with the texts as they were mended."""
    visitor.go_to_task("3", SLUG)
    visitor.sees_state("Assigned")
    visitor.sees(MENDED)
    visitor.sees(UNKNOWN)
    visitor.go_to_task("2", SLUG)
    visitor.sees_state("Assigned")
    visitor.sees("市民政局")  # from the merged cell


def apply_the_revision(visitor: Visitor) -> None:
    """The changed file is compared with the plan that lives; its changes are ticked and applied."""
    upload(visitor, "规划（中期调整）.docx", word_file(CHANGED))
    visitor.sees(visitor.say("A plan with this title is there already"))
    visitor.press(visitor.link("Next: match units"))
    visitor.press(visitor.button("Next: the revision"))
    expect(visitor.page.locator(".app-diff ins").filter(has_text="和村级")).to_be_visible()
    visitor.look()
    visitor.press(visitor.button("Apply what is ticked"))
    expect(visitor.page).to_have_url(f"{visitor.url}/plans/{SLUG}")
    visitor.go_to_task("2", SLUG)
    visitor.sees("办好乡镇和村级敬老院")
    visitor.go_to_task("3", SLUG)
    visitor.sees_state("Assigned")
    expect(visitor.page.locator(".app-facts").first).to_contain_text("市民政局")
    visitor.go_to_task("4", SLUG)
    expect(visitor.page.locator("main")).to_contain_text(visitor.say("Terminated"))
    visitor.go(f"/plans/{SLUG}/tasks")
    visitor.sees("公共文化和体育场馆")
