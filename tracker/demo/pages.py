"""What the sign-in page of the demo shows: the accounts by region, with what each sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..directory.models import Region, Unit, UnitMember, User
from ..i18n import N_
from ..plans.models import Assignment, Instance
from ..web.context import ROLE_LABELS
from .accounts import NUMERALS, Account, accounts, unit_names

SEES = {
    "both": N_("Leads %(led)s, supports %(supported)s"),
    "led": N_("Leads %(led)s"),
    "supported": N_("Supports %(supported)s"),
    "none": N_("No task yet"),
    "supervisor": N_("Dispatches, verifies, sends back"),
    "host_supervisor": N_("Also a handler of %(unit)s, so never verifies its reports"),
    "observer": N_("Sees the whole region, changes nothing"),
    "administrator": N_("Regions, units, accounts"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One account.  ``unit`` is a name; ``number`` tells people of one unit and role apart, 0 where there is only one.

    ``role`` and ``sees`` are message ids; ``values`` fill ``sees``.
    """

    user_id: int
    unit: str
    role: str
    number: int
    sees: str
    values: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Group:
    """The accounts of a region (None: of the installation): those shown first, and the rest."""

    region: str | None
    first: tuple[Row, ...]
    rest: tuple[Row, ...]


def demo_user(session: Session, user_id: int) -> User | None:
    """The active account of the demo's list with this id, or None."""
    user = session.get(User, user_id)
    if user is None or not user.active or user.email not in {account.email for account in accounts()}:
        return None
    return user


def groups(session: Session) -> list[Group]:
    """Every account of the demo that is in the directory, by region; five statements at any number."""
    emails = [account.email for account in accounts()]
    ids = {
        email: user_id
        for email, user_id in session.execute(
            select(User.email, User.id).where(User.email.in_(emails), User.active.is_(True))
        )
    }
    short_names = {slug: short for slug, short in session.execute(select(Region.slug, Region.short_name))}
    unit_rows = select(Region.slug, Unit.name, Unit.id).join(Region, Region.id == Unit.region_id)
    units = {(slug, name): unit_id for slug, name, unit_id in session.execute(unit_rows)}
    led, supported = _loads(session)
    found: list[Group] = []
    for slug in dict.fromkeys(account.region for account in accounts()):
        of_region = [account for account in accounts() if account.region == slug and account.email in ids]
        rows = [(account, _row(account, ids[account.email], units, led, supported)) for account in of_region]
        if rows:
            first = tuple(row for account, row in rows if account.first)
            rest = tuple(row for account, row in rows if not account.first)
            found.append(Group(short_names[slug] if slug is not None else None, first, rest))
    return found


def _loads(session: Session) -> tuple[Counter[int], Counter[int]]:
    """Unit id -> how many tasks it leads, and how many it supports, through collective units too."""
    members: dict[int, list[int]] = {}
    for collective, member in session.execute(select(UnitMember.collective_id, UnitMember.member_id)):
        members.setdefault(collective, []).append(member)
    counts: dict[str, Counter[int]] = {"lead": Counter(), "support": Counter()}
    statement = select(Assignment.unit_id, Assignment.role).join(
        Instance, Instance.assignment_set_id == Assignment.set_id
    )
    for unit_id, role in session.execute(statement):
        counts[role].update(members.get(unit_id, [unit_id]))
    return counts["lead"], counts["support"]


def _row(
    account: Account,
    user_id: int,
    units: dict[tuple[str, str], int],
    led: Counter[int],
    supported: Counter[int],
) -> Row:
    unit = account.name.split()[0]
    if account.region is None:
        return Row(user_id, unit, N_("Administrator"), 0, SEES["administrator"], {})
    names = unit_names(account.region)
    role = account.roles[0][1]
    label = ROLE_LABELS[role]
    if role == "observer":
        return Row(user_id, unit, label, 0, SEES["observer"], {})
    own = [names[unit] for unit, held in account.roles if unit is not None and held == role]
    if role == "supervisor":
        others = [names[unit] for unit, held in account.roles if unit is not None and held != role]
        number = next((place for place, numeral in enumerate(NUMERALS, 1) if f"（{numeral}）" in account.name), 0)
        if others:
            return Row(user_id, unit, label, number, SEES["host_supervisor"], {"unit": others[0]})
        return Row(user_id, unit, label, number, SEES["supervisor"], {})
    leads = _total(led, units, account.region, own)
    supports = _total(supported, units, account.region, own)
    kind = "both" if leads and supports else "led" if leads else "supported" if supports else "none"
    return Row(user_id, unit, label, 0, SEES[kind], {"led": leads, "supported": supports})


def _total(counts: Counter[int], units: dict[tuple[str, str], int], region: str, names: Sequence[str]) -> int:
    return sum(counts[units[region, name]] for name in names)
