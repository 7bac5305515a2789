"""Who is away on which day, and to whom their mails go instead (docs/reminders.md, “The digest”)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from ..outbox.bounced import marks
from ..outbox.commands import Absent, Recipient
from ..outbox.models import BouncedAddress
from .models import Absence, Membership, Unit, UnitMember, User
from .queries import contacts_of, leaders_of, mailbox_of, members_of, recipient_of, supervisors_of

Capacity = Literal["contact", "supervisor"]
CAPACITIES: Mapping[str, Capacity] = {"handler": "contact", "leader": "contact", "supervisor": "supervisor"}
"""In which capacity a role serves a unit: a deputy stands in within one."""


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody is away, both included, and the key of the deputy, None where nobody is named."""

    from_on: date
    to_on: date
    deputy: str | None


@dataclass(frozen=True, slots=True)
class Absences:
    """Everybody who is away at some time, as the mails of some units need it.

    ``away``: recipient key -> the days.  ``serving``: (unit, capacity, key) -> who serves there.  ``mailboxes`` are
    those of the units, ``members`` those of collective units.
    """

    away: Mapping[str, tuple[Away, ...]] = field(default_factory=dict)
    serving: Mapping[tuple[int, Capacity, str], Recipient] = field(default_factory=dict)
    mailboxes: Mapping[int, Recipient] = field(default_factory=dict)
    members: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def of(self, key: str, day: date) -> Away | None:
        """The absence that somebody is in on a day."""
        return next((away for away in self.away.get(key, ()) if away.from_on <= day <= away.to_on), None)

    def instead(
        self, unit_id: int, recipients: Iterable[Recipient], day: date, capacity: Capacity = "contact"
    ) -> tuple[Recipient, ...]:
        """Who gets a unit's mails on a day, each once: deputies and mailboxes in the place of those who are away.

        A deputy who is away too hands on to theirs; where the chain ends with nobody of the unit its mailbox serves.
        Who stands in says for whom (``Recipient.instead_of``), unless the mail is theirs anyway.
        """
        if not self.away:
            return tuple(recipients)
        given = [(recipient, self.of(recipient.key, day)) for recipient in recipients]
        own = {recipient.key for recipient, away in given if away is None}
        found: dict[str, Recipient] = {}
        for recipient, away in given:
            if away is None:
                found[recipient.key] = recipient
                continue
            units = self.members.get(unit_id, (unit_id,))
            for stand_in in self.stand_ins(recipient, day, capacity, units) or [recipient]:
                if stand_in.key not in own:
                    known = found.get(stand_in.key)
                    others = known.instead_of if known is not None else ()
                    found[stand_in.key] = replace(stand_in, instead_of=(*others, *stand_in.instead_of))
        reached = tuple(recipient for recipient in found.values() if recipient.reachable)
        return reached or tuple(found.values())

    def stand_ins(
        self, recipient: Recipient, day: date, capacity: Capacity, unit_ids: Iterable[int] | None = None
    ) -> list[Recipient]:
        """Who stands in for somebody who is away on a day, each once, in the units (none given: all) they serve so."""
        away = self.of(recipient.key, day)
        if away is None:
            return []
        units = self.mailboxes if unit_ids is None else unit_ids
        absent = Absent(recipient.key, recipient.name, away.to_on)
        ends = (
            self._end_of_chain(unit, recipient.key, day, capacity)
            for unit in units
            if (unit, capacity, recipient.key) in self.serving
        )
        return list({end.key: replace(end, instead_of=(absent,)) for end in ends}.values())

    def _end_of_chain(self, unit_id: int, key: str, day: date, capacity: Capacity) -> Recipient:
        passed: set[str] = set()
        while (away := self.of(key, day)) is not None and key not in passed:
            passed.add(key)
            if away.deputy is None or (unit_id, capacity, away.deputy) not in self.serving:
                return self.mailboxes[unit_id]
            key = away.deputy
        return self.mailboxes[unit_id] if key in passed else self.serving[unit_id, capacity, key]


NOBODY_AWAY = Absences()


def absences_of(session: Session, unit_ids: Collection[int]) -> Absences:
    """The absences of those who serve some units: one statement where nobody is away, four at most.

    A collective unit's are its members'.
    """
    of_collective = select(UnitMember.member_id).where(UnitMember.collective_id.in_(unit_ids))
    plain = or_(Membership.unit_id.in_(unit_ids), Membership.unit_id.in_(of_collective))
    serves = plain & Membership.ended_at.is_(None) & Membership.role.in_(tuple(CAPACITIES))
    here = exists().where(Membership.user_id == Absence.user_id, serves)
    statement = select(Absence).where(Absence.taken_back_at.is_(None), here).order_by(Absence.from_on)
    away: dict[str, list[Away]] = {}
    for absence in session.scalars(statement):
        deputy = f"user:{absence.deputy_id}" if absence.deputy_id is not None else None
        away.setdefault(f"user:{absence.user_id}", []).append(Away(absence.from_on, absence.to_on, deputy))
    if not away:
        return NOBODY_AWAY
    people = (
        select(Membership, BouncedAddress.address)
        .join(User, User.id == Membership.user_id)
        .outerjoin(BouncedAddress, marks(User.email))
        .where(serves, User.active.is_(True))
        .options(joinedload(Membership.user))
    )
    serving = {
        (held.unit_id, CAPACITIES[held.role], f"user:{held.user_id}"): recipient_of(held.user, bounced=mark is not None)
        for held, mark in session.execute(people)
        if held.unit_id is not None
    }
    units = select(Unit, BouncedAddress.address).outerjoin(BouncedAddress, marks(Unit.mailbox))
    boxes = session.execute(units.where(Unit.id.in_({unit_id for unit_id, _, _ in serving})))
    return Absences(
        away={key: tuple(found) for key, found in away.items()},
        serving=serving,
        mailboxes={unit.id: mailbox_of(unit, bounced=mark is not None) for unit, mark in boxes},
        members={unit: tuple(found) for unit, found in members_of(session, unit_ids).items()},
    )


def contacts_on(session: Session, unit_ids: Iterable[int], day: date) -> dict[int, tuple[Recipient, ...]]:
    """For each unit, who gets its mails on a day: its contacts, with deputies for those who are away."""
    contacts = contacts_of(session, unit_ids)
    absences = absences_of(session, contacts)
    return {unit_id: absences.instead(unit_id, found, day) for unit_id, found in contacts.items()}


def leaders_on(session: Session, unit_id: int, day: date) -> tuple[Recipient, ...]:
    """Who gets the mails of a unit's leaders on a day."""
    return absences_of(session, [unit_id]).instead(unit_id, leaders_of(session, unit_id), day)


def supervisors_on(session: Session, unit_id: int, day: date) -> tuple[Recipient, ...]:
    """Who gets the mails of a supervising unit on a day."""
    return absences_of(session, [unit_id]).instead(unit_id, supervisors_of(session, unit_id), day, "supervisor")
