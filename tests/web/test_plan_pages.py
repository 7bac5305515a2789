"""The pages of plans: the list of plans, the overview, the list of tasks, the indicators."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import COMPLETION, NOW, REPORT, City, load_seed, make_city, make_user, task_entry
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, plain, set_day, writing
from tracker.access import SYSTEM
from tracker.directory.queries import actor_of
from tracker.evaluations.commands import advance_rounds, make_rounds
from tracker.plans.models import Indicator, IndicatorValue, Plan
from tracker.plans.views.indicators import figure, indicator_line
from tracker.plans.views.words import brief, short_title

LEADS, SUPPORTS = ["市民政局", "市教育局"], ["市财政局", "各县（市、区）政府"]
TASKS = [
    task_entry("1", LEADS, SUPPORTS, section="民生保障"),
    task_entry("2", ["市残联"], SUPPORTS, section="民生保障", deadline="2023-06-20"),
    task_entry("3", ["市民政局", "市残联"], SUPPORTS, section="教育", text="办好特殊教育学校，招收残疾学生。"),
    task_entry("4", section="教育"),
]
PAGES = ("/plans", "/plans/shaoguan", "/plans/shaoguan/tasks", "/indicators")
PEOPLE = (
    "handler", "leader", "other_lead", "supporting", "collective_member", "supervisor", "second_supervisor",
    "host_supervisor", "host_leader", "observer", "administrator", "another_unit",
)  # fmt: skip


@pytest.fixture
def city(app: Flask) -> City:
    """Live since NOW: 1 reported, 2 overdue, 3 not acknowledged in time, 4 without units; the day is 2023-07-05."""
    with writing(app) as session:
        made = make_city(session, TASKS)
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        made.do(session, "handler", "1", "acknowledge")
        made.do(session, "handler", "1", "report", **REPORT)
        made.do(session, "host_handler", "2", "acknowledge")
        advance_rounds(session, NOW + timedelta(days=18), made.plan)
    set_day(app, NOW + timedelta(days=20))
    return made


@pytest.fixture
def reader(app: Flask, city: City) -> FlaskClient:
    """The observer's browser, in English."""
    return browser_of(app, city.people["observer"], ENGLISH)


def refs(page: str) -> list[str]:
    """The refs of a list, in its order."""
    return re.findall(r'class="app-task-link" href="/plans/shaoguan/tasks/([^"]+)"', page)


# ---- who sees what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_of_the_region_reads_every_page(app: Flask, city: City, language: str) -> None:
    for name in PEOPLE:
        client = browser_of(app, city.people[name], language)
        for path in PAGES:
            answer = client.get(path)
            assert answer.status_code == 200, (name, path)
            assert f'<html class="govuk-template" lang="{"en" if language == ENGLISH else "zh-Hans"}"' in answer.text


def test_a_person_of_another_region_finds_nothing(app: Flask, city: City) -> None:
    client = browser_of(app, city.people["another_region"])
    for path in PAGES[1:3]:
        assert client.get(path).status_code == 404
    for path in (PAGES[0], PAGES[3]):
        assert "韶关" not in client.get(path).text
        assert "您所在地区还没有规划" in client.get(path).text


@pytest.mark.parametrize("path", ["/plans/nowhere", "/plans/nowhere/tasks"])
def test_a_plan_that_does_not_exist(reader: FlaskClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 404
    assert "There is nothing at this address" in plain(answer.text)


# ---- overview ------------------------------------------------------------------------------------------------------


def test_each_count_leads_to_a_list_of_that_length(reader: FlaskClient) -> None:
    page = reader.get("/plans/shaoguan").text
    counts = re.findall(r'<dt>([^<]+)</dt>\s*<dd>\s*<a href="([^"]+)">(\d+)</a>', page)
    assert [(label, number) for label, _, number in counts] == [
        ("Not yet assigned", "1"), ("Assigned", "1"), ("In progress", "1"), ("Reported", "1"), ("Verified", "0"),
        ("Closed out", "0"), ("Yellow lamp", "1"), ("Overdue", "1"),
    ]  # fmt: skip
    for label, url, number in counts:
        assert len(refs(reader.get(url.replace("&amp;", "&")).text)) == int(number), label


def test_the_board_shows_every_task_in_the_order_of_the_plan(reader: FlaskClient) -> None:
    page = reader.get("/plans/shaoguan").text
    cells = re.findall(r'app-board__cell--(\w+)">\s*<a href="[^"]*/tasks/([^"]+)"', page)
    assert cells == [("green", "1"), ("red", "2"), ("yellow", "3"), ("none", "4")]


def test_what_needs_attention_comes_with_its_reason(reader: FlaskClient) -> None:
    page = reader.get("/plans/shaoguan").text
    rows = page[page.index("What needs attention") :]
    assert refs(rows) == ["2", "3", "4"]
    text = plain(rows)
    assert "10 working days overdue" in text
    assert "13 working days not acknowledged" in text
    assert "no lead unit" in text


def test_the_round_shows_its_dates_as_defaults(reader: FlaskClient) -> None:
    text = plain(reader.get("/plans/shaoguan").text)
    assert "Mid-term evaluation 2023" in text
    assert "Reports due (default) 31 August" in text
    assert "1 of 3" in text


def test_a_lead_unit_leads_to_its_tasks(reader: FlaskClient, city: City) -> None:
    page = reader.get("/plans/shaoguan").text
    unit = city.units["市残联"].id
    assert f"/plans/shaoguan/tasks?unit={unit}&amp;part=lead" in page
    assert refs(reader.get(f"/plans/shaoguan/tasks?unit={unit}&part=lead").text) == ["2", "3"]


def test_buttons_for_the_supervisor_alone(app: Flask, city: City, reader: FlaskClient) -> None:
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    assert "/plans/shaoguan/dispatch" in supervisor.get("/plans/shaoguan").text
    assert "/plans/shaoguan/dispatch" not in reader.get("/plans/shaoguan").text
    assert "/plans/shaoguan/go-live" not in supervisor.get("/plans/shaoguan").text  # it is live already


# ---- the list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["1", "2", "3", "4"]),
        ("state=owing", ["2", "3"]),
        ("state=reported", ["1"]),
        ("state=closed_out", []),
        ("lamp=red", ["2"]),
        ("lamp=none", ["4"]),
        ("q=特殊教育", ["3"]),
        ("q=2", ["2"]),
        ("q=没有这样的字", []),
        ("sort=-ref", ["4", "3", "2", "1"]),
        ("sort=lamp", ["2", "3", "1", "4"]),
        ("sort=state", ["4", "3", "2", "1"]),
        ("sort=deadline&state=owing", ["2", "3"]),
        ("state=nonsense&lamp=blue&unit=x&section=y&part=z&sort=w&page=-1", ["1", "2", "3", "4"]),
        ("page=99", ["1", "2", "3", "4"]),
    ],
)
def test_filters_and_order(reader: FlaskClient, query: str, found: list[str]) -> None:
    answer = reader.get(f"/plans/shaoguan/tasks?{query}")
    assert answer.status_code == 200
    assert refs(answer.text) == found
    if not found:
        assert "No task matches these filters." in answer.text


def test_filters_by_unit_part_and_section(reader: FlaskClient, city: City) -> None:
    finance = city.units["市财政局"].id
    base = "/plans/shaoguan/tasks"
    assert refs(reader.get(f"{base}?unit={finance}").text) == ["1", "2", "3"]
    assert refs(reader.get(f"{base}?unit={finance}&part=lead").text) == []
    page = reader.get(base).text
    section = re.search(r'<option value="(\d+)"[^>]*>教育</option>', page)
    assert section is not None
    assert refs(reader.get(f"{base}?section={section.group(1)}").text) == ["3", "4"]


def test_an_overdue_row_is_marked_in_words(reader: FlaskClient) -> None:
    page = reader.get("/plans/shaoguan/tasks").text
    row = page[page.index("app-row--late") :]
    assert refs(row)[0] == "2"
    assert "10 working days overdue" in plain(row)


def test_fifty_a_page_and_the_filters_stay(app: Flask) -> None:
    with writing(app) as session:
        city = make_city(session, [task_entry(str(n), ["市民政局"]) for n in range(1, 121)])
        city.go_live(session)
    client = browser_of(app, city.people["observer"], ENGLISH)
    first = client.get("/plans/shaoguan/tasks?state=assigned").text
    assert len(refs(first)) == 50
    assert "1 to 50 of 120" in first
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    second = client.get(following.group(1).replace("&amp;", "&")).text
    assert refs(second)[0] == "51"
    assert "state=assigned" in following.group(1)
    assert len(refs(client.get("/plans/shaoguan/tasks?state=assigned&page=3").text)) == 20


# ---- the real plans ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["shaoguan", "tongxin", "jiangmen", "yulin", "baise"])
def test_a_real_plan_prints_what_its_document_says(app: Flask, slug: str) -> None:
    with writing(app) as session:
        plan = load_seed(session, slug)
        make_rounds(session, SYSTEM, NOW, plan)
        admin = actor_of(session, make_user(session, "管理员", administrator=True))
        names = [indicator.name for indicator in plan.indicators]
        texts = [task.text for task in plan.tasks]
    client = browser_of(app, admin)
    page = plain(client.get(f"/plans/{slug}").text)
    assert plan.title in page
    assert f"{len(texts)} 项重点任务" in page
    assert all(name in page for name in names)
    assert "规划对评估的要求" in page
    listing = plain(client.get(f"/plans/{slug}/tasks").text)
    assert all(brief(text).removesuffix("……") in listing for text in texts)
    assert all(name in plain(client.get("/indicators").text) for name in names)


def test_project_boxes_and_quotations_of_jiangmen(app: Flask) -> None:
    with writing(app) as session:
        load_seed(session, "jiangmen")
        admin = actor_of(session, make_user(session, "管理员", administrator=True))
    page = plain(browser_of(app, admin).get("/plans/jiangmen").text)
    assert "专栏3：残疾人基本民生保障重点项目" in page
    assert "最低生活保障：将符合条件的残疾人家庭或个人全部纳入最低生活保障范围" in page
    assert page.count("各级政府残疾人工作委员会在“十四五”中期和期末对规划实施情况进行考核") == 1


def test_completion_counts_as_settled(app: Flask, city: City) -> None:
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", reason="请补充。")
        city.do(session, "handler", "1", "report", **COMPLETION)
        city.do(session, "supervisor", "1", "verify")
        city.do(session, "supervisor", "1", "close_out")
    text = plain(browser_of(app, city.people["observer"], ENGLISH).get("/plans/shaoguan").text)
    assert "Verified or closed out: 1, 25%" in text


# ---- the small things ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "value"),
    [(">80", 80.0), ("≥95%", 95.0), ("0.4", 0.4), ("3,200", 3200.0), ("与GDP增长同步", None), ("", None), (None, None)],
)
def test_the_figure_in_a_printed_value(printed: str | None, value: float | None) -> None:
    assert figure(printed) == value


@pytest.mark.parametrize(
    ("comparator", "baseline", "target", "value", "verdict"),
    [
        (">=", "3000", "3200", "3080", "ahead"),
        (">=", "3000", "3200", "3068", "behind"),
        ("<=", "10", "5", "8", "ahead"),
        ("<=", "10", "5", "8.1", "behind"),
        (">=", None, "2000", "720", None),
        ("in_step_with", None, "与GDP增长同步", "5", None),
        (">=", "3000", "3200", None, None),
    ],
)
def test_the_verdict_against_the_straight_path(
    comparator: str, baseline: str | None, target: str, value: str | None, verdict: str | None
) -> None:
    """2022 is two of the five years from 2020 to 2025."""
    plan = Plan(first_year=2021, last_year=2025)
    indicator = Indicator(name="x", position=0, comparator=comparator, baseline=baseline, target=target)
    if value is not None:
        indicator.values = [IndicatorValue(year=2022, value=Decimal(value), source="统计")]
    assert indicator_line(indicator, plan).verdict == verdict


def test_a_value_that_was_reached_is_drawn_and_compared(app: Flask) -> None:
    with writing(app) as session:
        load_seed(session, "shaoguan")
        trained = session.scalars(select(Indicator).where(Indicator.name == "城乡残疾人职业技能培训人数")).one()
        session.add(IndicatorValue(indicator_id=trained.id, year=2022, value=Decimal("3068.0000"), source="市残联"))
        admin = actor_of(session, make_user(session, "管理员", administrator=True))
    page = browser_of(app, admin, ENGLISH).get("/plans/shaoguan").text
    assert "Behind the path" in page
    assert '<b lang="zh-Hans">3068</b>' in page or "<b>3068</b>" in page
    assert "latest 3068" in page
    assert page.count('role="img"') >= 10


def test_long_texts_are_cut_at_a_mark_and_titles_at_the_first() -> None:
    text = "提高质量。" + "加强医疗服务，" * 40
    assert short_title(text) == "提高质量"
    assert brief(text).endswith("服务……")
    assert len(brief(text)) <= 92
    assert brief("短。") == short_title("短。") == "短。"


def test_the_term_is_counted_in_days(reader: FlaskClient) -> None:
    share = round(100 * (date(2023, 7, 5) - date(2021, 1, 1)).days / (date(2025, 12, 31) - date(2021, 1, 1)).days)
    assert f"{share}% of the term has passed" in reader.get("/plans/shaoguan").text
