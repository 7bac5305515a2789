"""A return says what is wrong with single fields: its form shows what they say, and the unit reads it beside them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import REPORT, City, make_city
from tests.web.browsing import CHINESE, ENGLISH, browser_of, fill, form_of, plain, send, writing
from tests.web.task_city import HERE, make_live, reported
from tracker.audit.models import AuditEntry
from tracker.outbox.models import OutboxMessage
from tracker.reporting.models import ReturnReason

PAGE = f"{HERE}/1/return"
WRONG = {
    "reason": "请修改。",
    "reason_progress": "高于台账。",
    "reason_evidence": "缺拨付凭证。",
    "reason_problems": " ",
}


@pytest.fixture
def city(app: Flask) -> City:
    """1 is reported."""
    made = make_live(app)
    reported(app, made)
    return made


@pytest.fixture
def supervisor(app: Flask, city: City) -> FlaskClient:
    return browser_of(app, city.people["supervisor"], ENGLISH)


def test_the_form_shows_what_the_report_says(supervisor: FlaskClient) -> None:
    page = supervisor.get(PAGE).text
    assert str(REPORT["done"]) in page.split('name="reason_done"')[0]
    assert "What is wrong with single fields" in plain(page)


@pytest.mark.parametrize("who", ["supervisor", "handler"])
def test_only_a_return_asks_for_it(app: Flask, city: City, who: str) -> None:
    client = browser_of(app, city.people[who], ENGLISH)
    address = f"{HERE}/3/{'terminate' if who == 'supervisor' else 'decline'}"
    assert "reason_done" not in client.get(address).text


@pytest.mark.parametrize(("language", "label"), [(ENGLISH, "Evidence: "), (CHINESE, "佐证材料：")])
def test_the_unit_reads_each_at_its_field(
    app: Flask, city: City, supervisor: FlaskClient, language: str, label: str
) -> None:
    assert send(supervisor, PAGE, **WRONG).status_code == 303
    handler = browser_of(app, city.people["handler"], language)
    form = handler.get(f"{HERE}/1/report").text
    for name, text in (("progress", "高于台账。"), ("evidence", "缺拨付凭证。")):
        hint = form.split(f'id="{name}-hint"')[1].split("</div>")[0]
        assert text in hint
    assert "高于台账。" not in form.split('id="done-hint"')[1].split("</div>")[0]
    task = plain(handler.get(f"{HERE}/1").text)
    assert task.count(f"{label}缺拨付凭证。") == 2, "under the reason, and in the time line"


def test_what_is_kept_told_and_noted(app: Flask, city: City, supervisor: FlaskClient) -> None:
    send(supervisor, PAGE, **WRONG)
    with writing(app) as session:
        kept = {one.field: one.reason for one in session.scalars(select(ReturnReason))}
        mail = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "returned")).first()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "task.return")).one()
    assert kept == {"progress": "高于台账。", "evidence": "缺拨付凭证。"}
    assert mail is not None
    assert [field["reason"] for field in mail.context["fields"]] == ["高于台账。", "缺拨付凭证。"]
    assert "缺拨付凭证。" in entry.data


def test_each_version_has_its_own(app: Flask, city: City, supervisor: FlaskClient) -> None:
    send(supervisor, PAGE, **WRONG)
    handler = browser_of(app, city.people["handler"], ENGLISH)
    assert send(handler, f"{HERE}/1/report", done="已按意见修改。", progress="40").status_code == 303
    assert send(supervisor, PAGE, reason="仍缺。", reason_done="未写分县。").status_code == 303
    form = handler.get(f"{HERE}/1/report").text
    assert "未写分县。" in form
    assert "高于台账。" not in form, "what was said of the version before"
    assert plain(handler.get(f"{HERE}/1").text).count("高于台账。") == 1, "it stays in the time line"


def test_without_the_reason_nothing_is_returned_and_nothing_typed_is_lost(supervisor: FlaskClient) -> None:
    answer = send(supervisor, PAGE, **{**WRONG, "reason": ""})
    assert answer.status_code == 422
    assert dict(form_of(answer, PAGE))["reason_evidence"] == "缺拨付凭证。"


def test_who_came_late_keeps_what_was_typed(app: Flask, city: City, supervisor: FlaskClient) -> None:
    typed = fill(form_of(supervisor.get(PAGE), PAGE), **WRONG)
    with writing(app) as session:
        city.do(session, "second_supervisor", "1", "return", reason="先退回。")
    late = supervisor.post(PAGE, data=typed)
    assert late.status_code == 409
    assert "缺拨付凭证。" in late.text


def test_a_leader_who_sends_it_back_does_the_same(app: Flask) -> None:
    with writing(app) as session:
        city = make_city(session, definition="with_sign_off")
        city.go_live(session)
        city.do(session, "handler", "1", "acknowledge")
        city.do(session, "handler", "1", "submit", **REPORT)
        city.do(session, "leader", "1", "return", reason="请改。", reason_done="不完整。")
        assert session.scalars(select(ReturnReason.reason)).all() == ["不完整。"]
