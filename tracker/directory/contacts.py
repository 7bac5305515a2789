"""The contacts of a region from one file: every row is checked first, and nothing is taken unless all rows hold.

Columns, in any order and in either language: unit, name, e-mail, role.  The same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from ..errors import InvalidInput
from ..i18n import N_
from .accounts import add_user, grant, lock_region
from .contact_rows import Entry, RowError, check_entry, entries_of
from .links import invite
from .models import UNIT_ROLES, Membership, Region, Unit, User
from .policy import authorise_contacts, may_give
from .queries import units_by_name
from .spreadsheet import MOST_ROWS, TOO_LARGE, read_lines

SAME_ROW = N_("The same as row %(other)s. Take one of them out.")
OTHER_NAME = N_("Row %(other)s has this e-mail address with the name “%(name)s”. An address belongs to one person.")
NO_UNIT = N_("“%(unit)s” is no unit of %(region)s. Write the name or an alias as the list of units has it.")
COLLECTIVE = N_("“%(unit)s” is a collective unit. Name one of its members.")
NOT_YOURS = N_("Only an administrator gives the role “%(role)s”. Take the row out.")
DISABLED = N_(
    "The account of %(email)s is closed. Open it again on the page of the person, or write another e-mail address."
)
YOURSELF = N_("This is your own account, whose roles you cannot change. Take the row out.")
KNOWN_NAME = N_(
    "%(email)s is in the directory as “%(name)s”. Correct the name, or the address if it is another person's."
)

ADD, GRANT, KNOWN, WRONG = "new", "new_role", "known", "wrong"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file and what the import would do with it: new (account), new_role, known, or wrong."""

    entry: Entry
    outcome: str
    unit: str | None
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do."""

    rows: tuple[PreviewRow, ...] = field(default=())

    @property
    def errors(self) -> list[RowError]:
        """Every error, by row."""
        return [error for row in self.rows for error in row.errors]

    def count(self, outcome: str) -> int:
        """How many rows have an outcome."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def changes(self) -> bool:
        """Whether the import would change anything."""
        return any(row.outcome in (ADD, GRANT) for row in self.rows)

    def as_json(self, translate: Callable[..., str]) -> dict[str, Any]:
        """The preview as one JSON document."""
        return {
            "rows": len(self.rows),
            "new": self.count(ADD),
            "new_roles": self.count(GRANT),
            "known": self.count(KNOWN),
            "errors": [{"row": error.row, "message": error.text(translate)} for error in self.errors],
        }


@dataclass(frozen=True, slots=True)
class _Directory:
    """What the rows are compared with."""

    region: Region
    names: Mapping[str, int]
    units: Mapping[int, Unit]
    users: Mapping[str, User]
    held: frozenset[tuple[int, int | None, str]]
    near: frozenset[int]


def preview_file(session: Session, actor: Actor, *, region_id: int, content: bytes) -> Preview:
    """What importing a file would do, row by row.

    Raises NotFound and NotAllowed for the actor, InvalidInput (field ``file``) for what is no table.
    """
    authorise_contacts(actor, region_id)
    return preview_entries(session, actor, region_id=region_id, entries=entries_of(read_lines(content)))


def preview_entries(session: Session, actor: Actor, *, region_id: int, entries: Sequence[Entry]) -> Preview:
    """What importing rows would do.  Raises NotFound, NotAllowed, and InvalidInput for too many rows."""
    authorise_contacts(actor, region_id)
    if len(entries) > MOST_ROWS:
        raise InvalidInput({"file": [TOO_LARGE]}, message=TOO_LARGE)
    known = _load(session, actor, session.get_one(Region, region_id), entries)
    seen: dict[tuple[str, int | None, str], int] = {}
    names: dict[str, tuple[str, int]] = {}
    rows = []
    for entry in entries:
        errors, unit_id = _errors(actor, known, entry)
        if not errors:
            assert entry.role is not None
            earlier = seen.setdefault((entry.email, unit_id, entry.role), entry.row)
            name, named = names.setdefault(entry.email, (entry.name, entry.row))
            if earlier != entry.row:
                errors = [RowError(entry.row, SAME_ROW, {"other": earlier})]
            elif name != entry.name:
                errors = [RowError(entry.row, OTHER_NAME, {"other": named, "name": name})]
        unit = known.units[unit_id].name if unit_id is not None else None
        rows.append(PreviewRow(entry, _outcome(known, entry, unit_id, errors), unit, tuple(errors)))
    return Preview(tuple(rows))


def import_contacts(
    session: Session, actor: Actor, now: datetime, real_now: datetime, *, region_id: int, entries: Sequence[Entry]
) -> Preview:
    """Take the rows in: accounts, roles and activation mails for new accounts.  All rows or none.

    Returns what was done.  Raises NotFound and NotAllowed for the actor, InvalidInput where any row is wrong.
    """
    authorise_contacts(actor, region_id)
    region = lock_region(session, region_id)
    preview = preview_entries(session, actor, region_id=region_id, entries=entries)
    if preview.errors:
        raise InvalidInput(
            {"file": [N_("Some rows are wrong. Nothing was imported: correct the rows and choose the file again.")]}
        )
    names = units_by_name(session, region_id)
    for row in preview.rows:
        if row.outcome == KNOWN:
            continue
        entry = row.entry
        assert entry.role is not None
        user = session.scalar(select(User).where(User.email == entry.email))
        fresh = user is None
        if user is None:
            user = add_user(session, actor, now, email=entry.email, name=entry.name)
        unit_id = names[entry.unit] if entry.role in UNIT_ROLES else None
        grant(session, actor, now, real_now, user=user, region_id=region_id, unit_id=unit_id, role=entry.role)
        if fresh:
            invite(session, actor, now, real_now, user=user)
    if preview.changes:
        audit.record(
            session,
            chain=audit.SYSTEM_CHAIN,
            actor=actor,
            now=now,
            action="directory.import_contacts",
            subject=f"region:{region_id}",
            data={"region": region.slug, "rows": [asdict(row.entry) for row in preview.rows if row.outcome != KNOWN]},
        )
    return preview


def _load(session: Session, actor: Actor, region: Region, entries: Sequence[Entry]) -> _Directory:
    emails = list({entry.email for entry in entries})
    users = {user.email: user for user in session.scalars(select(User).where(User.email.in_(emails)))}
    held = set()
    near = set()
    memberships = select(Membership).where(
        Membership.user_id.in_([user.id for user in users.values()]), Membership.ended_at.is_(None)
    )
    for membership in session.scalars(memberships):
        if membership.region_id == region.id:
            held.add((membership.user_id, membership.unit_id, membership.role))
        if actor.sees_region(membership.region_id):
            near.add(membership.user_id)
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.region_id == region.id))}
    return _Directory(region, units_by_name(session, region.id), units, users, frozenset(held), frozenset(near))


def _errors(actor: Actor, known: _Directory, entry: Entry) -> tuple[list[RowError], int | None]:
    """What is wrong with a row by itself and beside the directory, and the unit that it means."""
    errors = check_entry(entry)
    unit_id = known.names.get(entry.unit) if entry.role in UNIT_ROLES else None
    if entry.role in UNIT_ROLES and entry.unit and unit_id is None:
        errors.append(RowError(entry.row, NO_UNIT, {"unit": entry.unit, "region": known.region.name}))
    if unit_id is not None and known.units[unit_id].kind == "collective":
        errors.append(RowError(entry.row, COLLECTIVE, {"unit": entry.unit}))
    if entry.role is not None and not may_give(actor, known.region.id, entry.role):
        errors.append(RowError(entry.row, NOT_YOURS, {"role": entry.role_text}))
    user = known.users.get(entry.email)
    if user is not None:
        errors += _errors_of_known(actor, known, entry, unit_id, user)
    return errors, unit_id


def _errors_of_known(actor: Actor, known: _Directory, entry: Entry, unit_id: int | None, user: User) -> list[RowError]:
    if not user.active:
        return [RowError(entry.row, DISABLED, {"email": entry.email})]
    own = user.id == actor.user_id and not actor.administrator
    if own and _outcome(known, entry, unit_id, ()) != KNOWN:
        return [RowError(entry.row, YOURSELF)]
    if entry.name and user.name != entry.name and (user.id in known.near or actor.administrator):
        return [RowError(entry.row, KNOWN_NAME, {"email": entry.email, "name": user.name})]
    return []


def _outcome(known: _Directory, entry: Entry, unit_id: int | None, errors: Sequence[RowError]) -> str:
    if errors:
        return WRONG
    user = known.users.get(entry.email)
    if user is None:
        return ADD
    place = unit_id if entry.role in UNIT_ROLES else None
    return KNOWN if (user.id, place, entry.role) in known.held else GRANT
