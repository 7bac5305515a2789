"""The other acts on pages: plain buttons, reasons, units, two people who check."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import COMPLETION, UNPROVEN, City
from tests.web.browsing import ENGLISH, browser_of, fill, form_of, plain, send, writing
from tests.web.task_city import (
    HERE,
    SUPPORTS,
    buttons,
    make_live,
    reported,
    state,
)


@pytest.fixture
def city(app: Flask) -> City:
    """Live: 1 in progress, 2 and 3 assigned."""
    return make_live(app)


@pytest.fixture
def handler(app: Flask, city: City) -> FlaskClient:
    """The handler of the first-named lead unit, reading English."""
    return browser_of(app, city.people["handler"], ENGLISH)


@pytest.fixture
def supervisor(app: Flask, city: City) -> FlaskClient:
    """The supervisor, reading English."""
    return browser_of(app, city.people["supervisor"], ENGLISH)


def test_plain_buttons_from_assigned_to_closed_out(
    app: Flask, city: City, handler: FlaskClient, supervisor: FlaskClient
) -> None:
    assert send(handler, f"{HERE}/3", f"{HERE}/3/acknowledge").status_code == 303
    assert send(handler, f"{HERE}/3/report", done="完成。", progress="40").status_code == 303
    assert send(handler, f"{HERE}/3", f"{HERE}/3/withdraw").status_code == 303
    assert send(handler, f"{HERE}/3/report", progress="45").status_code == 303  # the text is still there
    assert send(supervisor, f"{HERE}/3", f"{HERE}/3/verify").status_code == 303
    assert send(supervisor, f"{HERE}/3", f"{HERE}/3/close_out").status_code == 303
    assert state(app, city, "3") == "closed_out"
    assert send(supervisor, f"{HERE}/3/reopen", reason="回头看发现问题。").status_code == 303
    assert state(app, city, "3") == "in_progress"


@pytest.mark.parametrize(
    ("who", "ref", "trigger"),
    [("supervisor", "1", "return"), ("handler", "3", "decline"), ("supervisor", "3", "terminate")],
)
def test_a_reason_is_wanted(app: Flask, city: City, who: str, ref: str, trigger: str) -> None:
    if trigger == "return":
        reported(app, city)
    client = browser_of(app, city.people[who], ENGLISH)
    answer = send(client, f"{HERE}/{ref}/{trigger}", reason="  ")
    assert answer.status_code == 422
    assert '<a href="#reason">Write the reason; the other side reads it.</a>' in answer.text
    answer = send(client, f"{HERE}/{ref}/{trigger}", reason="职责已调整。", follow=True)
    assert answer.status_code == 200
    assert "职责已调整。" in answer.text


def test_reassigning_keeps_what_was_chosen_when_a_unit_stands_twice(
    app: Flask, city: City, supervisor: FlaskClient
) -> None:
    page, target = supervisor.get(f"{HERE}/1/reassign"), f"{HERE}/1/reassign"
    civil, school, money, sport = map(str, city.unit_ids("市民政局", "市教育局", "市财政局", "市体育局"))
    fields = form_of(page, target)
    assert [value for name, value in fields if name in ("leads", "lead_2", "lead_3")] == [civil, school, ""]
    assert [value for name, value in fields if name == "supports"] == list(map(str, city.unit_ids(*SUPPORTS)))
    answer = supervisor.post(target, data=fill(fields, lead_3=sport, supports=[school, money], reason="分工调整。"))
    assert answer.status_code == 422
    assert '<a href="#supports">A unit is chosen twice.' in answer.text
    again = form_of(answer, target)
    assert [value for name, value in again if name.startswith("lead")] == [civil, school, sport, ""]
    assert [value for name, value in again if name == "supports"] == [school, money]
    assert dict(again)["reason"] == "分工调整。"
    assert supervisor.post(target, data=fill(again, supports=[money])).status_code == 303
    with writing(app) as session:
        row = city.row(session, "1")
    assert [unit.name for unit in row.leads] == ["市民政局", "市教育局", "市体育局"]
    assert [unit.name for unit in row.supports] == ["市财政局"]
    assert row.state == "in_progress"


def test_no_lead_unit_is_a_fault_of_the_first_field(city: City, supervisor: FlaskClient) -> None:
    answer = send(supervisor, f"{HERE}/2-1/dispatch", supports=[str(city.units["市财政局"].id)])
    assert answer.status_code == 422
    assert '<a href="#leads">Choose at least one lead unit.</a>' in answer.text
    assert 'id="leads"' in answer.text


def test_two_people_check_a_report_of_the_host_unit(app: Flask, city: City, supervisor: FlaskClient) -> None:
    reported(app, city, "2", "host_handler")
    host = browser_of(app, city.people["host_supervisor"], ENGLISH)
    text = plain(host.get(f"{HERE}/2").text)
    assert "You belong to the unit that hosts this office, so others must verify its report." in text
    assert "First check, then second check" in text
    assert send(supervisor, f"{HERE}/2", f"{HERE}/2/first_check").status_code == 303
    text = plain(supervisor.get(f"{HERE}/2").text)
    assert "You made the first check; a second person must verify." in text
    assert "First check: 残工委办公室 督查专员, 15 June 2023" in text
    second = browser_of(app, city.people["second_supervisor"], ENGLISH)
    assert send(second, f"{HERE}/2", f"{HERE}/2/verify").status_code == 303
    assert state(app, city, "2") == "verified"


def test_a_claim_without_proof_shows_why_it_cannot_be_verified(app: Flask, city: City, supervisor: FlaskClient) -> None:
    reported(app, city, **UNPROVEN)
    page = supervisor.get(f"{HERE}/1").text
    assert "verify" not in buttons(page, "1")
    assert "The report claims completion but names no evidence and no value reached." in plain(page)
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", reason="请附佐证。")
        city.do(session, "handler", "1", "report", **COMPLETION)
    assert "verify" in buttons(supervisor.get(f"{HERE}/1").text, "1")
