"""Values of a plan's indicators: what was reached in a year, from verified reports."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from .models import Indicator, IndicatorValue, Plan


def indicators_named(session: Session, plan: Plan) -> list[tuple[int, str]]:
    """(id, name with its unit) of a plan's indicators in the order of its table."""
    statement = select(Indicator).where(Indicator.plan_id == plan.id).order_by(Indicator.position)
    return [(one.id, f"{one.name}（{one.unit}）" if one.unit else one.name) for one in session.scalars(statement)]


def record_value(
    session: Session,
    actor: Actor,
    now: datetime,
    plan: Plan,
    *,
    indicator_id: int,
    year: int,
    value: Decimal,
    source: str,
    report_id: int,
) -> None:
    """Let a verified value count: the latest verified one of a year stands in the place of the earlier.

    What stood before is in the audit, and in the reports, which never change.
    """
    session.execute(select(Indicator.id).where(Indicator.id == indicator_id).with_for_update(key_share=True)).one()
    known = session.scalars(
        select(IndicatorValue).where(IndicatorValue.indicator_id == indicator_id, IndicatorValue.year == year)
    ).one_or_none()
    before = {"value": str(known.value), "source": known.source} if known is not None else None
    if known is None:
        session.add(IndicatorValue(indicator_id=indicator_id, year=year, value=value, source=source))
    else:
        known.value, known.source = value, source
    session.flush()
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action="indicator.value",
        subject=f"indicator:{indicator_id}",
        data={
            "year": year,
            "before": before,
            "after": {"value": str(value), "source": source},
            "report": report_id,
        },
    )
