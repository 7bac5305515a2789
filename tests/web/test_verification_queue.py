"""The verification queue: mine, those that need two people, not mine and why; and too few people said aloud."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import NOW, REPORT, UNPROVEN, City, end_role, make_city, task_entry
from tests.services.reminding import at
from tests.web.browsing import CHINESE, ENGLISH, browser_of, plain, set_day, writing
from tracker.access import SYSTEM
from tracker.directory.models import User
from tracker.evaluations.commands import advance_rounds, make_rounds
from tracker.reporting.evidence.commands import add_files
from tracker.reporting.evidence.store import StoredFile

MINE, BY_TWO, NOT_MINE = "您可以核实", "须两人核实", "您不能处理"


@pytest.fixture
def city(app: Flask) -> City:
    """Since 10 August reports wait on 1 (one person is enough), 2 and 3 (the host unit leads, first or second)."""
    with writing(app) as session:
        supports = ["市财政局"]
        made = make_city(
            session,
            [
                task_entry("1", ["市民政局", "市教育局"], supports),
                task_entry("2", ["市残联"], supports),
                task_entry("3", ["市民政局", "市残联"], supports),
                task_entry("5", ["市民政局"]),
            ],
        )
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        advance_rounds(session, at("2023-07-03"), made.plan)
        for who, ref in (("handler", "1"), ("host_handler", "2"), ("handler", "3")):
            made.do(session, who, ref, "acknowledge")
            made.do(session, who, ref, "report", now=at("2023-08-10"), **{**REPORT, "evidence": "台账\n照片"})
    set_day(app, at("2023-08-24"))
    return made


def queue(app: Flask, city: City, who: str) -> dict[tuple[str, str], str]:
    """(section, ref) -> the words of the row, for one of the people."""
    return rows_of(browser_of(app, city.people[who], CHINESE))


def rows_of(client: FlaskClient) -> dict[tuple[str, str], str]:
    """As queue, of a browser."""
    found = {}
    for part in re.findall(r"<section>(.*?)</section>", client.get("/verification").text, re.S):
        heading = plain(re.search(r"<h2.*?</h2>", part, re.S)[0]).split()[0]  # type: ignore[index]
        for row in re.findall(r'<tr role="row"\s*>(.*?)</tr>', part.split("<tbody")[1], re.S):
            words = plain(row).strip()
            found[heading, words.split()[0]] = words
    return found


def test_a_supervisor_sees_what_is_theirs_and_what_needs_two(app: Flask, city: City) -> None:
    found = queue(app, city, "supervisor")
    assert set(found) == {(MINE, "1"), (BY_TWO, "2"), (BY_TWO, "3")}
    row = found[MINE, "1"]
    assert "市民政局" in row
    assert "8月10日 · 等10个工作日" in row
    assert "50%" in row
    assert "2份" in row
    assert "核实 一人即可" in row
    assert "初核 等您或另一人 复核 须另一人" in found[BY_TWO, "2"]


def test_the_first_checker_waits_for_another_and_the_other_checks_second(app: Flask, city: City) -> None:
    with writing(app) as session:
        city.do(session, "supervisor", "2", "first_check", now=at("2023-08-21"))
    row = queue(app, city, "supervisor")[NOT_MINE, "2"]
    assert "初核 残工委办公室 督查专员8月21日" in row
    assert "您已初核，须由另一人复核。" in row
    other = queue(app, city, "second_supervisor")[BY_TWO, "2"]
    assert "复核 等您" in other
    assert other.endswith("复核：2")


def test_who_belongs_to_the_host_unit_is_told_why_they_may_not(app: Flask, city: City) -> None:
    found = queue(app, city, "host_supervisor")
    assert set(found) == {(MINE, "1"), (NOT_MINE, "2"), (NOT_MINE, "3")}
    assert "您是本办公室所在单位的人员" in found[NOT_MINE, "2"] or "所在单位" in found[NOT_MINE, "2"]


def test_a_claim_without_proof_can_only_be_returned(app: Flask, city: City) -> None:
    with writing(app) as session:
        city.do(session, "handler", "5", "acknowledge")
        city.do(session, "handler", "5", "report", now=at("2023-08-22"), **UNPROVEN)
    row = queue(app, city, "supervisor")[MINE, "5"]
    assert "申报完成而无佐证材料，不能核实" in row
    assert row.endswith("退回：5")


def test_two_eligible_people_missing_is_said(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    assert "A second supervisor is missing" not in plain(client.get("/verification").text)
    with writing(app) as session:
        end_role(session, session.get_one(User, city.people["second_supervisor"].user_id), "supervisor")
    words = plain(client.get("/verification").text)
    assert "A second supervisor is missing for 2 reports: 2, 3" in words
    assert "Needs one more supervisor" in words


def test_the_longest_waiting_comes_first_and_the_sentence_says_it(app: Flask, city: City) -> None:
    with writing(app) as session:
        city.do(session, "handler", "5", "acknowledge")
        city.do(session, "handler", "5", "report", now=at("2023-08-09"), **REPORT)
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    page = plain(client.get("/verification").text)
    assert "4 reports wait; you can act on 4 now. The longest has waited since 9 August." in page
    assert "Verification is due on 31 October." in page
    assert [ref for section, ref in queue(app, city, "supervisor") if section == MINE] == ["5", "1"]


def test_an_empty_queue_says_so(app: Flask, city: City) -> None:
    with writing(app) as session:
        for who, ref in (("handler", "1"), ("host_handler", "2"), ("handler", "3")):
            city.do(session, who, ref, "withdraw")
    words = plain(browser_of(app, city.people["supervisor"]).get("/verification").text)
    assert "没有等待核实的报告" in words


@pytest.mark.parametrize("who", ["handler", "observer", "host_handler"])
def test_nobody_else_has_a_queue(app: Flask, city: City, who: str) -> None:
    answer = browser_of(app, city.people[who]).get("/verification")
    assert answer.status_code == 403
    assert "只有督查单位有待核实清单" in plain(answer.text)


def test_the_proof_says_whether_a_file_is_attached(app: Flask, city: City) -> None:
    with writing(app) as session:
        file = StoredFile("台账.pdf", "application/pdf", 9, "1" * 64)
        person, moment = city.people["handler"], at("2023-08-10")
        add_files(session, person, moment, slug="shaoguan", ref="5", files=[file])
        city.do(session, "handler", "5", "acknowledge")
        city.do(session, "handler", "5", "report", now=moment, **REPORT)
    found = queue(app, city, "supervisor")
    assert "1个文件" in found[MINE, "5"]
    assert "未附文件" in found[MINE, "1"]
    assert "未附文件" not in found[MINE, "5"]
