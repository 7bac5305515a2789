"""The pages of working days: a year, a day set by hand, a notice; all looked at before it is saved."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import City, task_entry
from tests.services.command_line import invoke
from tests.services.reminding import at, living_city
from tests.web.browsing import CHINESE, ENGLISH, LANGUAGES, browser_of, plain, set_day, writing
from tracker.workdays.models import DayOverride

NOTICE = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。"""
SOURCE = "国办发明电〔2026〕9号"
DAY = {"day": "2023-12-29", "kind": "free", "reason": "台风停工"}


@pytest.fixture
def city(app: Flask) -> City:
    """Live on 15 June 2023, with a task due on 29 December."""
    with writing(app) as session:
        made = living_city(
            session, [task_entry("1", ["市民政局"], deadline="2023-12-29"), task_entry("2", ["市教育局"])]
        )
    set_day(app, at("2023-06-16"))
    return made


def send(client: FlaskClient, path: str, **data: object) -> TestResponse:
    """Send a form with a token of its page."""
    token = re.search(r'name="csrf_token" value="([^"]*)"', client.get("/admin/workdays").text)
    assert token is not None
    content_type = "multipart/form-data" if any(isinstance(value, tuple) for value in data.values()) else None
    return client.post(path, data={"csrf_token": token[1], **data}, content_type=content_type)


def rows(app: Flask) -> int:
    """How many days the region has of its own."""
    with writing(app) as session:
        return session.scalar(select(func.count()).select_from(DayOverride)) or 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_shows_its_days_and_where_they_come_from(app: Flask, city: City, language: str) -> None:
    page = plain(browser_of(app, city.people["handler"], language).get("/admin/workdays?year=2023").text)
    for words in ("春节", "中秋节、国庆节", *(("7 days", "Worked") if language == ENGLISH else ("7天", "上班"))):
        assert words in page
    assert ("暂定" if language == CHINESE else "Provisional") not in page
    later = plain(browser_of(app, city.people["handler"], language).get("/admin/workdays?year=2027").text)
    assert ("暂定" if language == CHINESE else "Provisional") in later


def test_a_day_is_looked_at_saved_and_taken_back(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    check = send(client, "/admin/workdays/day", **DAY)
    words = plain(check.text)
    assert check.status_code == 200 and "Nothing is saved yet." in words
    assert "29 December 2023 (Friday) becomes a free day" in words
    assert "The task's deadline 1" in words.replace("&#39;", "'") and "28 December 2023" in words
    assert rows(app) == 0
    saved = send(client, "/admin/workdays/day", **DAY, sure="1")
    assert "1 reminder goes on another day." in plain(saved.text)
    assert rows(app) == 1
    year = plain(client.get("/admin/workdays?year=2023").text)
    assert "台风停工" in year and "残工委" in year
    back = send(client, "/admin/workdays/day/remove", day="2023-12-29", sure="1")
    assert back.status_code == 200 and rows(app) == 0


def test_a_notice_is_pasted_looked_at_and_saved(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"])
    given = {"year": "2027", "source": SOURCE, "text": NOTICE}
    words = plain(send(client, "/admin/workdays/notice", **given).text)
    assert "尚未保存" in words and "2027年2月5日" in words and "2027年2月14日" in words
    assert rows(app) == 0
    send(client, "/admin/workdays/notice", **given, sure="1")
    assert rows(app) == 11
    year = plain(client.get("/admin/workdays?year=2027").text)
    assert SOURCE in year and "暂定" not in year
    send(client, "/admin/workdays/notice/remove", year="2027", sure="1")
    assert rows(app) == 0


def test_a_file_serves_as_well_in_the_encoding_of_an_old_office(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"])
    file = (io.BytesIO(NOTICE.encode("gb18030")), "notice.txt")
    page = send(client, "/admin/workdays/notice", year="2027", source=SOURCE, text="", file=file)
    assert page.status_code == 200 and "2027年2月14日" in plain(page.text)
    picture = (io.BytesIO(b"\x89PNG\xff\xff"), "notice.png")
    page = send(client, "/admin/workdays/notice", year="2027", source=SOURCE, text="", file=picture)
    assert page.status_code == 422 and "这不是文本文件" in page.text


def test_what_cannot_be_right_is_said_and_what_was_typed_stays(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["supervisor"], ENGLISH)
    text = NOTICE.replace("1月1日（周五）", "1月1日（周四）").replace("共7天", "共8天")
    page = send(client, "/admin/workdays/notice", year="2027", source=SOURCE, text=text)
    words = plain(page.text)
    assert page.status_code == 422
    assert "1 January 2027 is a Friday. Check the date and the year." in words
    assert "the dates are 7 days, the text says 8. Check both." in words
    assert text.splitlines()[0] in page.text and SOURCE in page.text
    many = "\n".join(f"2027-13-{n:02} free" for n in range(1, 13))
    assert "And 4 more." in plain(send(client, "/admin/workdays/notice", year="2027", source=SOURCE, text=many).text)
    empty = plain(send(client, "/admin/workdays/notice", year="27", source="", text="").text)
    assert "Choose a year from 2000 to 2100." in empty and "Say which notice this is" in empty
    day = plain(send(client, "/admin/workdays/day", day="2023-02-30", kind="", reason="x" * 201).text)
    for words in ("Enter a date", "Choose whether the day is free or worked.", "Write at most 200 characters."):
        assert words in day
    assert rows(app) == 0


@pytest.mark.parametrize(("who", "status"), [("handler", 403), ("observer", 403), ("nobody", 303)])
def test_others_look_but_do_not_set(app: Flask, city: City, who: str, status: int) -> None:
    client = app.test_client() if who == "nobody" else browser_of(app, city.people[who])
    for path in ("/admin/workdays/day", "/admin/workdays/notice"):
        assert client.get(path).status_code == status, path
    year = client.get("/admin/workdays")
    assert year.status_code == (303 if who == "nobody" else 200)
    assert "/admin/workdays/day" not in year.text


def test_the_region_next_door_does_not_exist(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["another_region"])
    assert client.get("/admin/workdays").status_code == 200, "it sees its own"
    assert client.get("/admin/workdays?region=shaoguan").status_code == 404
    for path in ("day", "day/remove", "notice", "notice/remove"):
        answer = send(client, f"/admin/workdays/{path}?region=shaoguan", **DAY, year="2027", source=SOURCE, text=NOTICE)
        assert answer.status_code == 404, path
    assert rows(app) == 0


def test_the_commands_do_the_same(app: Flask, city: City, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, encoding="utf-8")
    take = ("workdays", "import", str(file), "--region", "shaoguan", "--year", "2027", "--source", SOURCE, "--json")
    said = invoke(app, *take, "--dry-run").json()
    assert said["saved"] is False and rows(app) == 0
    assert {"day": "2027-02-14", "working": True} in said["days"]
    assert invoke(app, *take).json()["saved"] is True
    assert rows(app) == 11
    year = invoke(app, "workdays", "list", "--region", "shaoguan", "--year", "2027", "--json").json()
    assert (year["provisional"], year["working_days"]) == (False, 261 - 6 + 1)
    assert {
        "from": "2027-02-05",
        "to": "2027-02-11",
        "working": False,
        "name": "春节",
        "origin": "notice",
        "source": SOURCE,
    } in year["days"]
    moved = invoke(
        app, "workdays", "set", "2023-12-29", "--free", "--reason", "台风", "--region", "shaoguan", "--json"
    ).json()
    (reminder,) = [one for one in moved["reminders"] if one["to"] is not None]
    assert (reminder["from"], reminder["to"], reminder["task_refs"]) == ("2023-12-29", "2023-12-28", ["1"])
    assert "2023-12-29" in invoke(app, "workdays", "list", "--region", "shaoguan", "--year", "2023").out
    invoke(app, "workdays", "unset", "2023-12-29", "--region", "shaoguan")
    invoke(app, "workdays", "unset", "--notice", "2027", "--region", "shaoguan")
    assert rows(app) == 0


def test_the_commands_refuse_in_one_line(app: Flask, city: City, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_text("2027-02-30 free", encoding="utf-8")
    take = ("workdays", "import", str(file), "--year", "2027", "--source", SOURCE, "--region")
    assert "2027-02-30" in invoke(app, *take, "shaoguan").complaint
    file.write_text(NOTICE, encoding="utf-8")
    assert "nowhere" in invoke(app, *take, "nowhere").complaint
    assert invoke(app, "workdays", "set", "soon", "--free", "--reason", "x", "--region", "shaoguan").complaint
    assert invoke(app, "workdays", "unset", "--region", "shaoguan").complaint
