"""Evidence on pages: added on the report form and on the task page, handed out as a download, indexed by plan."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from tests.evidence_files import DOCX, HTML, PDF
from tests.factories import City
from tests.web.browsing import ENGLISH, browser_of, fill, form_of, plain, writing
from tests.web.task_city import HERE, make_live, reported, state
from tracker.audit.models import AuditEntry
from tracker.reporting.evidence.models import EvidenceFile
from tracker.security import LARGEST_UPLOAD

PAGE = f"{HERE}/1/evidence"
INDEX = "/plans/shaoguan/evidence"


@pytest.fixture
def city(app: Flask) -> City:
    """Live: 1 in progress, 2 and 3 assigned."""
    return make_live(app)


@pytest.fixture
def handler(app: Flask, city: City) -> FlaskClient:
    """The handler of the first-named lead unit, reading English."""
    return browser_of(app, city.people["handler"], ENGLISH)


def upload(client: FlaskClient, page: str, *files: tuple[str, bytes], action: str = PAGE, **typed: str) -> TestResponse:
    """Open a page, choose files in its form, send it."""
    chosen = [FileStorage(io.BytesIO(content), filename=name) for name, content in files]
    data = {**fill(form_of(client.get(page), action), **typed), "files": chosen}
    return client.post(action, data=data, content_type="multipart/form-data")


def rows(app: Flask) -> list[EvidenceFile]:
    """Every evidence file."""
    with writing(app) as session:
        return list(session.scalars(select(EvidenceFile).order_by(EvidenceFile.id)))


def test_files_are_added_on_the_task_page_and_filed_with_the_report(app: Flask, handler: FlaskClient) -> None:
    answer = upload(handler, f"{HERE}/1", ("改造台账.pdf", PDF), ("总结.docx", DOCX))
    assert (answer.status_code, answer.location) == (303, PAGE)
    listed = plain(handler.get(PAGE).text)
    assert "Waiting for the next report 2" in listed
    assert "改造台账.pdf" in listed
    form = handler.get(f"{HERE}/1/report")
    assert "总结.docx" in form.text
    page = handler.post(
        f"{HERE}/1/report",
        data=fill(form_of(form, f"{HERE}/1/report"), progress="46", done="做了一半。"),
        follow_redirects=True,
    )
    said = plain(page.text)
    assert f"改造台账.pdf {len(PDF)} B · SHA-256 {rows(app)[0].sha256[:12]} · 市民政局 市民政局 经办人" in said
    assert "no file attached" not in said
    assert "Evidence files for the next report" not in said


def test_files_chosen_on_the_report_form_are_filed_with_it(app: Flask, city: City, handler: FlaskClient) -> None:
    here = f"{HERE}/1/report"
    data = fill(form_of(handler.get(here), here), progress="100", done="全部完成。", completion_claimed="yes")
    sent = []
    for _ in range(2):  # the button pressed twice
        files = [FileStorage(io.BytesIO(PDF), filename="证明.pdf")]
        sent.append(handler.post(here, data={**data, "files": files}, content_type="multipart/form-data"))
    assert [(answer.status_code, answer.location) for answer in sent] == [(303, f"{HERE}/1")] * 2
    (row,) = rows(app)
    assert row.report_id is not None
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    page = supervisor.get(f"{HERE}/1")
    assert supervisor.post(f"{HERE}/1/verify", data=fill(form_of(page, f"{HERE}/1/verify"))).status_code == 303
    assert state(app, city, "1") == "verified"


def test_a_refused_file_stops_the_report_and_loses_neither_text_nor_the_other_file(
    app: Flask, city: City, handler: FlaskClient
) -> None:
    here = f"{HERE}/1/report"
    answer = upload(handler, here, ("网页.pdf", HTML), ("好.pdf", PDF), action=here, progress="46", done="我写了很久。")
    assert answer.status_code == 422
    text = plain(answer.text)
    assert "“网页.pdf” is damaged, or its content is not what its name says." in text
    assert "1 other file was taken." in text
    assert '<li><a href="#files">' in answer.text
    assert dict(form_of(answer, here))["done"] == "我写了很久。"
    assert "好.pdf" in answer.text
    assert state(app, city, "1") == "in_progress"
    assert [(row.name, row.report_id) for row in rows(app)] == [("好.pdf", None)]


def test_faults_of_the_report_keep_the_files(app: Flask, handler: FlaskClient) -> None:
    here = f"{HERE}/1/report"
    answer = upload(handler, here, ("好.pdf", PDF), action=here, progress="146", done="我写了很久。")
    assert answer.status_code == 422
    assert "好.pdf" in answer.text
    assert [row.report_id for row in rows(app)] == [None]


def test_files_of_a_report_that_came_late_are_not_taken_and_the_text_is_kept(
    app: Flask, city: City, handler: FlaskClient
) -> None:
    here = f"{HERE}/1/report"
    data = fill(form_of(handler.get(here), here), progress="46", done="我写了很久。")
    reported(app, city, who="leader")
    late = {**data, "files": [FileStorage(io.BytesIO(PDF), filename="好.pdf")]}
    answer = handler.post(here, data=late, content_type="multipart/form-data")
    assert answer.status_code == 409
    assert "我写了很久。" in answer.text
    assert "withdraw it first" in plain(answer.text)
    assert rows(app) == []


def test_nothing_chosen_too_much_and_nothing_in_it(app: Flask, city: City, handler: FlaskClient) -> None:
    assert "Choose at least one file." in upload(handler, PAGE, ("", b"")).text
    empty = upload(handler, PAGE, ("空.pdf", b""))
    assert (empty.status_code, rows(app)) == (422, [])
    assert "“空.pdf” is empty: it has 0 bytes." in plain(empty.text)
    chinese = browser_of(app, city.people["handler"])
    assert "“空.pdf”是空文件" in plain(upload(chinese, PAGE, ("空.pdf", b"")).text)


@pytest.mark.parametrize("announced", [True, False])
def test_a_request_that_is_too_large_is_stopped(
    handler: FlaskClient, monkeypatch: pytest.MonkeyPatch, announced: bool
) -> None:
    monkeypatch.setitem(__import__("tracker.security", fromlist=["LARGEST"]).LARGEST, "workflows.add_evidence", 4000)
    token = dict(form_of(handler.get(PAGE), PAGE))["csrf_token"]
    body = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--x\r\nContent-Disposition: form-data; name="done"\r\n\r\n{"0" * 8000}\r\n--x--\r\n'
    ).encode()
    options = {} if announced else {"environ_overrides": {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}}
    answer = handler.post(
        PAGE, input_stream=io.BytesIO(body), content_type="multipart/form-data; boundary=x",
        content_length=len(body) if announced else None, **options,
    )  # fmt: skip
    assert answer.status_code == 413
    assert LARGEST_UPLOAD == 100 * 1024 * 1024


def test_a_file_is_handed_out_to_be_saved_and_never_shown(app: Flask, city: City, handler: FlaskClient) -> None:
    upload(handler, PAGE, ("../台账 甲.pdf", PDF))
    reported(app, city)
    (row,) = rows(app)
    answer = browser_of(app, city.people["observer"]).get(f"{PAGE}/{row.id}", buffered=True)
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "filename*=UTF-8''%E5%8F%B0%E8%B4%A6" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert int(answer.headers["Content-Length"]) == len(PDF)
    with writing(app) as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "task.save_evidence")).one()
    assert (noted.actor, row.sha256 in noted.data) == (city.people["observer"].key, True)


def test_who_gets_a_file(app: Flask, city: City, handler: FlaskClient) -> None:
    upload(handler, PAGE, ("台账.pdf", PDF))
    (row,) = rows(app)
    here = f"{PAGE}/{row.id}"

    def answers(who: str) -> int:
        return browser_of(app, city.people[who]).get(here, buffered=True).status_code

    before = {who: answers(who) for who in ("handler", "other_lead", "supporting", "supervisor", "another_region")}
    assert before == {"handler": 200, "other_lead": 200, "supporting": 404, "supervisor": 404, "another_region": 404}
    reported(app, city)
    after = {who: answers(who) for who in ("supporting", "supervisor", "another_unit", "another_region")}
    assert after == {"supporting": 200, "supervisor": 200, "another_unit": 200, "another_region": 404}
    assert app.test_client().get(here).status_code == 303
    assert handler.get(f"{HERE}/2/evidence/{row.id}").status_code == 404
    assert browser_of(app, city.people["supporting"]).get(PAGE).status_code == 403


def test_a_file_that_was_changed_or_is_gone_is_not_handed_out_and_the_page_says_so(
    app: Flask, handler: FlaskClient
) -> None:
    upload(handler, PAGE, ("台账.pdf", PDF))
    (row,) = rows(app)
    path: Path = app.config["SETTINGS"].evidence_folder / row.sha256[:2] / row.sha256
    path.write_bytes(PDF.replace(b"1.7", b"1.4"))
    changed = handler.get(f"{PAGE}/{row.id}")
    assert changed.status_code == 500
    assert "“台账.pdf” was changed after it was filed: its SHA-256 no longer fits" in plain(changed.text)
    path.unlink()
    assert "“台账.pdf” is no longer in the store" in plain(handler.get(f"{PAGE}/{row.id}").text)


def test_removing_before_and_not_after(app: Flask, city: City, handler: FlaskClient) -> None:
    upload(handler, PAGE, ("一.pdf", PDF), ("二.docx", DOCX))
    one, two = rows(app)
    remove = f"{PAGE}/{one.id}/remove"
    answer = handler.post(remove, data=fill(form_of(handler.get(PAGE), remove)))
    assert (answer.status_code, answer.location) == (303, PAGE)
    form = fill(form_of(handler.get(PAGE), f"{PAGE}/{two.id}/remove"))
    reported(app, city)
    assert handler.post(f"{PAGE}/{two.id}/remove", data=form).status_code == 409
    assert [row.name for row in rows(app)] == ["二.docx"]
    assert "/remove" not in handler.get(PAGE).text


def test_the_index_of_a_plan_and_its_csv(app: Flask, city: City, handler: FlaskClient) -> None:
    observer = browser_of(app, city.people["observer"], ENGLISH)
    assert "No file has been filed" in observer.get(INDEX).text
    upload(handler, PAGE, ("=HYPERLINK(1).pdf", PDF))
    assert "HYPERLINK" not in observer.get(INDEX).text, "what waits is not filed"
    reported(app, city)
    (row,) = rows(app)
    page = observer.get(INDEX)
    assert row.sha256 in plain(page.text).replace(" ", "")
    assert f'href="{PAGE}/{row.id}"' in page.text
    assert f'href="{INDEX}"' in observer.get("/plans/shaoguan").text
    table = observer.get(f"{INDEX}.csv")
    assert table.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in table.headers["Content-Disposition"]
    head, line = csv.reader(io.StringIO(table.data.decode("utf-8-sig")))
    assert dict(zip(head, line, strict=True)) == {
        "Task": "1", "Report no.": "1", "Version": "1", "File": "'=HYPERLINK(1).pdf", "Bytes": str(len(PDF)),
        "SHA-256": row.sha256, "Type": "application/pdf", "Unit": "市民政局", "Added by": "市民政局 经办人",
        "Added at (UTC)": row.at.isoformat(timespec="seconds"),
    }  # fmt: skip
    with writing(app) as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.export_evidence"))
        assert entry.actor == city.people["observer"].key
    assert browser_of(app, city.people["another_region"]).get(INDEX).status_code == 404
    assert browser_of(app, city.people["another_region"]).get(f"{INDEX}.csv").status_code == 404
