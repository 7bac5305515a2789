"""No command takes the last contact from a unit with open tasks: each that could, and whatever comes after what.

A contact is an active handler or leader; a mailbox is one where nobody else is.  A unit that never had a contact, or
lost it while nothing was open, is listed (``unreached_units``), and no act is refused for it.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city, make_person, make_unit, make_user
from tracker.access import SYSTEM
from tracker.config import ROOT
from tracker.directory.accounts import grant
from tracker.directory.contact_rows import entry
from tracker.directory.contacts import import_contacts
from tracker.directory.models import Membership, Unit, User
from tracker.errors import InvalidInput, NotAllowed
from tracker.oversight.unreached import unreached_units
from tracker.workflows.commands import dispatch_tasks
from tracker.workflows.people import change_mailbox, disable_user, handover, release

ALONE = "市财政局"  # one handler, and open tasks
Deed = Callable[[Session, City], object]


@pytest.fixture
def city(session: Session) -> City:
    """A living city; 武江区政府 has a mailbox and nobody."""
    made = make_city(session)
    made.go_live(session)
    return made


def user_of(session: Session, city: City, who: str) -> User:
    return session.get_one(User, city.people[who].user_id)


def membership_of(session: Session, city: City, who: str) -> int:
    held = select(Membership.id).where(Membership.user_id == city.people[who].user_id, Membership.ended_at.is_(None))
    return session.scalars(held).one()


def close(session: Session, city: City, who: str = "supporting") -> None:
    disable_user(session, SYSTEM, NOW, NOW, user=user_of(session, city, who))


def end(session: Session, city: City, who: str = "supporting") -> None:
    release(session, city.people["supervisor"], NOW, NOW, membership_id=membership_of(session, city, who))


def take_mailbox(session: Session, city: City) -> None:
    unit_id = city.units["武江区政府"].id
    change_mailbox(session, city.people["supervisor"], NOW, unit_id=unit_id, address=None)


TAKES: dict[str, tuple[Deed, str]] = {
    "closing the account": (close, ALONE),
    "ending the role": (end, ALONE),
    "closing the account of a member's only handler": (lambda s, c: close(s, c, "collective_member"), "浈江区政府"),
    "taking away the only mailbox": (take_mailbox, "武江区政府"),
}
"""What takes a contact away, and from which unit."""


def to_successor(session: Session, city: City) -> None:
    successor = make_user(session, "接任人")
    handover(session, SYSTEM, NOW, NOW, leaver=user_of(session, city, "supporting"), successor=successor)


def another_role(session: Session, city: City) -> None:
    """From handler to leader: the new role is given before the old one ends."""
    user, unit = user_of(session, city, "supporting"), city.units[ALONE]
    supervisor = city.people["supervisor"]
    grant(session, supervisor, NOW, NOW, user=user, region_id=unit.region_id, unit_id=unit.id, role="leader")
    held = select(Membership.id).where(Membership.user_id == user.id, Membership.role == "handler")
    release(session, supervisor, NOW, NOW, membership_id=session.scalars(held).one())


def from_a_file(session: Session, city: City) -> None:
    rows = [entry(2, ALONE, "市财政局 负责人", "head@example.test", "负责人")]
    import_contacts(session, city.people["supervisor"], NOW, NOW, region_id=city.region.id, entries=rows)


def to_others(session: Session, city: City) -> None:
    form = {"reason": "调整", "leads": city.unit_ids("市民政局"), "supports": city.unit_ids("市体育局")}
    city.do(session, "supervisor", "1", "reassign", **form)


def to_a_unit_without_anybody(session: Session, city: City) -> None:
    unit = make_unit(session, city.region, "市总工会")
    form = {"reason": "调整", "leads": city.unit_ids("市民政局"), "supports": [unit.id]}
    city.do(session, "supervisor", "1", "reassign", **form)


def dispatched(session: Session, city: City) -> None:
    row, form = city.row(session, "4"), {"leads": city.unit_ids("市体育局"), "supports": []}
    dispatch_tasks(
        session, city.people["supervisor"], NOW, slug="shaoguan", versions={"4": row.version}, data=form, key="d"
    )


LEAVES: dict[str, Deed] = {
    "handing over": to_successor,
    "another role in the unit": another_role,
    "a file of contacts": from_a_file,
    "reassigning to others": to_others,
    "reassigning to a unit without anybody": to_a_unit_without_anybody,
    "dispatching": dispatched,
}
"""What touches contacts or tasks and takes no unit's last contact."""


def staffed(session: Session) -> set[str]:
    """The units that have an active handler or leader, or a mailbox where they have none."""
    session.flush()
    people_of = select(Membership.unit_id).join(User, User.id == Membership.user_id)
    active = people_of.where(Membership.ended_at.is_(None), User.active, Membership.role.in_(("handler", "leader")))
    found = set(session.scalars(active))
    return {unit.name for unit in session.scalars(select(Unit)) if unit.id in found or unit.mailbox}


def lost(session: Session, before: set[str]) -> set[str]:
    """The units that had a contact before, have none now, and have open tasks."""
    open_and_alone = {found.unit.name for found in unreached_units(session)}
    return (before - staffed(session)) & open_and_alone


@pytest.mark.both_databases
@pytest.mark.parametrize("what", TAKES)
def test_the_last_contact_is_not_taken(session: Session, city: City, what: str) -> None:
    deed, unit = TAKES[what]
    before = staffed(session)
    assert unit in before
    with pytest.raises(NotAllowed, match=unit):
        deed(session, city)
    session.expire_all()
    assert staffed(session) == before


@pytest.mark.both_databases
@pytest.mark.parametrize("what", TAKES)
def test_it_is_taken_where_somebody_else_is_left_or_nothing_is_open(session: Session, city: City, what: str) -> None:
    deed, unit = TAKES[what]
    make_person(session, city.units[unit], "leader")
    deed(session, city)
    assert lost(session, {unit}) == set()


@pytest.mark.both_databases
@pytest.mark.parametrize("what", LEAVES)
def test_the_rest_leaves_every_unit_its_contact(session: Session, city: City, what: str) -> None:
    before = staffed(session)
    LEAVES[what](session, city)
    assert lost(session, before) == set()


def random_deed(session: Session, city: City, chance: random.Random) -> Deed:
    """Something that an administrator may do to people and mailboxes, to whomever it hits."""
    persons = session.scalars(select(User).where(User.administrator.is_(False)).order_by(User.id)).all()
    one, other = chance.sample(list(persons), 2)
    units = [unit for unit in city.units.values() if unit.kind != "collective"]
    unit, held = chance.choice(units), session.scalars(select(Membership.id).where(Membership.ended_at.is_(None))).all()
    role, address = chance.choice(("handler", "leader")), chance.choice((None, "box@example.test"))
    place = {"region_id": unit.region_id, "unit_id": unit.id}
    deeds: list[Deed] = [
        lambda s, c: disable_user(s, SYSTEM, NOW, NOW, user=one),
        lambda s, c: handover(s, SYSTEM, NOW, NOW, leaver=one, successor=other),
        lambda s, c: release(s, SYSTEM, NOW, NOW, membership_id=chance.choice(held)),
        lambda s, c: grant(s, SYSTEM, NOW, NOW, user=one, role=role, **place),
        lambda s, c: change_mailbox(s, SYSTEM, NOW, unit_id=unit.id, address=address),
    ]
    return chance.choices(deeds, (1, 2, 4, 3, 3))[0]


def test_whatever_is_done_in_whatever_order_no_unit_loses_its_last_contact(session: Session, city: City) -> None:
    chance, told = random.Random(20230615), Counter[str]()
    for _ in range(300):
        before = staffed(session)
        try:
            random_deed(session, city, chance)(session, city)
            told["done"] += 1
        except (NotAllowed, InvalidInput) as error:
            told["refused" if "open tasks" in str(error) else "no such thing"] += 1
        assert lost(session, before) == set()
    assert told["done"] > 60
    assert told["refused"] > 30


WRITES = re.compile(r"\.(ended_at|active|mailbox) = [^=]|delete\((?:Membership|UnitMember|User|Unit)\b")
ENDS = re.compile(r"(?<!def )\b(end_membership|set_mailbox)\(")


def places(pattern: re.Pattern[str]) -> set[tuple[str, str]]:
    """(module, what was found) of a pattern in the product."""
    return {
        (str(file.relative_to(ROOT / "tracker")), found)
        for file in (ROOT / "tracker").rglob("*.py")
        for found in pattern.findall(file.read_text(encoding="utf-8"))
    }


def test_contacts_are_taken_away_nowhere_else() -> None:
    assert {place for place in places(WRITES) if place[1]} == {
        ("directory/accounts.py", "ended_at"),
        ("directory/accounts.py", "mailbox"),
        ("workflows/people.py", "active"),
    }
    assert places(ENDS) == {
        ("workflows/people.py", "end_membership"),
        ("workflows/people.py", "set_mailbox"),
        ("demo/accounts.py", "set_mailbox"),
    }
