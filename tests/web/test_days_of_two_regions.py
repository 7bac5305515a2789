"""The month of who looks over plans of two regions: a day is free where neither works."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from tests.factories import make_user
from tests.web.browsing import ENGLISH, browser_of, set_day, writing
from tests.web.two_regions import ELSEWHERE, HOME, NOW, fill, places_of
from tracker.access import SYSTEM
from tracker.directory.queries import actor_of
from tracker.workdays.changes import SetDay
from tracker.workdays.commands import change_days

FREE = re.compile(r'<td class="app-month__free[^"]*">\s*<span class="app-month__date">\s*<span><b>(\d+)</b>')


@pytest.fixture
def database_url(fresh_database: Callable[..., str]) -> str:
    """Both regions, made once a run."""
    return fresh_database("sqlite", fill)


def test_a_day_is_free_where_no_region_of_the_page_works(app: Flask) -> None:
    with writing(app) as session:
        home, elsewhere = (places_of(session)[slug].plan.region_id for slug in (HOME, ELSEWHERE))
        for region_id, day, working in (
            (home, 6, False),
            (home, 7, False),
            (elsewhere, 7, False),
            (elsewhere, 9, True),
        ):
            change = SetDay(date(2023, 9, day), working=working, reason="本地安排")
            change_days(session, SYSTEM, NOW, region_id=region_id, change=change)
        user = make_user(session, "平台 管理员", administrator=True)
        administrator = actor_of(session, user)
    set_day(app, NOW)
    client = browser_of(app, administrator, ENGLISH)

    def free(address: str) -> set[str]:
        return set(FREE.findall(client.get(address).text)) & {"6", "7", "8", "9", "10"}

    assert free("/reminders?month=2023-09") == {"7", "10"}
    assert free(f"/reminders?month=2023-09&plan={HOME}") == {"6", "7", "9", "10"}
    assert free(f"/reminders?month=2023-09&plan={ELSEWHERE}") == {"7", "10"}
