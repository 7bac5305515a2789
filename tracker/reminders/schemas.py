"""What a person gives for the rules of a plan: for each kind and audience its steps, the window, and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from ..i18n import N_
from ..reporting.schemas import FormSchema, filled
from ..workdays.calendar import WINDOW_CLOSES, WINDOW_OPENS
from .ruleset import KINDS, MOST_STEPS, Kind, RuleSet, rules_of

NOT_NUMBERS = N_("Write whole numbers with commas between them, such as 30, 7, 1, 0. Leave it empty for none.")
NEGATIVE = N_("A step lies before its day or on it, so it cannot be negative. Write 0 or more.")
TWICE = N_("A number stands here twice. Take one of them out.")
TOO_MANY = N_("These are more than 12 steps. Write at most 12.")
NOT_BEFORE_OPENING = N_("A round is announced on the day it opens; nothing is owed in it before. Write 0.")
TOO_FAR = N_("A step may lie at most 250 working days from its day. Write a smaller number.")
TOO_SOON = N_("On the day itself nobody has had time to act. Write 1 or more.")
WEEKS = N_("Weeks are counted from 1 to 52. Write numbers within that.")
WINDOW = N_("Write a time from 08:30 to 17:30, such as 09:00.")
WINDOW_SHORT = N_("Mails go out for an hour at least. Choose a later time.")
REASON = N_("Write why the rules change; it stands in the history of the rules.")
AN_HOUR = timedelta(hours=1)


def field_of(kind: str, audience: str) -> str:
    """The name of the form's field that holds the steps of a kind for an audience."""
    return f"{kind}-{audience}"


STEP_FIELDS = tuple(field_of(kind.name, audience) for kind in KINDS.values() for audience in kind.audiences)
FIELDS = (*STEP_FIELDS, "opens", "closes", "reason")


class Steps(fields.Field[tuple[int, ...]]):
    """The steps of one kind for one audience: "30, 7, 1, 0", also with Chinese commas; empty for none."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(load_default=())
        self.kind = kind

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> tuple[int, ...]:
        parts = re.split(r"[,、;\s]+", unicodedata.normalize("NFKC", str(value)).strip(" ,、;"))
        texts = [part for part in parts if part]
        if not all(re.fullmatch(r"[-−]?[0-9]{1,6}", text) for text in texts):
            raise ValidationError(NOT_NUMBERS)
        steps = [int(text.replace("−", "-")) for text in texts]
        fault = self._fault(steps)
        if fault is not None:
            raise ValidationError(fault)
        return tuple(sorted(steps, reverse=self.kind.counts == "before"))

    def _fault(self, steps: list[int]) -> str | None:
        kind = self.kind
        if kind.counts == "before" and any(step < 0 for step in steps):
            return NEGATIVE
        if len(steps) > MOST_STEPS:
            return TOO_MANY
        if len(set(steps)) < len(steps):
            return TWICE
        if all(kind.first <= step <= kind.last for step in steps):
            return None
        if kind.name == "round_opens":
            return NOT_BEFORE_OPENING
        if kind.counts == "weeks":
            return WEEKS
        return TOO_FAR if any(step > kind.last for step in steps) else TOO_SOON


def within(value: time) -> None:
    """A time lies within the hours of all mails."""
    if not WINDOW_OPENS <= value <= WINDOW_CLOSES:
        raise ValidationError(WINDOW)


def _time(default: time) -> fields.Time:
    faults: dict[str, Any] = dict.fromkeys(("invalid", "null", "required"), WINDOW)
    return fields.Time(format="%H:%M", load_default=default, error_messages=faults, validate=within)


class RulesSchema(FormSchema.from_dict({name: Steps(KINDS[name.split("-")[0]]) for name in STEP_FIELDS})):  # type: ignore[misc]
    """The form of a plan's rules without its reason; it loads to ``{"rules": RuleSet}``, number 0."""

    opens = _time(WINDOW_OPENS)
    closes = _time(WINDOW_CLOSES)

    @validates_schema
    def window(self, data: dict[str, Any], **_: Any) -> None:
        """The window is long enough for a scheduler that was down to come back in it."""
        if datetime.combine(date.min, data["closes"]) < datetime.combine(date.min, data["opens"]) + AN_HOUR:
            raise ValidationError({"closes": [WINDOW_SHORT]})

    @post_load
    def whole(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The fields as one set, in the order of the kinds."""
        rules = [
            rule
            for kind in KINDS.values()
            for audience in kind.audiences
            for rule in rules_of(kind.name, audience, data[field_of(kind.name, audience)])
        ]
        chosen = {name: value for name, value in data.items() if name not in (*STEP_FIELDS, "opens", "closes")}
        return {**chosen, "rules": RuleSet(tuple(rules), data["opens"], data["closes"])}


class SetRulesSchema(RulesSchema):
    """The form as it is saved: with the reason."""

    reason = fields.String(required=True, validate=filled(REASON), error_messages={"required": REASON})


def form_of(rules: RuleSet) -> dict[str, str]:
    """A set as the form shows it."""
    steps = {
        field_of(kind, audience): ", ".join(map(str, offsets))
        for kind in KINDS
        for audience, offsets in rules.of(kind).items()
    }
    return {
        **dict.fromkeys(STEP_FIELDS, ""),
        **steps,
        "opens": rules.opens.strftime("%H:%M"),
        "closes": rules.closes.strftime("%H:%M"),
    }
