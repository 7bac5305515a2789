"""Somebody leaves: the sheet that prints, handing over on the person's page, and what is found there afterwards."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.evidence_files import PDF
from tests.factories import COMPLETION, NOW, City, make_city, make_person, task_entry
from tests.services.reminding import at
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, plain, set_day, writing
from tests.web.test_statement_counts import statements
from tracker.directory.models import Membership, Unit
from tracker.reporting.asking import ask
from tracker.reporting.comments import add_comment
from tracker.reporting.drafts import Seen, save_draft
from tracker.workflows.commands import dispatch_tasks
from tracker.workflows.extending import ask_extension
from tracker.workflows.objections import raise_objection

LATER, MORE = at("2023-09-04"), range(10, 40)


@pytest.fixture
def city(app: Flask) -> City:
    """市民政局 leads 1 and 2; its handler asked for input, for an extension, has a draft and was sent a comment."""
    with writing(app) as session:
        leads, supports = ["市民政局", "市教育局"], ["市财政局"]
        made = make_city(
            session,
            [
                task_entry("1", leads, supports, deadline="2023-12-29"),
                task_entry("2", ["市民政局"]),
                task_entry("3", ["市教育局"], ["市民政局"]),
                task_entry("4", ["市体育局"]),
                *(task_entry(str(number)) for number in MORE),
            ],
        )
        made.go_live(session)
        for ref in ("1", "2"):
            made.do(session, "handler", ref, "acknowledge")
        made.do(session, "handler", "2", "report", **{**COMPLETION, "done": "全部办结。"})
        made.do(session, "supervisor", "2", "return", reason="材料不全，请补充。")
        handler, slug = made.people["handler"], "shaoguan"
        form = {"units": made.unit_ids("市财政局"), "question": "请提供拨付金额。", "due_on": "2023-06-19"}
        ask(session, handler, NOW, slug=slug, ref="1", data=form)
        form = {"new_due_on": "2024-03-29", "reason": "用地未批。", "so_far": "已完成选址。"}
        ask_extension(session, handler, NOW, slug=slug, ref="1", version=0, data=form)
        form = {"about": "return-4", "text": "材料已附。"}
        raise_objection(session, handler, NOW, slug=slug, ref="2", version=0, data=form)
        form = {"body": "请核对名单。", "mentions": made.unit_ids("市民政局")}
        add_comment(session, made.people["supporting"], NOW, slug=slug, ref="1", data=form)
        save_draft(
            session, handler, NOW, slug=slug, ref="1", data={"done": "只有自己看的草稿"}, seen=Seen(task_version=2)
        )
        made.people["newcomer"] = make_person(session, made.units["市财政局"], "handler")
    set_day(app, LATER)
    return made


@pytest.fixture
def office(app: Flask, city: City) -> FlaskClient:
    """The supervisor's browser, in English."""
    return browser_of(app, city.people["supervisor"], ENGLISH)


def sheet_of(client: FlaskClient, city: City, who: str = "handler") -> str:
    answer = client.get(f"/people/{city.people[who].user_id}/handover-sheet")
    assert answer.status_code == 200
    return plain(answer.text)


def hand_over(client: FlaskClient, city: City, to: str | None = "newcomer", key: str = "once") -> int:
    page = f"/admin/contacts/people/{city.people['handler'].user_id}"
    token = client.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]
    chosen = str(city.people[to].user_id) if to is not None else ""
    return client.post(f"{page}/handover", data={"csrf_token": token, "successor": chosen, "key": key}).status_code


EXPECTED = {
    ENGLISH: (
        "2 led, 1 supported, 2 waiting", "First-named lead unit", "Returned by 残工委办公室", "not handed over yet",
        "Drafts of reports 1", "Input asked of 市财政局 by 19 June 2023", "no answer",
        "Extension asked for: 29 December 2023 → 29 March 2024", "Objection, to be answered by 25 June 2023",
        "Comments addressed to the unit 1", "not answered", "Witnessed by",
    ),
    "zh": (
        "牵头2项，配合1项，待办2项", "首位牵头单位", "残工委办公室", "尚未移交",
        "报告草稿 1", "已向市财政局征求意见，2023年6月19日前答复", "未回应",
        "已申请延期：2023年12月29日 → 2024年3月29日", "异议，应于2023年6月25日前答复",
        "@本单位的意见 1", "未答复", "监交人",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_says_all_that_a_successor_must_know(app: Flask, city: City, language: str) -> None:
    words = sheet_of(browser_of(app, city.people["supervisor"], language), city)
    for text in (*EXPECTED.get(language, EXPECTED["zh"]), "第1项重点任务。", "第2项重点任务。", "第3项重点任务。"):
        assert text in words
    for text in ("请核对名单。", "请提供拨付金额。", "用地未批。", "材料已附。", "材料不全，请补充。"):
        assert text in words
    assert "第4项重点任务。" not in words


def test_a_draft_is_named_and_not_shown(office: FlaskClient, city: City) -> None:
    assert "只有自己看的草稿" not in sheet_of(office, city)


def test_evidence_that_the_person_filed_stands_on_it_with_its_hash(app: Flask, city: City) -> None:
    browser = browser_of(app, city.people["handler"], ENGLISH)
    token = browser.get("/").text.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"csrf_token": token, "files": (io.BytesIO(PDF), "验收材料.pdf"), "key": "file"}
    path = "/plans/shaoguan/tasks/1/evidence"
    assert browser.post(path, data=data, content_type="multipart/form-data").status_code == 303
    words = sheet_of(browser, city)
    assert "验收材料.pdf" in words
    assert "waits for the next report" in words


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("handler", 200), ("supervisor", 200), ("administrator", 200), ("leader", 404), ("newcomer", 404),
        ("observer", 404), ("another_region", 404),
    ],
)  # fmt: skip
def test_who_reads_a_sheet(app: Flask, city: City, who: str, status: int) -> None:
    path = f"/people/{city.people['handler'].user_id}/handover-sheet"
    assert browser_of(app, city.people[who]).get(path).status_code == status


def test_handing_over_gives_every_role_and_the_sheet_stays(app: Flask, office: FlaskClient, city: City) -> None:
    assert hand_over(office, city) == 303
    assert hand_over(office, city) == 303, "the same form again"
    person = plain(office.get(f"/admin/contacts/people/{city.people['handler'].user_id}").text)
    assert "handed over to 市财政局 经办人" in person
    words = sheet_of(office, city)
    assert "2 led, 1 supported" in words
    assert "市财政局 经办人" in words and "not handed over yet" not in words
    assert "2 led, 1 supported" in sheet_of(browser_of(app, city.people["newcomer"], ENGLISH), city), "the successor's"
    unit = office.get(f"/admin/contacts/units/{city.units['市民政局'].id}")
    assert "Formerly 1 市民政局 经办人" in plain(unit.text)
    with writing(app) as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.name == "市民政局")).one()
        held = select(Membership.user_id).where(
            Membership.unit_id == unit_id, Membership.ended_at.is_(None), Membership.role == "handler"
        )
        assert session.scalars(held).all() == [city.people["newcomer"].user_id]


def test_nobody_is_chosen_nothing_happens(office: FlaskClient, city: City) -> None:
    assert hand_over(office, city, None) == 422
    assert hand_over(office, city, "another_region") == 422, "nobody of this region"
    assert hand_over(office, city, "handler") == 422, "not to oneself"


def test_only_an_administrator_hands_over_a_supervisor(app: Flask, office: FlaskClient, city: City) -> None:
    path = f"/admin/contacts/people/{city.people['second_supervisor'].user_id}"
    assert "only an administrator gives" in plain(office.get(path).text)
    assert "Successor" in plain(browser_of(app, city.people["administrator"], ENGLISH).get(path).text)


def close(client: FlaskClient, city: City, who: str = "handler", act: str = "close", **ticked: str) -> tuple[int, str]:
    page = f"/admin/contacts/people/{city.people[who].user_id}"
    token = client.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(f"{page}/{act}", data={"csrf_token": token, **ticked}, follow_redirects=True)
    return answer.status_code, plain(answer.text)


def test_the_account_of_who_has_left_is_closed(app: Flask, office: FlaskClient, city: City) -> None:
    mine = browser_of(app, city.people["handler"], ENGLISH)
    assert mine.get("/").status_code == 200
    assert close(office, city)[0] == 422
    assert "Tick the box to close the account." in close(office, city)[1]
    assert mine.get("/").status_code == 200, "nothing happens without the box"
    hand_over(office, city)
    status, words = close(office, city, sure="1")
    assert status == 200
    assert "is closed, and its roles have ended" in words and "account closed" in words
    assert "Close the account" not in words, "there is nothing to close any more"
    assert mine.get("/").status_code in (302, 303), "signed out at once"


def test_who_has_left_is_found_on_the_page_of_the_unit_and_the_account_opened_again(
    app: Flask, office: FlaskClient, city: City
) -> None:
    with app.app_context():
        unit = city.unit_ids("市民政局")[0]
    hand_over(office, city)
    close(office, city, sure="1")
    listed = plain(office.get(f"/admin/contacts/units/{unit}").text)
    assert "Formerly" in listed and "handed over to 市财政局 经办人" in listed and "account closed" in listed
    status, words = close(office, city, act="open")
    assert status == 200
    assert "is open again, and the activation link is on its way" in words
    assert "account closed" not in words and "Close the account" in words
    assert "account closed" not in plain(office.get(f"/admin/contacts/units/{unit}").text)


def test_an_account_is_not_closed_over_a_unit_that_would_have_nobody(office: FlaskClient, city: City) -> None:
    status, words = close(office, city, "other_lead", sure="1")
    assert status == 403
    assert "市教育局 has open tasks and nobody else for them" in words


@pytest.mark.parametrize("who", ["second_supervisor", "observer", "administrator"])
def test_a_supervisor_closes_the_accounts_of_contacts_only(office: FlaskClient, city: City, who: str) -> None:
    status, words = close(office, city, who, sure="1")
    assert status in (403, 404)
    assert "is closed" not in words
    page = office.get(f"/admin/contacts/people/{city.people[who].user_id}")
    assert "Close the account" not in plain(page.text)


def test_a_region_keeps_its_people_to_itself(app: Flask, city: City) -> None:
    path = f"/admin/contacts/people/{city.people['handler'].user_id}"
    assert browser_of(app, city.people["another_region"]).get(path).status_code == 404
    assert browser_of(app, city.people["leader"]).get(path).status_code == 403


def test_the_number_of_statements_does_not_grow_with_the_tasks(app: Flask, office: FlaskClient, city: City) -> None:
    with statements() as few:
        assert "2 led, 1 supported" in sheet_of(office, city)
    with writing(app) as session:
        versions = {str(number): city.row(session, str(number)).version for number in MORE}
        form = {"leads": city.unit_ids("市民政局"), "supports": city.unit_ids("市财政局")}
        dispatch_tasks(session, city.people["supervisor"], LATER, slug="shaoguan", versions=versions, data=form)
    with statements() as many:
        assert "32 led, 1 supported" in sheet_of(office, city)
    assert len(many) == len(few) < 60
