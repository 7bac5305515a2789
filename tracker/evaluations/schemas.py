"""What a person gives for a round."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from ..i18n import N_
from ..reporting.schemas import FormSchema
from ..workdays.calendar import Calendar

DAY_MISSING = N_("Enter a date, such as 2023-08-31.")
YEAR_OUTSIDE = N_("This year lies outside the plan's term and the three years after it. Check the year.")
DAY_PASSED = N_("This day has passed. Choose today or a later day.")
BEFORE_LIVE = N_("This day lies before the plan went live. Choose a later day.")
NOT_WORKING = N_("This is not a working day. Choose a working day.")
WRONG_ORDER = N_("This day lies before the one above it. Choose the same day or a later one.")


def _day() -> fields.Date:
    return fields.Date(
        required=True, error_messages={"required": DAY_MISSING, "null": DAY_MISSING, "invalid": DAY_MISSING}
    )


class RoundDatesSchema(FormSchema):
    """The four days of a round, in their order; it opens on a working day, ``today`` or later.

    ``live_on`` is the day the plan went live, None before it; the days lie in ``years``.
    """

    def __init__(self, *, today: date, live_on: date | None, years: range, calendar: Calendar) -> None:
        super().__init__()
        self.today, self.live_on, self.years, self.calendar = today, live_on, years, calendar

    opens_on = _day()
    report_due_on = _day()
    verify_due_on = _day()
    disclosure_on = _day()

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        """Each day lies on or after the one before it, and none where it could never be reached."""
        names = ("opens_on", "report_due_on", "verify_due_on", "disclosure_on")
        faults = {name: [YEAR_OUTSIDE] for name in names if data[name].year not in self.years}
        if "opens_on" not in faults and data["opens_on"] < self.today:
            faults["opens_on"] = [DAY_PASSED]
        if "opens_on" not in faults and not self.calendar.is_working(data["opens_on"]):
            faults["opens_on"] = [NOT_WORKING]
        if self.live_on is not None and data["report_due_on"] < self.live_on:
            faults.setdefault("report_due_on", [BEFORE_LIVE])
        for earlier, later in pairwise(names):
            if data[later] < data[earlier]:
                faults.setdefault(later, [WRONG_ORDER])
        if faults:
            raise ValidationError(faults)
