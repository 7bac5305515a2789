"""The import pages, from the upload to the plan, as a person without JavaScript sends them."""

from __future__ import annotations

import hashlib
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import NOW, City, make_city
from tests.intake.drafting import DOUBTS, LINES, TASKS, small_draft, start
from tests.web.browsing import CHINESE, ENGLISH, browser_of, fill, form_of, plain, set_day, writing
from tracker.intake.commands import Upload
from tracker.intake.faults import UnreadableDocument
from tracker.intake.models import ImportDraft
from tracker.intake.views import upload as upload_module


def _read(name: str, data: bytes) -> Upload:
    if not data.startswith(b"PK"):
        raise UnreadableDocument()
    return Upload(name, "docx", hashlib.sha256(data).hexdigest(), small_draft(), DOUBTS, LINES, {"3": "表1 第2行"})


@pytest.fixture
def city(app: Flask, monkeypatch: pytest.MonkeyPatch) -> City:
    monkeypatch.setattr(upload_module, "read_upload", _read)
    with writing(app) as session:
        made = make_city(session)
    set_day(app, NOW)
    return made


@pytest.fixture
def client(app: Flask, city: City) -> FlaskClient:
    return browser_of(app, city.people["supervisor"])


@pytest.fixture
def draft(app: Flask, city: City) -> str:
    """The address of a draft."""
    with writing(app) as session:
        return f"/import/{start(session, city.people['supervisor'], city.region.id)}"


def content(app: Flask) -> ImportDraft:
    with writing(app) as session:
        return session.scalars(select(ImportDraft)).one()


def rows(app: Flask) -> list[str]:
    return [row["text"] for row in content(app).draft["tasks"]]


def upload(client: FlaskClient, data: bytes, name: str = "规划.docx", **values: str) -> tuple[int, str]:
    fields = fill(form_of(client.get("/import"), "/import"), **values)
    answer = client.post("/import", data={**fields, "file": (io.BytesIO(data), name)})
    return answer.status_code, answer.headers.get("Location", plain(answer.text))


def row_form(client: FlaskClient, page: str) -> dict[str, list[str]]:
    """The form of the row that is open on the page."""
    return fill(form_of(client.get(page), page.split("?")[0], "number"))


def test_an_upload_becomes_a_draft_that_the_list_offers(app: Flask, client: FlaskClient, city: City) -> None:
    status, where = upload(client, b"PK")
    assert (status, where) == (303, "/import/1/check")
    for who in ("second_supervisor", "administrator"):
        listed = plain(browser_of(app, city.people[who], ENGLISH).get("/import").text)
        assert "韶关市养老服务发展规划" in listed
        assert "规划.docx" in listed
    assert client.get("/import/1").headers["Location"] == "/import/1/check"


@pytest.mark.parametrize(("data", "name"), [(b"no word file", "规划.docx"), (b"", "规划.docx"), (b"", "")])
def test_a_refused_upload_is_one_sentence_and_nothing_is_stored(
    app: Flask, client: FlaskClient, data: bytes, name: str
) -> None:
    status, page = upload(client, data, name, text="")
    assert status == 422
    assert ("已损坏" in page) if data else ("请选择文件" in page)
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(ImportDraft)) == 0


def test_a_foreign_region_is_not_to_be_chosen(client: FlaskClient) -> None:
    status, page = upload(client, b"PK", region="2")
    assert status == 422
    assert "请选择这是哪个地区的规划" in page


def test_more_than_the_limit_is_refused_in_words_and_a_large_document_is_not(client: FlaskClient) -> None:
    token = dict(form_of(client.get("/import"), "/import"))["csrf_token"]
    assert send_bytes(client, "/import", token, 8).status_code == 303
    refused = send_bytes(client, "/import", token, 31)
    assert refused.status_code == 413
    assert "最多可以发送 30 MB" in plain(refused.text)
    assert send_bytes(client, "/import/1/check", token, 6).status_code == 413


def send_bytes(client: FlaskClient, path: str, token: str, megabytes: int) -> TestResponse:
    """Post a file of this size; written out here, for the test client would keep it in a file that it never closes."""
    parts = [
        b'Content-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode(),
        b'Content-Disposition: form-data; name="region"\r\n\r\n1',
        b'Content-Disposition: form-data; name="file"; filename="a.docx"\r\n\r\nPK' + bytes(megabytes * 1024**2),
    ]
    body = b"".join(b"--mark\r\n" + part + b"\r\n" for part in parts) + b"--mark--\r\n"
    return client.post(path, data=body, content_type="multipart/form-data; boundary=mark")


@pytest.mark.parametrize("who", ["handler", "leader", "observer", "host_leader"])
def test_nobody_else_sees_the_pages_or_the_button(app: Flask, city: City, draft: str, who: str) -> None:
    other = browser_of(app, city.people[who])
    for page in ("/import", draft, *(f"{draft}/{step}" for step in ("check", "source", "units", "rounds", "confirm"))):
        assert other.get(page).status_code == 403
    assert "导入规划" not in plain(other.get("/plans").text)


def test_the_plans_page_leads_there(client: FlaskClient) -> None:
    assert 'href="/import"' in client.get("/plans").text


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_the_check_page_shows_the_draft_beside_its_source(app: Flask, city: City, draft: str, language: str) -> None:
    page = browser_of(app, city.people["supervisor"], language).get(f"{draft}/check")
    words = plain(page.text)
    assert "<mark>到2023年</mark>" in page.text
    for text in ("培训护理员", "表1 第2行", "市卫生健康局"):
        assert text in words
    assert f'href="{draft}/source#L4"' in page.text
    assert page.text.index('id="row-2"') < page.text.index('id="row-1"'), "rows with doubts first"


def test_a_row_is_mended_in_place(app: Flask, client: FlaskClient, draft: str) -> None:
    form = row_form(client, f"{draft}/check?edit=2")
    typed = {"act": "save", "text": "培训护理员。", "leads": "市民政局\n市教育局", "supports": "市财政局"}
    answer = client.post(f"{draft}/check", data={**form, **typed})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/check?row=2#row-2")
    row = content(app).draft["tasks"][1]
    assert (row["leads"], row["supports"], row["targets"][0]["value"]) == (["市民政局", "市教育局"], ["市财政局"], 1000)
    assert len([d for d in content(app).draft["warnings"] if d["settled"]]) == 1, "saving settles the row's doubt"


def test_a_wrong_row_keeps_what_was_typed(app: Flask, client: FlaskClient, draft: str) -> None:
    form = row_form(client, f"{draft}/check?edit=1")
    answer = client.post(f"{draft}/check", data={**form, "act": "save", "text": "", "leads": "某局"})
    assert answer.status_code == 422
    assert "请填写任务内容" in plain(answer.text)
    assert ">\n某局</textarea>" in answer.text
    assert rows(app)[0] == "建设社区食堂。"


def test_two_people_on_one_row_one_is_told_and_keeps_the_text(
    app: Flask, client: FlaskClient, city: City, draft: str
) -> None:
    form = row_form(client, f"{draft}/check?edit=1")
    other = browser_of(app, city.people["administrator"], ENGLISH)
    theirs = row_form(other, f"{draft}/check?edit=1")
    assert other.post(f"{draft}/check", data={**theirs, "act": "save", "text": "别人改的。"}).status_code == 303
    mine = client.post(f"{draft}/check", data={**form, "act": "save", "text": "我改的。"})
    assert mine.status_code == 409
    assert "有人改动了这一行" in plain(mine.text)
    assert ">\n我改的。</textarea>" in mine.text
    again = fill(form_of(mine, f"{draft}/check", "number"))
    assert client.post(f"{draft}/check", data={**again, "act": "save"}).status_code == 303
    assert rows(app)[0] == "我改的。"


def test_a_row_that_is_gone_shows_what_was_typed(app: Flask, client: FlaskClient, draft: str) -> None:
    form, late = (row_form(client, f"{draft}/check?edit=3") for _ in range(2))
    assert client.post(f"{draft}/check", data={**form, "act": "remove"}).status_code == 303
    again = client.post(f"{draft}/check", data={**late, "act": "save", "text": "我写的新内容。"})
    assert again.status_code == 409
    assert "我写的新内容。" in plain(again.text)


def test_rows_are_split_merged_added_and_taken_away(app: Flask, client: FlaskClient, draft: str) -> None:
    form = row_form(client, f"{draft}/check?edit=1")
    split = client.post(f"{draft}/check", data={**form, "act": "split", "text": "甲。\n\n乙。"})
    assert "edit=" in split.headers["Location"]
    assert rows(app) == ["甲。", "乙。", TASKS[1]["text"], TASKS[2]["text"]]
    form = row_form(client, split.headers["Location"].split("#")[0])
    client.post(f"{draft}/check", data={**form, "act": "merge"})
    assert rows(app)[0] == "甲。乙。"
    added = client.get(f"{draft}/check?add=3").text
    assert 'id="row-new"' in added
    typed = {"act": "add", "row": "3", "version": "0", "number": "4", "text": "丙。", "leads": "", "supports": ""}
    token = form["csrf_token"]
    assert client.post(f"{draft}/check", data={**typed, "csrf_token": token}).status_code == 303
    assert rows(app)[-1] == "丙。"


def test_a_section_gets_its_lead_units_and_doubts_are_settled(app: Flask, client: FlaskClient, draft: str) -> None:
    token = form_of(client.get(f"{draft}/check"), f"{draft}/check")[0][1]
    section = {
        "csrf_token": token,
        "act": "section",
        "version": "0",
        "section": "队伍",
        "leads": "市残联",
        "scope": "all",
    }
    assert client.post(f"{draft}/check", data=section).status_code == 303
    assert [row["leads"] for row in content(app).draft["tasks"]] == [["市民政局"], ["市残联"], ["市残联"]]
    assert client.post(f"{draft}/check", data=section).status_code == 409, "the page was shown at an older version"
    client.post(f"{draft}/check", data={"csrf_token": token, "act": "settle", "doubt": "5"})
    assert [doubt["settled"] for doubt in content(app).draft["warnings"]] == [False, True, False]


@pytest.mark.parametrize(
    "form",
    [{}, {"act": "drop"}, {"act": "save"}, {"act": "settle", "doubt": "x"}, {"act": "remove", "row": "1"}],
)
def test_a_form_that_no_page_wrote_is_a_bad_request(client: FlaskClient, draft: str, form: dict[str, str]) -> None:
    token = form_of(client.get(f"{draft}/check"), f"{draft}/check")[0][1]
    assert client.post(f"{draft}/check", data={"csrf_token": token, **form}).status_code == 400
