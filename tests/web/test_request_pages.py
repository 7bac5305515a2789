"""The pages of requests for input, and of comments that are answered, name units or are corrected."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.factories import NOW, City
from tests.services.reminding import at
from tests.web.browsing import LANGUAGES, browser_of, fill, form_of, plain, send, set_day
from tests.web.task_city import HERE, make_live

TASK = f"{HERE}/1"
QUESTION = "请提供上半年拨付金额。"


@pytest.fixture
def city(app: Flask) -> City:
    """Task 1 is in progress, on a Thursday."""
    return make_live(app)


def ask(app: Flask, city: City, *units: str, who: str = "handler", due_on: str = "2023-06-19") -> None:
    """Ask through the form."""
    chosen = [str(city.units[unit].id) for unit in units]
    sent = send(browser_of(app, city.people[who]), f"{TASK}/input", units=chosen, question=QUESTION, due_on=due_on)
    assert sent.status_code == 303


def section(app: Flask, city: City, who: str, name: str) -> str:
    """The words of a section of the task's page."""
    found = re.search(rf'id="{name}".*?</section>', browser_of(app, city.people[who]).get(TASK).text, re.S)
    return plain(found[0]) if found is not None else ""


def work_of(app: Flask, city: City, who: str) -> str:
    """The words of My work."""
    return plain(browser_of(app, city.people[who]).get("/").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_way_of_a_request(app: Flask, city: City, language: str) -> None:
    ask(app, city, "市财政局", "浈江区政府")
    assert f"市民政局于6月15日征求意见：{QUESTION}" in work_of(app, city, "supporting")
    assert section(app, city, "observer", "input").count("待回应") == 2
    client = browser_of(app, city.people["supporting"], language)
    link = re.search(rf'href="({TASK}/input/\d+)"', client.get(TASK).text)
    assert link is not None
    assert send(client, link[1], answer="已拨付120万元。").status_code == 303
    assert "征求意见：" not in work_of(app, city, "supporting")
    assert "已拨付120万元。" in plain(browser_of(app, city.people["handler"]).get(f"{TASK}/report").text)
    set_day(app, at("2023-06-20"))
    words = section(app, city, "observer", "input")
    assert "用时0个工作日" in words and "未回应" in words and "待回应" not in words
    assert f"{QUESTION}" in work_of(app, city, "collective_member"), "late, it can still answer"


def test_the_units_page_shows_how_fast_it_answers(app: Flask, city: City) -> None:
    ask(app, city, "市财政局", "武江区政府")
    client = browser_of(app, city.people["supporting"])
    set_day(app, at("2023-06-19"))
    link = re.search(rf'href="({TASK}/input/\d+)"', client.get(TASK).text)
    assert link is not None
    send(client, link[1], answer="已拨付。")
    set_day(app, at("2023-06-20"))
    fast, silent = (plain(client.get(f"/units/{city.units[name].id}").text) for name in ("市财政局", "武江区政府"))
    assert "已回应1项" in fast and "半数回应用时不超过2个工作日" in fast and "用时2个工作日" in fast
    assert "未回应1项" in silent and "半数回应" not in silent


def test_who_may_not_ask_or_answer_has_no_link_and_no_page(app: Flask, city: City) -> None:
    ask(app, city, "市财政局")
    for who, status in (("supporting", 403), ("other_lead", 403), ("observer", 403), ("another_region", 404)):
        client = browser_of(app, city.people[who])
        assert client.get(f"{TASK}/input").status_code == status
        assert f'href="{TASK}/input"' not in client.get(TASK).text
    for who, status in (("handler", 403), ("collective_member", 403), ("another_region", 404)):
        assert browser_of(app, city.people[who]).get(f"{TASK}/input/1").status_code == status
    assert browser_of(app, city.people["supporting"]).get(f"{HERE}/2/input/1").status_code == 404


def test_a_request_with_faults_comes_back_as_it_was_typed(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"])
    unit = str(city.units["市财政局"].id)
    answer = send(client, f"{TASK}/input", units=[unit], question=QUESTION, due_on="2023-06-17")
    assert answer.status_code == 422
    assert QUESTION in answer.text and "2023-06-17" in answer.text
    assert "请选择今天或以后的工作日" in answer.text


def test_a_comment_names_a_unit_and_is_answered_below(app: Flask, city: City) -> None:
    finance = str(city.units["市民政局"].id)
    client = browser_of(app, city.people["supporting"])
    assert send(client, f"{TASK}/comments", body="请注明来源。", mentions=[finance]).status_code == 303
    assert "@市民政局" in section(app, city, "observer", "comments")
    lead = browser_of(app, city.people["handler"])
    link = re.search(rf'href="({TASK}/comments/\d+/answer)"', lead.get(TASK).text)
    assert link is not None
    answer = send(lead, link[1], f"{TASK}/comments", body="已注明。")
    assert answer.status_code == 303
    said = section(app, city, "observer", "comments")
    assert said.index("请注明来源。") < said.index("已注明。")
    assert f"{TASK}/comments/" not in browser_of(app, city.people["observer"]).get(TASK).text


def test_a_comment_is_corrected_for_fifteen_minutes_and_shows_what_it_said(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supporting"])
    send(client, f"{TASK}/comments", body="共12所。")
    link = re.search(rf'href="({TASK}/comments/\d+)"', client.get(TASK).text)
    assert link is not None
    assert f'href="{link[1]}"' not in browser_of(app, city.people["handler"]).get(TASK).text
    assert browser_of(app, city.people["handler"]).get(link[1]).status_code == 403
    seen = form_of(client.get(link[1]), link[1])
    assert client.post(link[1], data=fill(seen, body="共21所。")).status_code == 303
    said = section(app, city, "observer", "comments")
    assert "已更正" in said and "共21所。" in said and "共12所。" in said
    set_day(app, NOW + timedelta(minutes=20))
    assert f'href="{link[1]}"' not in client.get(TASK).text
    assert client.get(link[1]).status_code == 403
