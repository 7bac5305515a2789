"""What a progress report and a comment must hold."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate, validates_schema

from ..i18n import N_

TEXT_LIMIT = 10_000
LARGEST_VALUE = 10**13  # what the column holds, with four decimals
NOT_TOO_LONG = validate.Length(max=TEXT_LIMIT, error=N_("This is too long. Write at most 10,000 characters."))


def filled(message: str) -> validate.And:
    """A text that is more than white space and no longer than TEXT_LIMIT characters."""

    def not_blank(value: str) -> None:
        if not value.strip():
            raise ValidationError(message)

    return validate.And(not_blank, NOT_TOO_LONG)


class FormSchema(Schema):
    """A form: unknown fields are ignored, white space around texts goes, an empty optional field is absent."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def strip(self, data: Any, **_: Any) -> dict[str, Any]:
        """Trim every text of the form; a NUL, which PostgreSQL cannot keep, goes too."""
        return {
            name: value.replace("\0", "").strip() if isinstance(value, str) else value
            for name, value in dict(data).items()
        }


def _number(message: str, **options: Any) -> Any:
    return {"invalid": message, "required": message, "null": message, **options}


class ReportSchema(FormSchema):
    """A progress report.  ``progress`` is 0 to 100, in percent of the whole task; claiming completion means 100."""

    done = fields.String(
        required=True,
        validate=filled(N_("Write what was done.")),
        error_messages={"required": N_("Write what was done.")},
    )
    problems = fields.String(load_default="", validate=NOT_TOO_LONG)
    next_steps = fields.String(load_default="", validate=NOT_TOO_LONG)
    progress = fields.Integer(
        required=True,
        validate=validate.Range(0, 100, error=N_("Progress is a whole number from 0 to 100, in percent.")),
        error_messages=_number(N_("Progress is a whole number from 0 to 100, in percent.")),
    )
    completion_claimed = fields.Boolean(load_default=False)
    evidence = fields.String(load_default="", validate=NOT_TOO_LONG)
    measured_value = fields.Decimal(
        load_default=None,
        allow_none=True,
        allow_nan=False,
        validate=validate.Range(
            -LARGEST_VALUE, LARGEST_VALUE, error=N_("The value reached is a number, such as 92.5.")
        ),
        error_messages=dict.fromkeys(("invalid", "special"), N_("The value reached is a number, such as 92.5.")),
    )
    measured_year = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1990, 2100, error=N_("The year has four digits, such as 2023.")),
        error_messages={"invalid": N_("The year has four digits, such as 2023.")},
    )
    measured_source = fields.String(
        load_default="",
        validate=validate.Length(max=500, error=N_("This is too long. Write at most 500 characters.")),
    )

    indicator_id = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 2**31 - 1, error=N_("Choose one of the plan's indicators, or none.")),
        error_messages={"invalid": N_("Choose one of the plan's indicators, or none.")},
    )

    @pre_load
    def empty_numbers_are_absent(self, data: Any, **_: Any) -> dict[str, Any]:
        """An empty optional number was not given."""
        return {
            name: value
            for name, value in dict(data).items()
            if not (name in ("measured_value", "measured_year", "indicator_id") and value in ("", None))
        }

    @validates_schema
    def hold_together(self, data: dict[str, Any], **_: Any) -> None:
        """Completion is 100 percent; a value has its year, an indicator's its source too."""
        if data.get("completion_claimed") and data.get("progress") != 100:
            raise ValidationError({"progress": [N_("You say the task is completed: progress must then be 100.")]})
        if data.get("measured_value") is not None and data.get("measured_year") is None:
            raise ValidationError({"measured_year": [N_("Give the year that the value belongs to.")]})
        if data.get("indicator_id") is not None:
            if data.get("measured_value") is None:
                raise ValidationError({"measured_value": [N_("Give the value of the indicator, or choose none.")]})
            if not data.get("measured_source"):
                raise ValidationError({"measured_source": [N_("Name the source of the indicator's value.")]})


RETURNED_FIELDS = {
    "done": N_("What was done"),
    "problems": N_("What was not done, and why"),
    "next_steps": N_("What comes next"),
    "progress": N_("Progress in percent"),
    "measured_value": N_("Value reached"),
    "evidence": N_("Evidence"),
}
"""The fields of a report that a return may give a reason for, with their labels, in the order of the form."""


class ReturnSchema(FormSchema):
    """What is wrong with single fields of a returned report, each of them optional."""

    reason_done = fields.String(load_default="", validate=NOT_TOO_LONG)
    reason_problems = fields.String(load_default="", validate=NOT_TOO_LONG)
    reason_next_steps = fields.String(load_default="", validate=NOT_TOO_LONG)
    reason_progress = fields.String(load_default="", validate=NOT_TOO_LONG)
    reason_measured_value = fields.String(load_default="", validate=NOT_TOO_LONG)
    reason_evidence = fields.String(load_default="", validate=NOT_TOO_LONG)


class PartSchema(FormSchema):
    """A unit's part of a report.  ``progress`` is optional: 0 to 100, in percent of what the unit has to do."""

    done = fields.String(
        required=True,
        validate=filled(N_("Write what was done.")),
        error_messages={"required": N_("Write what was done.")},
    )
    problems = fields.String(load_default="", validate=NOT_TOO_LONG)
    next_steps = fields.String(load_default="", validate=NOT_TOO_LONG)
    progress = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, 100, error=N_("Progress is a whole number from 0 to 100, in percent.")),
        error_messages=_number(N_("Progress is a whole number from 0 to 100, in percent.")),
    )

    @pre_load
    def empty_progress_is_absent(self, data: Any, **_: Any) -> dict[str, Any]:
        """The progress may be left out."""
        return {name: value for name, value in dict(data).items() if not (name == "progress" and value in ("", None))}


class CorrectionSchema(FormSchema):
    """What a comment says."""

    body = fields.String(
        required=True,
        validate=filled(N_("Write your comment.")),
        error_messages={"required": N_("Write your comment.")},
    )


class CommentSchema(CorrectionSchema):
    """A comment.  ``answers`` is the id of the comment that it answers, ``mentions`` are ids of units that it names."""

    answers = fields.Integer(load_default=None, allow_none=True)
    mentions = fields.List(
        fields.Integer(error_messages={"invalid": N_("Name units that have part in the task.")}), load_default=list
    )


class RequestSchema(FormSchema):
    """A request for input: ``units`` are ids, ``due_on`` a working day."""

    units = fields.List(
        fields.Integer(error_messages={"invalid": N_("Choose a unit that supports the task.")}),
        required=True,
        validate=validate.Length(min=1, error=N_("Choose at least one unit.")),
        error_messages={"required": N_("Choose at least one unit.")},
    )
    question = fields.String(
        required=True,
        validate=filled(N_("Write what you ask for.")),
        error_messages={"required": N_("Write what you ask for.")},
    )
    due_on = fields.Date(
        required=True,
        error_messages=dict.fromkeys(("required", "invalid"), N_("Choose a date, such as 2023-08-31.")),
    )


class AnswerSchema(FormSchema):
    """The answer to a request for input."""

    answer = fields.String(
        required=True,
        validate=filled(N_("Write your answer.")),
        error_messages={"required": N_("Write your answer.")},
    )
