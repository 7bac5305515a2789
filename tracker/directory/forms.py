"""What the forms and commands of accounts may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from ..errors import InvalidInput
from ..i18n import LOCALES, N_
from .models import ROLES

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
EMAIL = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")
BAD_DAY = N_("Choose a date, such as 2023-08-31.")
NOT_LISTED = N_("Choose somebody of the list.")
BAD_EMAIL = N_("Write an e-mail address such as office@example.org.")


def is_email(text: str) -> bool:
    """Whether a text, in small letters, is an e-mail address: plain ASCII, one @, a domain with a dot."""
    local = text.partition("@")[0]
    return len(text) <= 254 and EMAIL.fullmatch(text) is not None and ".." not in local and local.strip(".") == local


def _email(value: str) -> None:
    if not is_email(value):
        raise ValidationError(BAD_EMAIL)


class Email(fields.String):
    """An e-mail address, brought to small letters; ``blank`` allows none and loads it as None."""

    def __init__(self, *, blank: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.blank = blank

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip().lower()
        if self.blank and not text:
            return None
        _email(text)
        return text


class _Trimmed(fields.String):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return str(super()._deserialize(value, attr, data, **kwargs)).strip()


class FormSchema(Schema):
    """What the forms share: hidden fields of the page are none of theirs."""

    class Meta:
        unknown = EXCLUDE


class PersonSchema(FormSchema):
    """One person of a unit or a region."""

    name = _Trimmed(
        required=True,
        validate=validate.Length(min=1, max=100, error=N_("Write the name, 100 characters at most.")),
        error_messages={"required": N_("Write the name, 100 characters at most.")},
    )
    email = Email(required=True, error_messages={"required": BAD_EMAIL})
    role = fields.String(
        required=True,
        validate=validate.OneOf(ROLES, error=N_("Choose a role.")),
        error_messages={"required": N_("Choose a role.")},
    )


class EmailSchema(FormSchema):
    """Another address of a person."""

    email = Email(required=True, error_messages={"required": BAD_EMAIL})


class MailboxSchema(FormSchema):
    """The mailbox of a unit; empty takes it away."""

    mailbox = Email(required=True, blank=True, error_messages={"required": BAD_EMAIL})


class LocaleSchema(FormSchema):
    """A language of mails."""

    language = fields.String(
        required=True,
        validate=validate.OneOf(LOCALES, error=N_("Choose a language.")),
        error_messages={"required": N_("Choose a language.")},
    )


class WeeklySchema(FormSchema):
    """How often what is not due within a week comes."""

    pace = fields.String(
        required=True,
        validate=validate.OneOf(("daily", "weekly"), error=N_("Choose daily or weekly.")),
        error_messages={"required": N_("Choose daily or weekly.")},
    )


class AbsenceSchema(FormSchema):
    """The first and the last day of an absence, and the deputy's number, empty where the unit's mailbox serves."""

    from_on = fields.Date(required=True, error_messages=dict.fromkeys(("required", "invalid"), BAD_DAY))
    to_on = fields.Date(required=True, error_messages=dict.fromkeys(("required", "invalid"), BAD_DAY))
    deputy = fields.Integer(load_default=None, allow_none=True, error_messages={"invalid": NOT_LISTED})

    @pre_load
    def without_deputy(self, data: Mapping[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Load an empty choice as none."""
        return {name: value for name, value in data.items() if name != "deputy" or value}


def load(schema: Schema, form: Mapping[str, Any]) -> dict[str, Any]:
    """The form by its schema.  Raises InvalidInput, field -> message ids."""
    try:
        loaded: dict[str, Any] = schema.load(form)
    except ValidationError as error:
        raise InvalidInput({str(name): list(messages) for name, messages in error.messages_dict.items()}) from error
    return loaded
