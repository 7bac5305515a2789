"""What a trigger must be given, by the names in ``Step.needs``."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from ..i18n import N_
from ..reporting.schemas import FormSchema, ReportSchema, ReturnSchema, filled

LARGEST_ID = 2**31 - 1


class ReasonSchema(FormSchema):
    """A reason that the other side reads."""

    reason = fields.String(
        required=True,
        validate=filled(N_("Write the reason; the other side reads it.")),
        error_messages={"required": N_("Write the reason; the other side reads it.")},
    )


def _unit_id() -> fields.Integer:
    """The id of a unit; one that no column takes is no unit's."""
    fault = N_("A chosen unit does not belong to this region. Choose again.")
    return fields.Integer(
        validate=validate.Range(min=1, max=LARGEST_ID, error=fault), error_messages={"invalid": fault}
    )


class AssigneesSchema(FormSchema):
    """Lead units in order, the first-named first, and supporting units: ids of units of the plan's region."""

    leads = fields.List(
        _unit_id(),
        required=True,
        validate=validate.Length(min=1, error=N_("Choose at least one lead unit.")),
        error_messages={"required": N_("Choose at least one lead unit.")},
    )
    supports = fields.List(_unit_id(), load_default=list)

    @validates_schema
    def each_unit_once(self, data: dict[str, Any], **_: Any) -> None:
        """A unit leads or supports a task, and stands in it once."""
        named = [*data.get("leads", []), *data.get("supports", [])]
        if len(named) != len(set(named)):
            raise ValidationError({"supports": [N_("A unit is chosen twice. Let it lead or support, not both.")]})


SCHEMAS: dict[str, type[FormSchema]] = {
    "reason": ReasonSchema,
    "reasons_per_field": ReturnSchema,
    "report": ReportSchema,
    "assignees": AssigneesSchema,
}
