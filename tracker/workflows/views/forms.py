"""What the forms of a task are filled with, and how what was typed becomes the data of a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from ...directory.models import Unit
from ...plans.models import Plan
from ...plans.queries import TaskRow
from ...plans.views.indicators import plain
from ...reporting.models import ProgressReport
from ...reporting.schemas import RETURNED_FIELDS

PAGE_OF_NEED = {
    "reason": "workflows/reason.html",
    "report": "workflows/report.html",
    "assignees": "workflows/assign.html",
}
REPORT_FIELDS = (
    "done", "problems", "next_steps", "progress", "completion_claimed", "evidence",
    "measured_value", "measured_year", "measured_source", "indicator_id",
)  # fmt: skip
GIVEN_ANEW = ("completion_claimed", "evidence", "measured_value", "measured_year", "indicator_id")
ECHOED = ("progress", "measured_value", "measured_year")
REASONS = tuple(f"reason_{name}" for name in RETURNED_FIELDS)
LEAD_PLACES = 3
LEAD_FIELD = "lead"


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """The units that may be chosen and those that are: ``places`` is how many lead units the form asks for."""

    units: list[tuple[int, str]]
    leads: list[str]
    supports: list[str]

    @property
    def places(self) -> int:
        """Always one more than are chosen, and at least three."""
        return max(LEAD_PLACES, len(self.leads) + 1)


def page_of(needs: Sequence[str]) -> str:
    """The template of a trigger's form by what it must be given."""
    return PAGE_OF_NEED["assignees" if "assignees" in needs else needs[0]]


def command_data(form: MultiDict[str, str]) -> dict[str, Any]:
    """A posted form as the data of a command."""
    data: dict[str, Any] = {name: form[name] for name in ("reason", *REASONS, *REPORT_FIELDS) if name in form}
    if any(name.startswith(LEAD_FIELD) for name in form):
        data |= {"leads": [value for value in _leads(form) if value], "supports": form.getlist("supports")}
    return data


def _leads(form: MultiDict[str, str]) -> list[str]:
    names = [name for name in form if name == "leads" or name.startswith(f"{LEAD_FIELD}_")]
    return [form[name] for name in sorted(names, key=lambda name: (name != "leads", len(name), name))]


def report_values(report: ProgressReport | None, *, again: bool = True) -> dict[str, str]:
    """The fields of the report form, from the version to be revised (``again``), else from the report before.

    A new report begins with the texts of the last one; what proves it, a value and a claim are given anew.
    """
    if report is None:
        return dict.fromkeys(REPORT_FIELDS, "")
    values = {
        "done": report.done,
        "problems": report.problems,
        "next_steps": report.next_steps,
        "progress": str(report.progress),
        "completion_claimed": "yes" if report.completion_claimed else "no",
        "evidence": report.evidence,
        "measured_value": plain(report.measured_value) if report.measured_value is not None else "",
        "measured_year": str(report.measured_year or ""),
        "measured_source": report.measured_source,
        "indicator_id": str(report.indicator_id or ""),
    }
    return values if again else values | dict.fromkeys(GIVEN_ANEW, "")


def reasons_of(report: ProgressReport | None) -> dict[str, str]:
    """Field of a returned version -> what was wrong with it, in the order of the form."""
    found = {one.field: one.reason for one in report.return_reasons} if report is not None else {}
    return {name: found[name] for name in RETURNED_FIELDS if name in found}


def unit_choice(session: Session, plan: Plan, row: TaskRow | None, typed: Mapping[str, Any] | None) -> UnitChoice:
    """The units of the plan's region; chosen are those that were typed, else those that the task has."""
    units = session.execute(select(Unit.id, Unit.name).where(Unit.region_id == plan.region_id).order_by(Unit.id)).all()
    if typed is not None:
        leads, supports = list(typed.get("leads", [])), list(typed.get("supports", []))
    else:
        leads = [str(unit.unit_id) for unit in row.leads] if row is not None else []
        supports = [str(unit.unit_id) for unit in row.supports] if row is not None else []
    return UnitChoice(units=[(unit_id, name) for unit_id, name in units], leads=leads, supports=supports)
