"""Indicators as a table row and a line: from the baseline before the term to the target at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ..models import Indicator, Plan

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
LOWER_IS_BETTER = ("<", "<=")


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator with what can be drawn of it.

    ``points`` are (year, value), the baseline first where the plan prints a figure for it; ``goal`` is the figure in
    the printed target, None for a target in words.  ``verdict`` compares the latest value with the straight path from
    baseline to goal: ahead (on it or better) or behind; None where one of the three is missing.
    """

    indicator: Indicator
    points: tuple[tuple[int, float], ...]
    goal: float | None
    latest_year: int | None
    latest: str | None
    verdict: str | None


def figure(printed: str | None) -> float | None:
    """The figure in a printed value (">80" -> 80), None where there is none."""
    found = _NUMBER.search(printed.replace(",", "")) if printed else None
    return float(found.group()) if found else None


def plain(value: Decimal) -> str:
    """A stored value without trailing zeros."""
    return f"{value.normalize():f}"


def indicator_line(indicator: Indicator, plan: Plan) -> IndicatorLine:
    """What a table and a line need of one indicator."""
    goal, start = figure(indicator.target), figure(indicator.baseline)
    reached = [(value.year, float(value.value)) for value in indicator.values]
    base = [(plan.first_year - 1, start)] if start is not None else []
    latest = indicator.values[-1] if indicator.values else None
    return IndicatorLine(
        indicator=indicator,
        points=(*base, *reached),
        goal=goal,
        latest_year=latest.year if latest is not None else None,
        latest=plain(latest.value) if latest is not None else None,
        verdict=_verdict(indicator, plan, start, goal, reached),
    )


def _verdict(
    indicator: Indicator, plan: Plan, start: float | None, goal: float | None, reached: list[tuple[int, float]]
) -> str | None:
    if start is None or goal is None or not reached:
        return None
    year, value = reached[-1]
    first = plan.first_year - 1
    due = start + (goal - start) * (year - first) / (plan.last_year - first)
    good = value <= due if indicator.comparator in LOWER_IS_BETTER else value >= due
    return "ahead" if good else "behind"


def indicators_of(session: Session, plans: Iterable[Plan]) -> dict[int, list[IndicatorLine]]:
    """Plan id -> its indicators in the order of the plan's table: two statements."""
    known = {plan.id: plan for plan in plans}
    statement = (
        select(Indicator)
        .where(Indicator.plan_id.in_(list(known)))
        .options(selectinload(Indicator.values))
        .order_by(Indicator.plan_id, Indicator.position)
    )
    lines: dict[int, list[IndicatorLine]] = {plan_id: [] for plan_id in known}
    for indicator in session.scalars(statement):
        lines[indicator.plan_id].append(indicator_line(indicator, known[indicator.plan_id]))
    return lines
