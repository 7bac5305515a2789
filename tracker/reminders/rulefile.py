"""A plan's rules as a file: what ``reminders rules`` prints, edits in between, and ``--set`` reads back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, fields, pre_load

from ..i18n import N_
from ..plans.files import read_file
from .ruleset import KINDS, Kind, RuleSet
from .schemas import WINDOW, field_of

UNKNOWN_KIND = N_("There is no such kind of reminder. The command without --set prints those that there are.")
UNKNOWN_AUDIENCE = N_("This kind has no such audience. docs/reminders.md lists who can be reminded of what.")
AS_PRINTED = N_("Write the file as the command prints it: each kind with its audiences and their steps.")
NOT_STEPS = N_("Write the steps as a list of whole numbers, such as [30, 7, 1, 0].")


class Steps(fields.List[int]):
    """The steps of a kind for one audience."""

    def __init__(self) -> None:
        wrong: dict[str, Any] = {"invalid": NOT_STEPS, "null": NOT_STEPS}
        super().__init__(fields.Integer(strict=True, error_messages=wrong), error_messages=wrong)


class WindowSchema(Schema):
    """Local times; YAML reads 17:30 without quotation marks as a number of minutes, which is taken as meant."""

    error_messages = {"unknown": WINDOW, "type": WINDOW}  # noqa: RUF012

    opens = fields.String(required=True, error_messages=dict.fromkeys(("required", "null", "invalid"), WINDOW))
    closes = fields.String(required=True, error_messages=dict.fromkeys(("required", "null", "invalid"), WINDOW))

    @pre_load
    def minutes(self, data: Any, **_: Any) -> Any:
        """Numbers back into times."""
        if not isinstance(data, dict):
            return data
        return {
            name: f"{value // 60:02}:{value % 60:02}" if type(value) is int and value >= 0 else value
            for name, value in data.items()
        }


class KindSchema(Schema):
    """The audiences of a kind, each with its steps."""

    error_messages = {"unknown": UNKNOWN_AUDIENCE, "type": AS_PRINTED}  # noqa: RUF012


class KindsSchema(Schema):
    """Every kind with its audiences."""

    error_messages = {"unknown": UNKNOWN_KIND, "type": AS_PRINTED}  # noqa: RUF012


def _audiences(kind: Kind) -> fields.Field[Any]:
    steps: dict[str, fields.Field[Any]] = {audience: Steps() for audience in kind.audiences}
    return fields.Nested(KindSchema.from_dict(steps))


_KINDS: dict[str, fields.Field[Any]] = {name: _audiences(kind) for name, kind in KINDS.items()}


class RuleFileSchema(Schema):
    """The file.  ``number`` is that of the set which was edited; without it the set in force is replaced."""

    error_messages = {"unknown": AS_PRINTED, "type": AS_PRINTED}  # noqa: RUF012

    plan = fields.String()
    number = fields.Integer(load_default=None, allow_none=True)
    reason = fields.String(load_default="")
    window = fields.Nested(WindowSchema, load_default=dict)
    rules = fields.Nested(
        KindsSchema.from_dict(_KINDS), required=True, error_messages={"required": AS_PRINTED, "null": AS_PRINTED}
    )


def document_of(slug: str, rules: RuleSet) -> dict[str, Any]:
    """A set as the document that the command prints."""
    return {
        "plan": slug,
        "number": rules.number,
        "window": {"opens": rules.opens.strftime("%H:%M"), "closes": rules.closes.strftime("%H:%M")},
        "rules": {
            kind: {audience: list(offsets) for audience, offsets in rules.of(kind).items()}
            for kind in KINDS
            if rules.of(kind)
        },
    }


def written(document: dict[str, Any]) -> str:
    """The document as YAML, one line a kind."""
    lines = [yaml.safe_dump({name: document[name]}, allow_unicode=True) for name in ("plan", "number")]
    window = document["window"]
    lines.append(f'window: {{opens: "{window["opens"]}", closes: "{window["closes"]}"}}\nrules:\n')
    for kind, audiences in document["rules"].items():
        steps = ", ".join(f"{audience}: {offsets}" for audience, offsets in audiences.items())
        lines.append(f"  {kind}: {{{steps}}}\n")
    return "".join(lines)


def read(path: Path) -> tuple[int | None, dict[str, str]]:
    """A file as the number that it replaces and the form (SetRulesSchema).  Raises InvalidFile."""
    document = read_file(path, RuleFileSchema())
    form = {
        field_of(kind, audience): ", ".join(map(str, offsets))
        for kind, audiences in document["rules"].items()
        for audience, offsets in audiences.items()
    }
    return document["number"], {**form, **document["window"], "reason": document["reason"]}
