"""The units file of a region (seed_tasks/README.md): what it may hold, and one clear sentence for what it may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from tracker.i18n import N_

UNIT_KINDS: Mapping[str, str] = {
    "government_department": N_("Government department"),
    "party_department": N_("Party committee department"),
    "congress_or_conference": N_("People's congress or political consultative conference"),
    "court_or_procuratorate": N_("Court or procuratorate"),
    "military": N_("Military organ"),
    "central_agency": N_("Agency of the central authorities"),
    "mass_organization": N_("Mass organization"),
    "enterprise": N_("Enterprise"),
    "institution": N_("Public institution"),
    "office": N_("Office hosted by a unit"),
    "county": N_("Government of a county, city or district"),
    "collective": N_("Collective unit"),
}
"""Code of each kind of unit and the msgid of its label."""

LIBRARY_SENTENCES = (
    N_("Missing data for required field."),
    N_("Field may not be null."),
    N_("Unknown field."),
    N_("Not a valid string."),
    N_("Not a valid integer."),
    N_("Not a valid boolean."),
    N_("Not a valid date."),
    N_("Not a valid list."),
    N_("Invalid input type."),
)
"""The sentences that marshmallow itself writes, here for the translators."""


def not_blank(value: str) -> None:
    """Raise ValidationError unless ``value`` holds a word and neither begins nor ends with white space."""
    if not value.strip():
        raise ValidationError(N_("This is empty: write a text."))
    if value != value.strip():
        raise ValidationError(N_("Take away the white space at the beginning or the end."))


def no_repetition(values: Sequence[str]) -> None:
    """Raise ValidationError, placed at the position (from 0) of each value that stands in ``values`` before."""
    repeated = {
        position: [N_("This stands twice in the list: keep one.")]
        for position, value in enumerate(values)
        if value in values[:position]
    }
    if repeated:
        raise ValidationError(repeated)


def a_time_zone(value: str) -> None:
    """Raise ValidationError unless ``value`` is a name of the time zone database, such as Asia/Shanghai."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(N_("Not a known time zone: write a name such as Asia/Shanghai.")) from error


a_slug = validate.Regexp(r"^[a-z][a-z0-9-]*$", error=N_("Only small letters, digits and hyphens, a letter first."))


class FileSchema(Schema):
    """What all schemas of hand-written files share: an unknown key is an error."""

    class Meta:
        unknown = RAISE


class RegionSchema(FileSchema):
    """The region at the head of a units file."""

    slug = fields.String(required=True, validate=a_slug)
    name = fields.String(required=True, validate=not_blank)
    short_name = fields.String(required=True, validate=not_blank)
    timezone = fields.String(required=True, validate=a_time_zone)


class UnitSchema(FileSchema):
    """One unit; ``host`` and ``members`` are names of other units of the same file."""

    slug = fields.String(load_default=None, allow_none=True, validate=a_slug)
    name = fields.String(required=True, validate=not_blank)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            tuple(UNIT_KINDS), error=N_("Not a kind of unit: seed_tasks/README.md lists the kinds.")
        ),
    )
    aliases = fields.List(fields.String(validate=not_blank), required=True, validate=no_repetition)
    mailbox = fields.Email(
        load_default=None, allow_none=True, error_messages={"invalid": N_("Not a valid e-mail address.")}
    )
    host = fields.String(load_default=None, allow_none=True)
    members = fields.List(fields.String(), load_default=list, validate=no_repetition)


class UnitsFileSchema(FileSchema):
    """A whole units file.

    ``load`` takes the parsed YAML and gives ``{"region": {...}, "units": [{...}]}`` with every key present. It raises
    ValidationError, which :func:`problems` turns into lines for a person.
    """

    region = fields.Nested(RegionSchema, required=True)
    units = fields.List(fields.Nested(UnitSchema), required=True)

    @validates_schema
    def names_lead_to_one_unit(self, data: dict[str, Any], **_: Any) -> None:
        """No name, alias or slug belongs to two units of a region: a printed name must lead to exactly one."""
        faults: dict[int, dict[str, Any]] = {}
        owners: dict[str, int] = {}
        slugs: set[str] = set()
        for position, unit in enumerate(data["units"]):
            if unit["slug"] in slugs:
                faults.setdefault(position, {})["slug"] = [N_("Another unit of the file has this slug.")]
            if unit["slug"]:
                slugs.add(unit["slug"])
            if owners.setdefault(unit["name"], position) != position:
                faults.setdefault(position, {})["name"] = [N_("This name already belongs to another unit.")]
            for number, alias in enumerate(unit["aliases"]):
                if alias == unit["name"]:
                    sentence = N_("The alias repeats the unit's own name: take it away.")
                elif owners.setdefault(alias, position) != position:
                    sentence = N_("This alias already belongs to another unit.")
                else:
                    continue
                faults.setdefault(position, {}).setdefault("aliases", {})[number] = [sentence]
        if faults:
            raise ValidationError({"units": faults})

    @validates_schema
    def hosts_and_members_exist(self, data: dict[str, Any], **_: Any) -> None:
        """A host is another unit of the file; a collective unit, and no other, has members, all single units."""
        kinds = {unit["name"]: unit["kind"] for unit in data["units"]}
        faults: dict[int, dict[str, Any]] = {}
        for position, unit in enumerate(data["units"]):
            if unit["host"] is not None and (unit["host"] not in kinds or unit["host"] == unit["name"]):
                faults.setdefault(position, {})["host"] = [N_("The host is not another unit of this file.")]
            members = _member_faults(unit, kinds)
            if members:
                faults.setdefault(position, {})["members"] = members
        if faults:
            raise ValidationError({"units": faults})


def _member_faults(unit: dict[str, Any], kinds: Mapping[str, str]) -> list[str] | dict[int, list[str]]:
    if unit["kind"] != "collective":
        return [N_("Only a collective unit has members.")] if unit["members"] else []
    if not unit["members"]:
        return [N_("A collective unit needs members.")]
    return {
        number: [N_("The member is not a single unit of this file.")]
        for number, member in enumerate(unit["members"])
        if kinds.get(member, "collective") == "collective"
    }


def problems(error: ValidationError, document: Any) -> list[tuple[str, str]]:
    """What is wrong with a file, for a person.

    Takes the error of ``load`` and the document it was given; gives pairs (where, msgid of one sentence). The place
    of an entry is its ref or name where it has one, else its position from 1: ``tasks 16 deadline``,
    ``units 市残联 aliases 2``; it is empty for the document as a whole. The caller translates the sentence and
    prints ``where: sentence``.
    """
    return list(_walk(error.messages, document, ()))


def _walk(messages: Any, document: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            if key == "_schema":
                yield from _walk(below, document, path)
            else:
                yield from _walk(below, _entry(document, key), (*path, _label(document, key)))
    else:
        for below in messages:  # a validator that names positions leaves a mapping in the list
            if isinstance(below, Mapping):
                yield from _walk(below, document, path)
            else:
                yield " ".join(path), str(below)


def _entry(document: Any, key: Any) -> Any:
    if isinstance(document, Mapping):
        return document.get(key)
    if isinstance(document, list) and isinstance(key, int) and key < len(document):
        return document[key]
    return None


def _label(document: Any, key: Any) -> str:
    entry = _entry(document, key)
    if isinstance(document, list):
        if isinstance(entry, Mapping):
            for name in ("ref", "name"):
                if isinstance(entry.get(name), str) and entry[name].strip():
                    return str(entry[name])
        return str(key + 1)
    return str(key)
