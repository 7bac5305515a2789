"""Writes of the directory: loading a region's units, people and their memberships."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from ..errors import InvalidInput
from ..i18n import N_
from .models import Region, Unit, UnitAlias, UnitMember
from .queries import units_by_name


def load_units(session: Session, actor: Actor, now: datetime, document: Mapping[str, Any]) -> Region:
    """Bring a region and its units (a loaded UnitsFileSchema document) into the directory; what is there stays.

    Raises InvalidInput where a name already belongs to another unit of the region.
    """
    given = document["region"]
    region = session.scalar(select(Region).where(Region.slug == given["slug"]))
    if region is None:
        region = Region(**given)
        session.add(region)
        session.flush()
    units: dict[str, Unit] = {}
    added = []
    for entry in document["units"]:
        unit = session.scalar(select(Unit).where(Unit.region_id == region.id, Unit.name == entry["name"]))
        if unit is None:
            unit = Unit(region_id=region.id, name=entry["name"], kind=entry["kind"], mailbox=entry["mailbox"])
            session.add(unit)
            session.flush()
            added.append(unit.name)
        units[unit.name] = unit
        for name in (entry["name"], *entry["aliases"]):
            add_alias(session, region.id, unit, name)
    for entry in document["units"]:
        unit = units[entry["name"]]
        if entry["host"] is not None:
            unit.host_unit_id = units[entry["host"]].id
        for position, member in enumerate(entry["members"]):
            key = (unit.id, units[member].id)
            if session.get(UnitMember, key) is None:
                session.add(UnitMember(collective_id=key[0], member_id=key[1], position=position))
    session.flush()
    if added:
        audit.record(
            session,
            chain=audit.SYSTEM_CHAIN,
            actor=actor,
            now=now,
            action="directory.load_units",
            subject=f"region:{region.id}",
            data={"region": region.slug, "added": added},
        )
    return region


def add_alias(session: Session, region_id: int, unit: Unit, name: str) -> None:
    """Let the unit answer to ``name``.  Raises InvalidInput where another unit of the region does."""
    alias = session.scalar(select(UnitAlias).where(UnitAlias.region_id == region_id, UnitAlias.name == name))
    if alias is None:
        session.add(UnitAlias(region_id=region_id, unit_id=unit.id, name=name))
        session.flush()
    elif alias.unit_id != unit.id:
        raise InvalidInput(
            message=N_("The name “%(name)s” already belongs to another unit of this region. Use another name."),
            name=name,
        )


def teach_aliases(session: Session, actor: Actor, now: datetime, region: Region, accepted: Mapping[str, int]) -> None:
    """Let units of a region answer to further names (name -> unit id), because somebody accepted the match.

    Names that lead there already are passed over.  Raises InvalidInput where a name leads to another unit.
    """
    known = units_by_name(session, region.id)
    new = {name: unit_id for name, unit_id in accepted.items() if known.get(name) != unit_id}
    for name, unit_id in new.items():
        add_alias(session, region.id, session.get_one(Unit, unit_id), name)
    if new:
        audit.record(
            session,
            chain=audit.SYSTEM_CHAIN,
            actor=actor,
            now=now,
            action="directory.teach_aliases",
            subject=f"region:{region.id}",
            data={"region": region.slug, "aliases": new},
        )
