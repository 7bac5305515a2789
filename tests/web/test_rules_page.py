"""The page of a plan's reminder rules: looked at before it is saved, refused with what was typed, and its history."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import City, end_role
from tests.services.reminding import at, one_task
from tests.web.browsing import CHINESE, ENGLISH, LANGUAGES, browser_of, form_of, plain, set_day, writing
from tracker.directory.models import User

PAGE = "/plans/shaoguan/reminder-rules"


@pytest.fixture
def city(app: Flask) -> City:
    """One task of 市民政局, live since 15 June 2023, which is today."""
    with writing(app) as session:
        made = one_task(session)
    set_day(app, at("2023-06-15"))
    return made


def post(client: FlaskClient, act: str, **changes: str) -> TestResponse:
    """The form as the page shows it, with some fields changed and a button pressed."""
    fields = dict(form_of(client.get(PAGE), PAGE))
    return client.post(PAGE, data={**fields, **changes, "act": act})


def typed(page: TestResponse, name: str) -> str:
    """What stands in a field of the form that is edited."""
    [value] = re.findall(rf'id="{name}" name="{name}" type="\w+"\s+value="([^"]*)"', page.text)
    return str(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_would_change_is_shown_before_it_is_saved(app: Flask, city: City, language: str) -> None:
    supervisor = browser_of(app, city.people["supervisor"], language)
    shown = post(supervisor, "preview", **{"overdue-observer": "4"})
    assert shown.status_code == 200
    words = plain(shown.text)
    assert ("What would change" if language == ENGLISH else "变化") in words
    assert ("Overdue, week 4" if language == ENGLISH else "逾期第4周") in words
    assert "韶关市 领导" in words
    assert "set 1" not in plain(supervisor.get(PAGE).text), "nothing is saved yet"
    saved = supervisor.post(PAGE, data={**dict(form_of(shown, PAGE, having="act")), "reason": "领导要求"})
    assert saved.status_code == 303
    words = plain(supervisor.get(PAGE).text)
    assert ("This plan follows set 1, of 15 June 2023." if language == ENGLISH else "本规划使用第1版规则") in words
    assert "领导要求" in words
    assert ("none → 4" if language == ENGLISH else "→ 4") in words


def test_saving_without_a_reason_keeps_what_would_change(app: Flask, city: City) -> None:
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    shown = post(supervisor, "preview", **{"overdue-handler": "1, 2"})
    refused = supervisor.post(PAGE, data={**dict(form_of(shown, PAGE, having="act")), "reason": " "})
    assert refused.status_code == 422
    assert "Write why the rules change" in plain(refused.text)
    assert "What would change" in plain(refused.text)
    assert typed(refused, "overdue-handler") == "1, 2"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"report_due-handler": "bald"}, "Write whole numbers"),
        ({"report_due-handler": "99, 7"}, "Write at most 43"),
        ({"deadline-handler": "11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1"}, "would send one person 11 mails within 30 days"),
        ({"opens": "06:00", "overdue-handler": "1"}, "08:30 to 17:30"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_keeps_everything_typed(
    app: Flask, city: City, changes: dict[str, str], sentence: str
) -> None:
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    more = {"unacknowledged-unit_leader": "8", **changes}
    refused = post(supervisor, "preview", **more)
    assert refused.status_code == 422
    assert sentence in plain(refused.text)
    assert refused.text.count("<title>Error: ") == 1
    assert {name: typed(refused, name) for name in more} == more


def test_an_audience_without_anybody_is_said_in_both_languages(app: Flask, city: City) -> None:
    with writing(app) as session:
        end_role(session, session.get_one(User, city.people["observer"].user_id), "observer")
    for language, sentence in ((ENGLISH, "There is no observer in this region"), (CHINESE, "本地区没有领导账号")):
        refused = post(browser_of(app, city.people["supervisor"], language), "preview", **{"overdue-observer": "4"})
        assert refused.status_code == 422
        assert plain(refused.text).count(sentence) == 2, "in the summary and at the field"


def test_escalation_and_defaults_are_one_click_each(app: Flask, city: City) -> None:
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    shown = post(supervisor, "escalate", **{"deadline-handler": "9"})
    assert (typed(shown, "overdue-supervisor"), typed(shown, "deadline-handler")) == ("3, 4", "9")
    supervisor.post(PAGE, data={**dict(form_of(shown, PAGE, having="act")), "reason": "逐级提醒"})
    back = post(supervisor, "defaults")
    assert (typed(back, "overdue-supervisor"), typed(back, "deadline-handler")) == ("", "30, 7, 1, 0")
    supervisor.post(PAGE, data={**dict(form_of(back, PAGE, having="act")), "reason": "恢复"})
    assert "This plan follows the defaults." in plain(supervisor.get(PAGE).text)


def test_of_two_who_save_the_second_is_told_and_may_save_again(app: Flask, city: City) -> None:
    first = browser_of(app, city.people["supervisor"], ENGLISH)
    second = browser_of(app, city.people["second_supervisor"], ENGLISH)
    one = dict(form_of(post(first, "preview", **{"overdue-handler": "1, 2"}), PAGE, having="act"))
    two = dict(form_of(post(second, "preview", **{"overdue-handler": "1, 3"}), PAGE, having="act"))
    assert first.post(PAGE, data={**one, "reason": "甲"}).status_code == 303
    stale = second.post(PAGE, data={**two, "reason": "乙"})
    assert stale.status_code == 409
    assert "Somebody changed these rules after you read them" in plain(stale.text)
    again = dict(form_of(stale, PAGE, having="act"))
    assert (again["overdue-handler"], again["reason"], again["number"]) == ("1, 3", "乙", "1")
    assert second.post(PAGE, data=again).status_code == 303


def test_a_form_sent_twice_makes_one_set(app: Flask, city: City) -> None:
    supervisor = browser_of(app, city.people["supervisor"], ENGLISH)
    form = {
        **dict(form_of(post(supervisor, "preview", **{"overdue-handler": "1"}), PAGE, having="act")),
        "reason": "甲",
    }
    assert [supervisor.post(PAGE, data=form).status_code for _ in range(2)] == [303, 303]
    assert "This plan follows set 1," in plain(supervisor.get(PAGE).text)


def test_everybody_of_the_region_reads_the_rules_and_only_supervisors_have_the_form(app: Flask, city: City) -> None:
    for who in ("handler", "observer", "administrator"):
        page = browser_of(app, city.people[who], ENGLISH).get(PAGE)
        assert page.status_code == 200
        assert "Who is reminded of what" in plain(page.text)
        assert "Show what would change" not in page.text
        assert browser_of(app, city.people[who]).post(PAGE, data={"act": "preview"}).status_code in (400, 403)
    assert browser_of(app, city.people["another_region"], ENGLISH).get(PAGE).status_code == 404


def test_the_plan_and_the_reminders_lead_there(app: Flask, city: City) -> None:
    supervisor = browser_of(app, city.people["supervisor"])
    for address in ("/plans/shaoguan", "/reminders?plan=shaoguan"):
        assert PAGE in supervisor.get(address).text
