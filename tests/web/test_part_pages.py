"""The pages of parts: the form of a unit, the rows on the task's page, and the report form that takes them over."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.factories import City
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, fill, form_of, plain, send
from tests.web.task_city import HERE, make_live

TAKE = f"{HERE}/1/report/parts"


@pytest.fixture
def city(app: Flask) -> City:
    """Task 1 is in progress; 市教育局 leads it too, two counties stand behind a collective unit."""
    return make_live(app)


def page_of(city: City, unit: str) -> str:
    """The address of a unit's part of task 1."""
    return f"{HERE}/1/parts/{city.units[unit].id}"


def file(app: Flask, city: City, who: str, unit: str, **data: str) -> None:
    """File a part through the form."""
    assert send(browser_of(app, city.people[who]), page_of(city, unit), **data).status_code == 303


def rows(app: Flask, city: City, who: str = "observer") -> list[str]:
    """The rows of the section on the task's page."""
    text = browser_of(app, city.people[who]).get(f"{HERE}/1").text
    section = re.search(r'id="parts".*?</section>', text, re.S)
    assert section is not None
    return [plain(row).strip() for row in re.findall(r'<tr role="row">(.*?)</tr>', section[0], re.S)[1:]]


def test_the_task_page_has_a_row_a_unit_with_the_day(app: Flask, city: City) -> None:
    file(app, city, "other_lead", "市教育局", done="新招残疾学生52名。", progress="40")
    found = rows(app, city)
    assert [row[:4] for row in found] == ["市教育局", "浈江区政", "武江区政"]
    assert "牵头单位" in found[0] and "6月15日" in found[0] and "新招残疾学生52名。" in found[0] and "40%" in found[0]
    assert all("各县（市、区）政府" in row and "未提供" in row for row in found[1:])
    assert not any("报送本单位情况" in row for row in found), "an observer files nothing"


def test_each_unit_is_offered_its_own_part_alone(app: Flask, city: City) -> None:
    offered = [("报送本单位情况" in row) for row in rows(app, city, "collective_member")]
    assert offered == [False, True, False]
    assert browser_of(app, city.people["collective_member"]).get(page_of(city, "武江区政府")).status_code == 403
    assert browser_of(app, city.people["supporting"]).get(page_of(city, "市财政局")).status_code == 403
    assert browser_of(app, city.people["another_region"]).get(page_of(city, "市教育局")).status_code == 404


def test_a_form_with_faults_comes_back_as_it_was_typed(app: Flask, city: City) -> None:
    answer = send(
        browser_of(app, city.people["other_lead"]), page_of(city, "市教育局"), done="写了一半", progress="130"
    )
    assert answer.status_code == 422
    assert "写了一半" in answer.text
    assert "130" in answer.text


def test_a_colleague_who_was_faster_is_not_overwritten(app: Flask, city: City) -> None:
    client, page = browser_of(app, city.people["other_lead"]), page_of(city, "市教育局")
    seen = form_of(client.get(page), page)
    file(app, city, "other_lead", "市教育局", done="同事先报送的。")
    late = client.post(page, data=fill(seen, done="后报送的话。"))
    assert late.status_code == 409
    assert "后报送的话。" in late.text
    assert "同事先报送的。" in client.get(page).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_form_takes_the_parts_over_without_javascript(app: Flask, city: City, language: str) -> None:
    file(app, city, "other_lead", "市教育局", done="新招残疾学生52名。", next_steps="秋季送教上门。")
    client = browser_of(app, city.people["handler"], language)
    shown = client.get(f"{HERE}/1/report")
    assert f'formaction="{TAKE}"' in shown.text
    assert plain(shown.text).count("not provided" if language == ENGLISH else "未提供") == 2
    typed = fill(form_of(shown, f"{HERE}/1/report"), done="汇总：", progress="50")
    taken = client.post(TAKE, data=typed)
    assert taken.status_code == 200
    form = dict(form_of(taken, f"{HERE}/1/report"))
    assert form["done"].split() == ["汇总：", "【市教育局】新招残疾学生52名。"]
    assert form["next_steps"] == "【市教育局】秋季送教上门。"
    assert form["progress"] == "50"
    assert client.post(f"{HERE}/1/report", data=fill(list(form.items()))).status_code == 303
    page = plain(client.get(f"{HERE}/1").text)
    assert ("Parts of the units when it was reported" if language == ENGLISH else "上报时各单位情况") in page


def test_parts_are_not_taken_over_into_a_form_that_is_out_of_date(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["handler"])
    typed = fill(form_of(client.get(f"{HERE}/1/report"), f"{HERE}/1/report"), done="汇总：")
    typed["version"] = ["1"]
    assert client.post(TAKE, data=typed).status_code == 409
    assert browser_of(app, city.people["other_lead"]).post(TAKE, data=typed).status_code in (400, 403)
