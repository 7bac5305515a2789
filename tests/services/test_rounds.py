"""Rounds in the database: made once, opened by the tick, their days moved until they open."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, load_seed, make_city
from tracker.access import SYSTEM
from tracker.audit import broken_chains
from tracker.audit.models import AuditEntry
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.evaluations.commands import advance_rounds, make_rounds, set_dates
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Round
from tracker.plans.queries import current_rounds, rounds_of
from tracker.reporting.models import RoundReport

SHANGHAI = ZoneInfo("Asia/Shanghai")


def nine(day: str) -> datetime:
    """09:00 of a local day."""
    return datetime.combine(date.fromisoformat(day), time(9), SHANGHAI).astimezone(UTC)


@pytest.fixture
def city(session: Session) -> City:
    """A city with its rounds, live since 2023-06-15."""
    made = make_city(session)
    make_rounds(session, SYSTEM, NOW, made.plan)
    made.go_live(session)
    return made


def states(session: Session, city: City) -> dict[str, str]:
    """The rounds' states by kind."""
    return {round_.kind: round_.state for round_ in rounds_of(session, [city.plan.id])}


def tick(session: Session, city: City, day: str) -> list[tuple[str, str]]:
    """What the tick of a day does."""
    return [(step.kind, step.state) for step in advance_rounds(session, nine(day), city.plan)]


def the_round(session: Session, city: City, kind: str = "mid_term") -> Round:
    """The plan's round of a kind."""
    return session.scalars(select(Round).where(Round.plan_id == city.plan.id, Round.kind == kind)).one()


@pytest.mark.parametrize(
    ("slug", "annual"), [("shaoguan", 0), ("tongxin", 0), ("jiangmen", 0), ("yulin", 0), ("baise", 4)]
)
def test_the_five_plans_get_the_rounds_that_their_words_ask_for(session: Session, slug: str, annual: int) -> None:
    plan = load_seed(session, slug)
    made = make_rounds(session, SYSTEM, NOW, plan)
    kinds = [round_.kind for round_ in made]
    assert (kinds.count("annual"), kinds.count("mid_term"), kinds.count("end_of_term")) == (annual, 1, 1)
    assert all(round_.dates_are_default and round_.state == "planned" for round_ in made)
    assert make_rounds(session, SYSTEM, NOW, plan) == []
    assert len(rounds_of(session, [plan.id])) == annual + 2


def test_a_round_opens_reviews_and_the_audit_says_so(session: Session, city: City) -> None:
    assert tick(session, city, "2023-06-30") == []
    assert tick(session, city, "2023-07-03") == [("mid_term", "open")]
    assert tick(session, city, "2023-07-03") == []
    assert current_rounds(session, [city.plan.id])[city.plan.id].kind == "mid_term"
    assert tick(session, city, "2023-08-31") == []
    assert tick(session, city, "2023-09-01") == [("mid_term", "reviewing")]
    assert states(session, city) == {"mid_term": "reviewing", "end_of_term": "planned"}
    subject = f"round:{the_round(session, city).id}"
    acts = select(AuditEntry.action).where(AuditEntry.subject == subject).order_by(AuditEntry.seq)
    assert session.scalars(acts).all() == ["round.open", "round.review"]
    assert broken_chains(session) == []


def test_opening_reopens_verified_tasks_carries_waiting_reports_and_tells_nobody(session: Session, city: City) -> None:
    for ref in ("1", "3"):
        city.do(session, "handler", ref, "acknowledge")
        city.do(session, "handler", ref, "report", **REPORT)
    city.do(session, "supervisor", "1", "verify")
    mails = len(session.scalars(select(OutboxMessage)).all())
    tick(session, city, "2023-07-03")
    assert [city.row(session, ref).state for ref in ("1", "2", "3", "4")] == [
        "in_progress",
        "assigned",
        "reported",
        "pending_dispatch",
    ]
    carried = session.scalars(select(RoundReport)).one()
    assert (carried.report_id, carried.carried) == (city.row(session, "3").current_report_id, True)
    assert len(session.scalars(select(OutboxMessage)).all()) == mails


def test_a_plan_that_is_not_live_does_nothing(session: Session) -> None:
    city = make_city(session)
    make_rounds(session, SYSTEM, NOW, city.plan)
    assert tick(session, city, "2026-01-04") == []
    assert states(session, city) == {"mid_term": "planned", "end_of_term": "planned"}


def test_going_live_after_report_due_skips_the_round(session: Session) -> None:
    city = make_city(session)
    make_rounds(session, SYSTEM, NOW, city.plan)
    city.go_live(session, nine("2023-09-01"))
    assert tick(session, city, "2023-09-01") == [("mid_term", "skipped")]


def test_going_live_in_the_middle_of_a_round_opens_it_at_once(session: Session) -> None:
    city = make_city(session)
    make_rounds(session, SYSTEM, NOW, city.plan)
    city.go_live(session, nine("2023-07-20"))
    assert tick(session, city, "2023-07-20") == [("mid_term", "open")]


def test_the_local_day_counts_and_not_the_day_in_utc(session: Session, city: City) -> None:
    before = datetime(2023, 7, 2, 23, 59, tzinfo=SHANGHAI).astimezone(UTC)
    assert advance_rounds(session, before, city.plan) == []
    after = datetime(2023, 7, 3, 0, 0, tzinfo=SHANGHAI).astimezone(UTC)
    assert after.date() == date(2023, 7, 2)
    assert [step.state for step in advance_rounds(session, after, city.plan)] == ["open"]


DAYS = {
    "opens_on": "2023-07-10",
    "report_due_on": "2023-09-15",
    "verify_due_on": "2023-10-31",
    "disclosure_on": "2023-11-30",
}


def test_the_supervisor_moves_the_days_until_the_round_opens(session: Session, city: City) -> None:
    round_ = the_round(session, city)
    moved = set_dates(session, city.people["supervisor"], NOW, round_id=round_.id, data=DAYS)
    assert (moved.opens_on, moved.report_due_on) == (date(2023, 7, 10), date(2023, 9, 15))
    assert moved.dates_are_default is False
    assert tick(session, city, "2023-07-03") == []
    assert tick(session, city, "2023-07-10") == [("mid_term", "open")]
    with pytest.raises(NotAllowed):
        set_dates(session, city.people["supervisor"], NOW, round_id=round_.id, data=DAYS)
    assert broken_chains(session) == []


def test_days_in_the_wrong_order_change_nothing(session: Session, city: City) -> None:
    round_ = the_round(session, city)
    with pytest.raises(InvalidInput) as raised:
        set_dates(
            session, city.people["supervisor"], NOW, round_id=round_.id, data=DAYS | {"verify_due_on": "2023-09-14"}
        )
    assert list(raised.value.fields) == ["verify_due_on"]
    assert round_.opens_on == date(2023, 7, 3)


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"opens_on": "2023-06-14"}, {"opens_on": "has passed"}),
        (
            {"opens_on": "2023-06-14", "report_due_on": "2023-06-14"},
            {"opens_on": "passed", "report_due_on": "went live"},
        ),
        ({"opens_on": "2020-12-31"}, {"opens_on": "year"}),
        ({"disclosure_on": "9999-12-31"}, {"disclosure_on": "year"}),
        ({"disclosure_on": "2029-01-01"}, {"disclosure_on": "year"}),
    ],
)
def test_days_that_no_tick_could_ever_reach_change_nothing(
    session: Session, city: City, change: dict[str, str], faults: dict[str, str]
) -> None:
    round_ = the_round(session, city)
    with pytest.raises(InvalidInput) as raised:
        set_dates(session, city.people["supervisor"], NOW, round_id=round_.id, data=DAYS | change)
    assert list(raised.value.fields) == list(faults)
    assert all(words in raised.value.fields[name][0] for name, words in faults.items())
    assert (round_.opens_on, round_.dates_are_default) == (date(2023, 7, 3), True)


def test_the_first_and_the_last_days_that_a_round_may_have(session: Session, city: City) -> None:
    days = DAYS | {"opens_on": "2023-06-15", "report_due_on": "2023-06-15", "disclosure_on": "2028-12-31"}
    moved = set_dates(session, city.people["supervisor"], NOW, round_id=the_round(session, city).id, data=days)
    assert (moved.opens_on, moved.disclosure_on) == (date(2023, 6, 15), date(2028, 12, 31))
    assert tick(session, city, "2023-06-15") == [("mid_term", "open")]


@pytest.mark.parametrize("who", ["handler", "leader", "supporting", "observer", "another_unit", "host_handler"])
def test_nobody_else_moves_the_days(session: Session, city: City, who: str) -> None:
    with pytest.raises(NotAllowed):
        set_dates(session, city.people[who], NOW, round_id=the_round(session, city).id, data=DAYS)


@pytest.mark.parametrize("who", ["another_region", "nobody"])
def test_another_region_finds_no_such_round(session: Session, city: City, who: str) -> None:
    with pytest.raises(NotFound):
        set_dates(session, city.people[who], NOW, round_id=the_round(session, city).id, data=DAYS)
