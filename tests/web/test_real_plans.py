"""What the five real plans print, and the indicators that are drawn and compared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import COMPLETION, NOW, City, load_seed, make_user
from tests.web.browsing import ENGLISH, browser_of, plain, writing
from tests.web.plan_city import make_plan_city
from tracker.access import SYSTEM
from tracker.directory.queries import actor_of
from tracker.evaluations.commands import make_rounds
from tracker.plans.models import Indicator, IndicatorValue, Plan
from tracker.plans.views.indicators import figure, indicator_line
from tracker.plans.views.words import brief, short_title


@pytest.fixture
def city(app: Flask) -> City:
    """1 reported, 2 overdue, 3 not acknowledged in time, 4 without units."""
    return make_plan_city(app)


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
    assert f"{len(texts)}项重点任务" in page
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
