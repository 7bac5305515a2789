"""The demo's people, named by unit and role only, and how they come into the directory.

Nobody of them has a password until somebody sets one: in the demo a click signs in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..access import SYSTEM
from ..directory.accounts import add_user, grant, set_mailbox
from ..directory.models import User
from ..directory.queries import region_by_slug, units_by_name
from ..plans.files import read_units

OFFICE = "cangongwei"
ADMINISTRATOR = "administrator@platform.example"
NUMERALS = "一二三四"


@dataclass(frozen=True, slots=True)
class Account:
    """One person of the demo: ``roles`` are (slug of the unit or None for the whole region, role).

    ``region`` is None for the administrator of the installation.  ``first``: shown before the rest on the sign-in page.
    """

    email: str
    name: str
    region: str | None
    roles: tuple[tuple[str | None, str], ...]
    first: bool


@dataclass(frozen=True, slots=True)
class Cast:
    """Who works in a region.  Units by slug; a tuple in ``handlers`` is one person who handles several units.

    ``supervisors`` counts those of the supervising unit, ``host_supervisor`` adds one who also handles the host unit.
    ``mailboxes`` are units that nobody serves but an address does; units named nowhere have neither.
    ``left``: units whose earlier handler handed over to the present one on that day.
    """

    handlers: tuple[str | tuple[str, ...], ...]
    leaders: tuple[str, ...]
    supervisors: int
    observer: str | None
    first: frozenset[str]
    mailboxes: tuple[str, ...] = ()
    host_supervisor: bool = False
    left: Mapping[str, date] = field(default_factory=dict)


CASTS = {
    "shaoguan": Cast(
        handlers=(
            *("jiaoyu", "canlian", "minzheng", "renshe", "weijian", "yibao", "caizheng", "xiangcun", "zhujian"),
            *("wangxin", "yidong", "dianxin", ("zhengshu", "gongxin"), "wenguanglvti", "sifa", "jiaotong", "fulian"),
            *("gongan", "yingji", "shangwu", "shichang", "fagai"),
        ),
        leaders=("jiaoyu", "canlian", "minzheng", "renshe", "liantong"),
        supervisors=2,
        host_supervisor=True,
        observer="市政府 领导",
        mailboxes=("jinrong",),
        first=frozenset({"jiaoyu", "canlian", "minzheng", "renshe", "caizheng", "xiangcun"}),
        left={"yibao": date(2022, 6, 10)},
    ),
    "jiangmen": Cast(
        handlers=(
            *("jiaoyu", "canlian", "minzheng", "renshe", "weijian", "yibao", "caizheng", "xiangcun", "zhujian"),
            *("jiaotong", "zhengshu", "pengjiang", "taishan"),
        ),
        leaders=("jiaoyu", "canlian"),
        supervisors=2,
        observer="市政府 领导",
        mailboxes=("jianghai", "xinhui", "kaiping", "heshan"),
        first=frozenset({"jiaoyu", "canlian", "renshe", "pengjiang"}),
    ),
    "yulin": Cast(
        handlers=(
            *("canlian", "weijian", "minzheng", "zhujian", "jiaoyu", "wenguangtilv", "sifa", "xiangcun", "renshe"),
        ),
        leaders=(),
        supervisors=2,
        observer=None,
        first=frozenset({"canlian", "weijian"}),
    ),
    "baise": Cast(
        handlers=("canlian", "minzheng", "renshe", "weijian", "jiaoyu", "zhujian", "wenguangtilv"),
        leaders=(),
        supervisors=2,
        observer=None,
        first=frozenset({"canlian", "renshe"}),
    ),
    "tongxin": Cast(
        handlers=("canlian", "minzheng", "renshe", "jiaoyu"),
        leaders=("canlian", "minzheng", "renshe", "jiaoyu"),
        supervisors=1,
        observer=None,
        first=frozenset({"minzheng"}),
    ),
}


@lru_cache(maxsize=1)
def accounts() -> tuple[Account, ...]:
    """Every account of the demo, in the order of the sign-in page."""
    found = [account for slug in CASTS for account in _of_region(slug)]
    return (*found, Account(ADMINISTRATOR, "平台 管理员", None, (), True))


@lru_cache(maxsize=8)
def unit_names(region: str) -> dict[str, str]:
    """The units of a region: slug -> name."""
    return {unit["slug"]: unit["name"] for unit in read_units(region)["units"]}


def handler(region: str, unit: str) -> str:
    """The e-mail of a unit's own handler."""
    return f"{unit}.handler@{region}.example"


def leader(region: str, unit: str) -> str:
    """The e-mail of a unit's leader."""
    return f"{unit}.leader@{region}.example"


def former_person(region: str, unit: str) -> str:
    """The e-mail of the handler before the present one."""
    return f"{unit}.former@{region}.example"


def person(region: str, unit: str, day: date) -> str | None:
    """The e-mail of who acts for a unit on a day: its handler, else its leader, else None."""
    left = CASTS[region].left.get(unit)
    if left is not None and day < left:
        return former_person(region, unit)
    for role in ("handler", "leader"):
        for account in accounts():
            own = account.region == region and (unit, role) in account.roles
            if own and account.roles[0][1] == role:  # not the supervisor who also handles the host unit
                return account.email
    return None


def supervisors(region: str) -> list[str]:
    """The e-mails of the supervisors who belong to no other unit."""
    return [
        account.email
        for account in accounts()
        if account.region == region and [role for _, role in account.roles] == ["supervisor"]
    ]


def _of_region(region: str) -> Iterator[Account]:
    cast, names = CASTS[region], unit_names(region)

    def person(unit: str, role: str, word: str) -> Account:
        email = f"{unit}.{role}@{region}.example"
        first = unit in cast.first and (role == "handler" or unit == "jiaoyu")
        return Account(email, f"{names[unit]} {word}", region, ((unit, role),), first)

    for entry in cast.handlers:
        units = (entry,) if isinstance(entry, str) else entry
        one = person(units[0], "handler", "经办人")
        if len(units) > 1:
            name = f"{'、'.join(names[unit] for unit in units)} 经办人"
            one = Account(one.email, name, region, tuple((unit, "handler") for unit in units), True)
        yield one
        if units[0] in cast.leaders:
            yield person(units[0], "leader", "负责人")
    handled = {unit for entry in cast.handlers for unit in ((entry,) if isinstance(entry, str) else entry)}
    for unit in cast.leaders:
        if unit not in handled:
            yield person(unit, "leader", "负责人")
    yield from _supervisors(region, cast)
    if cast.observer is not None:
        yield Account(f"observer@{region}.example", cast.observer, region, ((None, "observer"),), True)


def _former(region: str, unit: str) -> Account:
    """Who handled a unit before the present handler."""
    name = f"{unit_names(region)[unit]} 经办人（已离任）"
    return Account(former_person(region, unit), name, region, ((unit, "handler"),), False)


def _supervisors(region: str, cast: Cast) -> Iterator[Account]:
    total = cast.supervisors + cast.host_supervisor
    for number in range(total):
        word = "督查专员" + (f"（{NUMERALS[number]}）" if total > 1 else "")
        roles: tuple[tuple[str | None, str], ...] = ((OFFICE, "supervisor"),)
        if cast.host_supervisor and number == total - 1:
            roles = (*roles, ("canlian", "handler"))
        email = f"{OFFICE}.supervisor{number + 1}@{region}.example"
        yield Account(email, f"残工委办 {word}", region, roles, number == 0 or cast.observer is not None)


def add_people(session: Session, now: datetime, real_now: datetime, region: str | None) -> int:
    """Bring the people of a region (None: of the installation) and its mailboxes into the directory, as at first.

    Returns how many are new; who is there stays as they are.
    """
    added = 0
    names: dict[str, int] = {}
    region_id = 0
    if region is not None:
        region_id = region_by_slug(session, region).id
        by_name = units_by_name(session, region_id)
        names = {slug: by_name[name] for slug, name in unit_names(region).items()}
        for unit in CASTS[region].mailboxes:
            set_mailbox(session, SYSTEM, now, unit_id=names[unit], address=f"{unit}@{region}.example")
    left = CASTS[region].left if region is not None else {}
    handed_over = [(unit, "handler") for unit in left]
    former = [_former(region, unit) for unit in left] if region is not None else []
    for account in (*accounts(), *former):
        if account.region != region or _is_there(session, account.email):
            continue
        user = add_user(
            session, SYSTEM, now, email=account.email, name=account.name, administrator=account.email == ADMINISTRATOR
        )
        for slug, role in account.roles:
            if (slug, role) in handed_over and account not in former:
                continue  # until the handover
            unit_id = names[slug] if slug is not None else None
            grant(session, SYSTEM, now, real_now, user=user, region_id=region_id, unit_id=unit_id, role=role)
        added += 1
    return added


def _is_there(session: Session, email: str) -> bool:
    return session.scalar(select(User.id).where(User.email == email)) is not None
