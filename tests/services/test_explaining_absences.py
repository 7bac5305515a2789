"""An absence and a weekly choice are explained to both: to who was away, and to who stood in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.factories import City
from tests.services.explaining import pass_days, said
from tests.services.reminding import one_task, tick
from tests.services.test_away_and_weekly import away, weekly

STEP = "1 working day before the reports are due"


def city_with_a_deputy(session: Session) -> City:
    """The handler is away on the day before the reports are due; the leader stands in."""
    city = one_task(session)
    away(session, city, "2023-08-28", "2023-08-30")
    return city


def test_both_are_told_where_it_went(session: Session) -> None:
    city = city_with_a_deputy(session)
    pass_days(session, city, "2023-06-15", "2023-08-31")
    assert f"{STEP}: 市民政局 经办人 was away: it went to 市民政局 负责人 instead." in said(session, city, "2023-08-30")
    assert f"{STEP}: In place of 市民政局 经办人, who was away." in said(session, city, "2023-08-30", who="leader")


def test_before_the_day_both_are_told_where_it_will_go(session: Session) -> None:
    city = city_with_a_deputy(session)
    pass_days(session, city, "2023-06-15", "2023-08-22")
    will_go = "市民政局 经办人 is away then: it goes to 市民政局 负责人, in the digest of 30 August 2023."
    assert f"{STEP}: {will_go}" in said(session, city, "2023-08-30", now="2023-08-23")
    to_come = f"{STEP}: Still to come, in the digest of 30 August 2023, unless it is done before."
    assert to_come in said(session, city, "2023-08-30", who="leader", now="2023-08-23")


def test_a_weekly_reader_is_told_the_day_of_the_weekly_digest(session: Session) -> None:
    city = one_task(session)
    weekly(session, city)
    pass_days(session, city, "2023-06-15", "2023-07-19")
    ahead = said(session, city, "2023-07-20", now="2023-07-19", clock="10")
    assert any("in the digest of 24 July 2023" in line for line in ahead)
    tick(session, city.plan, "2023-07-20")
    waits = said(session, city, "2023-07-20", now="2023-07-20", clock="10")
    assert any("goes out on 24 July 2023 after 08:30" in line for line in waits)
