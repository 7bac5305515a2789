"""What readers see of a report: what changed since the returned version, the pace due, and claims without proof."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import UNPROVEN, City
from tests.web.browsing import CHINESE, ENGLISH, browser_of, plain, writing
from tests.web.task_city import HERE, make_live, reported

GAPS = "/plans/shaoguan/gaps"


@pytest.fixture
def city(app: Flask) -> City:
    """Live: 1 in progress, 2 and 3 assigned."""
    return make_live(app)


@pytest.mark.parametrize(("language", "added", "removed"), [(ENGLISH, "Added", "Removed"), (CHINESE, "新增", "删除")])
def test_what_changed_since_the_return_is_marked_in_words(
    app: Flask, city: City, language: str, added: str, removed: str
) -> None:
    reported(app, city, done="送教上门163人。", progress=46, evidence="名册")
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", reason="请核对。")
    reported(app, city, done="送教上门148人。", progress=48, evidence="名册")
    page = browser_of(app, city.people["supervisor"], language).get(f"{HERE}/1").text
    tongue = "en" if language == ENGLISH else "zh-Hans"
    assert f'<del><span class="app-diff__word" lang="{tongue}">{removed}</span>63</del>' in page
    assert f'<ins><span class="app-diff__word" lang="{tongue}">{added}</span>48</ins>' in page
    assert page.count("<del>") == 2  # the text and the progress
    assert "送教上门148人。" in page
    assert "送教上门163人。" in page


def test_a_first_version_has_no_marks(app: Flask, city: City) -> None:
    reported(app, city)
    page = browser_of(app, city.people["supervisor"], ENGLISH).get(f"{HERE}/1").text
    assert "<ins>" not in page
    assert "without marks" not in page


@pytest.mark.parametrize(
    ("progress", "said"),
    [(46, "pace due 49%: 3 points behind"), (49, "pace due 49%: on it"), (50, "pace due 49%: 1 point ahead")],
)
def test_progress_stands_beside_the_pace_due(app: Flask, city: City, progress: int, said: str) -> None:
    """On 15 June 2023, 895 of the term's 1,825 days have passed."""
    handler = browser_of(app, city.people["handler"], ENGLISH)
    assert "Pace due: 49." in plain(handler.get(f"{HERE}/1/report").text)
    assert "pace due 49%" in plain(handler.get(f"{HERE}/1").text)
    reported(app, city, progress=progress)
    assert said in plain(handler.get(f"{HERE}/1").text)


def test_the_gap_list_has_the_claims_that_nothing_proves(app: Flask, city: City) -> None:
    reported(app, city, **UNPROVEN)
    reported(app, city, "3", **{**UNPROVEN, "evidence": "验收文件"})
    for who in ("supervisor", "observer", "administrator", "handler", "other_lead"):
        page = plain(browser_of(app, city.people[who], ENGLISH).get(GAPS).text)
        assert "1 第1项重点任务。" in page, who
        assert "第3项重点任务。" not in page, who
        assert "The supervision office returns it, asking for evidence or a value." in page, who
    for who in ("supporting", "another_unit", "host_handler"):
        assert "第1项重点任务。" not in browser_of(app, city.people[who], ENGLISH).get(GAPS).text, who
    assert browser_of(app, city.people["another_region"]).get(GAPS).status_code == 404
    with writing(app) as session:
        city.do(session, "supervisor", "1", "return", reason="请附佐证。")
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    assert "The next version names evidence or a value." in plain(supervisor.get(GAPS).text)
    reported(app, city, **{**UNPROVEN, "measured_value": "5", "measured_year": 2023})
    assert "Every claim of completion has its proof." in plain(supervisor.get(GAPS).text)
    assert GAPS in supervisor.get("/plans/shaoguan").text
