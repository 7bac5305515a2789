"""A changed document of a plan that lives: the difference is shown, and what is ticked is applied."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import NOW, City, make_city, make_plan, plan_document, task_entry
from tests.intake.drafting import start
from tests.web.browsing import ENGLISH, browser_of, fill, form_of, plain, send, set_day, writing
from tracker.directory.models import Region, Unit
from tracker.intake.models import ImportDraft
from tracker.plans.models import PlanRevision
from tracker.plans.queries import task_rows

SUPPORTS = ["市财政局", "各县（市、区）政府"]
TITLE = "残疾人保障和发展规划"
BEFORE = [
    task_entry("1", ["市民政局"], SUPPORTS, text="建设社区食堂，方便老年人就近用餐。"),
    task_entry("2", ["市残联"], SUPPORTS, text="培训护理员。"),
    task_entry("3", ["市民政局"], SUPPORTS, text="开展适老化改造工程。"),
    task_entry("4", ["市教育局"], SUPPORTS, text="办好特殊教育学校，招收残疾学生。"),
]
AFTER = [
    task_entry("1", ["市民政局"], SUPPORTS, text="建设社区长者食堂，方便老年人就近用餐。", source_line=1),
    task_entry("2", ["市教育局"], ["市残联", *SUPPORTS], text="培训护理员。", source_line=2),
    task_entry("3", ["市民政局"], SUPPORTS, text="开展适老化改造工程。", deadline="2024-12-31", source_line=3),
    task_entry("4", ["市体育局"], text="为残疾人开放全部公共体育场馆。", source_line=4),
]


@pytest.fixture
def city(app: Flask) -> City:
    with writing(app) as session:
        made = make_city(session, BEFORE)
        made.go_live(session)
    set_day(app, NOW)
    return made


@pytest.fixture
def draft(app: Flask, city: City) -> str:
    """A draft with the changed document."""
    with writing(app) as session:
        return f"/import/{start(session, city.people['supervisor'], city.region.id, tasks=AFTER, title=TITLE)}"


@pytest.fixture
def client(app: Flask, city: City) -> FlaskClient:
    return browser_of(app, city.people["supervisor"])


def test_the_difference_is_shown_with_words_for_what_goes_and_comes(client: FlaskClient, draft: str) -> None:
    assert send(client, f"{draft}/units", f"{draft}/units").headers["Location"] == f"{draft}/revision"
    page = client.get(f"{draft}/revision")
    words = plain(page.text)
    assert '<ins><span class="app-diff__word">新增</span>长者</ins>' in page.text
    for text in ("为残疾人开放全部公共体育场馆。", "招收残疾学生", "原为", "改为", "2024年12月31日", "规划期末"):
        assert text in words
    assert page.text.count('name="change"') == page.text.count(" checked>") == 5


@pytest.mark.both_databases
def test_what_is_ticked_is_applied_and_the_rest_stays(app: Flask, client: FlaskClient, city: City, draft: str) -> None:
    fields = fill(form_of(client.get(f"{draft}/revision"), f"{draft}/revision"))
    fields["change"] = [key for key in fields["change"] if "removed" not in key]
    assert len(fields["change"]) == 4
    answer = client.post(f"{draft}/revision", data=fields, follow_redirects=True)
    assert "已应用文件的4处调整" in plain(answer.text)
    with writing(app) as session:
        rows = {row.ref: row for row in task_rows(session, [city.plan.id])}
        assert rows["1"].text.startswith("建设社区长者食堂")
        assert [unit.name for unit in rows["2"].leads] == ["市教育局"]
        assert str(rows["3"].deadline) == "2024-12-31"
        assert rows["4"].state == "assigned", "what was not ticked stays"
        assert rows["2023-4"].state == "assigned", "a new task is dispatched at once"
        assert session.scalars(select(PlanRevision)).one().plan_id == city.plan.id
        assert session.scalars(select(ImportDraft.step)).one() == "done"
    again = client.post(f"{draft}/revision", data=fields, follow_redirects=True)
    assert again.status_code == 200, "the same form again gets the first answer"


def test_nothing_ticked_is_asked_about(app: Flask, client: FlaskClient, draft: str) -> None:
    answer = send(client, f"{draft}/revision", f"{draft}/revision", change=[])
    assert answer.status_code == 422
    assert "请至少勾选一处调整" in plain(answer.text)
    with writing(app) as session:
        assert session.scalars(select(PlanRevision)).all() == []


def test_a_document_with_another_title_is_said_to_be_a_revision(app: Flask, client: FlaskClient, city: City) -> None:
    with writing(app) as session:
        draft = f"/import/{start(session, city.people['supervisor'], city.region.id, tasks=BEFORE, title='中期调整稿')}"
    assert client.get(f"{draft}/revision").headers["Location"] == f"{draft}/rounds"
    send(client, f"{draft}/check", f"{draft}/compare", plan=str(city.plan.id))
    page = plain(browser_of(app, city.people["administrator"], ENGLISH).get(f"{draft}/revision").text)
    assert "there is nothing to apply" in page
    send(client, f"{draft}/check", f"{draft}/compare", plan="")
    assert client.get(f"{draft}/revision").status_code == 303


def test_a_plan_of_another_region_cannot_be_named(app: Flask, client: FlaskClient, city: City, draft: str) -> None:
    with writing(app) as session:
        elsewhere = session.scalars(select(Region).where(Region.slug == "jiangmen")).one()
        office = session.scalars(select(Unit).where(Unit.region_id == elsewhere.id)).one()
        other = make_plan(session, elsewhere, plan_document("elsewhere", office.name, [task_entry("1")])).id
    assert send(client, f"{draft}/check", f"{draft}/compare", plan=str(other)).status_code == 404
    with writing(app) as session:
        assert session.scalars(select(ImportDraft.revises_id)).one() == city.plan.id
