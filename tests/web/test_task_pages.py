"""The page of a task, its forms, dispatching and going live, as people use them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import COMPLETION, NOW, REPORT, UNPROVEN, City, make_city, task_entry
from tests.web.browsing import CHINESE, ENGLISH, LANGUAGES, browser_of, fill, form_of, plain, send, set_day, writing
from tracker.access import Actor
from tracker.outbox.models import OutboxMessage
from tracker.reporting.commands import add_comment
from tracker.reporting.models import Comment, ProgressReport
from tracker.workflows.policy import available_actions, task_facts

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


@pytest.fixture
def draft(app: Flask) -> City:
    """A city whose plan is not live; 2-1 and 2-2 name no units."""
    set_day(app, NOW)
    with writing(app) as session:
        return make_city(session, TASKS)


@pytest.fixture
def city(app: Flask, draft: City) -> City:
    """Live: 1 in progress, 2 and 3 assigned."""
    with writing(app) as session:
        draft.go_live(session)
        draft.do(session, "handler", "1", "acknowledge")
    return draft


@pytest.fixture
def handler(app: Flask, city: City) -> FlaskClient:
    """The handler of the first-named lead unit, reading English."""
    return browser_of(app, city.people["handler"], ENGLISH)


@pytest.fixture
def supervisor(app: Flask, city: City) -> FlaskClient:
    """The supervisor, reading English."""
    return browser_of(app, city.people["supervisor"], ENGLISH)


def state(app: Flask, city: City, ref: str) -> str:
    """Where a task stands."""
    with writing(app) as session:
        return city.row(session, ref).state


def buttons(page: str, ref: str) -> set[str]:
    """The triggers that a task's page offers, as forms or as links to one."""
    return set(re.findall(rf'(?:action|href)="{HERE}/{re.escape(ref)}/(?!comments)([a-z_]+)"', page))


def reported(app: Flask, city: City, ref: str = "1", who: str = "handler", **report: object) -> None:
    """Let a report wait."""
    with writing(app) as session:
        if city.row(session, ref).state == "assigned":
            city.do(session, who, ref, "acknowledge")
        city.do(session, who, ref, "report", **{**REPORT, **report})


# ---- the page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ref", ["1", "2", "2-1"])
def test_everybody_sees_exactly_the_buttons_that_are_theirs(app: Flask, city: City, ref: str) -> None:
    if ref == "1":
        reported(app, city)
    for name in PEOPLE:
        actor: Actor = city.people[name]
        page = browser_of(app, actor).get(f"{HERE}/{ref}")
        assert page.status_code == 200
        with writing(app) as session:
            session.add(city.plan)
            row = city.row(session, ref)
            facts = task_facts(session, actor, city.plan, [row])[row.task_id]
        assert buttons(page.text, ref) == set(available_actions("standard", facts)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_the_whole_story(app: Flask, city: City, language: str) -> None:
    more = {"problems": "人员不足。", "next_steps": "年内补足。", "evidence": "韶民〔2023〕18号"}
    reported(app, city, measured_value="86.50", measured_year="2023", measured_source="年报", **more)
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", now=NOW + timedelta(hours=3), reason="请补充名册。")
        data = {"body": "口径以台账为准。"}
        later = NOW + timedelta(hours=1)
        add_comment(session, city.people["supporting"], later, slug="shaoguan", ref="1", data=data)
    page = browser_of(app, city.people["observer"], language).get(f"{HERE}/1").text
    text = plain(page)
    for said in (
        "第1项重点任务。", "已完成半年任务。", "86.5（2023），年报", "请补充名册。", "口径以台账为准。", "市财政局 经办人", "＞85%",
        "各县（市、区）政府", "残工委办公室", *more.values(),
    ):  # fmt: skip
        assert said in text, said
    chinese = language == CHINESE
    line = text[text.index("时间线" if chinese else "Time line") :]
    acts = (
        ["退回", "意见", "上报", "签收", "交办"]
        if chinese
        else ["Return", "Comment", "Report", "Acknowledge", "Dispatch"]
    )
    places = [re.search(rf"\b{act}|{act}", line).start() for act in acts]  # type: ignore[union-attr]
    assert places == sorted(places)
    assert ("通知：报告被退回" if chinese else "Notice: the report was returned") in line
    assert ("31 December 2025" not in text) == chinese
    assert ("规划期末（默认）" if chinese else "End of term (default)") in text
    assert ("未签收" if chinese else "not acknowledged") in text  # the second lead unit


def test_the_units_panel_says_who_acknowledged(handler: FlaskClient) -> None:
    text = plain(handler.get(f"{HERE}/1").text)
    assert "市民政局 acknowledged 15 June 市教育局 not acknowledged" in text


def test_a_mail_that_went_out_stands_in_the_time_line(app: Flask, city: City, supervisor: FlaskClient) -> None:
    with writing(app) as session:
        for message in session.scalars(select(OutboxMessage)):
            assert message.state == "pending"
    text = plain(supervisor.get(f"{HERE}/2").text)
    assert "Notice: the task was dispatched Will be sent to" in text
    assert "市残联 经办人" in text
    assert "武江区政府" in text  # a member without a person: its mailbox


@pytest.mark.parametrize(
    "path", [f"{HERE}/99", f"{HERE}/1/fly", f"{HERE}/1/acknowledge", f"{HERE}/99/report", f"{HERE}/99/comments"]
)
def test_an_address_that_does_not_exist(handler: FlaskClient, path: str) -> None:
    answer = handler.get(path)
    assert answer.status_code == 404
    assert "There is nothing at this address" in plain(answer.text)


def test_another_region_finds_neither_page_nor_form_nor_command(app: Flask, city: City) -> None:
    stranger = browser_of(app, city.people["another_region"])
    own = form_of(stranger.get("/plans"), "/language")
    for path in (
        f"{HERE}/1",
        f"{HERE}/1/report",
        f"{HERE}/1/comments",
        "/plans/shaoguan/dispatch",
        "/plans/shaoguan/go-live",
    ):
        assert stranger.get(path).status_code == 404, path
    for path in (
        f"{HERE}/1/report",
        f"{HERE}/1/verify",
        f"{HERE}/1/comments",
        "/plans/shaoguan/dispatch",
        "/plans/shaoguan/go-live",
    ):
        answer = stranger.post(
            path, data=fill(own, version="2", done="x", progress="1", body="x", task="1@2", leads="1")
        )
        assert answer.status_code == 404, path
    assert state(app, city, "1") == "in_progress"


def test_a_form_that_is_not_ones_own_and_one_that_has_no_step(app: Flask, city: City, handler: FlaskClient) -> None:
    supporting = browser_of(app, city.people["supporting"], ENGLISH)
    answer = supporting.get(f"{HERE}/1/report")
    assert answer.status_code == 403
    assert "You may not do this with the task" in plain(answer.text)
    answer = handler.get(f"{HERE}/3/report")
    assert answer.status_code == 409
    assert "“Report” is not possible while the task is “Assigned”" in plain(answer.text)


# ---- reports -------------------------------------------------------------------------------------------------------


def test_a_report_with_faults_comes_back_as_it_was_typed(app: Flask, city: City, handler: FlaskClient) -> None:
    typed = {
        "progress": "130",
        "done": " ",
        "problems": "资金<不足>",
        "measured_value": "很多",
        "measured_source": "年报",
    }
    answer = send(handler, f"{HERE}/1/report", completion_claimed="yes", **typed)
    assert answer.status_code == 422
    text = plain(answer.text)
    assert "<title>Error: Report 1" in answer.text
    assert "Progress is a whole number from 0 to 100, in percent. You typed “130”." in text
    assert "The value reached is a number, such as 92.5. You typed “很多”." in text
    for field in ("progress", "done", "measured_value"):
        assert f'<li><a href="#{field}">' in answer.text
        assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', answer.text), field
    again = dict(form_of(answer, f"{HERE}/1/report"))
    assert again["problems"] == "资金<不足>"
    assert again["measured_source"] == "年报"
    assert again["completion_claimed"] == "yes"
    assert again["progress"] == "130"
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(ProgressReport)) == 0


def test_a_missing_report_text_in_chinese(app: Flask, city: City) -> None:
    answer = send(browser_of(app, city.people["handler"]), f"{HERE}/1/report", progress="101")
    assert "<title>错误：上报 1" in answer.text
    assert "您填的是“101”。" in plain(answer.text)


def test_a_report_is_filed_once_however_often_the_button_is_pressed(
    app: Flask, city: City, handler: FlaskClient
) -> None:
    page = handler.get(f"{HERE}/1/report")
    data = fill(form_of(page, f"{HERE}/1/report"), progress="46", done="做了一半。")
    answers = [handler.post(f"{HERE}/1/report", data=data) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, f"{HERE}/1")] * 2
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(ProgressReport)) == 1
    assert "Report: done. The task is now “Reported”." in handler.get(f"{HERE}/1").text


def test_a_stale_form_keeps_the_text(app: Flask, city: City, handler: FlaskClient) -> None:
    page = handler.get(f"{HERE}/1/report")
    with writing(app) as session:
        city.do(session, "other_lead", "1", "acknowledge")
    data = fill(form_of(page, f"{HERE}/1/report"), progress="46", done="我写了很久的进展。", evidence="台账")
    answer = handler.post(f"{HERE}/1/report", data=data)
    assert answer.status_code == 409
    assert "我写了很久的进展。" in answer.text
    assert "台账" in answer.text
    assert f'href="{HERE}/1"' in answer.text
    assert state(app, city, "1") == "in_progress"


def test_after_a_return_the_form_holds_the_last_version(app: Flask, city: City, handler: FlaskClient) -> None:
    reported(app, city, measured_value="86.5", measured_year=2023, evidence="名册")
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", reason="请补充名册。")
    page = handler.get(f"{HERE}/1/report")
    assert "Revise and report again" in page.text
    assert "请补充名册。" in page.text
    assert "version 2" in page.text
    filled = dict(form_of(page, f"{HERE}/1/report"))
    assert (filled["done"], filled["progress"], filled["evidence"]) == ("已完成半年任务。", "50", "名册")
    assert (filled["measured_value"], filled["measured_year"]) == ("86.5", "2023")
    answer = handler.post(f"{HERE}/1/report", data=fill(form_of(page, f"{HERE}/1/report"), done="已补充。"))
    assert answer.status_code == 303
    text = plain(handler.get(f"{HERE}/1").text)
    assert "Report 1, version 2" in text
    assert "Report 1, version 1, of 15 June 2023: progress 50%" in text


def test_a_form_without_its_version_is_refused(handler: FlaskClient) -> None:
    form = [field for field in form_of(handler.get(f"{HERE}/1/report"), f"{HERE}/1/report") if field[0] != "version"]
    assert handler.post(f"{HERE}/1/report", data=fill(form, progress="1", done="x")).status_code == 400


# ---- the other acts ------------------------------------------------------------------------------------------------


def test_plain_buttons_from_assigned_to_closed_out(
    app: Flask, city: City, handler: FlaskClient, supervisor: FlaskClient
) -> None:
    assert send(handler, f"{HERE}/3", f"{HERE}/3/acknowledge").status_code == 303
    assert send(handler, f"{HERE}/3/report", done="完成。", progress="40").status_code == 303
    assert send(handler, f"{HERE}/3", f"{HERE}/3/withdraw").status_code == 303
    assert send(handler, f"{HERE}/3/report", progress="45").status_code == 303  # the text is still there
    assert send(supervisor, f"{HERE}/3", f"{HERE}/3/verify").status_code == 303
    assert send(supervisor, f"{HERE}/3", f"{HERE}/3/close_out").status_code == 303
    assert state(app, city, "3") == "closed_out"
    assert send(supervisor, f"{HERE}/3/reopen", reason="回头看发现问题。").status_code == 303
    assert state(app, city, "3") == "in_progress"


@pytest.mark.parametrize(
    ("who", "ref", "trigger"),
    [("supervisor", "1", "return"), ("handler", "3", "decline"), ("supervisor", "3", "terminate")],
)
def test_a_reason_is_wanted(app: Flask, city: City, who: str, ref: str, trigger: str) -> None:
    if trigger == "return":
        reported(app, city)
    client = browser_of(app, city.people[who], ENGLISH)
    answer = send(client, f"{HERE}/{ref}/{trigger}", reason="  ")
    assert answer.status_code == 422
    assert '<a href="#reason">Write the reason; the other side reads it.</a>' in answer.text
    answer = send(client, f"{HERE}/{ref}/{trigger}", reason="职责已调整。", follow=True)
    assert answer.status_code == 200
    assert "职责已调整。" in answer.text


def test_reassigning_keeps_what_was_chosen_when_a_unit_stands_twice(
    app: Flask, city: City, supervisor: FlaskClient
) -> None:
    page, target = supervisor.get(f"{HERE}/1/reassign"), f"{HERE}/1/reassign"
    civil, school, money, sport = map(str, city.unit_ids("市民政局", "市教育局", "市财政局", "市体育局"))
    fields = form_of(page, target)
    assert [value for name, value in fields if name in ("leads", "lead_2", "lead_3")] == [civil, school, ""]
    assert [value for name, value in fields if name == "supports"] == list(map(str, city.unit_ids(*SUPPORTS)))
    answer = supervisor.post(target, data=fill(fields, lead_3=sport, supports=[school, money], reason="分工调整。"))
    assert answer.status_code == 422
    assert '<a href="#supports">A unit is chosen twice.' in answer.text
    again = form_of(answer, target)
    assert [value for name, value in again if name.startswith("lead")] == [civil, school, sport, ""]
    assert [value for name, value in again if name == "supports"] == [school, money]
    assert dict(again)["reason"] == "分工调整。"
    assert supervisor.post(target, data=fill(again, supports=[money])).status_code == 303
    with writing(app) as session:
        row = city.row(session, "1")
    assert [unit.name for unit in row.leads] == ["市民政局", "市教育局", "市体育局"]
    assert [unit.name for unit in row.supports] == ["市财政局"]
    assert row.state == "in_progress"


def test_no_lead_unit_is_a_fault_of_the_first_field(city: City, supervisor: FlaskClient) -> None:
    answer = send(supervisor, f"{HERE}/2-1/dispatch", supports=[str(city.units["市财政局"].id)])
    assert answer.status_code == 422
    assert '<a href="#leads">Choose at least one lead unit.</a>' in answer.text
    assert 'id="leads"' in answer.text


def test_two_people_check_a_report_of_the_host_unit(app: Flask, city: City, supervisor: FlaskClient) -> None:
    reported(app, city, "2", "host_handler")
    host = browser_of(app, city.people["host_supervisor"], ENGLISH)
    text = plain(host.get(f"{HERE}/2").text)
    assert "You belong to the unit that hosts this office, so others must verify its report." in text
    assert "First check, then second check" in text
    assert send(supervisor, f"{HERE}/2", f"{HERE}/2/first_check").status_code == 303
    text = plain(supervisor.get(f"{HERE}/2").text)
    assert "You made the first check; a second person must verify." in text
    assert "First check: 残工委办公室 督查专员, 15 June 2023" in text
    second = browser_of(app, city.people["second_supervisor"], ENGLISH)
    assert send(second, f"{HERE}/2", f"{HERE}/2/verify").status_code == 303
    assert state(app, city, "2") == "verified"


def test_a_claim_without_proof_shows_why_it_cannot_be_verified(app: Flask, city: City, supervisor: FlaskClient) -> None:
    reported(app, city, **UNPROVEN)
    page = supervisor.get(f"{HERE}/1").text
    assert "verify" not in buttons(page, "1")
    assert "The report claims completion but names no evidence and no value reached." in plain(page)
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", reason="请附佐证。")
        city.do(session, "handler", "1", "report", **COMPLETION)
    assert "verify" in buttons(supervisor.get(f"{HERE}/1").text, "1")


# ---- comments ------------------------------------------------------------------------------------------------------


def test_comments(app: Flask, city: City, handler: FlaskClient) -> None:
    supporting = browser_of(app, city.people["supporting"], ENGLISH)
    path = f"{HERE}/1/comments"
    assert send(supporting, path, body=" ").status_code == 422
    page = supporting.get(path)
    data = fill(form_of(page, path), body="口径以台账为准。\n请核对。")
    answers = [supporting.post(path, data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Comment)) == 1
    assert "口径以台账为准。" in handler.get(f"{HERE}/1").text
    assert "口径以台账为准。" in handler.get(f"{HERE}/1/report").text
    outsider = browser_of(app, city.people["another_unit"], ENGLISH)
    assert "Write a comment" not in outsider.get(f"{HERE}/1").text
    assert outsider.get(path).status_code == 403
    assert outsider.post(path, data=fill(form_of(outsider.get("/plans"), "/language"), body="x")).status_code == 403


# ---- dispatching ---------------------------------------------------------------------------------------------------


def test_only_supervisors_dispatch_and_go_live(app: Flask, city: City) -> None:
    for name in ("handler", "leader", "supporting", "observer", "administrator", "another_unit"):
        client = browser_of(app, city.people[name], ENGLISH)
        for path in ("/plans/shaoguan/dispatch", "/plans/shaoguan/go-live"):
            assert client.get(path).status_code == 403, (name, path)
            data = fill(form_of(client.get("/plans"), "/language"), task="2-1@0", leads="1")
            assert client.post(path, data=data).status_code == 403, (name, path)


def test_a_whole_section_is_dispatched_at_once(app: Flask, city: City, supervisor: FlaskClient) -> None:
    page = supervisor.get("/plans/shaoguan/dispatch").text
    assert re.findall(r'name="ref" type="checkbox" value="([^"]+)"', page) == ["2-1", "2-2"]
    whole = re.search(r'href="(/plans/shaoguan/dispatch\?section=\d+)"', page)
    assert whole is not None
    target = "/plans/shaoguan/dispatch"
    shown = supervisor.get(whole.group(1))
    fields = form_of(shown, target)
    assert [value for name, value in fields if name == "task"] == ["2-1@0", "2-2@0"]
    school, sport = map(str, city.unit_ids("市教育局", "市体育局"))
    answer = supervisor.post(target, data=fill(fields, supports=[sport]))
    assert answer.status_code == 422
    again = form_of(answer, target)
    assert [value for name, value in again if name == "supports"] == [sport]
    with writing(app) as session:
        before = session.scalar(select(func.count()).select_from(OutboxMessage)) or 0
    data = fill(again, leads=school)
    assert [supervisor.post(target, data=data).status_code for _ in range(2)] == [303, 303]
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == before + 2  # one mail a person
        assert {city.row(session, ref).state for ref in ("2-1", "2-2")} == {"assigned"}
    assert "Every task of this plan is assigned." in supervisor.get(target).text


def test_ticked_tasks_and_a_stale_list(app: Flask, city: City, supervisor: FlaskClient) -> None:
    target = "/plans/shaoguan/dispatch"
    shown = supervisor.get(f"{target}?ref=2-2")
    assert [value for name, value in form_of(shown, target) if name == "task"] == ["2-2@0"]
    with writing(app) as session:
        city.do(session, "supervisor", "2-2", "dispatch", leads=city.unit_ids("市体育局"))
    answer = supervisor.post(target, data=fill(form_of(shown, target), leads=str(city.units["市教育局"].id)))
    assert answer.status_code == 409
    assert supervisor.post(target, data=fill(form_of(shown, target), task="2-1@x")).status_code == 400


def test_going_live_shows_whom_it_tells_and_happens_once(app: Flask, draft: City) -> None:
    supervisor = browser_of(app, draft.people["supervisor"], ENGLISH)
    assert "/plans/shaoguan/go-live" in supervisor.get("/plans/shaoguan").text
    path = "/plans/shaoguan/go-live"
    shown = supervisor.get(path)
    text = plain(shown.text)
    assert "2 tasks name no lead unit" in text
    assert "2-1, 2-2" in text
    assert "市民政局 经办人 1, 3 —" in text
    assert "市财政局 经办人 — 1, 2" in text
    assert "武江区政府 — 1, 2" in text  # its mailbox
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
    data = fill(form_of(shown, path))
    assert [supervisor.post(path, data=data).status_code for _ in range(2)] == [303, 303]
    after = plain(supervisor.get(path).text)
    assert "The plan is live" in after
    assert "3 tasks dispatched, 6 mails queued." in after
    assert re.search(r"Dispatched when going live 3 Not yet assigned 2", after)
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 6


def test_units_nobody_can_be_reached_for_are_named_before_going_live(app: Flask) -> None:
    set_day(app, NOW)
    with writing(app) as session:
        city = make_city(session, [task_entry("1", ["残工委办公室"], ["市民政局"])])
    text = plain(browser_of(app, city.people["supervisor"], ENGLISH).get("/plans/shaoguan/go-live").text)
    assert "Nobody can be reached for these units 残工委办公室" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_opens_in_both_languages(app: Flask, city: City, language: str) -> None:
    reported(app, city)
    supervisor = browser_of(app, city.people["supervisor"], language)
    handler = browser_of(app, city.people["handler"], language)
    opened = [
        *(
            (supervisor, f"{HERE}/{path}")
            for path in ("1/return", "1/terminate", "3/reassign", "2-1/dispatch", "1/comments")
        ),
        *((supervisor, f"/plans/shaoguan/{path}") for path in ("dispatch", "dispatch?ref=2-1", "go-live")),
        *((handler, f"{HERE}/{path}") for path in ("3/decline", "1/comments", "1")),
    ]
    for client, path in opened:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert 'lang="zh-Hans"' in answer.text
