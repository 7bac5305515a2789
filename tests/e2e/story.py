"""A newcomer's story: one key task from assigned to verified, then the clock through the mid-term evaluation.

Every page on the way is looked at (``Visitor.look``); the words are those of the language that the visitor reads.
"""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.visitor import Visitor

TASK = "11"
LEAD, SUPPORT, OFFICE = "市乡村振兴局", "市财政局", "残工委办"
DONE = "全市农村低收入残疾人家庭全部纳入防止返贫动态监测，逐户核对了收入和支出。"
REVISED = "全市农村低收入残疾人家庭共412户，全部纳入防止返贫动态监测；数据截至5月31日。"
COMMENT = "请注明监测经费的来源和拨付日期。"
REASON = "没有写明户数和数据的截止日期，请补充后上报。"


def tell(visitor: Visitor) -> None:
    """The whole story, in order."""
    visitor.go("/")
    visitor.look()
    lead_unit_reports(visitor)
    supporting_unit_comments(visitor)
    supervisor_returns(visitor)
    lead_unit_revises(visitor)
    supervisor_verifies(visitor)
    mid_term_evaluation_passes(visitor)
    lead_unit_reads_its_mail(visitor)


def lead_unit_reports(visitor: Visitor) -> None:
    """Acknowledge; a first report with a progress of 130 percent; then a right one."""
    visitor.enter(LEAD)
    expect(visitor.row(TASK)).to_contain_text(visitor.say("Assigned"))
    visitor.look()
    visitor.press(visitor.button("Acknowledge", about=TASK))
    visitor.sees_state("In progress")
    visitor.look()
    visitor.press(visitor.link("Report"))
    visitor.look()
    visitor.field("Progress in percent").fill("130")
    visitor.field("What was done").fill(DONE)
    visitor.press(visitor.button("Report"))
    summary = visitor.page.locator(".govuk-error-summary")
    expect(summary).to_be_visible()
    assert visitor.page.title().startswith(visitor.say("Error: "))
    expect(visitor.field("Progress in percent")).to_have_value("130")
    expect(visitor.field("What was done")).to_have_value(DONE)
    visitor.look()
    summary.get_by_role("link").click()
    expect(visitor.field("Progress in percent")).to_be_focused()
    visitor.field("Progress in percent").fill("60")
    visitor.press(visitor.button("Report"))
    visitor.sees_state("Reported")
    visitor.sees(DONE)
    visitor.look()
    visitor.leave()


def supporting_unit_comments(visitor: Visitor) -> None:
    """The comment form, reached from My work."""
    visitor.enter(SUPPORT)
    visitor.look()
    step = visitor.row(TASK).get_by_role("link", name=visitor.say("Give a comment"))
    if not step.is_visible():  # folded away among the many tasks that the unit supports
        visitor.page.locator("details").filter(has=visitor.row(TASK)).locator("summary").click()
    visitor.press(step)
    visitor.look()
    visitor.field("Comment").fill(COMMENT)
    visitor.press(visitor.button("Send the comment"))
    expect(visitor.page.locator(".app-comments")).to_contain_text(COMMENT)
    visitor.look()
    visitor.leave()


def supervisor_returns(visitor: Visitor) -> None:
    """From My work to the verification queue, to the task; a return without a reason is asked for one."""
    visitor.enter(OFFICE, "Supervisor", 1)
    visitor.look()
    visitor.press(visitor.link("Verification queue"))
    visitor.look()
    visitor.press(visitor.link("Verify", about=TASK))
    visitor.sees(COMMENT)
    visitor.press(visitor.link("Return"))
    visitor.look()
    visitor.press(visitor.button("Return"))
    expect(visitor.page.locator(".govuk-error-summary")).to_be_visible()
    visitor.look()
    visitor.field("Reason").fill(REASON)
    visitor.press(visitor.button("Return"))
    visitor.sees_state("In progress")
    visitor.leave()


def lead_unit_revises(visitor: Visitor) -> None:
    """The reason stands in My work, on the task and beside the form; what was written is there to be revised."""
    visitor.enter(LEAD)
    expect(visitor.row(TASK)).to_contain_text(REASON)
    visitor.look()
    visitor.go_to_task(TASK)
    visitor.sees(REASON)
    visitor.look()
    visitor.press(visitor.link("Revise and report again"))
    visitor.sees(REASON)
    expect(visitor.field("What was done")).to_have_value(DONE)
    visitor.look()
    visitor.field("What was done").fill(REVISED)
    visitor.press(visitor.button("Report"))
    visitor.sees_state("Reported")
    visitor.leave()


def supervisor_verifies(visitor: Visitor) -> None:
    """Verified, and the time line tells all of it in order."""
    visitor.enter(OFFICE, "Supervisor", 1)
    visitor.press(visitor.link("Verification queue"))
    visitor.press(visitor.link("Verify", about=TASK))
    visitor.sees(REVISED)
    visitor.press(visitor.button("Verify"))
    visitor.sees_state("Verified")
    say = visitor.say
    version = [say("version %(version)s, progress %(progress)s%%", version=n, progress=60) for n in (1, 2)]
    acts = [say(word) for word in ("Acknowledge", "Report", "Comment", "Return", "Report", "Verify")]
    acts[1], acts[4] = f"{acts[1]}{say(': ')}{version[0]}", f"{acts[4]}{say(': ')}{version[1]}"
    told = visitor.time_line()
    assert told[0] == say("Dispatch"), told
    by_people = [entry for entry in told[told.index(acts[0]) :] if not entry.startswith(say("Notice"))]
    assert by_people == acts, told
    visitor.look()


def mid_term_evaluation_passes(visitor: Visitor) -> None:
    """The strip goes to the day when the round opens, then to the day when the reports are due."""
    visitor.move_clock("2023-07-03")
    visitor.sees(visitor.say("Mid-term evaluation"))
    visitor.sees_state("In progress")
    visitor.look()
    visitor.move_clock("2023-08-31")
    visitor.look()
    visitor.press(visitor.link("Evaluations"))
    visitor.look()
    visitor.leave()


def lead_unit_reads_its_mail(visitor: Visitor) -> None:
    """The round took the task back to work, and said so by mail; the mail leads to the next step."""
    visitor.enter(LEAD)
    expect(visitor.row(TASK)).to_contain_text(visitor.say("In progress"))
    visitor.look()
    visitor.press(visitor.link("Reminders").first)
    visitor.look()
    visitor.press(visitor.link("Open the mail").last)
    letter = visitor.page.locator("main .app-panel .app-pre")
    expect(letter).to_contain_text(f"/plans/shaoguan/tasks/{TASK}")
    visitor.look()
    visitor.press(letter.get_by_role("link", name=f"/plans/shaoguan/tasks/{TASK}").first)
    visitor.look()
    visitor.go_to_task(TASK)
    visitor.sees_state("In progress")
    reopened = f"{visitor.say('Reopen')}{visitor.say(': ')}"
    reopened += visitor.say("for the %(round)s", round=visitor.say("Mid-term evaluation"))
    assert reopened in visitor.time_line()
    visitor.look()
