"""What a person types for a row, a section and the document: the texts of a form become values, or a clear sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from ...i18n import N_
from ...plans.schemas import TaskSchema
from ...reporting.schemas import FormSchema, filled

OTHERS = "等"
SEPARATORS = "\n\r、，,；;"
NOT_A_DATE = N_("Enter a date, such as 2023-08-31.")
NOT_A_TARGET = N_("Write one target a line, a comparison before the figure: ≥ 85 %")
COMPARISONS = {
    "≥": ">=",
    ">=": ">=",
    "≤": "<=",
    "<=": "<=",
    ">": ">",
    "＞": ">",
    "<": "<",
    "＜": "<",
    "=": "=",
    "＝": "=",
}
SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "=": "="}
_TARGET = re.compile(r"^(>=|<=|[≥≤><=＞＜＝])\s*(\d+(?:\.\d+)?)\s*(\S.*)?$")


def split_names(text: str) -> tuple[list[str], list[str]]:
    """The names of a list, and those behind which 等 stands.

    Names stand one a line or between 、，；; a separator within brackets parts nothing: 各县（市、区）政府 is one name.
    """
    names, others, name, depth = [], [], "", 0
    for character in text + "\n":
        depth = max(0, depth + (character in "（(") - (character in "）)"))
        if character not in SEPARATORS or (depth and character not in "\n\r"):
            name += character
            continue
        clean = "".join(name.split())
        if len(clean) > len(OTHERS) + 1 and clean.endswith(OTHERS):
            clean = clean.removesuffix(OTHERS)
            others.append(clean)
        if clean:
            names.append(clean)
        name, depth = "", 0
    return names, others


def names_text(names: Sequence[str], others: Sequence[str]) -> str:
    """A list of units as the form shows it: one a line, 等 behind those that have it."""
    return "\n".join(f"{name}{OTHERS}" if name in others else name for name in names)


def targets_text(targets: Sequence[Mapping[str, Any]]) -> str:
    """Targets as the form shows them, one a line; one that is no figure (in step with another) is not shown."""
    return "\n".join(
        " ".join(part for part in (SIGNS[target["comparator"]], f"{target['value']:g}", target["unit"] or "") if part)
        for target in targets
        if target["comparator"] in SIGNS
    )


class Targets(fields.Field[list[dict[str, Any]]]):
    """One target a line."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[dict[str, Any]]:
        found = []
        for line in str(value).splitlines():
            if not line.strip():
                continue
            parts = _TARGET.match(line.strip())
            if parts is None:
                raise ValidationError(NOT_A_TARGET)
            comparator, figure, unit = parts.groups()
            number = float(figure)
            found.append(
                {
                    "comparator": COMPARISONS[comparator],
                    "value": int(number) if number.is_integer() else number,
                    "unit": unit.strip() if unit else None,
                }
            )
        return found


class OptionalDay(fields.Date):
    """A day, or nothing."""

    def __init__(self) -> None:
        super().__init__(load_default=None, allow_none=True, error_messages={"invalid": NOT_A_DATE})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return None if value == "" else super()._deserialize(value, attr, data, **kwargs)


class RowForm(FormSchema):
    """A row of the check page.  ``period`` is the plan's, None where nobody has said it."""

    def __init__(self, period: Sequence[int] | None = None) -> None:
        super().__init__()
        self.period = period

    number = fields.String(required=True, validate=filled(N_("Write the number as it is printed.")))
    section = fields.String(load_default="")
    text = fields.String(required=True, validate=filled(N_("Write the text of the task.")))
    leads = fields.String(load_default="")
    supports = fields.String(load_default="")
    joint = fields.Boolean(load_default=False)
    deadline = OptionalDay()
    deadline_words = fields.String(load_default="")
    remark = fields.String(load_default="")
    targets = Targets(load_default=list)

    @validates_schema
    def names_agree(self, data: dict[str, Any], **_: Any) -> None:
        """What the plan's own schema asks of a task, asked here so that the sentence stands at its field."""
        row = as_row(data) | {"ref": "1", "source_line": 1}
        faults = TaskSchema().validate(row)
        if faults:
            raise ValidationError({name: _flat(found) for name, found in faults.items()})
        day: date | None = data["deadline"]
        if day is not None and self.period is not None and not self.period[0] <= day.year <= self.period[1]:
            raise ValidationError({"deadline": [N_("The deadline lies outside the plan's period.")]})


def as_row(data: Mapping[str, Any]) -> dict[str, Any]:
    """A loaded RowForm as the fields of a stored row."""
    leads, other_leads = split_names(data["leads"])
    supports, other_supports = split_names(data["supports"])
    return {
        "number": data["number"],
        "section": data["section"] or None,
        "text": data["text"],
        "leads": leads,
        "supports": supports,
        "others": list(dict.fromkeys([*other_leads, *other_supports])),
        "joint": data["joint"],
        "deadline": data["deadline"].isoformat() if data["deadline"] is not None else None,
        "deadline_words": data["deadline_words"] or None,
        "remark": data["remark"] or None,
        "targets": data["targets"],
    }


def _flat(messages: Any) -> list[str]:
    if isinstance(messages, Mapping):
        return list(dict.fromkeys(text for below in messages.values() for text in _flat(below)))
    return list(dict.fromkeys(str(message) for message in messages))


class SectionForm(FormSchema):
    """Lead units for all rows of a section; ``scope`` says whether rows that name a lead unit get them too."""

    section = fields.String(load_default="")
    leads = fields.String(required=True, validate=filled(N_("Name at least one lead unit.")))
    scope = fields.String(load_default="without", validate=validate.OneOf(("without", "all")))


class FactsForm(FormSchema):
    """What the head of the document says."""

    title = fields.String(required=True, validate=filled(N_("Write the title of the plan.")))
    document_number = fields.String(load_default="")
    issuer = fields.String(load_default="")
    issued_on = OptionalDay()
    first_year = fields.String(load_default="")
    last_year = fields.String(load_default="")

    @validates_schema
    def term_is_whole(self, data: dict[str, Any], **_: Any) -> None:
        """Both years or none, four digits each, the first before the last."""
        given = (data["first_year"], data["last_year"])
        if not any(given):
            return
        if not all(re.fullmatch(r"(?:19|20)\d\d", year) for year in given):
            raise ValidationError({"first_year": [N_("Write both years of the period, such as 2021 and 2025.")]})
        if given[0] > given[1]:
            raise ValidationError({"first_year": [N_("The last year lies before the first.")]})
