"""My work: everybody sees what waits for them, with the one next step, and nothing that is not theirs to do."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import COMPLETION, NOW, REPORT, UNPROVEN, City, make_city, task_entry
from tests.services.reminding import at
from tests.web.browsing import ENGLISH, browser_of, form_of, plain, send, set_day, writing
from tests.web.test_statement_counts import LARGE, SMALL, grow, statements
from tracker.access import SYSTEM
from tracker.evaluations.commands import advance_rounds, make_rounds
from tracker.plans.models import Plan

ROUND = at("2023-07-03")
AUGUST = at("2023-08-24")


@pytest.fixture
def city(app: Flask) -> City:
    """A city whose mid-term round is open; nobody has acknowledged anything; it is 24 August 2023."""
    with writing(app) as session:
        made = make_city(session)
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        advance_rounds(session, ROUND, made.plan)
    set_day(app, AUGUST)
    return made


def do(app: Flask, city: City, who: str, ref: str, trigger: str, day: str = "2023-08-20", **data: object) -> None:
    """Fire a trigger as one of the people, at 09:00 of a day."""
    with writing(app) as session:
        city.do(session, who, ref, trigger, now=at(day), **data)


def items(client: FlaskClient) -> dict[tuple[str, str], str]:
    """(heading of the group, ref) -> the words of the row with its step, as the page shows them."""
    found = {}
    for section in re.findall(r'<section class="app-day">(.*?)</section>', client.get("/").text, re.S):
        heading = plain(re.search(r"<h2>(.*?)</h2>", section, re.S)[1]).strip()  # type: ignore[index]
        for row in re.findall(r"<li>(.*?)</li>", section, re.S):
            ref = plain(re.search(r'app-waiting__ref">(.*?)<', row, re.S)[1]).strip()  # type: ignore[index]
            found[heading, ref] = plain(row).strip()
    return found


def steps(client: FlaskClient) -> dict[tuple[str, str], str]:
    """(heading, ref) -> the words on the button."""
    buttons = {}
    for key, words in items(client).items():
        buttons[key] = words.rsplit(" ", 1)[-1].removesuffix(f"：{key[1]}")
    return buttons


def test_a_handler_is_asked_to_acknowledge_and_does_it_with_one_press(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"])
    assert steps(client)["6月25日", "1"] == "签收", "five working days after 15 June, the Dragon Boat days left out"
    address = "/plans/shaoguan/tasks/1/acknowledge"
    page = client.get("/")
    assert client.post(address, data=dict(form_of(page, address))).status_code == 303
    assert steps(client)["8月31日", "1"] == "上报"


def test_days_to_acknowledge_count_from_the_act_that_gave_the_task_to_the_unit(app: Flask, city: City) -> None:
    """As the mail and the lamp count them; who led before keeps the days it had."""
    leads = city.unit_ids("市民政局", "市体育局", "市教育局")
    do(app, city, "supervisor", "1", "reassign", "2023-08-22", reason="换", leads=leads, supports=[])
    assert steps(browser_of(app, city.people["another_unit"]))["8月29日", "1"] == "签收"
    row = items(browser_of(app, city.people["another_unit"]))["8月29日", "1"]
    assert "8月22日交办给本单位" in row
    assert steps(browser_of(app, city.people["handler"]))["6月25日", "1"] == "签收"
    assert steps(browser_of(app, city.people["other_lead"]))["6月25日", "1"] == "签收"


def test_a_returned_report_shows_why_and_asks_for_a_revision(app: Flask, city: City) -> None:
    do(app, city, "handler", "1", "acknowledge")
    do(app, city, "handler", "1", "report", **REPORT)
    do(app, city, "supervisor", "1", "return", "2023-08-21", reason="与台账不一致<br>")
    client = browser_of(app, city.people["handler"])
    row = items(client)["8月31日", "1"]
    assert "8月21日被残工委办公室退回：与台账不一致<br>" in row
    assert "已退回" in row
    assert row.endswith("修改后上报：1")
    assert "<br>" not in client.get("/").text.replace("<br>\n", ""), "a reason is text, not markup"


def test_a_report_that_waits_can_be_withdrawn_and_stands_with_others(app: Flask, city: City) -> None:
    do(app, city, "handler", "1", "acknowledge")
    do(app, city, "handler", "1", "report", "2023-08-21", **REPORT)
    row = items(browser_of(app, city.people["handler"]))["等待他人", "1"]
    assert "8月21日上报，等残工委办公室核实，已3个工作日。" in row
    assert row.endswith("撤回：1")


def test_an_overdue_report_heads_the_list_and_says_by_how_much(app: Flask, city: City) -> None:
    do(app, city, "handler", "1", "acknowledge")
    set_day(app, at("2023-09-04"))
    client = browser_of(app, city.people["handler"])
    assert next(iter(items(client))) == ("8月31日", "1")
    words = plain(client.get("/").text)
    assert "已过2个工作日" in words
    assert "2件事等您处理，其中2件已过期" in words


def test_an_assigned_task_whose_report_is_late_stands_under_the_day_it_missed(app: Flask, city: City) -> None:
    set_day(app, at("2023-09-04"))
    assert steps(browser_of(app, city.people["handler"]))["8月31日", "1"] == "签收"
    assert ("6月25日", "1") in steps(browser_of(app, city.people["other_lead"])), "it has only to acknowledge"


def test_another_lead_unit_acknowledges_and_then_files_its_part(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["other_lead"])
    assert steps(client)["6月25日", "1"] == "签收"
    do(app, city, "other_lead", "1", "acknowledge")
    row = items(client)["8月31日", "1"]
    assert "由市民政局汇总并上报，请报送本单位情况" in row
    assert row.endswith("报送本单位情况：1")
    page = "/plans/shaoguan/tasks/1/parts/{}".format(city.units["市教育局"].id)
    assert send(client, page, done="已完成招生。").status_code == 303
    row = items(client)["等待他人", "1"]
    assert "本单位情况已于8月24日报送，由市民政局汇总并上报" in row
    assert row.endswith("更正本单位情况：1")


def test_a_member_of_a_collective_unit_owes_its_part_of_every_task(app: Flask, city: City) -> None:
    rows = items(browser_of(app, city.people["collective_member"]))
    assert list(rows) == [("8月31日", ref) for ref in ("1", "2", "3")]
    assert all("集合单位成员" in row and row.endswith(f"报送本单位情况：{ref}") for (_, ref), row in rows.items())


def test_a_supporting_unit_has_no_duty_but_may_comment(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supporting"])
    rows = items(client)
    assert {heading for heading, _ in rows} == {"本单位配合"}
    assert [ref for _, ref in rows] == ["1", "2", "3"]
    assert all("配合单位" in row and row.endswith(f"意见：{ref}") for (_, ref), row in rows.items())
    assert "今天没有等您处理的事项" in plain(client.get("/").text)


def test_a_unit_without_tasks_is_told_so(app: Flask, city: City) -> None:
    words = plain(browser_of(app, city.people["another_unit"]).get("/").text)
    assert "没有重点任务涉及本单位" in words


def test_a_supervisor_is_asked_for_the_first_or_the_second_check(app: Flask, city: City) -> None:
    for who, ref in (("handler", "1"), ("host_handler", "2"), ("handler", "3")):
        do(app, city, who, ref, "acknowledge")
    do(app, city, "handler", "3", "report", **REPORT)
    do(app, city, "host_handler", "2", "report", **REPORT)
    client = browser_of(app, city.people["supervisor"])
    found = steps(client)
    assert found["待核实", "2"] == "初核", "the host unit leads it"
    assert found["待核实", "3"] == "初核", "the host unit leads it too, second-named"
    assert ("整个规划", "1") in found, "task 4 has no unit"
    do(app, city, "supervisor", "2", "first_check")
    assert ("待核实", "2") not in steps(client), "the second check is somebody else's"
    assert steps(browser_of(app, city.people["second_supervisor"], "zh_Hans_CN"))["待核实", "2"] == "复核"


def test_a_request_to_be_released_and_a_declined_task_wait_for_a_decision(app: Flask, city: City) -> None:
    do(app, city, "other_lead", "1", "decline", reason="职能已划转")
    do(app, city, "host_handler", "2", "decline", reason="不属本单位")
    rows = items(browser_of(app, city.people["supervisor"]))
    assert "8月20日被市教育局退回交办：职能已划转" in rows["待决定", "1"]
    assert rows["待决定", "1"].endswith("处理：1")
    assert rows["待决定", "2"].endswith("交办：2")


def test_a_claim_without_proof_is_to_be_returned(app: Flask, city: City) -> None:
    with writing(app) as session:
        city.do(session, "supervisor", "4", "dispatch", leads=city.unit_ids("市民政局"), supports=[])
    do(app, city, "handler", "4", "acknowledge")
    do(app, city, "handler", "4", "report", **UNPROVEN)
    row = items(browser_of(app, city.people["supervisor"]))["待核实", "4"]
    assert "没有佐证材料" in row
    assert row.endswith("退回：4")


def test_a_plan_that_is_not_live_asks_its_supervisor_to_start_it(app: Flask) -> None:
    with writing(app) as session:
        city = make_city(session)
    row = items(browser_of(app, city.people["supervisor"]))["整个规划", "韶关"]
    assert "4项重点任务等待启动" in row
    assert row.endswith("交办启动：韶关")


def test_what_was_done_lately_is_named(app: Flask, city: City) -> None:
    with writing(app) as session:
        city.do(session, "supervisor", "4", "dispatch", leads=city.unit_ids("市民政局"), supports=[])
    do(app, city, "handler", "4", "acknowledge")
    do(app, city, "handler", "4", "report", **COMPLETION)
    do(app, city, "supervisor", "4", "verify", "2023-08-22")
    words = plain(browser_of(app, city.people["handler"]).get("/").text)
    assert "近期办结：4 第4项重点任务。 (已核实、8月22日)" in words.replace("  ", " ")


def test_the_side_column_has_the_round_the_figures_and_the_reminders_to_come(app: Flask, city: City) -> None:
    do(app, city, "handler", "1", "acknowledge")
    do(app, city, "handler", "3", "acknowledge")
    do(app, city, "handler", "3", "report", **REPORT)
    page = browser_of(app, city.people["handler"], ENGLISH).get("/")
    words = plain(page.text)
    assert "2 tasks led by your unit" in words
    assert "1 reported" in words
    assert "30 August 1 working day before the reports are due" in words
    assert f'href="/plans/shaoguan/tasks?unit={city.units["市民政局"].id}&part=lead"' in html.unescape(page.text)


@pytest.mark.parametrize("who", ["observer", "administrator"])
def test_those_for_whom_nothing_can_wait_get_an_overview(app: Flask, city: City, who: str) -> None:
    set_day(app, at("2023-09-04"))
    words = plain(browser_of(app, city.people[who]).get("/").text)
    assert "3项重点任务逾期" in words
    assert "第1项重点任务。" in words
    assert "我的工作 (" not in words


def test_somebody_without_a_role_is_told_what_to_do(app: Flask, city: City) -> None:
    from tests.factories import make_user
    from tracker.directory.queries import actor_of

    with writing(app) as session:
        alone = actor_of(session, make_user(session, "新同事"))
    assert "请本地区督查单位把您录入为联系人" in plain(browser_of(app, alone).get("/").text)


@pytest.fixture
def many(app: Flask) -> City:
    """45 tasks of which 1 waits for verification, 2 was returned and 3 declined by the other lead."""
    with writing(app) as session:
        tasks = [
            task_entry(str(n), ["市民政局", "市教育局"], ["市财政局", "各县（市、区）政府"])
            for n in range(1, SMALL + 1)
        ]
        made = make_city(session, tasks)
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        for ref in ("1", "2"):
            made.do(session, "handler", ref, "acknowledge")
            made.do(session, "handler", ref, "report", **REPORT)
        made.do(session, "supervisor", "2", "return", reason="请补充。")
        made.do(session, "other_lead", "3", "decline", reason="职能已划转")
        advance_rounds(session, NOW + timedelta(days=20), session.get_one(Plan, made.plan.id))
    set_day(app, NOW + timedelta(days=21))
    return made


PEOPLE = {
    "handler": ("/", "/reminders", "/units", "/evaluations"),
    "supporting": ("/",),
    "supervisor": ("/", "/verification", "/reminders", "/units", "/evaluations"),
    "observer": ("/",),
}


def test_the_pages_cost_the_same_at_any_length(app: Flask, many: City) -> None:
    counts: dict[int, dict[str, int]] = {}
    browsers = {who: browser_of(app, many.people[who]) for who in PEOPLE}
    for size in (SMALL, LARGE):
        if size == LARGE:
            with writing(app) as session:
                grow(session, many)
        for who, paths in PEOPLE.items():
            for path in paths:
                with statements() as sent:
                    answer = browsers[who].get(path)
                assert answer.status_code == 200
                counts.setdefault(size, {})[f"{who} {path}"] = len(sent)
    assert counts[SMALL] == counts[LARGE]
