"""The gap list: completion that a unit claims and nothing proves, neither evidence nor a value reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ..access import Actor, permitted
from ..clock import local_day
from ..plans.models import Plan
from ..plans.policy import plan_facts
from ..plans.queries import TaskRow, plan_by_slug, task_rows
from ..reporting.models import ProgressReport
from ..reporting.policy import GAPS
from ..reporting.queries import report_marks


@dataclass(frozen=True, slots=True)
class Gap:
    """A task whose present report claims completion without proof; ``reported_on`` is a day in the region's zone."""

    row: TaskRow
    report: ProgressReport
    reported_on: date


@dataclass(frozen=True, slots=True)
class GapPage:
    """The gaps of a plan in its order.  ``whole``: of all its tasks, else of those that the reader's units lead."""

    plan: Plan
    gaps: list[Gap]
    whole: bool


def gap_page(session: Session, actor: Actor, slug: str) -> GapPage:
    """What the actor may see of a plan's gaps: a fixed number of statements.  Raises NotFound."""
    plan = plan_by_slug(session, actor, slug)
    whole = permitted(GAPS, plan_facts(actor, plan))
    rows = [
        row
        for row in task_rows(session, [plan.id])
        if row.current_report_id is not None
        and row.state not in ("closed_out", "terminated")
        and (whole or any(unit.unit_id in actor.unit_ids for unit in row.leads))
    ]
    marks = report_marks(session, [row.current_report_id for row in rows if row.current_report_id is not None])
    unproven = [report_id for report_id, mark in marks.items() if mark.completion_unproven]
    statement = (
        select(ProgressReport)
        .where(ProgressReport.id.in_(unproven))
        .options(joinedload(ProgressReport.unit), joinedload(ProgressReport.author))
    )
    reports = {report.id: report for report in session.scalars(statement)}
    zone = plan.region.timezone
    gaps = [
        Gap(row, report, local_day(report.submitted_at, zone))
        for row in rows
        if (report := reports.get(row.current_report_id or 0)) is not None
    ]
    return GapPage(plan, gaps, whole)
