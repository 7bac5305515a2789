"""Drafts on pages: saved by a script or a button, there at the next sign-in, and both texts where two were at it."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import City
from tests.web.browsing import CHINESE, ENGLISH, browser_of, fill, form_of, plain, writing
from tests.web.task_city import HERE, make_live, state
from tracker.reporting.models import ReportDraft

FORM, SAVE = f"{HERE}/1/report", f"{HERE}/1/drafts"
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def city(app: Flask) -> City:
    """Live: 1 in progress."""
    return make_live(app)


@pytest.fixture
def handler(app: Flask, city: City) -> FlaskClient:
    """The handler of the first-named lead unit, reading English."""
    return browser_of(app, city.people["handler"], ENGLISH)


@pytest.fixture
def leader(app: Flask, city: City) -> FlaskClient:
    """Their leader."""
    return browser_of(app, city.people["leader"], ENGLISH)


def save(client: FlaskClient, page: TestResponse, **values: str) -> dict[str, object]:
    """Save what stands in the form as the script does; the answer."""
    data = fill(form_of(page, FORM), **values)
    data.pop("key")
    answer = client.post(SAVE, data=data, headers=SCRIPT)
    assert answer.status_code == 200, plain(answer.text)
    told: dict[str, object] = answer.json or {}
    return told


def drafts(app: Flask) -> list[str]:
    """What the drafts say, the oldest first."""
    with writing(app) as session:
        return [draft.content["done"] for draft in session.scalars(select(ReportDraft).order_by(ReportDraft.id))]


def filled(client: FlaskClient, path: str = FORM) -> dict[str, str]:
    """The fields of the report form as the page shows them."""
    return dict(form_of(client.get(path), FORM))


def test_what_was_saved_is_there_at_the_next_sign_in(app: Flask, city: City, handler: FlaskClient) -> None:
    told = save(handler, handler.get(FORM), done="写了一半\n第二行", progress="130", window="a", edit="1")
    assert re.fullmatch(r"Draft saved at \d\d:\d\d\.", str(told["said"]))
    again = browser_of(app, city.people["handler"], ENGLISH)
    page = filled(again)
    assert (page["done"], page["progress"]) == ("写了一半\n第二行", "130")
    assert page["draft"] == str(told["draft"])
    assert "This is your draft, saved at" in plain(again.get(FORM).text)
    assert "Your draft" in plain(again.get(f"{HERE}/1").text)


@pytest.mark.parametrize(("language", "said"), [(ENGLISH, "Draft saved at"), (CHINESE, "草稿已存于")])
def test_without_a_script_a_button_saves(app: Flask, city: City, language: str, said: str) -> None:
    client = browser_of(app, city.people["handler"], language)
    page = client.get(FORM)
    assert f'formaction="{SAVE}"' in page.text
    answer = client.post(SAVE, data=fill(form_of(page, FORM), done="写了一半"), follow_redirects=True)
    assert said in plain(answer.text)
    assert dict(form_of(answer, FORM))["done"] == "写了一半"
    assert drafts(app) == ["写了一半"]


def test_enter_in_a_field_saves_the_draft_and_files_nothing(handler: FlaskClient) -> None:
    """A browser presses the first button of the form: the one that does no harm."""
    form = handler.get(FORM).text.split(f'action="{FORM}"')[1].split("</form>")[0]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert f'formaction="{SAVE}"' in first[0]


def test_my_work_says_that_there_is_a_draft(app: Flask, city: City, handler: FlaskClient, leader: FlaskClient) -> None:
    assert "Draft kept" not in plain(handler.get("/").text)
    save(handler, handler.get(FORM), done="写了一半", window="a", edit="1")
    assert "Draft kept" in plain(handler.get("/").text)
    assert "Draft kept" not in plain(leader.get("/").text), "each person has their own"


def test_filing_ends_the_draft(app: Flask, handler: FlaskClient) -> None:
    save(handler, handler.get(FORM), done="写了一半", progress="46", window="a", edit="1")
    page = handler.get(FORM)
    assert handler.post(FORM, data=fill(form_of(page, FORM), done="写完了。")).status_code == 303
    assert drafts(app) == []


def test_a_report_with_faults_goes_on_saving_to_its_draft(app: Flask, handler: FlaskClient) -> None:
    told = save(handler, handler.get(FORM), done="写了一半", progress="130", window="a", edit="1")
    faulty = handler.post(FORM, data=fill(form_of(handler.get(FORM), FORM), done="写完了。"))
    assert faulty.status_code == 422
    fields = dict(form_of(faulty, FORM))
    assert (fields["draft"], fields["draft_version"]) == (str(told["draft"]), "1")
    save(handler, faulty, done="写完了。改过。", window="b", edit="1")
    assert drafts(app) == ["写完了。改过。"]


def test_two_people_at_one_report_both_keep_their_words(
    app: Flask, city: City, handler: FlaskClient, leader: FlaskClient
) -> None:
    late = handler.get(FORM)
    early = leader.get(FORM)
    save(handler, late, done="经办人写的长文", progress="40", window="a", edit="1")
    assert leader.post(FORM, data=fill(form_of(early, FORM), done="负责人写的", progress="55")).status_code == 303
    told = save(handler, late, done="经办人写的长文，续", progress="40", window="a", edit="2")
    assert "Somebody acted on the task since you opened this page" in str(told["said"])
    answer = handler.post(FORM, data=fill(form_of(late, FORM), done="经办人写的长文，续完", progress="40"))
    assert answer.status_code == 409
    for text in ("经办人写的长文，续完", "负责人写的", "Both texts", "Filed meanwhile: version 1"):
        assert text in plain(answer.text), text
    assert "Go on with your text" not in answer.text
    assert "经办人写的长文，续完" in drafts(app)
    assert state(app, city, "1") == "reported"
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", reason="请补充。")
    page = handler.get(FORM)
    assert dict(form_of(page, FORM))["done"] == "负责人写的"
    assert "经办人写的长文，续完" in page.text
    link = re.findall(rf'href="({re.escape(FORM)}\?draft=\d+)"', html.unescape(page.text))
    assert "经办人写的长文，续完" in [filled(handler, one)["done"] for one in link]


def test_a_step_of_somebody_else_shows_both_and_lets_one_go_on(app: Flask, city: City, handler: FlaskClient) -> None:
    page = handler.get(FORM)
    with writing(app) as session:
        city.do(session, "other_lead", "1", "acknowledge")
    answer = handler.post(FORM, data=fill(form_of(page, FORM), done="我写了很久。", progress="46"))
    assert answer.status_code == 409
    assert "Nothing was filed" in answer.text
    onward = re.search(rf'href="({re.escape(FORM)}\?draft=\d+)"', html.unescape(answer.text))
    assert onward is not None
    again = handler.get(onward[1])
    assert handler.post(FORM, data=fill(form_of(again, FORM))).status_code == 303
    assert "我写了很久。" in handler.get(f"{HERE}/1").text
    assert drafts(app) == []


def test_a_colleague_s_draft_is_told_and_may_be_taken_over(
    app: Flask, city: City, handler: FlaskClient, leader: FlaskClient
) -> None:
    told = save(handler, handler.get(FORM), done="经办人的草稿", progress="40", window="a", edit="1")
    page = leader.get(FORM)
    assert "A colleague’s draft" in page.text
    assert "经办人的草稿" in page.text
    assert dict(form_of(page, FORM))["done"] == ""
    taken = leader.get(f"{FORM}?draft={told['draft']}")
    fields = dict(form_of(taken, FORM))
    assert (fields["done"], fields["draft"]) == ("经办人的草稿", "")
    save(leader, taken, done="经办人的草稿，负责人改过", window="b", edit="1")
    assert drafts(app) == ["经办人的草稿", "经办人的草稿，负责人改过"]
    for who in ("supervisor", "other_lead", "observer", "administrator"):
        assert "经办人的草稿" not in browser_of(app, city.people[who]).get(f"{HERE}/1").text, who


def test_a_draft_is_thrown_away_by_its_author(app: Flask, handler: FlaskClient, leader: FlaskClient) -> None:
    told = save(handler, handler.get(FORM), done="不要了", progress="40", window="a", edit="1")
    gone = f"{SAVE}/{told['draft']}/discard"
    token = fill([field for field in form_of(leader.get(FORM), FORM) if field[0] == "csrf_token"])
    assert leader.post(gone, data=token).status_code == 404
    assert handler.post(gone, data=fill(form_of(handler.get(f"{HERE}/1"), gone))).status_code == 303
    assert drafts(app) == []
    assert "Throw away" not in handler.get(FORM).text


def test_nobody_else_saves_drafts(app: Flask, city: City, handler: FlaskClient) -> None:
    fields = form_of(handler.get(FORM), FORM)
    for who, status in (("other_lead", 403), ("supervisor", 403), ("another_region", 404)):
        client = browser_of(app, city.people[who])
        token = form_of(client.get("/"), "/language")
        data = fill([field for field in fields if field[0] != "csrf_token"] + token, done="不该有")
        assert client.post(SAVE, data=data, headers=SCRIPT).status_code == status, who
    assert app.test_client().post(SAVE, data=fill(fields, done="不该有")).status_code == 401
    assert drafts(app) == []


def test_a_new_report_begins_with_the_texts_of_the_last(app: Flask, city: City, handler: FlaskClient) -> None:
    with writing(app) as session:
        told = {"done": "去年做的。", "next_steps": "明年做的。", "progress": 50, "evidence": "名册"}
        city.do(session, "handler", "1", "report", **told, measured_value="5", measured_year=2022)
        city.do(session, "supervisor", "1", "verify")
    fields = filled(handler)
    assert (fields["done"], fields["next_steps"], fields["progress"]) == ("去年做的。", "明年做的。", "50")
    assert (fields["evidence"], fields["measured_value"], fields["measured_year"]) == ("", "", "")
    assert "bring them up to date" in plain(handler.get(FORM).text)
