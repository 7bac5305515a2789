"""Values of indicators: verified reports write them, the latest of a year counts, and the audit keeps the earlier."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import REPORT, City, make_city
from tracker.audit.models import AuditEntry
from tracker.errors import InvalidInput
from tracker.plans.models import Indicator, IndicatorValue
from tracker.plans.values import indicators_named
from tracker.plans.views.indicators import indicators_of
from tracker.reporting.models import ProgressReport


@pytest.fixture
def city(session: Session) -> City:
    """Tasks 1 and 3 are in progress; the plan has one indicator."""
    made = make_city(session)
    made.go_live(session)
    session.add(
        Indicator(
            plan_id=made.plan.id, position=0, name="入学率", unit="%", baseline="95", target="97",
            comparator=">", kind="anticipatory",
        )
    )  # fmt: skip
    session.flush()
    for ref in ("1", "3"):
        made.do(session, "handler", ref, "acknowledge")
    return made


def value(session: Session, figure: str, year: int = 2022, **more: object) -> dict[str, object]:
    """The form of a report that gives a value of the indicator."""
    indicator = session.scalars(select(Indicator)).one()
    given = {"indicator_id": indicator.id, "measured_value": figure, "measured_year": year, "measured_source": "年报"}
    return {**REPORT, **given, **more}


def values(session: Session) -> list[tuple[int, Decimal, str]]:
    """What stands in the table of indicators."""
    found = session.scalars(select(IndicatorValue).order_by(IndicatorValue.year))
    return [(one.year, one.value, one.source) for one in found]


def test_a_value_counts_once_its_report_is_verified(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "report", **value(session, "96.3"))
    assert values(session) == []
    city.do(session, "supervisor", "1", "return", reason="请核对。")
    city.do(session, "handler", "1", "report", **value(session, "96.1"))
    city.do(session, "supervisor", "1", "verify")
    assert values(session) == [(2022, Decimal("96.1"), "年报")]
    line = indicators_of(session, [city.plan])[city.plan.id][0]
    assert (line.latest, line.latest_year) == ("96.1", 2022)


def test_the_latest_verified_value_of_a_year_wins_and_the_earlier_is_in_the_audit(session: Session, city: City) -> None:
    for ref, figure, source in (("1", "96.1", "初步统计"), ("3", "96.4", "统计公报")):
        city.do(session, "handler", ref, "report", **value(session, figure, measured_source=source))
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "supervisor", "3", "first_check")
    city.do(session, "second_supervisor", "3", "verify")
    assert values(session) == [(2022, Decimal("96.4"), "统计公报")]
    entries = list(
        session.scalars(select(AuditEntry).where(AuditEntry.action == "indicator.value").order_by(AuditEntry.id))
    )
    before = [json.loads(entry.data)["before"] for entry in entries]
    assert before[0] is None
    assert Decimal(before[1]["value"]) == Decimal("96.1")
    assert before[1]["source"] == "初步统计"


def test_years_stand_beside_each_other(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "report", **value(session, "96.1", 2022))
    city.do(session, "supervisor", "1", "verify")
    city.do(session, "handler", "1", "report", **value(session, "96.8", 2023))
    city.do(session, "supervisor", "1", "verify")
    assert [(year, figure) for year, figure, _ in values(session)] == [
        (2022, Decimal("96.1")),
        (2023, Decimal("96.8")),
    ]


def test_a_value_of_the_task_alone_stays_with_the_task(session: Session, city: City) -> None:
    city.do(session, "handler", "1", "report", **REPORT, measured_value="5", measured_year=2022)
    city.do(session, "supervisor", "1", "verify")
    assert values(session) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"indicator_id": 987654}, "indicator_id"),
        ({"indicator_id": "x"}, "indicator_id"),
        ({"indicator_id": 2**40}, "indicator_id"),
        ({"measured_value": ""}, "measured_value"),
        ({"measured_source": ""}, "measured_source"),
        ({"measured_year": ""}, "measured_year"),
    ],
)
def test_an_indicator_needs_value_year_and_source(
    session: Session, city: City, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        city.do(session, "handler", "1", "report", **{**value(session, "96.3"), **wrong})
    assert field in caught.value.fields
    assert session.scalars(select(ProgressReport)).all() == []


def test_the_form_names_the_indicators_with_their_unit(session: Session, city: City) -> None:
    assert [name for _, name in indicators_named(session, city.plan)] == ["入学率（%）"]
