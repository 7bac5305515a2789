"""From the checked draft to the plan: units, rounds, confirmation."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import NOW, City, make_city
from tests.intake.drafting import small_upload, start
from tests.web.browsing import browser_of, form_of, plain, send, set_day, writing
from tracker.directory.models import Unit, UnitAlias
from tracker.intake.views import upload as upload_module
from tracker.plans.models import Plan, Round
from tracker.plans.queries import task_rows


@pytest.fixture
def city(app: Flask) -> City:
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


@pytest.mark.both_databases
def test_the_way_from_the_units_to_the_plan(app: Flask, client: FlaskClient, city: City, draft: str) -> None:
    units = client.get(f"{draft}/units")
    assert "市卫生健康局" in units.text
    missing = send(client, f"{draft}/units", f"{draft}/units")
    assert missing.status_code == 422
    assert "请选择对应的单位" in plain(missing.text)
    kept = send(client, f"{draft}/units", f"{draft}/units", **{"name-0": "create"})
    assert kept.headers["Location"] == f"{draft}/rounds"
    with writing(app) as session:
        assert session.scalar(select(Unit).where(Unit.name == "市卫生健康局")) is None, "nothing before confirming"
    wrong = send(client, f"{draft}/rounds", f"{draft}/rounds", slug="shaoguan")
    assert wrong.status_code == 422
    assert "别的规划已用这个网址" in plain(wrong.text)
    days = {"opens_on-mid_term-2023": "2023-07-10"}
    chosen = send(client, f"{draft}/rounds", f"{draft}/rounds", slug="elderly", **days)
    assert chosen.headers["Location"] == f"{draft}/confirm"
    confirmed = send(client, f"{draft}/confirm", f"{draft}/confirm", follow=True)
    assert "交办启动" in plain(confirmed.text)
    with writing(app) as session:
        plan = session.scalars(select(Plan).where(Plan.slug == "elderly")).one()
        assert (plan.region_id, plan.supervising_unit.name, plan.live_since) == (city.region.id, "残工委办公室", None)
        assert [row.ref for row in task_rows(session, [plan.id])] == ["1", "2", "3"]
        rounds = session.scalars(select(Round).where(Round.plan_id == plan.id).order_by(Round.opens_on)).all()
        assert [(r.kind, r.opens_on.isoformat(), r.dates_are_default) for r in rounds] == [
            ("mid_term", "2023-07-10", False),
            ("end_of_term", "2026-01-04", True),
        ]
        assert session.scalar(select(Unit.kind).where(Unit.name == "市卫生健康局")) == "government_department"
    assert client.get(draft).headers["Location"] == "/plans/elderly"
    assert client.get(f"{draft}/confirm").headers["Location"] == draft
    late = {"csrf_token": dict(form_of(client.get("/"), "/sign-out"))["csrf_token"], "act": "settle", "doubt": "4"}
    assert client.post(f"{draft}/check", data=late).status_code == 403


def test_a_match_that_was_chosen_teaches_an_alias(app: Flask, client: FlaskClient, draft: str) -> None:
    send(client, f"{draft}/units", f"{draft}/units", **{"name-0": "other", "other-0": "市体育局"})
    send(client, f"{draft}/rounds", f"{draft}/rounds", slug="elderly")
    assert send(client, f"{draft}/confirm", f"{draft}/confirm").status_code == 303
    with writing(app) as session:
        unit = session.scalars(
            select(Unit).join(UnitAlias, UnitAlias.unit_id == Unit.id).where(UnitAlias.name == "市卫生健康局")
        )
        assert unit.one().name == "市体育局"


def test_a_new_office_is_made_with_its_host(app: Flask, client: FlaskClient, draft: str) -> None:
    send(client, f"{draft}/units", f"{draft}/units", act="create_all")
    without = send(client, f"{draft}/rounds", f"{draft}/rounds", slug="elderly", new_office="市老龄办")
    assert without.status_code == 422
    send(client, f"{draft}/rounds", f"{draft}/rounds", slug="elderly", new_office="市老龄办", host="市卫生健康局")
    assert send(client, f"{draft}/confirm", f"{draft}/confirm").status_code == 303
    with writing(app) as session:
        office = session.scalars(select(Unit).where(Unit.name == "市老龄办")).one()
        assert office.kind == "office"
        assert session.get_one(Unit, office.host_unit_id).name == "市卫生健康局"


def test_nothing_is_confirmed_before_everything_is_chosen(app: Flask, client: FlaskClient, draft: str) -> None:
    page = client.get(f"{draft}/confirm")
    assert "还没有选择评估轮次" in plain(page.text)
    assert "市卫生健康局" in plain(page.text)
    assert send(client, f"{draft}/confirm", f"{draft}/confirm").status_code == 422
    with writing(app) as session:
        assert session.scalar(select(func.count()).select_from(Plan)) == 1


def test_a_discarded_draft_is_gone_from_the_list(client: FlaskClient, draft: str) -> None:
    send(client, "/import", f"{draft}/discard")
    assert "养老服务" not in plain(client.get("/import").text)


def test_a_new_region_starts_without_units_and_loads_in_one_go(
    app: Flask, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_module, "read_upload", lambda _name, _data: small_upload())
    client = browser_of(app, city.people["administrator"])
    typed = {"region": "new", "region_name": "清远市", "region_slug": "Q", "text": "全文"}
    refused = send(client, "/import", "/import", **typed)
    assert refused.status_code == 422
    assert "清远市" in refused.text
    where = send(client, "/import", "/import", **{**typed, "region_slug": "qingyuan"}).headers["Location"]
    draft = where.removesuffix("/check")
    send(client, f"{draft}/units", f"{draft}/units", act="create_all")
    send(client, f"{draft}/rounds", f"{draft}/rounds", new_office="市老龄办", host="市民政局")
    assert send(client, f"{draft}/confirm", f"{draft}/confirm").headers["Location"] == "/plans/qingyuan"
    with writing(app) as session:
        plan = session.scalars(select(Plan).where(Plan.slug == "qingyuan")).one()
        assert (plan.region.name, plan.supervising_unit.name) == ("清远市", "市老龄办")
        assert all(row.leads for row in task_rows(session, [plan.id]))


def test_only_an_administrator_makes_a_region(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_module, "read_upload", lambda _name, _data: small_upload())
    typed = {"region": "new", "region_name": "清远市", "region_slug": "qingyuan", "text": "全文"}
    assert send(client, "/import", "/import", **typed).status_code == 403
