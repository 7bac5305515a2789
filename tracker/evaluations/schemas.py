"""What a person gives for a round."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from ..i18n import N_
from ..reporting.schemas import FormSchema
from ..workdays.calendar import is_working_day

DAY_MISSING = N_("Enter a date, such as 2023-08-31.")


def _day() -> fields.Date:
    return fields.Date(
        required=True, error_messages={"required": DAY_MISSING, "null": DAY_MISSING, "invalid": DAY_MISSING}
    )


class RoundDatesSchema(FormSchema):
    """The four days of a round, in their order; it opens on a working day."""

    opens_on = _day()
    report_due_on = _day()
    verify_due_on = _day()
    disclosure_on = _day()

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        """Each day lies on or after the one before it."""
        faults: dict[str, list[str]] = {}
        if not is_working_day(data["opens_on"]):
            faults["opens_on"] = [N_("This is not a working day. Choose a working day.")]
        names = ("opens_on", "report_due_on", "verify_due_on", "disclosure_on")
        for earlier, later in pairwise(names):
            if data[later] < data[earlier]:
                faults[later] = [N_("This day lies before the one above it. Choose the same day or a later one.")]
        if faults:
            raise ValidationError(faults)
